"""What the desk of a training centre reads: its courses and classes, what waits, who is registered, and the money."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from services.billing.models import Order
from services.billing.queries import BALANCE
from services.core.errors import NotFound
from services.core.settings import setting
from services.organisations.models import Organisation
from services.training.models.courses import ClassState, Course, Lesson, TrainingClass
from services.training.models.registrations import (
    Registration,
    RegistrationState,
    Trainee,
)
from services.training.queries.counting import CERTAIN
from services.training.rules.states import ENDED, ON_ROLL, SEATED

C, R = ClassState, RegistrationState
MOST_CHOICES = 50
_PENDING = (
    select(Registration.id)
    .where(Registration.class_id == TrainingClass.id, Registration.state == R.PENDING)
    .correlate(TrainingClass)
    .exists()
)
_DISPLACED = (
    select(Lesson.id)
    .where(
        Lesson.class_id == TrainingClass.id,
        Lesson.booking_id.is_(None),
        or_(Lesson.room_id.is_not(None), Lesson.teacher_id.is_not(None)),
    )
    .correlate(TrainingClass)
    .exists()
)
_REFUND = (
    select(Registration.id)
    .join(Order, Order.id == Registration.order_id)
    .where(Registration.class_id == TrainingClass.id, BALANCE < 0)
    .correlate(TrainingClass)
    .exists()
)


class Show(StrEnum):
    """The lists of classes at the desk: those in which something waits, and those in one state or another."""

    LIVE = "live"
    PENDING = "pending"
    DECISION = "decision"
    FILING = "filing"
    BEGIN = "begin"
    FINISH = "finish"
    DISPLACED = "displaced"
    REFUND = "refund"
    OVER = "over"
    CANCELLED = "cancelled"
    ALL = "all"


MATTERS = (Show.PENDING, Show.DECISION, Show.FILING, Show.BEGIN, Show.FINISH, Show.DISPLACED, Show.REFUND)
"""The lists of what waits for the staff."""


def _conditions(session: Session, today: date) -> dict[Show, ColumnElement[bool]]:
    soon = today + timedelta(days=setting(session, "training.decision_days"))
    not_begun = TrainingClass.state.in_([C.OPEN, C.CLOSED])
    undecided = and_(not_begun, TrainingClass.holding_reason == "", TrainingClass.min_seats > CERTAIN)
    return {
        Show.LIVE: TrainingClass.state.in_([C.DRAFT, C.FILED, C.OPEN, C.CLOSED, C.RUNNING]),
        Show.PENDING: and_(not_begun, _PENDING),
        Show.DECISION: and_(undecided, TrainingClass.starts_on <= soon),
        Show.FILING: and_(
            TrainingClass.state == C.DRAFT, TrainingClass.needs_filing.is_(True), TrainingClass.filing_no == ""
        ),
        Show.BEGIN: and_(TrainingClass.state == C.CLOSED, TrainingClass.starts_on <= today),
        Show.FINISH: and_(TrainingClass.state == C.RUNNING, TrainingClass.ends_on <= today),
        Show.DISPLACED: and_(TrainingClass.state.in_([C.OPEN, C.CLOSED, C.RUNNING]), _DISPLACED),
        Show.REFUND: _REFUND,
        Show.OVER: TrainingClass.state.in_([C.FINISHED, C.ARCHIVED]),
        Show.CANCELLED: TrainingClass.state == C.CANCELLED,
    }


def classes_at(
    session: Session, provider_id: int, today: date, show: Show, *, words: str = "", course_id: int | None = None
) -> Select[TrainingClass]:
    """Select classes of a centre: those that come first first, those that are over last first."""
    statement = (
        select(TrainingClass)
        .join(Course, Course.id == TrainingClass.course_id)
        .where(TrainingClass.provider_id == provider_id)
        .options(joinedload(TrainingClass.course))
    )
    if show is not Show.ALL:
        statement = statement.where(_conditions(session, today)[show])
    if course_id is not None:
        statement = statement.where(TrainingClass.course_id == course_id)
    if words:
        columns = (TrainingClass.no, TrainingClass.name, Course.title, Course.code)
        statement = statement.where(or_(*(one.icontains(words, autoescape=True) for one in columns)))
    if show in {Show.OVER, Show.CANCELLED, Show.ALL}:
        return statement.order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
    return statement.order_by(TrainingClass.starts_on, TrainingClass.id)


def matters(session: Session, provider_id: int, today: date) -> dict[Show, int]:
    """Return in how many classes of a centre something of each kind waits."""
    conditions = _conditions(session, today)
    counts = [func.coalesce(func.sum(case((conditions[show], 1), else_=0)), 0) for show in MATTERS]
    row = session.execute(select(*counts).where(TrainingClass.provider_id == provider_id)).one()
    return dict(zip(MATTERS, row, strict=True))


def class_at(session: Session, provider_id: int, no: str) -> TrainingClass:
    """Return a class of a centre. Raises NotFound for any other."""
    statement = (
        select(TrainingClass)
        .where(TrainingClass.no == no, TrainingClass.provider_id == provider_id)
        .options(joinedload(TrainingClass.course))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def lesson_at(session: Session, provider_id: int, lesson_id: int) -> tuple[Lesson, TrainingClass]:
    """Return a lesson of a centre with its class. Raises NotFound for any other."""
    statement = (
        select(Lesson, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(Lesson.id == lesson_id, TrainingClass.provider_id == provider_id)
        .options(joinedload(Lesson.room), joinedload(Lesson.teacher), joinedload(TrainingClass.course))
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def courses_at(provider_id: int, words: str = "") -> Select[Course, int]:
    """Select the courses of a centre with how many classes each has, by code."""
    classes = (
        select(func.count(TrainingClass.id)).where(TrainingClass.course_id == Course.id).correlate(Course)
    ).scalar_subquery()
    statement = select(Course, classes).where(Course.provider_id == provider_id).order_by(Course.code)
    if words:
        columns = (Course.code, Course.title, Course.occupation)
        statement = statement.where(or_(*(one.icontains(words, autoescape=True) for one in columns)))
    return statement


def course_at(session: Session, provider_id: int, code: str) -> Course:
    """Return a course of a centre. Raises NotFound for any other."""
    statement = select(Course).where(Course.code == code, Course.provider_id == provider_id)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def planned_before(session: Session, course_id: int, without: int | None = None) -> list[TrainingClass]:
    """Return the classes of a course that have a timetable to copy, the latest first."""
    has_lessons = select(Lesson.id).where(Lesson.class_id == TrainingClass.id).correlate(TrainingClass).exists()
    statement = select(TrainingClass).where(
        TrainingClass.course_id == course_id, TrainingClass.id != (without or 0), has_lessons
    )
    return list(session.scalars(statement.order_by(TrainingClass.starts_on.desc()).limit(MOST_CHOICES)))


# Registrations ------------------------------------------------------------------------------------------------------


class Who(StrEnum):
    """The lists of registrations for a class."""

    LIVE = "live"
    PENDING = "pending"
    UNPAID = "unpaid"
    CERTAIN = "certain"
    WAITING = "waiting"
    REFUND = "refund"
    ENDED = "ended"
    ALL = "all"


_WHO: dict[Who, ColumnElement[bool]] = {
    Who.LIVE: Registration.state.not_in(ENDED),
    Who.PENDING: Registration.state == R.PENDING,
    Who.UNPAID: Registration.state == R.AWAITING_PAYMENT,
    Who.CERTAIN: Registration.state.in_(ON_ROLL),
    Who.WAITING: Registration.state.in_([R.WAITLISTED, R.OFFERED]),
    Who.REFUND: BALANCE < 0,
    Who.ENDED: Registration.state.in_(ENDED),
}


def registrations_at(class_id: int, who: Who, words: str = "") -> Select[Registration, Order]:
    """Select registrations for a class with their orders: who waits in the order of the list, others as they came."""
    firm = aliased(Organisation)
    statement = (
        select(Registration, Order)
        .outerjoin(Order, Order.id == Registration.order_id)
        .join(Trainee, Trainee.id == Registration.trainee_id)
        .outerjoin(firm, firm.id == Registration.organisation_id)
        .where(Registration.class_id == class_id)
        .options(joinedload(Registration.trainee), joinedload(Registration.organisation))
    )
    if who is not Who.ALL:
        statement = statement.where(_WHO[who])
    if words:
        columns = (Registration.no, Trainee.name, Trainee.mobile, Registration.employer, firm.name)
        statement = statement.where(or_(*(one.icontains(words, autoescape=True) for one in columns)))
    waiting_last = case((Registration.state == R.WAITLISTED, 1), else_=0)
    return statement.order_by(waiting_last, Registration.place.nulls_first(), Registration.id)


def registration_counts(session: Session, class_id: int) -> dict[Who, int]:
    """Return how many registrations each list has."""
    lists = [one for one in Who if one is not Who.ALL]
    counts = [func.coalesce(func.sum(case((_WHO[one], 1), else_=0)), 0) for one in lists]
    statement = (
        select(*counts, func.count(Registration.id))
        .select_from(Registration)
        .outerjoin(Order, Order.id == Registration.order_id)
        .where(Registration.class_id == class_id)
    )
    return dict(zip([*lists, Who.ALL], session.execute(statement).one(), strict=True))


def registration_at(session: Session, provider_id: int, registration_id: int) -> Registration:
    """Return a registration for a class of the centre. Raises NotFound for any other."""
    statement = (
        select(Registration)
        .join(TrainingClass, TrainingClass.id == Registration.class_id)
        .where(Registration.id == registration_id, TrainingClass.provider_id == provider_id)
        .options(
            joinedload(Registration.trainee),
            joinedload(Registration.organisation),
            joinedload(Registration.training_class).joinedload(TrainingClass.course),
        )
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def order_of(session: Session, registration: Registration) -> Order | None:
    """Return the order by which a registration is paid; None for one without a fee."""
    return None if registration.order_id is None else session.get(Order, registration.order_id)


# Money and heads ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Money:
    """What the orders of a class come to, in fen."""

    due_fen: int = 0
    paid_fen: int = 0
    refunded_fen: int = 0

    @property
    def kept_fen(self) -> int:
        """What has been paid and not given back."""
        return self.paid_fen - self.refunded_fen


def money_of(session: Session, class_ids: Collection[int]) -> dict[int, Money]:
    """Return the money of each class that has any. An order counts once, however many registrations it is for."""
    pairs = (
        select(Registration.class_id, Registration.order_id)
        .where(Registration.class_id.in_(class_ids), Registration.order_id.is_not(None))
        .distinct()
        .subquery()
    )
    statement = (
        select(
            pairs.c.class_id,
            func.sum(Order.due_fen),
            func.sum(Order.paid_fen),
            func.sum(Order.refunded_fen),
        )
        .join(Order, Order.id == pairs.c.order_id)
        .group_by(pairs.c.class_id)
        .order_by(pairs.c.class_id)
    )
    return {key: Money(int(due), int(paid), int(back)) for key, due, paid, back in session.execute(statement)}


@dataclass(frozen=True)
class Heads:
    """How many people stand where before a class begins."""

    certain: int
    seated: int
    waiting: int

    @property
    def others(self) -> int:
        """How many hold a seat that is not certain."""
        return self.seated - self.certain


def heads_of(session: Session, class_id: int) -> Heads:
    """Count the people of a class by where they stand."""
    states = ([R.CONFIRMED], SEATED, [R.WAITLISTED])
    counts = [func.coalesce(func.sum(case((Registration.state.in_(one), 1), else_=0)), 0) for one in states]
    return Heads(*session.execute(select(*counts).where(Registration.class_id == class_id)).one())


def planned_hours(session: Session, class_ids: Collection[int]) -> dict[int, int]:
    """Return the hours that the timetable of each class adds up to."""
    statement = (
        select(Lesson.class_id, func.sum(Lesson.hours)).where(Lesson.class_id.in_(class_ids)).group_by(Lesson.class_id)
    )
    return {key: int(hours) for key, hours in session.execute(statement.order_by(Lesson.class_id))}
