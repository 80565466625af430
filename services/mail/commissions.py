"""Letters of the laboratory. They never tell prices, results or what is tested: those are read on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.models import QuotationState
from services.billing.operations import quotations
from services.catalogue.models import Provider
from services.core import links
from services.laboratory.models.commissions import Commission, CommissionState, Consultation
from services.laboratory.models.reports import Objection, Report, ReportState
from services.mail.letters import Letter
from services.mail.readers import to_person
from services.organisations.queries import acts_for

TO_CLIENT: dict[str, Callable[[int], str]] = {
    "commission_approved": links.commission,
    "commission_declined": links.commission,
    "commission_expired": links.commission,
    "commission_goes_on": links.commission,
    "commission_kept": links.commission,
    "commission_lapsed": links.commission,
    "commission_paid": links.commission,
    "commission_proposed": links.commission,
    "commission_question": links.commission_answer,
    "commission_quoted": links.commission,
    "commission_replanned": links.commission,
    "commission_resumed": links.commission,
    "commission_samples_due": links.commission,
    "commission_submitted": links.commission,
    "commission_suspended": links.commission,
    "commission_terminated": links.commission,
    "commission_termination": links.commission_end,
    "report_issued": links.commission_reports,
    "sample_deviates": links.commission_deviation,
    "sample_refused": links.commission,
    "samples_received": links.commission,
}
"""Letters to whoever placed a commission, and the page each leads to."""

ABOUT_OBJECTIONS = ("objection_answered", "objection_taken_up")
DATED = frozenset(
    {
        "commission_approved",
        "commission_goes_on",
        "commission_kept",
        "commission_paid",
        "commission_replanned",
        "commission_resumed",
        "commission_submitted",
        "samples_received",
    }
)
"""Letters that name the promised date; in the others it stands still, is still to be agreed, or does not matter."""
REASONED = frozenset({"commission_declined", "commission_kept", "commission_suspended"})
"""Letters that repeat the reason which was written for the client."""


def to_client(letter: str, session: Session, *, commission_id: int, person_id: int | None = None) -> Letter | None:
    """Return the letter about a commission to somebody at the firm: to whoever placed it where nobody is named."""
    commission = session.get_one(Commission, commission_id)
    facts = _facts(session, commission) | {"link": TO_CLIENT[letter](commission.id)}
    facts["promised_on"] = commission.promised_on if letter in DATED else None
    facts["reason"] = commission.state_reason if letter in REASONED else ""
    return _at_firm(session, commission, person_id, f"laboratory/{letter}", **facts)


def about_objection(
    letter: str, session: Session, *, commission_id: int, person_id: int | None = None
) -> Letter | None:
    """Return the letter about the latest objection to somebody at the firm."""
    commission = session.get_one(Commission, commission_id)
    latest = select(Objection).where(Objection.commission_id == commission.id).order_by(Objection.id.desc()).limit(1)
    objection = session.scalars(latest).one()
    facts = _facts(session, commission) | {"link": links.objection(objection.id)}
    facts["answer_due_on"] = objection.answer_due_on if objection.answered_at is None else None
    return _at_firm(session, commission, person_id, f"laboratory/{letter}", **facts)


def _at_firm(session: Session, commission: Commission, person_id: int | None, name: str, **facts: Any) -> Letter | None:
    """Return a letter to somebody who still acts for the firm of a commission; None for anybody else."""
    reader_id = person_id or commission.placed_by_id
    if not acts_for(session, reader_id, commission.organisation_id):
        return None
    return to_person(session, reader_id, name, **facts)


def consultation_answered(session: Session, *, consultation_id: int, person_id: int | None = None) -> Letter | None:
    """Whoever asked the laboratory, or orders for the firm now, learns that there is an answer."""
    asked = session.get_one(Consultation, consultation_id)
    facts = _of_laboratory(session.get_one(Provider, asked.provider_id), asked.no) | {"firm": asked.organisation.name}
    link = links.consultation(asked.id)
    return to_person(
        session, person_id or asked.asked_by_id, "laboratory/consultation_answered", **facts | {"link": link}
    )


def report_void(session: Session, *, report_id: int, person_id: int) -> Letter | None:
    """Whoever fetched or verified a report learns that it is void; a stranger reads no more than on the public page."""
    report = session.get_one(Report, report_id)
    facts = _of_laboratory(report.commission.provider, report.no) | {"link": links.verification(report.code)}
    facts["is_replaced"] = report.state is ReportState.SUPERSEDED
    return to_person(session, person_id, "laboratory/report_void", **facts)


def _facts(session: Session, commission: Commission) -> dict[str, Any]:
    """Return what any letter about a commission may tell; what is to be done next follows from its state."""
    state = commission.state
    offered = quotations.latest(session, commission.no or "") if state is CommissionState.QUOTED else None
    is_open = offered is not None and offered.state is QuotationState.OFFERED
    return _of_laboratory(commission.provider, commission.no or "") | {
        "firm": commission.organisation.name,
        "question": commission.state_reason if state is CommissionState.NEED_INFO else "",
        "valid_until": offered.valid_until if offered is not None and is_open else None,
        "pays": state is CommissionState.AWAIT_PAYMENT,
        "sends": state is CommissionState.AWAIT_SAMPLE,
        "samples_due_on": commission.samples_due_on,
        "is_over": state is CommissionState.LAPSED,
    }


def _of_laboratory(provider: Provider, no: str) -> dict[str, Any]:
    """Return what every letter of a laboratory tells, and nothing where a letter has nothing to tell."""
    return {
        "no": no,
        "centre": provider.organisation.name,
        "address": provider.address,
        "phone": provider.phone,
        "firm": "",
        "question": "",
        "reason": "",
        "valid_until": None,
        "pays": False,
        "sends": False,
        "samples_due_on": None,
        "promised_on": None,
        "answer_due_on": None,
    }
