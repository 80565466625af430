"""Courses and classes as everybody sees them, and what a class costs whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, and_, case, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.catalogue.models import Provider
from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.settings import setting
from services.training.models.courses import ClassState, Course, Lesson, Level, TrainingClass
from services.training.models.papers import CoursePhoto
from services.training.models.registrations import Registration
from services.training.queries.browsing import WITH_CENTRE
from services.training.queries.mine import own
from services.training.rules.standing import PUBLIC
from services.training.rules.states import ENDED
from services.training.rules.subsidies import subsidy_fen

T = TypeVar("T", Course, TrainingClass)
MOST_OWN = 5
MOST_LESSONS = 500


def public_course(session: Session, code: str) -> Course:
    """Return the published course with that code. Raises NotFound."""
    statement = select(Course).options(WITH_CENTRE).where(Course.code == code, Course.is_published)
    return _only(session.scalars(statement).one_or_none())


def has_photo(session: Session, course_id: int) -> bool:
    """Tell whether a course has a photograph."""
    return session.get(CoursePhoto, course_id) is not None


def public_class(session: Session, no: str) -> TrainingClass:
    """Return the class with that number and its timetable, if it is public. Raises NotFound."""
    statement = _whole().options(
        selectinload(TrainingClass.lessons).joinedload(Lesson.room),
        selectinload(TrainingClass.lessons).joinedload(Lesson.teacher),
    )
    return _only(session.scalars(statement.where(TrainingClass.no == no)).one_or_none())


def class_to_enter(session: Session, no: str) -> TrainingClass:
    """Return a public class with its course and centre, for the forms with which people register. Raises NotFound."""
    return _only(session.scalars(_whole().where(TrainingClass.no == no)).one_or_none())


def class_counters(session: Session, no: str) -> TrainingClass:
    """Return a public class with nothing but its own row, for pages that ask again and again. Raises NotFound."""
    return _only(session.scalars(_public().where(TrainingClass.no == no)).one_or_none())


def classes_of(course_id: int) -> Select[TrainingClass]:
    """Select the public classes of a course: those to come in the order in which they begin, then the latest first."""
    to_come = TrainingClass.state.in_([ClassState.OPEN, ClassState.CLOSED])
    return (
        _public()
        .where(TrainingClass.course_id == course_id)
        .order_by(
            to_come.desc(),
            case((to_come, TrainingClass.starts_on)),
            TrainingClass.starts_on.desc(),
            TrainingClass.id.desc(),
        )
    )


def lesson_days(session: Session, class_ids: Sequence[int], first: datetime, last: datetime) -> dict[int, set[date]]:
    """Return on which days each of the classes meets in ``[first, last)``; classes without a timetable are left out."""
    statement = (
        select(Lesson.class_id, Lesson.starts_at)
        .where(Lesson.class_id.in_(class_ids))
        .order_by(Lesson.starts_at, Lesson.id)
    )
    days: dict[int, set[date]] = {}
    for class_id, starts_at in session.execute(statement):
        met = days.setdefault(class_id, set())
        if first <= starts_at < last:
            met.add(clock.local_day(starts_at))
    return days


def lessons_of(session: Session, class_id: int) -> Sequence[Lesson]:
    """Return the timetable of a class with its rooms and teachers."""
    statement = (
        select(Lesson)
        .where(Lesson.class_id == class_id)
        .options(joinedload(Lesson.room), joinedload(Lesson.teacher))
        .order_by(Lesson.starts_at)
    )
    return session.scalars(statement.limit(MOST_LESSONS)).all()


def own_registrations(session: Session, class_id: int, actor: Actor) -> Sequence[Registration]:
    """Return the registrations for a class that have not ended: one's own, and those entered for the firm one acts for."""
    mine = own(actor.person_id or 0)
    if actor.may(Permission.TRAINEE_REGISTER, actor.organisation_id):
        entered = Registration.registered_by_id == actor.person_id
        mine = or_(mine, and_(entered, Registration.organisation_id == actor.organisation_id))
    statement = (
        select(Registration)
        .options(joinedload(Registration.trainee))
        .where(Registration.class_id == class_id, Registration.state.not_in(ENDED), mine)
        .order_by(Registration.id)
    )
    return session.scalars(statement.limit(MOST_OWN)).all()


@dataclass(frozen=True)
class Cost:
    """What a class costs: the fee, what the state may pay of it later, and what is left to whoever paid."""

    fee_fen: int
    subsidy_fen: int

    @property
    def left_fen(self) -> int:
        """What is left to pay once the subsidy has come."""
        return self.fee_fen - self.subsidy_fen


def cost_of(session: Session, course: Course, fee_fen: int) -> Cost:
    """Return what somebody pays who gets the subsidy of the course, at the standards of today."""
    if not course.is_subsidised:
        return Cost(fee_fen, 0)
    standard = standard_fen(session, course.level)
    return Cost(fee_fen, subsidy_fen(fee_fen, standard, course.level, course.shortage_percent))


def standard_fen(session: Session, level: Level) -> int:
    """Return the department's standard for a level, in fen; nothing for courses without one."""
    return 0 if level is Level.NONE else int(setting(session, f"training.subsidy_{level.value}")) * 100


def _public() -> Select[TrainingClass]:
    return select(TrainingClass).where(TrainingClass.state.in_(PUBLIC))


def _whole() -> Select[TrainingClass]:
    return _public().options(
        joinedload(TrainingClass.course), joinedload(TrainingClass.provider).joinedload(Provider.organisation)
    )


def _only(found: T | None) -> T:
    if found is None:
        raise NotFound
    return found
