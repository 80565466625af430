"""Attendance: by the code of the lesson, by the teacher, from the paper sheet; each correction is kept with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select

from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.insertion import insert_unless_taken
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import CodeOver, NotInClass, NotYet
from services.training.models.courses import ClassState, Lesson, TrainingClass
from services.training.models.outcomes import Attendance, AttendanceChange, Presence, SignMethod
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.rules.attendance import Window, code_holds

SITTING = frozenset({ClassState.CLOSED, ClassState.RUNNING, ClassState.FINISHED})
ON_ROLL = frozenset(
    {
        RegistrationState.CONFIRMED,
        RegistrationState.NO_SHOW,
        RegistrationState.COMPLETED,
        RegistrationState.NOT_COMPLETED,
    }
)


@dataclass(frozen=True)
class Mark:
    """What a teacher says of one person in a lesson; ``minutes`` is asked where somebody was there for a part of it."""

    presence: Presence
    minutes: int | None = None


def sign_in(work: Work, key: bytes, lesson_id: int, code: str) -> Attendance:
    """Sign the actor in to a lesson with the code on the wall, once; a second time changes nothing.

    Raises NotFound for an unknown lesson, NotYet outside its window, CodeOver for a code that is not the present one, and
    NotInClass for somebody who is not on the roll.
    """
    lesson = work.session.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound
    window = Window(lesson.starts_at, lesson.ends_at)
    if not window.is_open(work.now):
        raise NotYet
    if not code_holds(key, lesson_id, code, work.now):
        raise CodeOver
    registration_id = _own_place(work, lesson.class_id)
    signed = insert_unless_taken(
        work.session,
        Attendance,
        lesson_id=lesson_id,
        registration_id=registration_id,
        presence=window.presence_at(work.now),
        minutes=window.minutes_from(work.now),
        method=SignMethod.CODE,
        signed_in_at=work.now,
        confirmed_by_id=None,
        confirmed_at=None,
    )
    attendance = work.session.get_one(Attendance, (lesson_id, registration_id))
    if signed:
        _keep(work, attendance, None, "")
    return attendance


def call_the_roll(
    work: Work, lesson_id: int, marks: Mapping[int, Mark], *, method: SignMethod = SignMethod.TEACHER, reason: str = ""
) -> int:
    """Write down who attended, by registration; return how many entries changed.

    Whoever signed in by code is confirmed by the same mark. What was confirmed before is corrected with a reason only, and
    a lesson that has not begun has no attendance (NotYet). Raises NotInClass for people who are not on the roll.
    """
    lesson = work.session.get(Lesson, lesson_id, with_for_update=True)
    if lesson is None:
        raise NotFound
    _require_teacher(work, lesson)
    if lesson.starts_at > work.now:
        raise NotYet
    roll = set(work.session.scalars(_roll(lesson.class_id)).all())
    if not set(marks) <= roll:
        raise NotInClass
    window = Window(lesson.starts_at, lesson.ends_at)
    return sum(_mark(work, lesson, window, one, marks[one], method, reason.strip()) for one in sorted(marks))


def _mark(
    work: Work, lesson: Lesson, window: Window, registration_id: int, mark: Mark, method: SignMethod, reason: str
) -> bool:
    minutes = _minutes(window, mark)
    found = work.session.get(Attendance, (lesson.id, registration_id))
    if found is None:
        found = Attendance(
            lesson_id=lesson.id, registration_id=registration_id, presence=mark.presence, minutes=minutes
        )
        before = None
        work.session.add(found)
    else:
        before = found.presence
        changes = (found.presence, found.minutes) != (mark.presence, minutes)
        if found.confirmed_at is not None and not changes:
            return False
        if found.confirmed_at is not None and not reason:
            raise RulesBroken([RuleBroken(field="reason")])
    found.presence, found.minutes, found.method = mark.presence, minutes, method
    found.confirmed_by_id, found.confirmed_at = work.actor.person_id, work.now
    work.session.flush()
    _keep(work, found, before, reason)
    return True


def _minutes(window: Window, mark: Mark) -> int:
    """Return the minutes that count: all, none, or what the teacher says of a part."""
    if mark.presence is Presence.PRESENT:
        return window.minutes
    if mark.presence in {Presence.LEAVE, Presence.ABSENT}:
        return 0
    if mark.minutes is None or not 0 <= mark.minutes <= window.minutes:
        raise RulesBroken([RuleBroken(field="minutes")])
    return mark.minutes


def _keep(work: Work, attendance: Attendance, before: Presence | None, reason: str) -> None:
    change = AttendanceChange(
        lesson_id=attendance.lesson_id,
        registration_id=attendance.registration_id,
        at=work.now,
        person_id=work.actor.person_id,
        method=attendance.method,
        before=before,
        after=attendance.presence,
        minutes=attendance.minutes,
        reason=reason,
    )
    work.session.add(change)
    work.session.flush()
    work.record("attendance.entered" if before is None else "attendance.corrected", change, after=change.after)


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
        raise NotInClass
    return found


def _roll(class_id: int) -> Select[int]:
    return select(Registration.id).where(Registration.class_id == class_id, Registration.state.in_(ON_ROLL))


def _require_teacher(work: Work, lesson: Lesson) -> None:
    """Let the teacher of the lesson and the staff of its centre pass."""
    if lesson.teacher_person_id is not None and lesson.teacher_person_id == work.actor.person_id:
        return
    centre = work.session.get_one(TrainingClass, lesson.class_id).provider_id
    work.require(Permission.CLASS_RUN, scope=centre)
