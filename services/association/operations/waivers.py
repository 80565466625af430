"""Dues that need not be paid: proposed with a reason, decided by a meeting."""

from __future__ import annotations

from datetime import date

from sqlalchemy.exc import IntegrityError

from services.association.errors import InvoiceClosed, MoreThanOpen, NoAmount, ReasonMissing, WaiverWaits
from services.association.models.dues import DuesInvoice, DuesWaiver, InvoiceState, WaiverState
from services.association.models.meetings import MotionSubject
from services.association.operations.invoicing import locked_invoice
from services.association.operations.motions import bring
from services.association.operations.payments import settle_if_full
from services.association.operations.standings import locked_member, note_member
from services.association.operations.telling import tell_payer
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.work import Work

TITLE = "关于减免{firm}{year}年度会费的议案"
"""Titles of motions are contents of the association's meetings."""


def propose_waiver(work: Work, invoice_id: int, amount_fen: int, reason: str) -> DuesWaiver:
    """Propose that part of the dues, or all of them, need not be paid. Nothing changes until the council has decided."""
    invoice, member = locked_invoice(work, invoice_id)
    if not reason.strip():
        raise ReasonMissing
    if amount_fen <= 0:
        raise NoAmount
    if invoice.state is not InvoiceState.OPEN:
        raise InvoiceClosed
    if amount_fen > invoice.open_fen:
        raise MoreThanOpen(open=yuan_text(invoice.open_fen))
    waiver = DuesWaiver(
        invoice_id=invoice_id,
        amount_fen=amount_fen,
        reason=reason,
        proposed_at=work.now,
        proposed_by_id=work.actor.person_id,
    )
    work.session.add(waiver)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise WaiverWaits from clash
    work.record("waiver.proposed", waiver, invoice_id=invoice_id, amount_fen=amount_fen, reason=reason)
    bring(
        work,
        invoice.association_id,
        MotionSubject.WAIVER,
        waiver.id,
        title=TITLE.format(firm=member.organisation.name[:50], year=invoice.year),
        text=f"{yuan_text(amount_fen)}元：{reason}",
        recused=[member.id],
    )
    return waiver


def decide_waiver(work: Work, waiver_id: int, *, motion_id: int, granted: bool, decided_on: date) -> bool:
    """Carry out what a meeting decided about a waiver, once; tell whether it was still to be decided.

    What was paid meanwhile is not waived: no more than what is open, and nothing where nothing is.
    """
    waiver = work.session.get(DuesWaiver, waiver_id)
    if waiver is None:
        raise NotFound
    invoice = work.session.get_one(DuesInvoice, waiver.invoice_id)
    member = locked_member(work, invoice.member_id)
    work.session.refresh(waiver)
    work.session.refresh(invoice)
    if waiver.state is not WaiverState.PROPOSED:
        return False
    waived = min(waiver.amount_fen, invoice.open_fen) if granted else 0
    waiver.state = WaiverState.GRANTED if waived else WaiverState.REFUSED
    waiver.decided_on, waiver.motion_id = decided_on, motion_id
    work.record("waiver.decided", waiver, state=waiver.state, waived_fen=waived, motion_id=motion_id)
    if waived:
        waiver.amount_fen = waived
        invoice.waived_fen += waived
        if not invoice.amount_fen - invoice.paid_fen - invoice.waived_fen:
            invoice.state, invoice.settled_on = InvoiceState.SETTLED, decided_on
        work.session.flush()
        note_member(work, member, "waived", yuan=yuan_text(waived), invoice=invoice.no)
        settle_if_full(work, invoice, member, decided_on)
        tell_payer(work, invoice, N_("%(yuan)s yuan of your dues for %(year)s were waived."), yuan=yuan_text(waived))
    else:
        tell_payer(work, invoice, N_("Your dues for %(year)s were not waived."))
    return True
