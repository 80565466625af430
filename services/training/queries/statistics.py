"""Figures of a training centre for a period: seats, attendance, results, satisfaction and money, by class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from services.training.models.courses import ClassState, Lesson, LessonKind, TrainingClass
from services.training.models.outcomes import Attendance, Satisfaction
from services.training.models.registrations import Registration, RegistrationState
from services.training.queries.desk import Money, money_of
from services.training.rules.attendance import Window
from services.training.rules.states import ON_ROLL

S = RegistrationState
MOST_CLASSES = 300
FEWEST_OPINIONS = 3
"""Of fewer opinions no average is shown: it would tell what somebody said."""
GRADES = ("contents", "teaching", "organisation")


@dataclass(frozen=True)
class Grades:
    """What people say of a class: how many, and the average of each point in hundredths, None below three opinions."""

    count: int = 0
    hundredths: tuple[int, int, int] | None = None

    @property
    def overall(self) -> int | None:
        """The average of all points, in hundredths."""
        return None if self.hundredths is None else round(Fraction(sum(self.hundredths), len(GRADES)))


@dataclass(frozen=True)
class ClassFigures:
    """A class with its figures."""

    training_class: TrainingClass
    on_roll: int
    completed: int
    failed: int
    missed: int
    attendance: Fraction | None
    grades: Grades
    money: Money

    @property
    def examined(self) -> int:
        """How many of the roll have an end: completed, not completed, or never came."""
        return self.completed + self.failed + self.missed


@dataclass(frozen=True)
class Totals:
    """Several classes together."""

    classes: int
    seats: int
    taken: int
    completed: int
    examined: int
    kept_fen: int

    @property
    def filled_percent(self) -> int | None:
        """The share of the seats that were taken."""
        return _percent(self.taken, self.seats)

    @property
    def passed_percent(self) -> int | None:
        """The share of those with an end who completed the course."""
        return _percent(self.completed, self.examined)


def figures_of(session: Session, provider_id: int, first: date, last: date) -> list[ClassFigures]:
    """Return the classes of a centre that begin in ``[first, last]`` and took place or will, in order."""
    statement = (
        select(TrainingClass)
        .where(
            TrainingClass.provider_id == provider_id,
            TrainingClass.starts_on.between(first, last),
            TrainingClass.state.not_in([ClassState.DRAFT, ClassState.FILED, ClassState.CANCELLED]),
        )
        .options(joinedload(TrainingClass.course))
        .order_by(TrainingClass.starts_on, TrainingClass.id)
        .limit(MOST_CLASSES)
    )
    classes = session.scalars(statement).all()
    ids = [one.id for one in classes]
    ends, money, grades = _ends(session, ids), money_of(session, ids), grades_of(session, ids)
    shares = _attendance(session, ids, {key: sum(counts.values()) for key, counts in ends.items()})
    return [
        ClassFigures(
            training_class=one,
            on_roll=sum(ends[one.id].values()),
            completed=ends[one.id][S.COMPLETED],
            failed=ends[one.id][S.NOT_COMPLETED],
            missed=ends[one.id][S.NO_SHOW],
            attendance=shares.get(one.id),
            grades=grades.get(one.id, Grades()),
            money=money.get(one.id, Money()),
        )
        for one in classes
    ]


def totals(figures: Iterable[ClassFigures]) -> Totals:
    """Return several classes together."""
    rows = list(figures)
    return Totals(
        classes=len(rows),
        seats=sum(one.training_class.capacity for one in rows),
        taken=sum(one.training_class.seats_taken for one in rows),
        completed=sum(one.completed for one in rows),
        examined=sum(one.examined for one in rows),
        kept_fen=sum(one.money.kept_fen for one in rows),
    )


def by_month(figures: Iterable[ClassFigures]) -> dict[date, Totals]:
    """Return the classes together by the month in which they begin."""
    return _together(figures, lambda one: one.training_class.starts_on.replace(day=1))


def _together(figures: Iterable[ClassFigures], key: Callable[[ClassFigures], date]) -> dict[date, Totals]:
    parts: dict[date, list[ClassFigures]] = defaultdict(list)
    for one in figures:
        parts[key(one)].append(one)
    return {part: totals(rows) for part, rows in sorted(parts.items())}


def grades_of(session: Session, class_ids: Collection[int]) -> dict[int, Grades]:
    """Return what people say of each class of which anybody has said anything."""
    averages = [
        func.sum(column) for column in (Satisfaction.contents, Satisfaction.teaching, Satisfaction.organisation)
    ]
    statement = (
        select(Registration.class_id, func.count(), *averages)
        .join(Satisfaction, Satisfaction.registration_id == Registration.id)
        .where(Registration.class_id.in_(class_ids))
        .group_by(Registration.class_id)
        .order_by(Registration.class_id)
    )
    found = {}
    for class_id, count, *sums in session.execute(statement):
        contents, teaching, organisation = (round(Fraction(100 * int(one), count)) for one in sums)
        is_shown = count >= FEWEST_OPINIONS
        found[class_id] = Grades(count, (contents, teaching, organisation) if is_shown else None)
    return found


def words_of(session: Session, class_id: int) -> list[str]:
    """Return what people wrote of a class, in an order that tells nothing of them; nothing below three opinions."""
    statement = (
        select(Satisfaction.text)
        .join(Registration, Registration.id == Satisfaction.registration_id)
        .where(Registration.class_id == class_id)
        .order_by(Satisfaction.text)
        .limit(MOST_CLASSES)
    )
    texts = session.scalars(statement).all()
    return [text for text in texts if text] if len(texts) >= FEWEST_OPINIONS else []


def _ends(session: Session, class_ids: Collection[int]) -> dict[int, dict[RegistrationState, int]]:
    counts = [func.coalesce(func.sum(case((Registration.state == one, 1), else_=0)), 0) for one in ON_ROLL]
    statement = (
        select(Registration.class_id, *counts)
        .where(Registration.class_id.in_(class_ids))
        .group_by(Registration.class_id)
        .order_by(Registration.class_id)
    )
    found: dict[int, dict[RegistrationState, int]] = defaultdict(lambda: dict.fromkeys(ON_ROLL, 0))
    for class_id, *numbers in session.execute(statement):
        found[class_id] = dict(zip(ON_ROLL, (int(one) for one in numbers), strict=True))
    return found


def _attendance(session: Session, class_ids: Collection[int], rolls: dict[int, int]) -> dict[int, Fraction]:
    """Return the share of the teaching of each class that its roll attended, of the lessons with any attendance entered."""
    statement = (
        select(Lesson.class_id, Lesson.hours, Lesson.starts_at, Lesson.ends_at, func.sum(Attendance.minutes))
        .join(Attendance, Attendance.lesson_id == Lesson.id)
        .join(Registration, Registration.id == Attendance.registration_id)
        .where(Lesson.class_id.in_(class_ids), Lesson.kind != LessonKind.ASSESSMENT, Registration.state.in_(ON_ROLL))
        .group_by(Lesson.id)
        .order_by(Lesson.id)
    )
    attended: dict[int, Fraction] = defaultdict(Fraction)
    taught: dict[int, int] = defaultdict(int)
    for class_id, hours, starts_at, ends_at, minutes in session.execute(statement):
        attended[class_id] += Fraction(hours * int(minutes), Window(starts_at, ends_at).minutes)
        taught[class_id] += hours
    return {key: attended[key] / (taught[key] * rolls[key]) for key in attended if rolls.get(key)}


def _percent(part: int, whole: int) -> int | None:
    return round(Fraction(100 * part, whole)) if whole else None
