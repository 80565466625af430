"""Payments, refunds, other prices and receipt numbers."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.errors import (
    MoreThanOwed,
    MoreThanPaid,
    NotAnAmount,
    NotReceivedYet,
    NotRefundedYet,
    ReasonNeeded,
)
from services.billing.models import Order, OrderLine, Payment, PaymentMethod
from services.billing.operations.orders import adjust_order, put_on_account, record_payment, record_refund
from services.billing.queries import STANDINGS
from services.billing.rules import payment_state
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound
from services.core.permissions import Role
from services.core.work import Work, working
from tests.factories.booking import Market, make_market, make_order
from tests.factories.catalogue import make_provider

TRANSFER = PaymentMethod.TRANSFER


@pytest.fixture
def market(session: Session) -> Market:
    return make_market(session)


@pytest.fixture
def order(market: Market) -> Order:
    order = make_order(market.session, market, market.firm)
    market.session.commit()
    return order


def pay(work: Work, order: Order, amount_fen: int = 5000, **over) -> Payment:
    values = {"method": TRANSFER, "received_on": work.today} | over
    return record_payment(work, order.id, amount_fen=amount_fen, **values)


def refund(work: Work, order: Order, amount_fen: int, **over):
    values = {"method": TRANSFER, "refunded_on": work.today, "reason": "停电"} | over
    return record_refund(work, order.id, amount_fen=amount_fen, **values)


def test_a_payment_lowers_what_is_owed_and_takes_the_next_receipt(market: Market, order: Order):
    first, second = pay(market.staff(), order), pay(market.staff(), order, 15000)

    assert [first.receipt_no[-5:], second.receipt_no[-5:]] == ["00001", "00002"]
    assert order.balance_fen == 0
    assert first.recorded_by_id == market.clerk.id
    kinds = market.session.scalars(select(AuditEntry.kind).where(AuditEntry.subject_table == "payment")).all()
    assert kinds == ["payment.recorded"] * 2


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_nothing_is_no_payment(market: Market, order: Order, amount_fen):
    with pytest.raises(NotAnAmount):
        pay(market.staff(), order, amount_fen)
    with pytest.raises(NotAnAmount):
        refund(market.staff(), order, amount_fen)


def test_more_than_is_owed_is_told_the_balance(market: Market, order: Order):
    pay(market.staff(), order)

    with pytest.raises(MoreThanOwed) as refused:
        pay(market.staff(), order, 15001)
    assert refused.value.values == {"balance": "150.00"}


def test_days_of_money_are_not_in_the_future(market: Market, order: Order):
    work = market.staff()
    tomorrow = work.today + timedelta(days=1)

    with pytest.raises(NotReceivedYet):
        pay(work, order, received_on=tomorrow)
    pay(work, order)
    with pytest.raises(NotRefundedYet):
        refund(work, order, 100, refunded_on=tomorrow)


def test_refunds_never_exceed_what_was_paid(market: Market, order: Order):
    pay(market.staff(), order, 20000)
    refund(market.staff(), order, 8000)

    with pytest.raises(MoreThanPaid) as refused:
        refund(market.staff(), order, 12001)
    assert refused.value.values == {"paid": "120.00"}
    refund(market.staff(), order, 12000)
    assert (order.paid_fen, order.refunded_fen, order.balance_fen) == (20000, 20000, 20000)


def test_a_refund_and_another_price_need_a_reason(market: Market, order: Order):
    pay(market.staff(), order)

    with pytest.raises(ReasonNeeded):
        refund(market.staff(), order, 100, reason=" ")
    with pytest.raises(ReasonNeeded):
        adjust_order(market.staff(), order.id, was_fen=20000, due_fen=100, reason="")


def test_the_lines_always_add_up_to_what_is_due(market: Market, order: Order):
    adjust_order(market.staff(), order.id, was_fen=20000, due_fen=15000, reason="设备降速")
    adjust_order(market.staff(), order.id, was_fen=15000, due_fen=0, reason="公益")
    adjust_order(market.staff(), order.id, was_fen=0, due_fen=99, reason="补收")

    amounts = market.session.scalars(select(OrderLine.amount_fen).order_by(OrderLine.id)).all()
    assert amounts == [20000, -5000, -15000, 99]
    assert order.due_fen == sum(amounts) == 99


def test_a_price_brought_to_nothing_is_not_called_free(market: Market, order: Order):
    adjust_order(market.staff(), order.id, was_fen=20000, due_fen=0, reason="取消")

    held = [name for name, holds in STANDINGS.items() if market.session.scalar(select(Order.id).where(holds))]
    assert held == [payment_state(order)] == ["dropped"]


def test_a_price_that_somebody_else_changed_is_looked_at_again(market: Market, order: Order):
    adjust_order(market.staff(), order.id, was_fen=20000, due_fen=15000, reason="设备降速")

    with pytest.raises(ChangedMeanwhile):
        adjust_order(market.staff(), order.id, was_fen=20000, due_fen=18000, reason="重算")
    assert order.due_fen == 15000


def test_only_the_centre_of_the_order_touches_its_money(market: Market, order: Order):
    foreign = make_provider(market.session)
    other = Actor(market.clerk.id, "别家", foreign.id, frozenset({Role.PROVIDER_ADMIN}))
    analyst = Actor(market.clerk.id, "检测员", market.provider.id, frozenset({Role.ANALYST}))
    now = market.staff().now

    for act in (
        lambda work: pay(work, order),
        lambda work: refund(work, order, 100),
        lambda work: put_on_account(work, order.id, on_account=True),
        lambda work: adjust_order(work, order.id, was_fen=20000, due_fen=1, reason="x"),
    ):
        with pytest.raises(NotFound):
            act(Work(market.session, other, now))
        with pytest.raises(NotAllowed):
            act(Work(market.session, analyst, now))
    with pytest.raises(NotFound):
        put_on_account(market.staff(), 2**31 - 1, on_account=True)


def test_the_database_and_the_rule_call_every_standing_alike(market: Market):
    session = market.session
    for due_fen in (0, 100):
        for paid_fen in (0, 50, 100, 150):
            for refunded_fen in {0, paid_fen // 2, paid_fen}:
                for on_account in (False, True):
                    order = make_order(session, market, market.firm, due_fen, on_account=on_account)
                    order.paid_fen, order.refunded_fen = paid_fen, refunded_fen
    session.flush()

    for order in session.scalars(select(Order)):
        said = {
            name
            for name, holds in STANDINGS.items()
            if session.scalar(select(Order.id).where(Order.id == order.id, holds))
        }
        assert said == {payment_state(order)}


def at_once(count: int, act: Callable[[], None]) -> None:
    """Let so many threads act as nearly at once as possible."""
    gate = threading.Barrier(count)

    def run() -> None:
        gate.wait()
        act()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.race
def test_receipts_are_numbered_without_gaps_when_many_pay_at_once(market: Market, order: Order, new_session):
    """Eight clerks record 25 yuan five times each on an order of 200: eight payments fit, the others are refused."""
    actor, outcome = market.staff().actor, []
    order_id = order.id
    market.session.rollback()

    def act() -> None:
        with new_session() as session:
            for _ in range(5):
                try:
                    with working(session, actor) as work:
                        record_payment(work, order_id, amount_fen=2500, method=TRANSFER, received_on=work.today)
                    outcome.append("paid")
                except MoreThanOwed:
                    outcome.append("refused")

    at_once(8, act)

    numbers = market.session.scalars(select(Payment.receipt_no).order_by(Payment.receipt_no)).all()
    assert (outcome.count("paid"), outcome.count("refused")) == (8, 32)
    assert [int(number[-5:]) for number in numbers] == list(range(1, 9))
    market.session.refresh(order)
    assert order.paid_fen == order.due_fen


@pytest.mark.race
def test_what_was_paid_is_given_back_once_when_many_refund_at_once(market: Market, order: Order, new_session):
    pay(market.staff(), order, 10000)
    market.session.commit()
    actor, outcome, order_id = market.staff().actor, [], order.id
    market.session.rollback()

    def act() -> None:
        with new_session() as session:
            try:
                with working(session, actor) as work:
                    refund(work, session.get_one(Order, order_id), 10000)
                outcome.append("refunded")
            except MoreThanPaid:
                outcome.append("refused")

    at_once(8, act)

    assert outcome.count("refunded") == 1
    market.session.refresh(order)
    assert order.refunded_fen == 10000
