"""Requests for tax invoices: asked by the client, issued in the tax system and entered here, refused, or corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from services.billing.errors import (
    CorrectionUnfit,
    InvoiceAsked,
    InvoiceDecided,
    InvoiceOutdated,
    NothingToCorrect,
    NothingToInvoice,
    NotIssuedYet,
    OrdinaryOnly,
    ParticularsMissing,
    ReasonNeeded,
)
from services.billing.models import InvoiceCorrection, InvoiceKind, InvoiceRequest, InvoiceState, Order
from services.core.errors import NotFound
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import holders_of


@dataclass(frozen=True)
class Particulars:
    """Whom the invoice is made out to; a special one (专票) needs bank, account and address."""

    kind: InvoiceKind
    title: str
    tax_no: str
    bank_name: str = ""
    bank_account: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


def ask_invoice(work: Work, order_id: int, wanted: Particulars) -> InvoiceRequest:
    """Ask for the tax invoice of an order over what it owes; a person asks for an ordinary one (普票).

    Raises NothingToInvoice, ParticularsMissing, or InvoiceAsked when one was asked for or issued already.
    """
    order = work.session.get(Order, order_id, with_for_update=True)
    if order is None:
        raise NotFound
    _require_payer(work, order)
    if order.due_fen <= 0:
        raise NothingToInvoice
    is_special = wanted.kind is InvoiceKind.SPECIAL
    if is_special and order.person_id is not None:
        raise OrdinaryOnly
    if is_special and not (wanted.bank_name and wanted.bank_account and wanted.address):
        raise ParticularsMissing
    number = work.number("FP")
    made = insert_unless_taken(  # the partial key on the order decides between two requests at the same moment
        work.session,
        InvoiceRequest,
        no=number,
        order_id=order_id,
        provider_id=order.provider_id,
        **vars(wanted),
        amount_fen=order.due_fen,
        state=InvoiceState.ASKED,
        reason="",
        invoice_no="",
        asked_at=work.now,
        asked_by_id=work.actor.person_id,
    )
    if not made:
        raise InvoiceAsked
    request = work.session.scalars(select(InvoiceRequest).where(InvoiceRequest.no == number)).one()
    work.record("invoice.asked", request, no=number, amount_fen=order.due_fen)
    message = N_("A tax invoice is asked for: %(no)s, %(title)s.")
    for person_id in work.session.scalars(holders_of(Permission.PAYMENT_RECORD, order.provider_id)).all():
        work.tell(person_id, message, link="/billing/desk/invoices", no=number, title=wanted.title)
    return request


def issue_invoice(work: Work, request_id: int, *, invoice_no: str, issued_on: date) -> InvoiceRequest:
    """Enter the number of the invoice that was issued in the tax system.

    Raises InvoiceDecided, NotIssuedYet, or InvoiceOutdated when the order owes another sum by now.
    """
    request = _open_one(work, request_id)
    due_fen = work.session.get_one(Order, request.order_id, with_for_update=True).due_fen
    if due_fen != request.amount_fen:
        raise InvoiceOutdated(due=yuan_text(due_fen))
    if issued_on > work.today:
        raise NotIssuedYet
    request.invoice_no, request.issued_on = invoice_no, issued_on
    _decide(work, request, InvoiceState.ISSUED, N_("The tax invoice %(invoice_no)s for %(no)s is issued."))
    return request


def correct_invoice(
    work: Work, request_id: int, *, invoice_no: str, amount_fen: int, issued_on: date, reason: str
) -> InvoiceRequest:
    """Enter the red-letter invoice that takes back what an issued one is over too much, or the whole of it.

    After the whole the firm can ask for another one. Raises NothingToCorrect, CorrectionUnfit, ReasonNeeded, NotIssuedYet.
    """
    request = _locked(work, request_id)
    work.require(Permission.PAYMENT_RECORD, scope=request.provider_id)
    due_fen = work.session.get_one(Order, request.order_id, with_for_update=True).due_fen
    too_much_fen, most_fen = request.standing_fen - due_fen, request.standing_fen
    if too_much_fen <= 0:
        raise NothingToCorrect
    if not too_much_fen <= amount_fen <= most_fen:
        raise CorrectionUnfit(least=yuan_text(too_much_fen), most=yuan_text(most_fen))
    if not reason.strip():
        raise ReasonNeeded
    if issued_on > work.today:
        raise NotIssuedYet
    correction = InvoiceCorrection(
        request_id=request.id,
        invoice_no=invoice_no,
        amount_fen=amount_fen,
        reason=reason.strip(),
        issued_on=issued_on,
        recorded_at=work.now,
        recorded_by_id=work.actor.person_id,
    )
    work.session.add(correction)
    request.corrected_fen += amount_fen
    work.record("invoice.corrected", request, no=request.no, invoice_no=invoice_no, amount_fen=amount_fen)
    _tell_asker(work, request, N_("A red-letter invoice %(invoice_no)s for %(no)s is issued."), invoice_no=invoice_no)
    return request


def tell_too_much(work: Work, order: Order) -> None:
    """Let the cashier know of an issued invoice that is over more than its order owes by now."""
    issued = select(InvoiceRequest).where(
        InvoiceRequest.order_id == order.id,
        InvoiceRequest.state == InvoiceState.ISSUED,
        InvoiceRequest.amount_fen - InvoiceRequest.corrected_fen > order.due_fen,
    )
    message = N_("The price of %(title)s fell below invoice %(invoice_no)s: a red-letter invoice is needed.")
    for request in work.session.scalars(issued):
        for person_id in work.session.scalars(holders_of(Permission.PAYMENT_RECORD, order.provider_id)).all():
            link = "/billing/desk/invoices?show=to_correct"
            work.tell(person_id, message, link=link, title=order.title, invoice_no=request.invoice_no)


def refuse_invoice(work: Work, request_id: int, *, reason: str) -> InvoiceRequest:
    """Refuse a request with a reason; the client can ask again. Raises InvoiceDecided, ReasonNeeded."""
    request = _open_one(work, request_id)
    if not reason.strip():
        raise ReasonNeeded
    request.reason = reason
    _decide(work, request, InvoiceState.REFUSED, N_("The tax invoice for %(no)s cannot be issued: %(reason)s"))
    return request


def take_back_invoice(work: Work, request_id: int) -> None:
    """Take back a request that nobody has dealt with. Raises InvoiceDecided."""
    request = _locked(work, request_id)
    order = work.session.get_one(Order, request.order_id)
    _require_payer(work, order)
    if request.state is not InvoiceState.ASKED:
        raise InvoiceDecided
    request.state, request.handled_at = InvoiceState.CANCELLED, work.now
    request.handled_by_id = work.actor.person_id
    work.record("invoice.cancelled", request, no=request.no)


def _require_payer(work: Work, order: Order) -> None:
    """Let people pass who may ask for invoices of the firm that owes an order, or the person who owes it."""
    if order.person_id is None:
        work.require(Permission.INVOICE_ASK, scope=order.organisation_id)
    elif order.person_id != work.actor.person_id:
        raise NotFound


def _locked(work: Work, request_id: int) -> InvoiceRequest:
    request = work.session.get(InvoiceRequest, request_id, with_for_update=True)
    if request is None:
        raise NotFound
    return request


def _open_one(work: Work, request_id: int) -> InvoiceRequest:
    request = _locked(work, request_id)
    work.require(Permission.PAYMENT_RECORD, scope=request.provider_id)
    if request.state is not InvoiceState.ASKED:
        raise InvoiceDecided
    return request


def _decide(work: Work, request: InvoiceRequest, state: InvoiceState, message: str) -> None:
    request.state, request.handled_at, request.handled_by_id = state, work.now, work.actor.person_id
    work.record(f"invoice.{state.value}", request, no=request.no, invoice_no=request.invoice_no, reason=request.reason)
    _tell_asker(work, request, message, invoice_no=request.invoice_no, reason=request.reason)


def _tell_asker(work: Work, request: InvoiceRequest, message: str, **facts: str) -> None:
    if request.asked_by_id is not None:
        work.tell(request.asked_by_id, message, link=f"/billing/orders/{request.order_id}", no=request.no, **facts)
