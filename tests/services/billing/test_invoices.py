"""Requests for tax invoices: asked once, dealt with once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.billing.errors import (
    CorrectionUnfit,
    InvoiceAsked,
    InvoiceDecided,
    InvoiceOutdated,
    NothingToCorrect,
    NothingToInvoice,
    NotIssuedYet,
    ParticularsMissing,
    ReasonNeeded,
)
from services.billing.models import InvoiceKind, InvoiceRequest, InvoiceState, Order
from services.billing.operations.invoices import (
    Particulars,
    ask_invoice,
    correct_invoice,
    issue_invoice,
    refuse_invoice,
    take_back_invoice,
)
from services.billing.operations.orders import adjust_order
from services.billing.queries import invoices_to_correct
from services.core.errors import NotAllowed, NotFound
from services.core.notices import Notification
from services.core.work import working
from tests.factories.booking import Market, make_market, make_order

NORMAL = Particulars(InvoiceKind.NORMAL, "示例·玻璃厂", "91321023DEM000014N")
SPECIAL = Particulars(
    InvoiceKind.SPECIAL, "示例·玻璃厂", "91321023DEM000014N", "县域商业银行", "3210000001", "演示路1号"
)


@pytest.fixture
def market(session: Session) -> Market:
    return make_market(session)


@pytest.fixture
def order(market: Market) -> Order:
    order = make_order(market.session, market, market.firm)
    market.session.commit()
    return order


@pytest.mark.parametrize("wanted", [NORMAL, SPECIAL])
def test_an_invoice_is_asked_for_and_issued(market: Market, order: Order, wanted: Particulars):
    request = ask_invoice(market.work(), order.id, wanted)
    assert request.amount_fen == order.due_fen
    assert request.no.startswith("FP-")

    issue_invoice(market.staff(), request.id, invoice_no="25322000000012345678", issued_on=market.staff().today)

    assert request.state is InvoiceState.ISSUED
    told = market.session.scalars(select(Notification).where(Notification.person_id == market.agent.id)).all()
    assert told[-1].facts["invoice_no"] == "25322000000012345678"
    with pytest.raises(InvoiceDecided):
        refuse_invoice(market.staff(), request.id, reason="晚了")
    with pytest.raises(InvoiceDecided):
        take_back_invoice(market.work(), request.id)


def test_one_order_has_one_invoice_until_it_is_refused(market: Market, order: Order):
    request = ask_invoice(market.work(), order.id, NORMAL)
    with pytest.raises(InvoiceAsked):
        ask_invoice(market.work(), order.id, SPECIAL)
    with pytest.raises(ReasonNeeded):
        refuse_invoice(market.staff(), request.id, reason=" ")
    refuse_invoice(market.staff(), request.id, reason="抬头与营业执照不一致")

    again = ask_invoice(market.work(), order.id, NORMAL)
    take_back_invoice(market.work(), again.id)
    ask_invoice(market.work(), order.id, SPECIAL)

    states = market.session.scalars(select(InvoiceRequest.state).order_by(InvoiceRequest.id)).all()
    assert states == [InvoiceState.REFUSED, InvoiceState.CANCELLED, InvoiceState.ASKED]


def test_a_special_invoice_needs_bank_and_address_even_in_the_database(market: Market, order: Order):
    with pytest.raises(ParticularsMissing):
        ask_invoice(market.work(), order.id, Particulars(InvoiceKind.SPECIAL, "示例", "91321023DEM000014N"))
    request = ask_invoice(market.work(), order.id, SPECIAL)
    request.bank_name = ""
    with pytest.raises(IntegrityError):
        market.session.flush()


def test_nothing_owed_is_nothing_invoiced(market: Market):
    free = make_order(market.session, market, market.firm, 0)
    with pytest.raises(NothingToInvoice):
        ask_invoice(market.work(), free.id, NORMAL)


def test_an_invoice_is_not_issued_tomorrow(market: Market, order: Order):
    request = ask_invoice(market.work(), order.id, NORMAL)
    tomorrow = market.staff().today + timedelta(days=1)
    with pytest.raises(NotIssuedYet):
        issue_invoice(market.staff(), request.id, invoice_no="1", issued_on=tomorrow)


def test_an_invoice_over_another_sum_is_not_issued(market: Market, order: Order):
    request = ask_invoice(market.work(), order.id, NORMAL)
    adjust_order(market.staff(), order.id, was_fen=20000, due_fen=15000, reason="少做一项")

    with pytest.raises(InvoiceOutdated) as refused:
        issue_invoice(market.staff(), request.id, invoice_no="1", issued_on=market.staff().today)
    assert refused.value.values == {"due": "150.00"}
    refuse_invoice(market.staff(), request.id, reason="金额已变")
    assert ask_invoice(market.work(), order.id, NORMAL).amount_fen == 15000


def test_invoices_of_others_do_not_exist(market: Market, order: Order):
    rival = market.work(market.rival_agent, market.rival)
    request = ask_invoice(market.work(), order.id, NORMAL)
    with pytest.raises(NotFound):
        ask_invoice(rival, order.id, NORMAL)
    with pytest.raises(NotFound):
        take_back_invoice(rival, request.id)
    foreign = make_market(market.session).staff()
    with pytest.raises(NotFound):
        issue_invoice(foreign, request.id, invoice_no="1", issued_on=foreign.today)


@pytest.mark.race
def test_an_invoice_is_asked_for_once_by_many_at_once(market: Market, order: Order, new_session):
    actor, outcome, gate, order_id = market.work().actor, [], threading.Barrier(8), order.id
    market.session.rollback()

    def act() -> None:
        gate.wait()
        with new_session() as session:
            try:
                with working(session, actor) as work:
                    ask_invoice(work, order_id, NORMAL)
                outcome.append("asked")
            except InvoiceAsked:
                outcome.append("refused")

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome) == ["asked"] + ["refused"] * 7
    assert market.session.scalar(select(func.count(InvoiceRequest.id))) == 1


RED = "25322000000099999999"


@pytest.fixture
def issued(market: Market, order: Order) -> InvoiceRequest:
    """Return an issued invoice of 200 yuan."""
    request = ask_invoice(market.work(), order.id, NORMAL)
    issue_invoice(market.staff(), request.id, invoice_no="25322000000012345678", issued_on=market.staff().today)
    market.session.commit()
    return request


def lower(market: Market, order: Order, due_fen: int) -> None:
    adjust_order(market.staff(), order.id, was_fen=order.due_fen, due_fen=due_fen, reason="少做一项")
    market.session.commit()


def take_back(market: Market, request: InvoiceRequest, amount_fen: int, **over) -> InvoiceRequest:
    given = {"invoice_no": RED, "issued_on": market.staff().today, "reason": "开票后降价"} | over
    return correct_invoice(market.staff(), request.id, amount_fen=amount_fen, **given)


def to_correct(market: Market) -> list[InvoiceRequest]:
    return list(market.session.scalars(invoices_to_correct(market.provider.id)))


def test_a_price_cut_below_the_invoice_is_told_to_the_desk_until_it_is_corrected(market, order, issued):
    assert to_correct(market) == []

    lower(market, order, 15000)

    assert to_correct(market) == [issued]
    told = market.session.scalars(select(Notification).where(Notification.person_id == market.clerk.id)).all()
    assert "red-letter" in told[-1].message
    take_back(market, issued, 5000)
    market.session.commit()
    assert (issued.standing_fen, issued.state) == (15000, InvoiceState.ISSUED)
    assert [(one.invoice_no, one.amount_fen) for one in issued.corrections] == [(RED, 5000)]
    assert to_correct(market) == []
    with pytest.raises(InvoiceAsked):
        ask_invoice(market.work(), order.id, NORMAL)


def test_an_invoice_taken_back_as_a_whole_is_followed_by_another(market, order, issued):
    lower(market, order, 15000)

    take_back(market, issued, 20000)

    assert ask_invoice(market.work(), order.id, NORMAL).amount_fen == 15000


@pytest.mark.parametrize("amount_fen", [4999, 20001, -1])
def test_no_more_and_no_less_is_taken_back_than_is_too_much(market, order, issued, amount_fen):
    lower(market, order, 15000)
    with pytest.raises(CorrectionUnfit) as refused:
        take_back(market, issued, amount_fen)
    assert refused.value.values == {"least": "50.00", "most": "200.00"}


def test_a_correction_has_its_reason_and_day_and_something_to_correct(market, order, issued):
    with pytest.raises(NothingToCorrect):
        take_back(market, issued, 1)
    lower(market, order, 15000)
    with pytest.raises(ReasonNeeded):
        take_back(market, issued, 5000, reason=" ")
    with pytest.raises(NotIssuedYet):
        take_back(market, issued, 5000, issued_on=market.staff().today + timedelta(days=1))
    with pytest.raises(NotAllowed):
        correct_invoice(
            market.work(), issued.id, invoice_no=RED, amount_fen=5000, issued_on=market.staff().today, reason="x"
        )
    take_back(market, issued, 5000)
    with pytest.raises(NothingToCorrect):
        take_back(market, issued, 5000)


def test_the_database_refuses_more_corrections_than_the_invoice_is_over(market, issued):
    with pytest.raises(IntegrityError):
        market.session.execute(update(InvoiceRequest).values(corrected_fen=20001))
