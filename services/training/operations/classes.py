"""Classes: planned, filed with the authority, opened, closed, begun, finished, postponed and cancelled."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from services.core import clock
from services.core.errors import ChangedMeanwhile, RuleBroken, RulesBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import (
    CapWrong,
    ClosesWrong,
    CourseHidden,
    DaysPast,
    DaysWrong,
    FilingMissing,
    LeastWrong,
    NothingPlanned,
    NotLater,
    ReasonMissing,
    SeatsInUse,
    TooFewRegistered,
    WindowWrong,
    WrongHours,
)
from services.training.models.courses import (
    ClassState,
    Lesson,
    Promotion,
    TrainingClass,
)
from services.training.models.registrations import Registration, RegistrationState
from services.training.operations import seats
from services.training.operations.promoting import promote
from services.training.operations.steps import lock_class, of_centre, own_course, promise_letter, step, tell
from services.training.operations.timetables import clear_timetable, release_timetable
from services.training.queries.counting import certain_in
from services.training.rules.states import BEFORE_CLASS, CLASS_NAMES, CLASS_STEPS
from services.training.teaching_errors import DayAhead

C = ClassState
MOST_CLOSED = 200
"""So many classes are closed at once; the next minute closes the others."""


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
    waiting_limit: int | None = None
    promotion: Promotion = Promotion.FIRST
    is_for_members: bool = False
    needs_filing: bool = False
    contact_name: str = ""
    contact_phone: str = ""


def plan_class(work: Work, course_id: int, wish: ClassWish) -> TrainingClass:
    """Plan a class of a course of the actor's own centre: a draft with its number.

    Raises RulesBroken with everything in which its days, seats and registration do not fit together.
    """
    course = own_course(work, course_id)
    if faults := [*class_faults(wish), *_past_faults(work, wish)]:
        raise RulesBroken(faults)
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


def class_faults(wish: ClassWish) -> list[RuleBroken]:
    """Return everything in which the days, the seats and the registration of a class do not fit together."""
    wrong = {
        DaysWrong: wish.ends_on < wish.starts_on,
        WindowWrong: wish.closes_at <= wish.opens_at or clock.local_day(wish.closes_at) > wish.starts_on,
        LeastWrong: wish.min_seats > wish.capacity,
        CapWrong: (wish.company_cap or 0) > wish.capacity,
    }
    return [fault() for fault, is_wrong in wrong.items() if is_wrong]


def change_class(work: Work, class_id: int, wish: ClassWish, version: int) -> TrainingClass:
    """Change a class that has not begun; more seats go to those who wait, and of other days or places all are told.

    Its timetable goes, and its rooms are free again, when a lesson would lie outside the new days. Raises ChangedMeanwhile
    when ``version`` is not the present one, SeatsInUse for fewer seats than are taken, LessonHeld for other days once a
    lesson was held, and RulesBroken as ``plan_class``.
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    _refuse_unless(found, C.DRAFT, C.FILED, C.OPEN, C.CLOSED)
    if found.version != version:
        raise ChangedMeanwhile
    late = _past_faults(work, wish) if wish.starts_on != found.starts_on else []
    if faults := [*class_faults(wish), *late, *_filing_faults(found, wish)]:
        raise RulesBroken(faults)
    before = found.starts_on, found.ends_on, found.place
    if _leaves_lessons_outside(work, class_id, wish):
        clear_timetable(work, found)
    limits = {"min_seats": wish.min_seats, "company_cap": wish.company_cap}
    if not seats.set_capacity(work, class_id, wish.capacity, **limits):
        raise SeatsInUse(taken=found.seats_taken)
    work.session.refresh(found)
    for name, value in asdict(wish).items():
        if name not in {"capacity", *limits}:
            setattr(found, name, value)
    found.version += 1
    work.session.flush()
    work.changed("course", found.course_id)
    work.record("class.changed", found, no=found.no)
    if before != (found.starts_on, found.ends_on, found.place):
        _tell_of_change(work, found)
    promote(work, class_id)
    return found


def _past_faults(work: Work, wish: ClassWish) -> list[RuleBroken]:
    return [DaysPast()] if wish.starts_on < work.today else []


def _filing_faults(found: TrainingClass, wish: ClassWish) -> list[RuleBroken]:
    """A class that is announced already cannot be made one that has to be filed first."""
    is_late = wish.needs_filing and not found.filing_no and found.state in {C.OPEN, C.CLOSED}
    return [FilingMissing(field="needs_filing")] if is_late else []


def _leaves_lessons_outside(work: Work, class_id: int, wish: ClassWish) -> bool:
    first, last = clock.at(wish.starts_on, 0), clock.at(wish.ends_on, 1440)
    outside = or_(Lesson.starts_at < first, Lesson.ends_at > last)
    return work.session.scalar(select(Lesson.id).where(Lesson.class_id == class_id, outside).limit(1)) is not None


def _tell_of_change(work: Work, found: TrainingClass) -> None:
    message = N_("The class of your registration %(no)s has changed: %(starts_on)s to %(ends_on)s, %(place)s.")
    for registration in _registrations(work, found.id, BEFORE_CLASS):
        facts = {"starts_on": found.starts_on, "ends_on": found.ends_on, "place": found.place}
        tell(work, registration, message, **facts)


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


