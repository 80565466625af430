"""What the people of a class have attended and scored, and what comes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services.training.models.courses import Course, Lesson, LessonKind, TrainingClass
from services.training.models.outcomes import Assessment, AssessmentVoid, Attendance, Part
from services.training.models.registrations import Registration
from services.training.rules.attendance import Window, is_enough, rate
from services.training.rules.results import has_passed
from services.training.rules.states import ON_ROLL


def attendance_rates(session: Session, class_id: int) -> dict[int, Fraction]:
    """Return the share of the teaching hours that everybody attended who attended anything of the class, by registration.

    Examinations are no teaching.
    """
    teaching = (Lesson.class_id == class_id) & (Lesson.kind != LessonKind.ASSESSMENT)
    lessons = session.scalars(select(Lesson).where(teaching).order_by(Lesson.starts_at)).all()
    statement = (
        select(Attendance.registration_id, Attendance.lesson_id, Attendance.minutes)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .where(teaching)
        .order_by(Attendance.registration_id)
    )
    minutes: dict[int, dict[int, int]] = {}
    for registration_id, lesson_id, there in session.execute(statement):
        minutes.setdefault(registration_id, {})[lesson_id] = there
    return {one: _rate(lessons, there) for one, there in minutes.items()}


def _rate(lessons: Sequence[Lesson], minutes: Mapping[int, int]) -> Fraction:
    return rate((one.hours, Window(one.starts_at, one.ends_at).minutes, minutes.get(one.id, 0)) for one in lessons)


def assessments_of(session: Session, class_id: int) -> dict[int, list[Assessment]]:
    """Return every attempt of everybody in the class, by registration, those that do not count among them."""
    statement = (
        select(Assessment)
        .join(Registration, Registration.id == Assessment.registration_id)
        .where(Registration.class_id == class_id)
        .options(joinedload(Assessment.void).joinedload(AssessmentVoid.person))
        .order_by(Assessment.part, Assessment.attempt)
    )
    found: dict[int, list[Assessment]] = {}
    for one in session.scalars(statement):
        found.setdefault(one.registration_id, []).append(one)
    return found


def best_of(assessments: Sequence[Assessment]) -> dict[Part, int]:
    """Return the best score of each part among attempts that count, theory before practice."""
    best: dict[Part, int] = {}
    for one in assessments:
        if one.void is None:
            best[one.part] = max(one.score, best.get(one.part, 0))
    return {part: best[part] for part in Part if part in best}


def best_scores(session: Session, registration_ids: Collection[int]) -> dict[int, dict[Part, int]]:
    """Return the best score of each part that each of them tried, of the attempts that count; theory before practice."""
    statement = (
        select(Assessment.registration_id, Assessment.part, func.max(Assessment.score))
        .outerjoin(AssessmentVoid, AssessmentVoid.assessment_id == Assessment.id)
        .where(Assessment.registration_id.in_(registration_ids), AssessmentVoid.assessment_id.is_(None))
        .group_by(Assessment.registration_id, Assessment.part)
        .order_by(Assessment.registration_id, Assessment.part.desc())
    )
    found: dict[int, dict[Part, int]] = {}
    for registration_id, part, score in session.execute(statement):
        found.setdefault(registration_id, {})[part] = score
    return found


@dataclass(frozen=True)
class Result:
    """What somebody on the roll has reached so far, and the step that the end of the class would take."""

    registration: Registration
    share: Fraction
    assessments: Sequence[Assessment]
    best: Mapping[Part, int]
    may_be_examined: bool
    has_passed: bool

    @property
    def percent(self) -> int:
        """The attendance in whole percent, never rounded up."""
        return int(self.share * 100)

    @property
    def step(self) -> str:
        """``complete``, ``fail``, or ``miss`` for somebody who never came."""
        if not self.share:
            return "miss"
        return "complete" if self.may_be_examined and self.has_passed else "fail"


def results_of(session: Session, training_class: TrainingClass) -> list[Result]:
    """Return where everybody on the roll stands, in the order of registration; four queries, whatever the class."""
    rates, tried = attendance_rates(session, training_class.id), assessments_of(session, training_class.id)
    return [
        _result(training_class.course, one, rates.get(one.id, Fraction(0)), tried.get(one.id, []))
        for one in roll_of_class(session, training_class.id)
    ]


def roll_of_class(session: Session, class_id: int) -> Sequence[Registration]:
    """Return who is on the roll of a class, in the order of registration."""
    statement = (
        select(Registration)
        .where(Registration.class_id == class_id, Registration.state.in_(ON_ROLL))
        .options(joinedload(Registration.trainee), joinedload(Registration.organisation))
        .order_by(Registration.id)
    )
    return session.scalars(statement).all()


def _result(course: Course, registration: Registration, share: Fraction, tried: Sequence[Assessment]) -> Result:
    best = best_of(tried)
    enough = is_enough(share, course.attendance_percent)
    return Result(registration, share, tried, best, enough, has_passed(course, best))
