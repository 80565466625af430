"""Books dues that arrived, once; takes back what was booked by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import CursorResult, Update, case, select, update
from sqlalchemy.exc import IntegrityError

from services.association.errors import (
    InvoiceClosed,
    LineBookedThere,
    LineKnown,
    LineUsedUp,
    MembershipOver,
    MoreThanOpen,
    NoAmount,
    PaidInFuture,
    ReasonMissing,
    SerialMissing,
)
from services.association.models.dues import (
    BankLine,
    DuesInvoice,
    DuesMethod,
    DuesPayment,
    InvoiceState,
    LineState,
)
from services.association.models.register import Ending, Member
from services.association.operations.invoicing import locked_invoice
from services.association.operations.settling import give_term, revoke_term
from services.association.operations.standings import note_member, refresh
from services.association.operations.telling import tell_payer
from services.core.errors import NotFound, WrongState
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.numbering import next_in
from services.core.permissions import Permission
from services.core.work import Work


@dataclass(frozen=True)
class Money:
    """What arrived: how much, when, from whom, and how. A transfer has the serial number of the bank."""

    amount_fen: int
    received_on: date
    payer: str
    method: DuesMethod
    serial: str = ""


def record_payment(work: Work, invoice_id: int, money: Money) -> DuesPayment:
    """Book dues that the secretariat saw arrive, in part or in full; the receipt takes the next number of the year.

    A transfer becomes a bank line of its own, so that a statement with its serial number is not booked again: raises
    LineKnown when the line is there already, SerialMissing without a number.
    """
    if money.method is not DuesMethod.TRANSFER:
        return _booked(work, invoice_id, money, None)
    if not money.serial:
        raise SerialMissing
    if money.amount_fen <= 0:
        raise NoAmount
    invoice, _ = locked_invoice(work, invoice_id)
    values = {
        "association_id": invoice.association_id,
        "serial": money.serial,
        "arrived_on": money.received_on,
        "payer": money.payer,
        "remark": "",
        "amount_fen": money.amount_fen,
        "booked_fen": 0,
        "state": LineState.WAITING,
        "reason": "",
    }
    if not insert_unless_taken(work.session, BankLine, **values):
        raise LineKnown
    line = work.session.scalars(
        select(BankLine).where(BankLine.association_id == invoice.association_id, BankLine.serial == money.serial)
    ).one()
    return _booked(work, invoice_id, money, line)


def book_line(work: Work, line_id: int, parts: list[tuple[int, int]]) -> list[DuesPayment]:
    """Book a bank line on invoices, ``parts`` being (invoice, amount in fen); what is left of it waits.

    Raises LineUsedUp beyond the amount of the line, MoreThanOpen beyond what an invoice asks for.
    """
    line = own_line(work, line_id)
    if not parts:
        raise NoAmount
    made = []
    for invoice_id, amount_fen in sorted(parts):
        money = Money(amount_fen, line.arrived_on, line.payer, DuesMethod.TRANSFER, line.serial)
        made.append(_booked(work, invoice_id, money, line))
    return made


def own_line(work: Work, line_id: int) -> BankLine:
    """Return a bank line of the actor's association. Raises NotFound for any other."""
    work.require(Permission.DUES_MANAGE)
    line = work.session.get(BankLine, line_id)
    if line is None:
        raise NotFound
    work.require(Permission.DUES_MANAGE, scope=line.association_id)
    return line


def reverse(work: Work, payment_id: int, reason: str) -> None:
    """Take back a payment that was booked by mistake: its receipt number stays, void; the term it gave is revoked.

    What a bank line paid waits to be booked again.
    """
    work.require(Permission.DUES_MANAGE)
    payment = work.session.get(DuesPayment, payment_id)
    if payment is None:
        raise NotFound
    invoice, member = locked_invoice(work, payment.invoice_id)
    if not reason.strip():
        raise ReasonMissing
    values = {"reversed_at": work.now, "reversed_by_id": work.actor.person_id, "reversed_reason": reason}
    step = update(DuesPayment).where(DuesPayment.id == payment_id, DuesPayment.reversed_at.is_(None)).values(**values)
    if not _changed(work, step):
        raise WrongState(state=N_("Reversed"))
    back = invoice.paid_fen - payment.amount_fen
    if invoice.state is InvoiceState.SETTLED:
        revoke_term(work, invoice)
        invoice.state, invoice.settled_on = InvoiceState.OPEN, None
    invoice.paid_fen = back
    if payment.bank_line_id is not None:
        booked = BankLine.booked_fen - payment.amount_fen
        work.session.execute(
            update(BankLine)
            .where(BankLine.id == payment.bank_line_id)
            .values(booked_fen=booked, state=LineState.WAITING)
        )
    work.session.flush()
    work.session.refresh(payment)
    note_member(work, member, "payment_reversed", reason=reason, receipt=payment.receipt_no)
    work.record("dues.reversed", payment, reason=reason, receipt_no=payment.receipt_no)
    refresh(work, member)


