"""Accounts for monthly payment: the limit holds, and what is open always adds up."""

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.billing.errors import AboveLimit, LimitBelowUse, NoAccount, NotAnAmount
from services.billing.models import CreditAccount, Order, PaymentMethod
from services.billing.operations.accounts import close_account, open_account
from services.billing.operations.orders import adjust_order, put_on_account, record_payment, record_refund
from services.core.audit import AuditEntry
from services.core.errors import NotAllowed, NotFound
from services.core.permissions import Role
from services.core.work import working
from tests.factories.booking import Market, make_market, make_order
from tests.factories.catalogue import make_provider

CASH = PaymentMethod.CASH


@pytest.fixture
def market(session: Session) -> Market:
    market = make_market(session)
    session.commit()
    return market


def account(market: Market, limit_fen: int = 30000) -> CreditAccount:
    key = {"provider_id": market.provider.id, "organisation_id": market.firm.id}
    made = open_account(market.staff(), **key, limit_fen=limit_fen)
    market.session.commit()
    return made


def used(market: Market) -> int:
    market.session.commit()
    return market.session.scalars(select(CreditAccount.used_fen)).one()


def test_an_order_goes_on_an_account_that_has_room_for_it(market: Market):
    account(market)
    order = make_order(market.session, market, market.firm)

    put_on_account(market.staff(), order.id, on_account=True)

    assert order.on_account
    assert used(market) == 20000


def test_without_an_account_nothing_is_paid_later(market: Market):
    order = make_order(market.session, market, market.firm)
    with pytest.raises(NoAccount):
        put_on_account(market.staff(), order.id, on_account=True)


def test_a_closed_account_takes_nothing_more_and_can_be_opened_again(market: Market):
    account(market)
    key = {"provider_id": market.provider.id, "organisation_id": market.firm.id}
    close_account(market.staff(), **key)
    order = make_order(market.session, market, market.firm)
    market.session.commit()
    with pytest.raises(NoAccount):
        put_on_account(market.staff(), order.id, on_account=True)
    market.session.rollback()
    with pytest.raises(NoAccount):
        close_account(market.staff(), **key)

    account(market)
    put_on_account(market.staff(), order.id, on_account=True)
    assert used(market) == 20000
    of_accounts = select(AuditEntry.kind).where(AuditEntry.kind.startswith("account.")).order_by(AuditEntry.id)
    kinds = market.session.scalars(of_accounts).all()
    assert kinds == ["account.opened", "account.closed", "account.opened"]


def test_the_limit_is_told_with_what_is_left(market: Market):
    account(market)
    first, second = (make_order(market.session, market, market.firm) for _ in range(2))
    put_on_account(market.staff(), first.id, on_account=True)
    market.session.commit()

    with pytest.raises(AboveLimit) as refused:
        put_on_account(market.staff(), second.id, on_account=True)
    assert refused.value.values == {"left": "100.00"}
    market.session.rollback()
    assert used(market) == 20000


def test_the_limit_never_falls_below_what_is_open(market: Market):
    account(market)
    order = make_order(market.session, market, market.firm)
    put_on_account(market.staff(), order.id, on_account=True)
    with pytest.raises(LimitBelowUse):
        account(market, 19999)
    account(market, 20000)
    with pytest.raises(NotAnAmount):
        account(market, 0)


def test_payments_refunds_and_other_prices_show_on_the_account(market: Market):
    account(market)
    order = make_order(market.session, market, market.firm)
    staff = market.staff()
    put_on_account(staff, order.id, on_account=True)
    record_payment(staff, order.id, amount_fen=15000, method=CASH, received_on=staff.today)
    assert used(market) == 5000
    adjust_order(staff, order.id, was_fen=20000, due_fen=12000, reason="少做一项")
    assert used(market) == 0
    record_refund(staff, order.id, amount_fen=4000, method=CASH, refunded_on=staff.today, reason="少做一项")
    assert used(market) == 1000
    put_on_account(staff, order.id, on_account=False)
    assert used(market) == 0


