"""Monthly statements: what was open on an account when its month was over, once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.billing.errors import MonthNotOver
from services.billing.models import PaymentMethod, Statement
from services.billing.operations.accounts import open_account
from services.billing.operations.orders import put_on_account, record_payment
from services.billing.operations.statements import make_statement, make_statements, month_before
from services.core import clock
from services.core.errors import NotAllowed
from services.core.notices import Notification
from services.core.permissions import Role
from tests.factories.booking import Market, make_market, make_order


@pytest.fixture
def market(session: Session) -> Market:
    market = make_market(session)
    key = {"provider_id": market.provider.id, "organisation_id": market.firm.id}
    open_account(market.staff(), **key, limit_fen=100000)
    return market


def last_month(market: Market) -> date:
    return month_before(market.staff().today)


def on_account(market: Market, day: date, due_fen: int = 20000):
    order = make_order(market.session, market, market.firm, due_fen)
    order.created_at = clock.at(day, 600)
    put_on_account(market.staff(), order.id, on_account=True)
    return order


def make(market: Market, month_on: date) -> Statement | None:
    key = {"provider_id": market.provider.id, "organisation_id": market.firm.id}
    return make_statement(market.staff(), **key, month_on=month_on)


def test_a_statement_lists_what_was_open_and_tells_the_firm(market: Market):
    month = last_month(market)
    first = on_account(market, month)
    on_account(market, market.staff().today)  # of this month: on the next one
    staff = market.staff()
    record_payment(staff, first.id, amount_fen=5000, method=PaymentMethod.CASH, received_on=staff.today)

    statement = make(market, month)

    assert statement is not None
    assert [line["balance_fen"] for line in statement.lines] == [15000]
    assert statement.total_fen == 15000
    assert statement.no.startswith(f"DZ-{market.provider.id}-{month:%Y%m}-")
    assert statement.due_on == (month + timedelta(days=32)).replace(day=1) + timedelta(days=15)
    told = market.session.scalars(select(Notification).where(Notification.person_id == market.agent.id)).all()
    assert [one.facts["no"] for one in told if "statement" in one.message] == [statement.no]


def test_a_statement_is_made_once(market: Market):
    month = last_month(market)
    on_account(market, month)

    first, second = make(market, month), make(market, month)
    make_statements(
        market.work(role=Role.PROVIDER_ADMIN, person=market.clerk, organisation=market.provider.organisation)
    )

    assert first is second
    assert market.session.scalar(select(func.count(Statement.id))) == 1


def test_nothing_open_makes_no_statement(market: Market):
    assert make(market, last_month(market)) is None


def test_the_present_month_is_not_over(market: Market):
    with pytest.raises(MonthNotOver):
        make(market, market.staff().today)


def test_a_firm_makes_no_statements(market: Market):
    with pytest.raises(NotAllowed):
        make_statement(
            market.work(), provider_id=market.provider.id, organisation_id=market.firm.id, month_on=last_month(market)
        )


def test_a_month_before_january_is_december():
    assert month_before(date(2026, 1, 31)) == date(2025, 12, 1)
