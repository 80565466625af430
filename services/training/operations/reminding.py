"""Reminders of the first lesson of a class."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from services.core.messages import N_
from services.core.work import Work
from services.training.models.courses import ClassState, Lesson, TrainingClass
from services.training.models.registrations import Registration, RegistrationEvent, RegistrationState
from services.training.operations.steps import note, promise_letter, tell

BEFORE = timedelta(hours=24)
MOST = 500
UPCOMING = frozenset({ClassState.OPEN, ClassState.CLOSED, ClassState.RUNNING})


def remind(work: Work) -> int:
    """Remind everybody with a certain seat a day before the first lesson, each once; return how many.

    Of a class that was postponed, people are reminded of its new time too.
    """
    begins = select(Lesson.class_id, func.min(Lesson.starts_at).label("starts_at")).group_by(Lesson.class_id).subquery()
    reminded = select(RegistrationEvent.id).where(
        RegistrationEvent.registration_id == Registration.id,
        RegistrationEvent.kind == "remind",
        RegistrationEvent.at > work.now - BEFORE,
    )
    statement = (
        select(Registration)
        .join(TrainingClass, TrainingClass.id == Registration.class_id)
        .join(begins, begins.c.class_id == Registration.class_id)
        .where(
            TrainingClass.state.in_(UPCOMING),
            Registration.state == RegistrationState.CONFIRMED,
            begins.c.starts_at > work.now,
            begins.c.starts_at <= work.now + BEFORE,
            ~reminded.exists(),
        )
        .order_by(Registration.class_id, Registration.id)
        .limit(MOST)
        .with_for_update(of=Registration)
    )
    found = work.session.scalars(statement).all()
    for registration in found:
        note(work, registration, "remind")
        tell(work, registration, N_("Your class begins tomorrow: registration %(no)s."))
        promise_letter(work, registration, "training_reminder")
    return len(found)
