"""Courses and classes: entered, filed with the authority, opened, closed, begun, finished, postponed and cancelled."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CursorResult, func, select, update

from services.core.errors import ChangedMeanwhile, NotFound, RuleBroken, RulesBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import (
    CourseHidden,
    FilingMissing,
    NothingPlanned,
    SeatsInUse,
    TooFewRegistered,
    WrongHours,
)
from services.training.models.courses import (
    CertificateKind,
    ClassState,
    Course,
    Lesson,
    Level,
    Promotion,
    TrainingClass,
)
from services.training.models.registrations import Registration, RegistrationState
from services.training.operations import seats
from services.training.operations.promoting import promote
from services.training.operations.steps import of_centre, step, tell
from services.training.operations.timetables import release_timetable
from services.training.rules.states import BEFORE_CLASS, CLASS_NAMES, CLASS_STEPS

C = ClassState


@dataclass(frozen=True)
class CourseWish:
    """What staff enter of a course; the fields are those of ``Course``."""

    code: str
    title: str
    theory_hours: int
    practice_hours: int
    occupation: str = ""
    level: Level = Level.NONE
    summary: str = ""
    syllabus: str = ""
    entry_text: str = ""
    safety_text: str = ""
    books_text: str = ""
    min_age: int = 16
    max_age: int | None = None
    is_hazardous: bool = False
    education: str = ""
    needs_health: bool = False
    prior_certificate: str = ""
    has_theory_test: bool = True
    has_practice_test: bool = False
    attendance_percent: int = 80
    pass_score: int = 60
    certificate: CertificateKind = CertificateKind.COMPLETION
    certificate_months: int | None = None
    fee_fen: int = 0
    is_subsidised: bool = False
    shortage_percent: int = 0


@dataclass(frozen=True)
class ClassWish:
    """What staff enter of a class; the fields are those of ``TrainingClass``."""

    starts_on: date
    ends_on: date
    opens_at: datetime
    closes_at: datetime
    capacity: int
    min_seats: int
    name: str = ""
    place: str = ""
    is_evening: bool = False
    is_weekend: bool = False
    fee_fen: int = 0
    approves: bool = False
    company_cap: int | None = None
    promotion: Promotion = Promotion.FIRST
    needs_filing: bool = False
    contact_name: str = ""
    contact_phone: str = ""


def enter_course(work: Work, provider_id: int, wish: CourseWish, course_id: int | None = None) -> Course:
    """Enter a course of the actor's own centre, or change it; classes that are planned keep their own fee and dates."""
    work.require(Permission.CLASS_RUN, scope=provider_id)
    if course_id is None:
        course = Course(provider_id=provider_id, **asdict(wish))
        work.session.add(course)
    else:
        course = _own_course(work, course_id)
        for name, value in asdict(wish).items():
            setattr(course, name, value)
    work.session.flush()
    work.record("course.entered" if course_id is None else "course.changed", course, code=course.code)
    return course


def publish_course(work: Work, course_id: int, *, is_published: bool) -> None:
    """Show a course to everybody, or no longer."""
    course = _own_course(work, course_id)
    course.is_published = is_published
    work.record("course.published" if is_published else "course.hidden", course, code=course.code)


def plan_class(work: Work, course_id: int, wish: ClassWish) -> TrainingClass:
    """Plan a class of a course of the actor's own centre: a draft with its number."""
    course = _own_course(work, course_id)
    planned = TrainingClass(
        no=work.number("BM"),
        course_id=course.id,
        provider_id=course.provider_id,
        state_at=work.now,
        state=C.DRAFT,
        **asdict(wish),
    )
    work.session.add(planned)
    work.session.flush()
    work.record("class.planned", planned, no=planned.no)
    return planned


def change_class(work: Work, class_id: int, wish: ClassWish, version: int) -> TrainingClass:
    """Change a class that has not begun; other days free its timetable, more seats go to those who wait.

    Raises ChangedMeanwhile when ``version`` is not the present one, SeatsInUse for fewer seats than are taken.
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    _refuse_unless(found, C.DRAFT, C.FILED, C.OPEN, C.CLOSED)
    _refuse_stale(found, version)
    if (wish.starts_on, wish.ends_on) != (found.starts_on, found.ends_on):
        release_timetable(work, found)
    if not seats.set_capacity(work, class_id, wish.capacity):
        raise SeatsInUse(taken=found.seats_taken)
    values = {name: value for name, value in asdict(wish).items() if name != "capacity"}
    work.session.refresh(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.version += 1
    work.session.flush()
    work.record("class.changed", found, no=found.no)
    promote(work, class_id)
    return found


def file_class(work: Work, class_id: int, filing_no: str) -> None:
    """Record the number under which the authority keeps the class (开班备案)."""
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    if not filing_no.strip():
        raise RulesBroken([FilingMissing(field="filing_no")])
    found.filing_no, found.filed_at = filing_no.strip(), work.now
    step_class(work, found, "file", filing_no=filing_no.strip())


def open_class(work: Work, class_id: int) -> None:
    """Open the registration; RulesBroken with everything that is still missing."""
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    if missing := _missing(work, found):
        raise RulesBroken(missing)
    step_class(work, found, "open")


def close_class(work: Work, class_id: int) -> None:
    """Close the registration before its time; the waiting list goes on."""
    step_class(work, of_centre(work, class_id, Permission.CLASS_RUN), "close")


def begin_class(work: Work, class_id: int, *, reason: str = "") -> None:
    """Begin the class: the roster is frozen, and who still waits or has not paid is out.

    Below the minimum a reason is needed (TooFewRegistered otherwise).
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    taken = _confirmed(work, class_id)
    if taken < found.min_seats and not reason.strip():
        raise TooFewRegistered(taken=taken, least=found.min_seats, field="reason")
    step_class(work, found, "begin", reason=reason)
    waiting = BEFORE_CLASS - {RegistrationState.CONFIRMED}
    _cancel_all(work, class_id, waiting, N_("The class of your registration %(no)s has begun without you."))


