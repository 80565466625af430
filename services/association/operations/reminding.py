"""Reminds members of their dues before, at and after the day, each stage once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from services.association.models.dues import DuesInvoice, DuesReminder, InvoiceState
from services.association.models.register import Charter, Member
from services.association.operations.telling import tell_payer
from services.association.queries.dues import invoices
from services.association.queries.members import charter_of
from services.association.rules.dues import BEFORE, Stage, stage_on
from services.core.errors import NotFound
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

MOST_AT_ONCE = 2000
SENTENCES = {
    Stage.BEFORE: N_("Your dues for %(year)s (%(no)s) are due on %(due)s."),
    Stage.DUE: N_("Your dues for %(year)s (%(no)s) are due today or have just become due."),
    Stage.LATE: N_("Your dues for %(year)s (%(no)s) are late. Please pay them."),
    Stage.LAST: N_("Your dues for %(year)s (%(no)s) are late; your rights as a member end soon."),
    Stage.SUSPENDED: N_("Your rights as a member are suspended until the dues for %(year)s (%(no)s) are paid."),
}


def remind_of_dues(work: Work) -> int:
    """Send the reminder that each open invoice asks for today, unless it was sent; return how many were."""
    statement = (
        select(DuesInvoice)
        .join(DuesInvoice.member)
        .where(
            DuesInvoice.state == InvoiceState.OPEN,
            DuesInvoice.due_on <= work.today + BEFORE,
            Member.ended_on.is_(None) | (Member.ended_on > work.today) | DuesInvoice.is_joining,
        )
        .order_by(DuesInvoice.association_id, DuesInvoice.id)
        .limit(MOST_AT_ONCE)
    )
    charters: dict[int, Charter] = {}
    sent = 0
    for invoice in work.session.scalars(statement).all():
        key = invoice.association_id
        charter = charters.setdefault(key, charters.get(key) or charter_of(work.session, key))
        stage = stage_on(invoice.due_on, charter.grace_days, work.today)
        sent += stage is not None and _remind(work, invoice, stage.value, SENTENCES[stage])
    return sent


def remind_now(work: Work, invoice_id: int) -> None:
    """Send a reminder because the secretariat wants one today; once a day at most."""
    work.require(Permission.DUES_MANAGE)
    association_id = work.actor.organisation_id or 0
    work.require(Permission.DUES_MANAGE, scope=association_id)
    invoice = work.session.scalars(
        invoices(association_id).where(DuesInvoice.id == invoice_id, DuesInvoice.state == InvoiceState.OPEN)
    ).one_or_none()
    if invoice is None:
        raise NotFound
    late = invoice.due_on + timedelta(days=1) <= work.today
    _remind(work, invoice, f"asked {work.today:%Y%m%d}", SENTENCES[Stage.LATE if late else Stage.BEFORE])


def _remind(work: Work, invoice: DuesInvoice, stage: str, sentence: str) -> bool:
    if not insert_unless_taken(work.session, DuesReminder, invoice_id=invoice.id, stage=stage, sent_at=work.now):
        return False
    for person_id in tell_payer(work, invoice, sentence, due=str(invoice.due_on)):
        work.later("mail.dues_reminder", invoice_id=invoice.id, person_id=person_id)
    work.record("dues.reminded", invoice, stage=stage)
    return True
