"""Counting the registrations of classes, and the reconciler: what they say beside what the counters of the classes say."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, RegistrationState

CERTAIN = (
    select(func.count(Registration.id))
    .where(Registration.class_id == TrainingClass.id, Registration.state == RegistrationState.CONFIRMED)
    .correlate(TrainingClass)
    .scalar_subquery()
)
"""How many seats of a class are certain."""


def certain_in(session: Session, class_id: int) -> int:
    """Return how many seats of a class are certain."""
    return session.scalar(select(CERTAIN).select_from(TrainingClass).where(TrainingClass.id == class_id)) or 0


@dataclass(frozen=True)
class Miscount:
    """A class whose counters differ from its registrations: pairs of (counter, rows)."""

    class_id: int
    seats: tuple[int, int]
    waiting: tuple[int, int]


def miscounted(session: Session, provider_id: int | None = None) -> list[Miscount]:
    """Return the classes, of one centre or of all, whose counters are wrong; none, unless somebody wrote past ``seats``."""
    holding = func.coalesce(func.sum(case((Registration.holds_seat, 1), else_=0)), 0)
    waiting = func.coalesce(func.sum(case((Registration.state == RegistrationState.WAITLISTED, 1), else_=0)), 0)
    statement = (
        select(TrainingClass.id, TrainingClass.seats_taken, holding, TrainingClass.waiting, waiting)
        .outerjoin(Registration, Registration.class_id == TrainingClass.id)
        .group_by(TrainingClass.id, TrainingClass.seats_taken, TrainingClass.waiting)
        .having((TrainingClass.seats_taken != holding) | (TrainingClass.waiting != waiting))
        .order_by(TrainingClass.id)
    )
    if provider_id is not None:
        statement = statement.where(TrainingClass.provider_id == provider_id)
    return [
        Miscount(class_id, (taken, held), (listed, queued))
        for class_id, taken, held, listed, queued in session.execute(statement)
    ]
