"""A centre with something to book, and a browser in which its administrator has signed in."""

import pytest
import time_machine

from services.core.permissions import Role
from tests.factories.booking import Market, make_agent, make_market
from tests.factories.booking_desk import NOW
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
def stranger(market: Market, app, as_person):
    """Return the browser of another centre's administrator."""
    other = make_provider(market.session).organisation
    return as_person(app.test_client(), make_agent(market.session, other, Role.PROVIDER_ADMIN), other)
