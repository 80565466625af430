"""The reconciler: what the registrations say beside what the counters of the classes say."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, RegistrationState


@dataclass(frozen=True)
class Miscount:
    """A class whose counters differ from its registrations: pairs of (counter, rows)."""

    class_id: int
    seats: tuple[int, int]
    waiting: tuple[int, int]


def miscounted(session: Session) -> list[Miscount]:
    """Return the classes whose counters are wrong; none, unless somebody wrote past ``operations.seats``."""
    holding = func.coalesce(func.sum(case((Registration.holds_seat, 1), else_=0)), 0)
    waiting = func.coalesce(func.sum(case((Registration.state == RegistrationState.WAITLISTED, 1), else_=0)), 0)
    statement = (
        select(TrainingClass.id, TrainingClass.seats_taken, holding, TrainingClass.waiting, waiting)
        .outerjoin(Registration, Registration.class_id == TrainingClass.id)
        .group_by(TrainingClass.id, TrainingClass.seats_taken, TrainingClass.waiting)
        .having((TrainingClass.seats_taken != holding) | (TrainingClass.waiting != waiting))
        .order_by(TrainingClass.id)
    )
    return [
        Miscount(class_id, (taken, held), (listed, queued))
        for class_id, taken, held, listed, queued in session.execute(statement)
    ]