def test_a_price_raised_on_account_is_held_to_the_limit(market: Market):
    account(market)
    first, second = (make_order(market.session, market, market.firm, 12000) for _ in range(2))
    for order in (first, second):
        put_on_account(market.staff(), order.id, on_account=True)
    market.session.commit()

    with pytest.raises(AboveLimit) as refused:
        adjust_order(market.staff(), second.id, was_fen=12000, due_fen=18001, reason="加测")
    assert refused.value.values == {"left": "60.00"}
    market.session.rollback()
    assert market.session.get_one(Order, second.id).due_fen == 12000

    adjust_order(market.staff(), second.id, was_fen=12000, due_fen=18000, reason="加测")
    assert used(market) == 30000
    adjust_order(market.staff(), first.id, was_fen=12000, due_fen=1000, reason="让利")  # lower is never refused
    assert used(market) == 19000


def test_a_price_raised_on_a_closed_account_is_refused(market: Market):
    account(market)
    order = make_order(market.session, market, market.firm)
    put_on_account(market.staff(), order.id, on_account=True)
    close_account(market.staff(), provider_id=market.provider.id, organisation_id=market.firm.id)
    market.session.commit()

    with pytest.raises(NoAccount):
        adjust_order(market.staff(), order.id, was_fen=20000, due_fen=20001, reason="加测")


def test_only_administrators_of_the_centre_open_accounts(market: Market):
    key = {"provider_id": market.provider.id, "organisation_id": market.firm.id}
    clerk = market.work(market.clerk, market.provider.organisation, role=Role.LAB_CLERK)
    with pytest.raises(NotAllowed):
        open_account(clerk, **key, limit_fen=100)
    foreign = market.work(market.clerk, make_provider(market.session).organisation, role=Role.PROVIDER_ADMIN)
    with pytest.raises(NotFound):
        open_account(foreign, **key, limit_fen=100)
    with pytest.raises(NotFound):
        close_account(foreign, **key)


@pytest.mark.race
def test_the_last_room_of_an_account_is_used_once(market: Market, new_session):
    """Eight orders of 200 yuan go on an account of 500 at once: two fit."""
    account(market, 50000)
    orders = [make_order(market.session, market, market.firm).id for _ in range(8)]
    market.session.commit()
    actor, outcome, gate = market.staff().actor, [], threading.Barrier(8)
    market.session.rollback()

    def act(order_id: int) -> None:
        gate.wait()
        with new_session() as session:
            try:
                with working(session, actor) as work:
                    put_on_account(work, order_id, on_account=True)
                outcome.append("taken")
            except AboveLimit:
                outcome.append("refused")

    threads = [threading.Thread(target=act, args=(one,)) for one in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome) == ["refused"] * 6 + ["taken"] * 2
    assert used(market) == 40000
    assert market.session.scalar(select(func.count()).where(Order.on_account.is_(True))) == 2


@pytest.mark.race
def test_the_last_room_of_an_account_raises_one_price(market: Market, new_session):
    """Eight orders of 50 yuan on an account of 450 are raised by 50 at once: one fits."""
    account(market, 45000)
    orders = [make_order(market.session, market, market.firm, 5000).id for _ in range(8)]
    for order_id in orders:
        put_on_account(market.staff(), order_id, on_account=True)
    market.session.commit()
    actor, outcome, gate = market.staff().actor, [], threading.Barrier(8)
    market.session.rollback()

    def act(order_id: int) -> None:
        gate.wait()
        with new_session() as session:
            try:
                with working(session, actor) as work:
                    adjust_order(work, order_id, was_fen=5000, due_fen=10000, reason="加测")
                outcome.append("raised")
            except AboveLimit:
                outcome.append("refused")

    threads = [threading.Thread(target=act, args=(one,)) for one in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcome.count("raised") == 1
    assert used(market) == 45000