def cancel_class(work: Work, class_id: int, reason: str) -> None:
    """Cancel the class: rooms and teachers are free again, everybody is out and told why; what was paid is refunded."""
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    if not reason.strip():
        raise RulesBroken([RuleBroken(field="reason")])
    step_class(work, found, "cancel", reason=reason)
    release_timetable(work, found)
    _cancel_all(
        work, class_id, BEFORE_CLASS, N_("The class of your registration %(no)s is cancelled: %(reason)s"), reason
    )


def postpone_class(work: Work, class_id: int, starts_on: date, reason: str) -> None:
    """Move a class to a later first day, all its days alike; its rooms are free again and everybody is told."""
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    _refuse_unless(found, C.OPEN, C.CLOSED)
    shift = starts_on - found.starts_on
    if shift <= timedelta(0) or not reason.strip():
        raise RulesBroken([RuleBroken(field="starts_on" if shift <= timedelta(0) else "reason")])
    release_timetable(work, found)
    found.starts_on, found.ends_on = found.starts_on + shift, found.ends_on + shift
    found.closes_at += shift
    found.version += 1
    work.session.flush()
    work.record("class.postponed", found, starts_on=starts_on, reason=reason)
    message = N_("The class of your registration %(no)s now begins on %(starts_on)s: %(reason)s")
    for registration in _registrations(work, class_id, BEFORE_CLASS):
        tell(work, registration, message, starts_on=starts_on, reason=reason)


def close_due(work: Work) -> int:
    """Close the classes whose registration is over; return how many."""
    due = select(TrainingClass.id).where(TrainingClass.state == C.OPEN, TrainingClass.closes_at <= work.now)
    statement = (
        update(TrainingClass)
        .where(TrainingClass.id.in_(due))
        .values(state=C.CLOSED, state_at=work.now)
        .execution_options(synchronize_session=False)
    )
    result = work.session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def _missing(work: Work, found: TrainingClass) -> list[RuleBroken]:
    """Return what keeps a class from opening."""
    planned = work.session.scalar(select(func.sum(Lesson.hours)).where(Lesson.class_id == found.id))
    missing: list[RuleBroken] = []
    if not found.course.is_published:
        missing.append(CourseHidden())
    if planned is None:
        missing.append(NothingPlanned())
    elif planned != found.course.hours:
        missing.append(WrongHours(planned=planned, hours=found.course.hours))
    if found.needs_filing and not found.filing_no:
        missing.append(FilingMissing())
    return missing


def step_class(work: Work, found: TrainingClass, name: str, *, reason: str = "", **facts: object) -> None:
    """Take the named step of a class whose row is locked; WrongState when it does not start here."""
    starts, after = CLASS_STEPS[name]
    before = found.state
    if before not in starts:
        raise WrongState(state=CLASS_NAMES[before])
    found.state, found.state_at, found.state_reason = after, work.now, reason.strip()
    found.version += 1
    work.session.flush()
    work.record(f"class.{name}", found, before=before, after=after, reason=reason.strip(), **facts)


def _cancel_all(
    work: Work, class_id: int, states: frozenset[RegistrationState], message: str, reason: str = ""
) -> None:
    for registration in _registrations(work, class_id, states):
        step(work, registration, "cancel", reason=reason)
        tell(work, registration, message, reason=reason)


def _registrations(work: Work, class_id: int, states: frozenset[RegistrationState]) -> list[Registration]:
    statement = select(Registration).where(Registration.class_id == class_id, Registration.state.in_(states))
    return list(work.session.scalars(statement.order_by(Registration.id)))


def _confirmed(work: Work, class_id: int) -> int:
    statement = select(func.count()).where(
        Registration.class_id == class_id, Registration.state == RegistrationState.CONFIRMED
    )
    return work.session.scalar(statement) or 0


def _own_course(work: Work, course_id: int) -> Course:
    course = work.session.get(Course, course_id, with_for_update={"of": Course})
    if course is None:
        raise NotFound
    work.require(Permission.CLASS_RUN, scope=course.provider_id)
    return course


def _refuse_unless(found: TrainingClass, *states: ClassState) -> None:
    if found.state not in states:
        raise WrongState(state=CLASS_NAMES[found.state])


def _refuse_stale(found: TrainingClass, version: int) -> None:
    if found.version != version:
        raise ChangedMeanwhile
