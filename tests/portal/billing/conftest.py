"""A centre, its firms, an order with an account, and browsers of both sides."""

import pytest

from services.billing.models import Order
from services.billing.operations.accounts import open_account
from tests.factories.booking import Market, make_market, make_order


@pytest.fixture
def market(session) -> Market:
    return make_market(session)


@pytest.fixture
def order(market: Market) -> Order:
    """Return an order of the firm over 200 yuan; the firm has an account of 1,000 yuan."""
    pair = {"provider_id": market.provider.id, "organisation_id": market.firm.id}
    open_account(market.staff(), **pair, limit_fen=100_000)
    order = make_order(market.session, market, market.firm)
    market.session.commit()
    return order


@pytest.fixture
def desk(market: Market, client, as_person):
    """Return the browser of the centre's administrator."""
    return as_person(client, market.clerk, market.provider.organisation)


@pytest.fixture
def firm(market: Market, app, as_person):
    """Return a browser in which the firm's agent has signed in."""
    return as_person(app.test_client(), market.agent, market.firm)
