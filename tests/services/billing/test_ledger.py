"""Whatever happens to orders, their money adds up: a walk through random histories."""

import random
from itertools import groupby

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.models import CreditAccount, Order, OrderLine, Payment, PaymentMethod, Refund
from services.billing.operations.accounts import open_account
from services.billing.operations.orders import adjust_order, put_on_account, record_payment, record_refund
from services.core.errors import RuleBroken
from services.core.work import Work, working
from tests.factories.booking import Market, make_market, make_order

METHODS = list(PaymentMethod)


def pay(work: Work, order: Order, dice: random.Random) -> None:
    amount_fen = dice.choice([order.balance_fen, order.balance_fen + 1, dice.randint(-5, 30000)])
    record_payment(work, order.id, amount_fen=amount_fen, method=dice.choice(METHODS), received_on=work.today)


def refund(work: Work, order: Order, dice: random.Random) -> None:
    amount_fen = dice.choice([-order.balance_fen, order.paid_fen, dice.randint(-5, 30000)])
    reason = dice.choice(["多付", "多付", " "])
    method = dice.choice(METHODS)
    record_refund(work, order.id, amount_fen=amount_fen, method=method, refunded_on=work.today, reason=reason)


def adjust(work: Work, order: Order, dice: random.Random) -> None:
    was_fen = order.due_fen + dice.choice([0, 0, 0, 1])
    adjust_order(work, order.id, was_fen=was_fen, due_fen=dice.randint(0, 40000), reason=dice.choice(["改价", ""]))


def switch(work: Work, order: Order, dice: random.Random) -> None:
    put_on_account(work, order.id, on_account=dice.choice([True, False]))


def add_up(session: Session, market: Market) -> None:
    """Say that every sum that is kept is the sum of its parts."""
    session.expire_all()
    for order in session.scalars(select(Order)):
        assert order.due_fen == sum(session.scalars(select(OrderLine.amount_fen).filter_by(order_id=order.id)))
        assert order.paid_fen == sum(session.scalars(select(Payment.amount_fen).filter_by(order_id=order.id)))
        assert order.refunded_fen == sum(session.scalars(select(Refund.amount_fen).filter_by(order_id=order.id)))
        assert 0 <= order.refunded_fen <= order.paid_fen
        assert order.due_fen >= 0
    on_account = [order.balance_fen for order in session.scalars(select(Order).filter_by(on_account=True))]
    open_fen = session.scalars(select(CreditAccount.used_fen)).one()
    assert open_fen == sum(max(one, 0) for one in on_account)
    receipts = session.scalars(select(Payment.receipt_no).order_by(Payment.id)).all()
    for year, numbers in groupby(receipts, key=lambda one: one[:-5]):
        assert [int(one[-5:]) for one in numbers] == [*range(1, len([one for one in receipts if one[:-5] == year]) + 1)]


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_add_up(session: Session, seed: int):
    dice = random.Random(seed)
    market = make_market(session)
    key = {"provider_id": market.provider.id, "organisation_id": market.firm.id}
    open_account(market.staff(), **key, limit_fen=50000)
    orders = [make_order(session, market, market.firm, dice.randint(0, 30000)).id for _ in range(4)]
    session.commit()
    actor, done = market.staff().actor, 0

    for _ in range(60):
        act = dice.choice([pay, pay, refund, adjust, switch])
        try:
            with working(session, actor) as work:
                act(work, session.get_one(Order, dice.choice(orders)), dice)
            done += 1
        except RuleBroken:
            pass
        add_up(session, market)

    assert done > 15
