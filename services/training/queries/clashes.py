"""Lessons of other classes at the time of the lessons of a class."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from services.training.models.courses import Course, Lesson, TrainingClass
from services.training.models.registrations import Registration
from services.training.rules.states import SEATED


@dataclass(frozen=True)
class Clash:
    """The first lesson of another class that is held at the same time."""

    title: str
    starts_at: datetime
    organisation_id: int | None
    """The company that registered the trainee there."""


def clashes(session: Session, class_id: int, trainee_ids: Collection[int]) -> dict[int, Clash]:
    """Return, by trainee, the first lesson of another class with a seat that meets one of this class."""
    ours, theirs = aliased(Lesson), aliased(Lesson)
    statement = (
        select(Registration.trainee_id, Course.title, theirs.starts_at, Registration.organisation_id)
        .join(TrainingClass, TrainingClass.id == Registration.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(theirs, theirs.class_id == Registration.class_id)
        .join(ours, (ours.starts_at < theirs.ends_at) & (theirs.starts_at < ours.ends_at))
        .where(
            ours.class_id == class_id,
            Registration.class_id != class_id,
            Registration.trainee_id.in_(trainee_ids),
            Registration.state.in_(SEATED),
        )
        .order_by(theirs.starts_at.desc(), Registration.id)
    )
    if not trainee_ids:
        return {}
    rows = session.execute(statement.limit(1000)).all()
    return {trainee_id: Clash(title, starts_at, company) for trainee_id, title, starts_at, company in rows}
