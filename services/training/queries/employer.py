"""What a company sees of the training of its people: who, which course, what came of it, and what expires when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from services.training.models.courses import Course, TrainingClass
from services.training.models.outcomes import Certificate, CertificateState
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.rules.states import BEFORE_CLASS

S = RegistrationState
SOON = timedelta(days=90)
"""How long before its end a certificate counts as expiring soon."""
MOST_EXPORTED = 5000

SHOWN = ("all", "coming", "done", "soon", "expired")


@dataclass(frozen=True)
class Asked:
    """What a list of records is narrowed to."""

    show: str = "all"
    words: str = ""
    class_no: str = ""


def records(organisation_id: int | None, asked: Asked, today: date) -> Select[Registration, Certificate]:
    """Return the registrations that a company made, each with the certificate that stands or None; newest first."""
    stands = and_(Certificate.registration_id == Registration.id, Certificate.state == CertificateState.ISSUED)
    statement = (
        select(Registration, Certificate)
        .join(Registration.trainee)
        .join(Registration.training_class)
        .join(TrainingClass.course)
        .outerjoin(Certificate, stands)
        .where(Registration.organisation_id == organisation_id, _narrowed(asked, today))
        .options(
            contains_eager(Registration.trainee),
            contains_eager(Registration.training_class).contains_eager(TrainingClass.course),
        )
    )
    order = [Certificate.valid_until] if asked.show == "soon" else []
    return statement.order_by(*order, Registration.id.desc())


def _narrowed(asked: Asked, today: date) -> ColumnElement[bool]:
    kinds: dict[str, ColumnElement[bool]] = {
        "coming": Registration.state.in_(BEFORE_CLASS),
        "done": Registration.state.in_([S.COMPLETED, S.NOT_COMPLETED, S.NO_SHOW]),
        "soon": Certificate.valid_until.between(today, today + SOON),
        "expired": Certificate.valid_until < today,
    }
    found = kinds.get(asked.show, true())
    if asked.words:
        found &= or_(
            Trainee.name.contains(asked.words, autoescape=True),
            Course.title.contains(asked.words, autoescape=True),
            Registration.no == asked.words,
        )
    if asked.class_no:
        found &= TrainingClass.no == asked.class_no
    return found


def expiring_soon(session: Session, organisation_id: int | None, today: date) -> int:
    """Return how many certificates of a company's people end soon."""
    statement = (
        select(func.count())
        .select_from(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(
            Registration.organisation_id == organisation_id,
            Certificate.state == CertificateState.ISSUED,
            Certificate.valid_until.between(today, today + SOON),
        )
    )
    return session.scalar(statement) or 0
