"""A centre with something to book, and browsers in which its administrator and the firm's agent have signed in."""

import pytest
import time_machine

from services.booking.models import Booking
from services.booking.operations import changing
from services.core.permissions import Role
from tests.factories.booking import Market, make_agent, make_market, slot
from tests.factories.booking_desk import DAY, NOW
from tests.factories.catalogue import make_provider


@pytest.fixture
def clock_hands():
    """Stop the clock on a Tuesday at eight; ``move_to`` sets it anew."""
    with time_machine.travel(NOW, tick=False) as hands:
        yield hands


@pytest.fixture
def market(session, clock_hands) -> Market:
    return make_market(session)


@pytest.fixture
def desk(market: Market, client, as_person):
    """Return the browser of the centre's administrator."""
    return as_person(client, market.clerk, market.provider.organisation)


@pytest.fixture
def firm(market: Market, client, as_person):
    """Return a browser in which the firm's agent has signed in."""
    return as_person(client, market.agent, market.firm)


@pytest.fixture
def confirmed(market: Market) -> Booking:
    """Return a booking of the firm for Wednesday, confirmed by the centre."""
    booking = market.request(slot("13:30", "14:30", DAY))
    changing.confirm(market.staff(), booking.id)
    market.session.commit()
    return booking


@pytest.fixture
def stranger(market: Market, app, as_person):
    """Return the browser of another centre's administrator."""
    other = make_provider(market.session).organisation
    return as_person(app.test_client(), make_agent(market.session, other, Role.PROVIDER_ADMIN), other)
