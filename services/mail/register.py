"""Letters about applications for membership and about dues."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from services.association.models.dues import DuesInvoice, DuesPayment, InvoiceState
from services.association.models.register import ApplicationState, MembershipApplication
from services.association.rules.joining import STATE_NAMES
from services.core import clock, links
from services.core.money import yuan_text
from services.mail.letters import Letter
from services.mail.readers import to_person

REASONED = frozenset({ApplicationState.RETURNED, ApplicationState.REFUSED})


def application_moved(session: Session, *, application_id: int, person_id: int) -> Letter | None:
    """Whoever applied learns where the application stands, and until when something has to be done."""
    application = session.get_one(MembershipApplication, application_id)
    state = application.state
    days = {
        ApplicationState.PUBLIC_NOTICE: application.notice_until_on,
        ApplicationState.AWAITING_DUES: application.dues_until_on,
    }
    return to_person(
        session,
        person_id,
        "association/application_moved",
        association=application.association.name,
        no=application.no,
        headline=STATE_NAMES[state],
        reason=application.state_reason if state in REASONED else "",
        until_on=days.get(state),
        link=links.application(application_id),
    )


def dues_asked(session: Session, *, invoice_id: int, person_id: int) -> Letter | None:
    """A member is asked for its dues; None once nothing is open."""
    return _about(session, "dues_asked", invoice_id, person_id)


def dues_reminder(session: Session, *, invoice_id: int, person_id: int) -> Letter | None:
    """A member is reminded of its dues; None once nothing is open."""
    return _about(session, "dues_reminder", invoice_id, person_id)


def dues_received(session: Session, *, payment_id: int, person_id: int) -> Letter | None:
    """A member learns that its dues have arrived, and where the receipt is; None for what was taken back."""
    payment = session.get_one(DuesPayment, payment_id)
    if payment.reversed_at is not None:
        return None
    return to_person(
        session,
        person_id,
        "association/dues_received",
        receipt_no=payment.receipt_no,
        **_facts(payment.invoice, payment.amount_fen),
        link=links.dues_receipt(payment_id),
    )


def _about(session: Session, letter: str, invoice_id: int, person_id: int) -> Letter | None:
    invoice = session.get_one(DuesInvoice, invoice_id)
    if invoice.state is not InvoiceState.OPEN:
        return None
    facts = _facts(invoice, invoice.open_fen)
    late = clock.local_day(clock.now()) > invoice.due_on
    return to_person(session, person_id, f"association/{letter}", is_late=late, **facts, link=links.my_dues())


def _facts(invoice: DuesInvoice, amount_fen: int) -> dict[str, Any]:
    return {
        "association": invoice.member.association.name,
        "no": invoice.no,
        "year": invoice.year,
        "yuan": yuan_text(amount_fen),
        "due_on": invoice.due_on,
    }
