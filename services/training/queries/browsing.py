"""Finding courses by words and facets, with the classes that are coming; each facet's counts leave its own choice out.

The line, the facets and the order are about courses. A facet that only a class can answer (free seats, evenings, weekends)
finds the courses that have such a class coming, and shows of their classes those that fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from services.catalogue.models import Provider, ProviderCluster
from services.core import clock
from services.core.facets import facet_counts
from services.organisations.models import Cluster, Organisation
from services.training.models.courses import ClassState, Course, TrainingClass

MOST_WORDS = 8
CLASSES_SHOWN = 3
"""Classes that a course in the list shows; its own page has all."""


class Facet(StrEnum):
    """By what the list of courses can be narrowed."""

    CLUSTER = "cluster"
    OCCUPATION = "occupation"
    LEVEL = "level"
    SEATS = "seats"
    EVENING = "evening"
    WEEKEND = "weekend"
    SUBSIDY = "subsidy"
    PROVIDER = "provider"


class Sort(StrEnum):
    """In which order courses are listed."""

    DATE = "date"
    FEE = "fee"
    TITLE = "title"


@dataclass(frozen=True)
class CourseWish:
    """What somebody looks for: a typed line, at most one choice of each facet, and an order."""

    line: str = ""
    choices: Mapping[Facet, str] = field(default_factory=dict)
    sort: Sort = Sort.DATE


@dataclass(frozen=True)
class FoundCourses:
    """One page of what was found. ``classes`` holds the next ones of each course, ``more`` how many it has besides."""

    courses: Sequence[Course]
    classes: Mapping[int, Sequence[TrainingClass]]
    more: Mapping[int, int]
    total: int
    number: int
    pages: int
    counts: Mapping[Facet, Mapping[str, int]]
    names: Mapping[Facet, Mapping[str, str]]


ABOUT_CLASSES = frozenset({Facet.SEATS, Facet.EVENING, Facet.WEEKEND})
HELD = (ClassState.OPEN, ClassState.CLOSED, ClassState.RUNNING, ClassState.FINISHED, ClassState.ARCHIVED)
"""What a calendar shows."""
WITH_CENTRE = joinedload(Course.provider).joinedload(Provider.organisation)
_NEXT = func.min(TrainingClass.starts_on)


def is_coming(now: datetime) -> ColumnElement[bool]:
    """Tell whether a class is public and has still to begin."""
    return and_(
        TrainingClass.state.in_([ClassState.OPEN, ClassState.CLOSED]), TrainingClass.starts_on >= clock.local_day(now)
    )


def found(session: Session, wish: CourseWish, now: datetime, *, page: int = 1, per_page: int = 20) -> FoundCourses:
    """Return the asked page of the published courses that fit; the same number of queries however many there are."""
    attributes = _attributes(now)
    conditions = {facet: attributes[facet] == value for facet, value in wish.choices.items()}
    base = _base(wish.line, now)
    fitting = base.where(*conditions.values())
    total = session.scalar(fitting.with_only_columns(func.count(Course.id.distinct()))) or 0
    pages = max(1, -(-total // per_page))
    number = min(max(page, 1), pages)
    ordered = fitting.group_by(Course.id).order_by(*_order(wish.sort))
    ids = list(session.scalars(ordered.limit(per_page).offset((number - 1) * per_page)))
    of_classes = [condition for facet, condition in conditions.items() if facet in ABOUT_CLASSES]
    classes, more = _classes(session, ids, now, of_classes)
    counts = facet_counts(session, base, Course.id, attributes, conditions)
    return FoundCourses(_in_order(session, ids), classes, more, total, number, pages, counts, _names(session, counts))


def _base(line: str, now: datetime) -> Select[int]:
    """Select the published courses in which every word of the line is, with what is coming of each."""
    return (
        select(Course.id)
        .join(Organisation, Organisation.id == Course.provider_id)
        .outerjoin(ProviderCluster, ProviderCluster.provider_id == Course.provider_id)
        .outerjoin(TrainingClass, and_(TrainingClass.course_id == Course.id, is_coming(now)))
        .where(Course.is_published, *(_has(word) for word in line.split()[:MOST_WORDS]))
    )


def _has(word: str) -> ColumnElement[bool]:
    texts = (Course.code, Course.title, Course.occupation, Course.summary, Organisation.name, Organisation.short_name)
    classes = (TrainingClass.no, TrainingClass.name, TrainingClass.place)
    return or_(*(func.lower(column).contains(word.lower(), autoescape=True) for column in (*texts, *classes)))


def _attributes(now: datetime) -> dict[Facet, ColumnElement[Any]]:
    """Return what each facet compares, as text."""
    has_seats = and_(
        TrainingClass.state == ClassState.OPEN,
        TrainingClass.closes_at > now,
        TrainingClass.waiting == 0,
        TrainingClass.seats_taken < TrainingClass.capacity,
    )
    return {
        Facet.CLUSTER: cast(ProviderCluster.cluster_id, String),
        Facet.OCCUPATION: Course.occupation.expression,
        Facet.LEVEL: Course.level.expression,
        Facet.SEATS: _yes(has_seats),
        Facet.EVENING: _yes(TrainingClass.is_evening),
        Facet.WEEKEND: _yes(TrainingClass.is_weekend),
        Facet.SUBSIDY: _yes(Course.is_subsidised),
        Facet.PROVIDER: cast(Course.provider_id, String),
    }


def _yes(holds: Any) -> ColumnElement[Any]:
    return case((holds, literal("yes")), else_=literal(""))


def _order(sort: Sort) -> tuple[ColumnElement[Any], ...]:
    orders: dict[Sort, tuple[ColumnElement[Any], ...]] = {
        Sort.DATE: (_NEXT.is_(None), _NEXT),
        Sort.FEE: (func.coalesce(func.min(TrainingClass.fee_fen), Course.fee_fen),),
        Sort.TITLE: (Course.title.expression,),
    }
    return (*orders[sort], Course.code.expression)


def _classes(
    session: Session, course_ids: Sequence[int], now: datetime, conditions: Sequence[ColumnElement[bool]]
) -> tuple[dict[int, list[TrainingClass]], dict[int, int]]:
    """Return the next classes of each course, and how many each has besides them."""
    place = func.row_number().over(
        partition_by=TrainingClass.course_id, order_by=(TrainingClass.starts_on, TrainingClass.id)
    )
    count = func.count().over(partition_by=TrainingClass.course_id)
    numbered = (
        select(TrainingClass.id, place.label("place"), count.label("count"))
        .where(TrainingClass.course_id.in_(course_ids), is_coming(now), *conditions)
        .subquery()
    )
    statement = (
        select(TrainingClass, numbered.c.count)
        .join(numbered, numbered.c.id == TrainingClass.id)
        .where(numbered.c.place <= CLASSES_SHOWN)
        .order_by(TrainingClass.starts_on, TrainingClass.id)
    )
    classes: dict[int, list[TrainingClass]] = defaultdict(list)
    more: dict[int, int] = {}
    for training_class, how_many in session.execute(statement):
        classes[training_class.course_id].append(training_class)
        more[training_class.course_id] = max(0, how_many - CLASSES_SHOWN)
    return classes, more


def _in_order(session: Session, ids: Sequence[int]) -> list[Course]:
    statement = select(Course).options(WITH_CENTRE).where(Course.id.in_(ids))
    courses = {course.id: course for course in session.scalars(statement)}
    return [courses[course_id] for course_id in ids]


def _names(session: Session, counts: Mapping[Facet, Mapping[str, int]]) -> dict[Facet, dict[str, str]]:
    """Return what the counted clusters and centres are called."""
    clusters = [int(key) for key in counts[Facet.CLUSTER]]
    centres = [int(key) for key in counts[Facet.PROVIDER]]
    named = select(Cluster.id, Cluster.short_name).where(Cluster.id.in_(clusters))
    called = select(Organisation.id, Organisation.short_name, Organisation.name).where(Organisation.id.in_(centres))
    return {
        Facet.CLUSTER: {str(key): name for key, name in session.execute(named)},
        Facet.PROVIDER: {str(key): short or name for key, short, name in session.execute(called)},
    }


def coming(session: Session, now: datetime, *, provider_id: int | None = None, most: int = 50) -> list[TrainingClass]:
    """Return the classes that begin next, with their courses; those of one centre, or of all."""
    statement = _with_course().where(is_coming(now)).order_by(TrainingClass.starts_on, TrainingClass.id)
    if provider_id is not None:
        statement = statement.where(TrainingClass.provider_id == provider_id)
    return list(session.scalars(statement.limit(most)))


def next_of(session: Session, course_ids: Sequence[int], day: date) -> dict[int, TrainingClass]:
    """Return the class of each course that begins next, seen from a day, as far as one is announced."""
    statement = (
        select(TrainingClass)
        .where(TrainingClass.course_id.in_(course_ids), is_coming(clock.at(day, 0)))
        .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
    )
    return {one.course_id: one for one in session.scalars(statement)}


def announced(session: Session, wish: CourseWish, now: datetime, *, most: int) -> list[TrainingClass]:
    """Return the coming classes of the courses that fit, those opened last first, for feeds."""
    attributes = _attributes(now)
    courses = _base(wish.line, now).where(*(attributes[facet] == value for facet, value in wish.choices.items()))
    of_classes = [attributes[facet] == value for facet, value in wish.choices.items() if facet in ABOUT_CLASSES]
    statement = _with_course().where(is_coming(now), Course.id.in_(courses), *of_classes)
    return list(session.scalars(statement.order_by(TrainingClass.state_at.desc(), TrainingClass.id.desc()).limit(most)))


def between(session: Session, first: date, last: date, *, most: int) -> list[TrainingClass]:
    """Return the public classes that have a day between two, in the order in which they begin."""
    statement = (
        _with_course()
        .where(TrainingClass.state.in_(HELD), TrainingClass.starts_on <= last, TrainingClass.ends_on >= first)
        .order_by(TrainingClass.starts_on, TrainingClass.id)
    )
    return list(session.scalars(statement.limit(most)))


def _with_course() -> Select[TrainingClass]:
    return (
        select(TrainingClass)
        .join(TrainingClass.course)
        .options(
            contains_eager(TrainingClass.course),
            joinedload(TrainingClass.provider).joinedload(Provider.organisation),
        )
        .where(Course.is_published)
    )
