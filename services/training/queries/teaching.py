"""What teachers look at: the lessons of a day, the roll of one, the class they teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.accounts.models import Person
from services.catalogue.models import Provider
from services.core.actor import Actor
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.training.models.courses import ClassState, Course, Lesson, TrainingClass
from services.training.models.outcomes import Attendance, AttendanceChange
from services.training.models.registrations import Registration
from services.training.queries.results import roll_of_class
from services.training.rules.states import ON_ROLL

MOST_LESSONS = 100
MOST_CHANGES = 500
SHOWN = frozenset(ClassState) - {ClassState.DRAFT, ClassState.CANCELLED}


@dataclass(frozen=True)
class Sitting:
    """A lesson with how many of the roll have signed in, and how many the teacher has confirmed."""

    lesson: Lesson
    training_class: TrainingClass
    title: str
    on_roll: int
    entered: int
    confirmed: int


def sittings(session: Session, actor: Actor, first: datetime, last: datetime) -> list[Sitting]:
    """Return the lessons that begin in ``[first, last)`` and that the actor teaches or whose centre the actor is of."""
    on_roll = (
        select(func.count())
        .where(Registration.class_id == Lesson.class_id, Registration.state.in_(ON_ROLL))
        .scalar_subquery()
    )
    confirmed = func.coalesce(func.sum(case((Attendance.confirmed_at.is_not(None), 1), else_=0)), 0)
    statement = (
        select(Lesson, TrainingClass, Course.title, on_roll, func.count(Attendance.registration_id), confirmed)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .outerjoin(Attendance, Attendance.lesson_id == Lesson.id)
        .where(Lesson.starts_at >= first, Lesson.starts_at < last, TrainingClass.state.in_(SHOWN))
        .where(taught_by(actor))
        .group_by(Lesson.id, TrainingClass.id, Course.title)
        .options(selectinload(Lesson.room))
        .order_by(Lesson.starts_at, Lesson.id)
    )
    return [Sitting(*row) for row in session.execute(statement.limit(MOST_LESSONS))]


def taught_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a lesson is one that the actor may look after."""
    ours = [Lesson.teacher_person_id == actor.person_id]
    if actor.may(Permission.CLASS_RUN):
        ours.append(TrainingClass.provider_id == actor.organisation_id)
    return or_(*ours)


def lesson_of_teacher(session: Session, actor: Actor, lesson_id: int) -> tuple[Lesson, TrainingClass]:
    """Return a lesson to its teacher and to the staff of its centre, with its class. Raises NotFound."""
    statement = (
        select(Lesson, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(Lesson.id == lesson_id, taught_by(actor))
        .options(joinedload(TrainingClass.course), joinedload(Lesson.room))
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def class_of_staff(session: Session, actor: Actor, class_no: str) -> TrainingClass:
    """Return a class of the actor's own centre with its timetable. Raises NotFound."""
    found = _class(session, class_no, TrainingClass.provider_id == actor.organisation_id)
    if not actor.may(Permission.CLASS_RUN, found.provider_id):
        raise NotFound
    return found


def class_of_teacher(session: Session, actor: Actor, class_no: str) -> TrainingClass:
    """Return a class to whoever teaches a lesson of it, and to the staff of its centre. Raises NotFound."""
    teaches = exists().where(Lesson.class_id == TrainingClass.id, taught_by(actor))
    mine = [teaches]
    if actor.may(Permission.CLASS_RUN):
        mine.append(TrainingClass.provider_id == actor.organisation_id)  # type: ignore[arg-type]
    return _class(session, class_no, or_(*mine))


def _class(session: Session, class_no: str, condition: ColumnElement[bool]) -> TrainingClass:
    statement = (
        select(TrainingClass)
        .where(TrainingClass.no == class_no, condition)
        .options(
            joinedload(TrainingClass.course),
            joinedload(TrainingClass.provider).joinedload(Provider.organisation),
            selectinload(TrainingClass.lessons).joinedload(Lesson.room),
            selectinload(TrainingClass.lessons).joinedload(Lesson.teacher),
        )
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class RollEntry:
    """Somebody on the roll of a lesson, with what is written down so far."""

    registration: Registration
    attendance: Attendance | None


def roll_of(session: Session, lesson: Lesson) -> list[RollEntry]:
    """Return the roll of a lesson in the order of registration."""
    known = attendances_of(session, [lesson.id])
    return [RollEntry(one, known.get((lesson.id, one.id))) for one in roll_of_class(session, lesson.class_id)]


def attendances_of(session: Session, lesson_ids: Sequence[int]) -> dict[tuple[int, int], Attendance]:
    """Return what is written down of some lessons, by lesson and registration."""
    statement = (
        select(Attendance)
        .where(Attendance.lesson_id.in_(lesson_ids))
        .order_by(Attendance.lesson_id, Attendance.registration_id)
    )
    return {(one.lesson_id, one.registration_id): one for one in session.scalars(statement)}


@dataclass(frozen=True)
class Correction:
    """An attendance that was changed after it had been entered."""

    change: AttendanceChange
    lesson: Lesson
    trainee_name: str
    person_name: str


def corrections_of(session: Session, class_id: int, lesson_id: int | None = None) -> list[Correction]:
    """Return what was corrected in a class, or in one lesson of it: what it was, what it is, who, when, and why."""
    statement = (
        select(AttendanceChange, Lesson, Registration, Person.name)
        .join(Lesson, Lesson.id == AttendanceChange.lesson_id)
        .join(Registration, Registration.id == AttendanceChange.registration_id)
        .outerjoin(Person, Person.id == AttendanceChange.person_id)
        .where(Lesson.class_id == class_id, AttendanceChange.reason != "")
        .options(joinedload(Registration.trainee))
        .order_by(AttendanceChange.id)
        .limit(MOST_CHANGES)
    )
    if lesson_id is not None:
        statement = statement.where(Lesson.id == lesson_id)
    return [
        Correction(change, lesson, registration.trainee.name, name or "")
        for change, lesson, registration, name in session.execute(statement)
    ]


def own_place(session: Session, actor: Actor, lesson_id: int) -> tuple[Lesson, TrainingClass, Attendance | None]:
    """Return a lesson as a learner sees it who signs in, with what is written down of them. Raises NotFound."""
    statement = (
        select(Lesson, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(Lesson.id == lesson_id, TrainingClass.state.in_(SHOWN))
        .options(joinedload(TrainingClass.course), joinedload(Lesson.room))
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    mine = (
        select(Attendance)
        .join(Registration, Registration.id == Attendance.registration_id)
        .where(Attendance.lesson_id == lesson_id, Registration.trainee.has(person_id=actor.person_id))
        .order_by(Attendance.registration_id)
    )
    return found[0], found[1], session.scalars(mine).first()