def settle_if_full(work: Work, invoice: DuesInvoice, member: Member, settled_on: date) -> None:
    """Give the member its term once nothing of an invoice is open, and let it stand where it stands then."""
    if invoice.state is InvoiceState.SETTLED:
        give_term(work, member, invoice, settled_on)
    refresh(work, member)


def _booked(work: Work, invoice_id: int, money: Money, line: BankLine | None) -> DuesPayment:
    invoice, member = locked_invoice(work, invoice_id)
    if line is not None and line.association_id != invoice.association_id:
        raise NotFound
    if money.amount_fen <= 0:
        raise NoAmount
    if money.received_on > work.today:
        raise PaidInFuture
    if invoice.state is not InvoiceState.OPEN:
        raise InvoiceClosed
    _open_to_payment(work, invoice, member, money.received_on)
    _take_from_line(work, line, money.amount_fen)
    _put_on_invoice(work, invoice, money)
    year = work.today.year
    payment = DuesPayment(
        association_id=invoice.association_id,
        invoice_id=invoice.id,
        receipt_no=f"HS-{year}-{next_in(work.session, f'HS-{invoice.association_id}-{year}'):05d}",
        method=money.method,
        amount_fen=money.amount_fen,
        received_on=money.received_on,
        payer=money.payer,
        bank_line_id=line.id if line is not None else None,
        recorded_at=work.now,
        recorded_by_id=work.actor.person_id,
    )
    work.session.add(payment)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise LineBookedThere from clash
    note_member(work, member, "paid", receipt=payment.receipt_no, yuan=yuan_text(money.amount_fen), invoice=invoice.no)
    work.record("dues.paid", payment, amount_fen=money.amount_fen, receipt_no=payment.receipt_no, invoice_id=invoice_id)
    settle_if_full(work, invoice, member, money.received_on)
    for person_id in tell_payer(
        work, invoice, N_("Your dues have arrived: receipt %(receipt)s."), receipt=payment.receipt_no
    ):
        work.later("mail.dues_received", payment_id=payment.id, person_id=person_id)
    return payment


def _open_to_payment(work: Work, invoice: DuesInvoice, member: Member, received_on: date) -> None:
    """A membership that has ended is not brought back by a payment; unless the money was there before it lapsed."""
    refresh(work, member)
    if member.ended_on is None or invoice.is_joining or member.ended_on > work.today:
        return
    if member.ended_as is not Ending.LAPSED or received_on >= member.ended_on:
        raise MembershipOver
    note_member(work, member, "lapse_lifted", received_on=received_on)
    work.record("member.lapse_lifted", member, received_on=received_on)
    member.ended_on = member.ended_as = None


def _take_from_line(work: Work, line: BankLine | None, amount_fen: int) -> None:
    if line is None:
        return
    left = BankLine.amount_fen - BankLine.booked_fen - amount_fen
    state = case((left == 0, LineState.BOOKED.value), else_=LineState.WAITING.value)
    step = update(BankLine).where(BankLine.id == line.id, left >= 0, BankLine.state != LineState.SET_ASIDE)
    done = _changed(work, step.values(booked_fen=BankLine.booked_fen + amount_fen, state=state))
    work.session.refresh(line)
    if not done:
        raise LineUsedUp(open=yuan_text(line.open_fen))


def _put_on_invoice(work: Work, invoice: DuesInvoice, money: Money) -> None:
    left = DuesInvoice.amount_fen - DuesInvoice.paid_fen - DuesInvoice.waived_fen - money.amount_fen
    step = update(DuesInvoice).where(DuesInvoice.id == invoice.id, DuesInvoice.state == InvoiceState.OPEN, left >= 0)
    done = _changed(
        work,
        step.values(
            paid_fen=DuesInvoice.paid_fen + money.amount_fen,
            state=case((left == 0, InvoiceState.SETTLED.value), else_=InvoiceState.OPEN.value),
            settled_on=case((left == 0, money.received_on), else_=None),
        ),
    )
    if not done:
        raise MoreThanOpen(open=yuan_text(invoice.open_fen))
    work.session.refresh(invoice)


def _changed(work: Work, step: Update) -> bool:
    result = work.session.execute(step.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
