"""Courses: entered, changed, and shown to everybody or no longer."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select

from services.core.errors import ChangedMeanwhile, RuleBroken, RulesBroken
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import AgesWrong, CodeTaken, NoHours
from services.training.models.courses import CertificateKind, Course, Level
from services.training.operations.steps import own_course


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


def enter_course(
    work: Work, provider_id: int, wish: CourseWish, course_id: int | None = None, *, version: int | None = None
) -> Course:
    """Enter a course of the actor's own centre, or change it; classes that are planned keep their own fee and dates.

    Raises RulesBroken with everything that does not fit, CodeTaken, and ChangedMeanwhile when ``version`` is not the
    present one.
    """
    work.require(Permission.CLASS_RUN, scope=provider_id)
    course = None if course_id is None else own_course(work, course_id)
    if course is not None and version not in {None, course.version}:
        raise ChangedMeanwhile
    if faults := course_faults(wish):
        raise RulesBroken(faults)
    _refuse_taken_code(work, wish.code, course_id)
    if course is None:
        course = Course(provider_id=provider_id, **asdict(wish))
        work.session.add(course)
    else:
        for name, value in asdict(wish).items():
            setattr(course, name, value)
    work.session.flush()
    work.changed("course", course.id)
    work.record("course.entered" if course_id is None else "course.changed", course, code=course.code)
    return course


def course_faults(wish: CourseWish) -> list[RuleBroken]:
    """Return everything in which the particulars of a course do not fit together."""
    wrong = {
        NoHours: wish.theory_hours + wish.practice_hours <= 0,
        AgesWrong: wish.max_age is not None and wish.max_age < wish.min_age,
    }
    return [fault() for fault, is_wrong in wrong.items() if is_wrong]


def _refuse_taken_code(work: Work, code: str, course_id: int | None) -> None:
    if work.session.scalar(select(Course.id).where(Course.code == code, Course.id != (course_id or 0))) is not None:
        raise CodeTaken


def publish_course(work: Work, course_id: int, *, is_published: bool) -> None:
    """Show a course to everybody, or no longer."""
    course = own_course(work, course_id)
    course.is_published = is_published
    work.changed("course", course.id)
    work.record("course.published" if is_published else "course.hidden", course, code=course.code)
