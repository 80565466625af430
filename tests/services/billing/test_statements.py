"""Monthly statements: what was open on an account when its month was over, once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from services.billing.errors import MonthNotOver
from services.billing.models import AccountEntry, Order, PaymentMethod, Statement
from services.billing.operations.accounts import open_account
from services.billing.operations.orders import adjust_order, put_on_account, record_payment
from services.billing.operations.statements import make_statement, make_statements, month_before
from services.core import clock
from services.core.errors import NotAllowed
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.core.work import Work
from services.mail.composing import LETTERS
from tests.factories.booking import Market, make_market, make_order


@pytest.fixture
def market(session: Session) -> Market:
    market = make_market(session)
    key = {"provider_id": market.provider.id, "organisation_id": market.firm.id}
    open_account(market.staff(), **key, limit_fen=100000)
    return market


def last_month(market: Market) -> date:
    return month_before(market.staff().today)


def cashier(market: Market, day: date, minute: int = 600) -> Work:
    person, home = market.clerk, market.provider.organisation
    return market.work(person, home, role=Role.PROVIDER_ADMIN, now=clock.at(day, minute))


def on_account(market: Market, day: date, due_fen: int = 20000):
    order = make_order(market.session, market, market.firm, due_fen)
    order.created_at = clock.at(day, 600)
    put_on_account(cashier(market, day), order.id, on_account=True)
    return order


def pay(market: Market, order: Order, amount_fen: int, day: date) -> None:
    staff = cashier(market, day, 700)
    record_payment(staff, order.id, amount_fen=amount_fen, method=PaymentMethod.CASH, received_on=day)


def make(market: Market, month_on: date) -> Statement | None:
    key = {"provider_id": market.provider.id, "organisation_id": market.firm.id}
    return make_statement(market.staff(), **key, month_on=month_on)


def test_a_statement_lists_what_was_open_and_tells_the_firm(market: Market):
    month = last_month(market)
    first = on_account(market, month)
    on_account(market, market.staff().today)  # of this month: on the next one
    pay(market, first, 5000, month)

    statement = make(market, month)

    assert statement is not None
    assert [line["balance_fen"] for line in statement.lines] == [15000]
    assert statement.total_fen == 15000
    assert statement.no.startswith(f"DZ-{market.provider.id}-{month:%Y%m}-")
    assert statement.due_on == (month + timedelta(days=32)).replace(day=1) + timedelta(days=15)
    told = market.session.scalars(select(Notification).where(Notification.person_id == market.agent.id)).all()
    assert [one.facts["no"] for one in told if "statement" in one.message] == [statement.no]
    promised = market.session.scalars(select(OutboxTask).where(OutboxTask.task == "mail.statement_made")).one()
    letter = LETTERS[promised.task](market.session, **promised.payload)
    assert letter is not None
    assert (letter.mobile, letter.facts["no"]) == (market.agent.mobile, statement.no)
    stranger = promised.payload | {"person_id": market.rival_agent.id}
    assert LETTERS[promised.task](market.session, **stranger) is None


def test_a_statement_says_the_same_on_whatever_day_it_is_made(market: Market):
    month = last_month(market)
    today = market.staff().today
    paid, lowered, taken_off, put_on = (on_account(market, month, 20000 + cents) for cents in range(4))
    pay(market, paid, 5000, month)
    put_on_account(cashier(market, month, 800), put_on.id, on_account=False)
    market.session.commit()
    first = make(market, month)
    assert first is not None
    lines, total_fen = first.lines, first.total_fen
    market.session.rollback()

    pay(market, paid, 15000, today)
    adjust_order(cashier(market, today), lowered.id, was_fen=20001, due_fen=1, reason="让利")
    put_on_account(cashier(market, today), taken_off.id, on_account=False)
    put_on_account(cashier(market, today), put_on.id, on_account=True)
    again = make(market, month)

    assert again is not None
    assert [line["balance_fen"] for line in lines] == [15000, 20001, 20002]
    assert (again.lines, again.total_fen) == (lines, total_fen)


def test_the_journal_of_an_account_is_only_added_to(market: Market):
    on_account(market, last_month(market))
    market.session.commit()
    for change in (update(AccountEntry).values(due_fen=0), delete(AccountEntry)):
        with pytest.raises(DatabaseError):
            market.session.execute(change)
        market.session.rollback()


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