def reopen_class(work: Work, class_id: int, closes_at: datetime) -> None:
    """Open the registration of a class again, until another time; whoever waits keeps the place."""
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    _refuse_unless(found, C.CLOSED)
    if not work.now < closes_at or clock.local_day(closes_at) > found.starts_on:
        raise ClosesWrong
    found.closes_at = closes_at
    step_class(work, found, "reopen")


def begin_class(work: Work, class_id: int, *, reason: str = "") -> None:
    """Begin the class: the roster is frozen, and who still waits or has not paid is out.

    It is not begun before its first day (DayAhead). Below the minimum a reason is needed, given now or decided before
    (TooFewRegistered otherwise), and a timetable always: RulesBroken with all that is missing.
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    reason = reason.strip() or found.holding_reason
    taken = certain_in(work.session, class_id)
    missing: list[RuleBroken] = [] if _planned_hours(work, class_id) else [NothingPlanned()]
    if work.today < found.starts_on:
        missing.append(DayAhead(day=found.starts_on.isoformat()))
    if taken < found.min_seats and not reason:
        missing.append(TooFewRegistered(taken=taken, least=found.min_seats, field="reason"))
    if missing:
        raise RulesBroken(missing) if len(missing) > 1 else missing[0]
    step_class(work, found, "begin", reason=reason)
    waiting = BEFORE_CLASS - {RegistrationState.CONFIRMED}
    _cancel_all(work, class_id, waiting, N_("The class of your registration %(no)s has begun without you."))


def cancel_class(work: Work, class_id: int, reason: str) -> None:
    """Cancel the class: rooms and teachers are free again, everybody is out and told why; what was paid is refunded."""
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    if not reason.strip():
        raise RulesBroken([ReasonMissing()])
    step_class(work, found, "cancel", reason=reason)
    release_timetable(work, found)
    _cancel_all(
        work, class_id, BEFORE_CLASS, N_("The class of your registration %(no)s is cancelled: %(reason)s"), reason
    )


def postpone_class(work: Work, class_id: int, starts_on: date, reason: str) -> None:
    """Move a class to a later first day, all its days alike; its rooms are free again and everybody is told.

    Seats that came free too late to be offered go to those who wait. LessonHeld once a lesson was held.
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    _refuse_unless(found, C.OPEN, C.CLOSED)
    shift = starts_on - found.starts_on
    wrong: list[RuleBroken] = [NotLater(starts_on=found.starts_on)] if shift <= timedelta(0) else []
    if not reason.strip():
        wrong.append(ReasonMissing())
    if wrong:
        raise RulesBroken(wrong)
    clear_timetable(work, found)
    found.starts_on, found.ends_on = found.starts_on + shift, found.ends_on + shift
    found.closes_at += shift
    found.decision_asked_at, found.holding_reason = None, ""
    found.version += 1
    work.session.flush()
    work.changed("course", found.course_id)
    work.record("class.postponed", found, starts_on=starts_on, reason=reason)
    message = N_("The class of your registration %(no)s now begins on %(starts_on)s: %(reason)s")
    for registration in _registrations(work, class_id, BEFORE_CLASS):
        tell(work, registration, message, starts_on=starts_on, reason=reason)
        promise_letter(work, registration, "training_postponed", reason=reason)
    promote(work, class_id)


def close_due(work: Work) -> int:
    """Close the classes whose registration is over; return how many."""
    due = select(TrainingClass.id).where(TrainingClass.state == C.OPEN, TrainingClass.closes_at <= work.now)
    closed = 0
    for class_id in work.session.scalars(due.order_by(TrainingClass.id).limit(MOST_CLOSED)).all():
        found = lock_class(work, class_id)
        if found.state is C.OPEN and found.closes_at <= work.now:
            step_class(work, found, "close")
            closed += 1
    return closed


def _missing(work: Work, found: TrainingClass) -> list[RuleBroken]:
    """Return what keeps a class from opening."""
    planned = _planned_hours(work, found.id)
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


def _planned_hours(work: Work, class_id: int) -> int | None:
    return work.session.scalar(select(func.sum(Lesson.hours)).where(Lesson.class_id == class_id))


def step_class(work: Work, found: TrainingClass, name: str, *, reason: str = "", **facts: object) -> None:
    """Take the named step of a class whose row is locked; WrongState when it does not start here."""
    starts, after = CLASS_STEPS[name]
    before = found.state
    if before not in starts:
        raise WrongState(state=CLASS_NAMES[before])
    found.state, found.state_at, found.state_reason = after, work.now, reason.strip()
    found.version += 1
    work.session.flush()
    work.changed("course", found.course_id)
    work.record(f"class.{name}", found, before=before, after=after, reason=reason.strip(), **facts)


def _cancel_all(
    work: Work, class_id: int, states: frozenset[RegistrationState], message: str, reason: str = ""
) -> None:
    for registration in _registrations(work, class_id, states):
        step(work, registration, "cancel", reason=reason)
        tell(work, registration, message, reason=reason)
        promise_letter(work, registration, "training_over")


def _registrations(work: Work, class_id: int, states: frozenset[RegistrationState]) -> list[Registration]:
    statement = select(Registration).where(Registration.class_id == class_id, Registration.state.in_(states))
    return list(work.session.scalars(statement.order_by(Registration.id)))


def _refuse_unless(found: TrainingClass, *states: ClassState) -> None:
    if found.state not in states:
        raise WrongState(state=CLASS_NAMES[found.state])
