"""Attendance: by the code of the lesson, by the teacher, from the paper sheet; each correction is kept with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from services.core import clock
from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import CodeOver, NotInClass, NotYet
from services.training.models.courses import ClassState, Lesson, TrainingClass
from services.training.models.outcomes import Attendance, AttendanceChange, Presence, SignMethod
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.operations.steps import lock_class
from services.training.rules.attendance import OPENS_BEFORE, Window, code_holds
from services.training.rules.states import CLASS_NAMES, ON_ROLL
from services.training.teaching_errors import CorrectionReason, LessonAhead, LessonOver, MinutesNeeded, NotOnRoll

SITTING = frozenset({ClassState.CLOSED, ClassState.RUNNING})
"""While a class stands here people sign in and the roll is called; what a finished class is judged by stays."""


@dataclass(frozen=True)
class Mark:
    """What a teacher says of one person in a lesson; ``minutes`` is asked where somebody was there for a part of it."""

    presence: Presence
    minutes: int | None = None


@dataclass(frozen=True)
class Entry:
    """What is written down of one person in a lesson, and how it came into the portal."""

    presence: Presence
    minutes: int
    method: SignMethod


def sign_in(work: Work, key: bytes, lesson_id: int, code: str) -> Attendance:
    """Sign the actor in to a lesson with the code on the wall, once; a second time changes nothing.

    Raises NotFound for an unknown lesson, LessonAhead and LessonOver outside its window, CodeOver for a code that is not
    the present one, and NotOnRoll for somebody who has no confirmed registration. The server's clock decides.
    """
    lesson = work.session.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound
    window = Window(lesson.starts_at, lesson.ends_at)
    _refuse_outside(window, work)
    lock_class(work, lesson.class_id)
    registration_id = _own_place(work, lesson.class_id)
    signed_before = work.session.get(Attendance, (lesson_id, registration_id), populate_existing=True)
    if signed_before is not None:
        return signed_before
    if not code_holds(key, lesson_id, code, work.now):
        raise CodeOver
    entry = Entry(window.presence_at(work.now), window.minutes_from(work.now), SignMethod.CODE)
    signed = _write(work, Attendance(lesson_id=lesson_id, registration_id=registration_id), None, entry)
    signed.signed_in_at = work.now
    return signed


def call_the_roll(
    work: Work, lesson_id: int, marks: Mapping[int, Mark], *, method: SignMethod = SignMethod.TEACHER, reason: str = ""
) -> int:
    """Write down who attended, by registration; return how many entries changed.

    Whoever signed in by code is confirmed by the same mark. Raises NotYet for a lesson that has not begun, WrongState once
    the class is finished, NotInClass for people who are not on the roll, and RulesBroken with everything that is missing:
    minutes of a part (``minutes_<registration>``), and the reason for changing what was confirmed before.
    """
    lesson = _lesson_of_teacher(work, lesson_id)
    if not set(marks) <= set(work.session.scalars(_roll(lesson.class_id)).all()):
        raise NotInClass
    window = Window(lesson.starts_at, lesson.ends_at)
    counted = {one: _minutes(window, mark) for one, mark in marks.items()}
    known = _known(work, lesson_id)
    changed = [one for one in sorted(marks) if _differs(known.get(one), marks[one], counted[one])]
    broken: list[RuleBroken] = [
        MinutesNeeded(field=f"minutes_{one}", most=window.minutes) for one in sorted(marks) if counted[one] is None
    ]
    if not reason.strip() and any(one in known and known[one].confirmed_at is not None for one in changed):
        broken.append(CorrectionReason())
    if broken:
        raise RulesBroken(broken)
    for one in changed:
        found = known.get(one) or Attendance(lesson_id=lesson_id, registration_id=one)
        before = known[one].presence if one in known else None
        _write(work, found, before, Entry(marks[one].presence, counted[one] or 0, method), reason.strip())
        found.confirmed_by_id, found.confirmed_at = work.actor.person_id, work.now
    return len(changed)


def _lesson_of_teacher(work: Work, lesson_id: int) -> Lesson:
    """Return a lesson whose roll the actor may call now, the row of its class locked."""
    lesson = work.session.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound
    found = lock_class(work, lesson.class_id)
    if lesson.teacher_person_id is None or lesson.teacher_person_id != work.actor.person_id:
        work.require(Permission.CLASS_RUN, scope=found.provider_id)
    if lesson.starts_at > work.now:
        raise NotYet
    if found.state not in SITTING:
        raise WrongState(state=CLASS_NAMES[found.state])
    return lesson


def _known(work: Work, lesson_id: int) -> dict[int, Attendance]:
    """Return what is written down of a lesson, by registration."""
    statement = select(Attendance).where(Attendance.lesson_id == lesson_id).order_by(Attendance.registration_id)
    return {one.registration_id: one for one in work.session.scalars(statement)}


def _differs(known: Attendance | None, mark: Mark, minutes: int | None) -> bool:
    """Tell whether a mark says something new: nobody has confirmed anything yet, or it was confirmed otherwise."""
    if known is None or known.confirmed_at is None:
        return True
    return (known.presence, known.minutes) != (mark.presence, minutes)


def _write(work: Work, attendance: Attendance, before: Presence | None, entry: Entry, reason: str = "") -> Attendance:
    """Write down an attendance, first among its changes, which the database compares with what it is given."""
    change = AttendanceChange(
        lesson_id=attendance.lesson_id,
        registration_id=attendance.registration_id,
        at=work.now,
        person_id=work.actor.person_id,
        method=entry.method,
        before=before,
        after=entry.presence,
        minutes=entry.minutes,
        reason=reason,
    )
    work.session.add(change)
    work.session.flush()
    work.record("attendance.entered" if before is None else "attendance.corrected", change, after=change.after)
    attendance.presence, attendance.minutes, attendance.method = entry.presence, entry.minutes, entry.method
    work.session.add(attendance)
    work.session.flush()
    return attendance


def _minutes(window: Window, mark: Mark) -> int | None:
    """Return the minutes that count: all, none, or what the teacher says of a part; None when that is missing."""
    if mark.presence is Presence.PRESENT:
        return window.minutes
    if mark.presence in {Presence.LEAVE, Presence.ABSENT}:
        return 0
    return mark.minutes if mark.minutes is not None and 0 <= mark.minutes <= window.minutes else None


def _refuse_outside(window: Window, work: Work) -> None:
    opens = window.starts_at - OPENS_BEFORE
    if work.now < opens:
        raise LessonAhead(starts=_wall(window.starts_at), opens=_wall(opens))
    if work.now >= window.ends_at:
        raise LessonOver(ended=_wall(window.ends_at))


def _wall(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"


def _own_place(work: Work, class_id: int) -> int:
    """Return the actor's own registration on the roll of a class that sits."""
    statement = (
        select(Registration.id)
        .join(Trainee, Trainee.id == Registration.trainee_id)
        .join(TrainingClass, TrainingClass.id == Registration.class_id)
        .where(
            Registration.class_id == class_id,
            Registration.state == RegistrationState.CONFIRMED,
            Trainee.person_id == work.actor.person_id,
            TrainingClass.state.in_(SITTING),
        )
    )
    found = work.session.scalars(statement).one_or_none()
    if found is None:
        raise NotOnRoll
    return found


def _roll(class_id: int) -> Select[int]:
    return select(Registration.id).where(Registration.class_id == class_id, Registration.state.in_(ON_ROLL))
