"""Published courses with their coming classes: one document a course, for people look for what they can learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from services.board.queries.visibility import Reader
from services.catalogue.models import Provider
from services.core import clock
from services.search.documents import Document, Kind
from services.search.mappings.mapping import KindMapping, chosen, has_all, stamped
from services.search.mappings.modules import cluster_names, provider_names
from services.search.results import Shown
from services.training.models.courses import Course, Level, TrainingClass
from services.training.queries.browsing import WITH_CENTRE, next_of
from services.training.rules.standing import PUBLIC

MOST_CLASSES = 20
LEVEL_WORDS: Mapping[Level, tuple[str, ...]] = {
    Level.NONE: (),
    Level.SPECIAL: ("专项能力",),
    Level.JUNIOR: ("初级", "初级工", "五级"),
    Level.MIDDLE: ("中级", "中级工", "四级"),
    Level.SENIOR: ("高级", "高级工", "三级"),
    Level.TECHNICIAN: ("技师", "二级"),
    Level.SENIOR_TECHNICIAN: ("高级技师", "一级"),
}


@dataclass(frozen=True)
class ShownCourse:
    """A course with the class that begins next, if one is announced."""

    course: Course
    next_class: TrainingClass | None


def _ids(_day: date) -> Select[int]:
    return select(Course.id).where(Course.is_published).order_by(Course.id)


def _documents(session: Session, ids: Sequence[int], day: date) -> Iterable[Document]:
    statement = (
        select(Course)
        .options(WITH_CENTRE, joinedload(Course.provider).selectinload(Provider.clusters))
        .where(Course.id.in_(ids), Course.is_published)
        .order_by(Course.id)
        .execution_options(populate_existing=True)
    )
    classes = _classes(session, ids, day)
    for course in session.scalars(statement):
        yield stamped(_document(course, classes.get(course.id, ())))


def _classes(session: Session, ids: Sequence[int], day: date) -> dict[int, list[TrainingClass]]:
    statement = (
        select(TrainingClass)
        .where(TrainingClass.course_id.in_(ids), TrainingClass.state.in_(PUBLIC), TrainingClass.ends_on >= day)
        .order_by(TrainingClass.course_id, TrainingClass.starts_on, TrainingClass.id)
    )
    found: dict[int, list[TrainingClass]] = {}
    for one in session.scalars(statement):
        found.setdefault(one.course_id, []).append(one)
    return {course_id: some[:MOST_CLASSES] for course_id, some in found.items()}


def _document(course: Course, classes: Sequence[TrainingClass]) -> Document:
    centre = course.provider.organisation
    of_classes = (f"{one.no} {one.name} {one.place}".strip() for one in classes)
    texts = (course.summary, course.syllabus, course.entry_text, centre.name, centre.short_name, *of_classes)
    times = (("晚间班",) if any(one.is_evening for one in classes) else ()) + (
        ("周末班",) if any(one.is_weekend for one in classes) else ()
    )
    return Document(
        kind=Kind.COURSE,
        id=course.id,
        version=0,
        title=course.title,
        body="\n".join(text for text in texts if text),
        keywords=(
            course.code,
            *((course.occupation,) if course.occupation else ()),
            *LEVEL_WORDS[course.level],
            *(("补贴", "补贴性培训") if course.is_subsidised else ()),
            *times,
            "培训",
            "课程",
        ),
        facets=chosen(
            cluster=(cluster.key for cluster in course.provider.clusters),
            occupation=course.occupation,
            skill=course.level if course.level is not Level.NONE else None,
            subsidy="yes" if course.is_subsidised else None,
            provider=str(course.provider_id),
        ),
        at=clock.at(classes[0].starts_on, 0) if classes else None,
        price_fen=min((one.fee_fen for one in classes), default=course.fee_fen),
    )


def _shown(session: Session, _reader: Reader, ids: Sequence[int], day: date) -> Mapping[int, Shown]:
    statement = select(Course).options(WITH_CENTRE).where(Course.id.in_(ids), Course.is_published)
    courses = session.scalars(statement).all()
    coming = next_of(session, [one.id for one in courses], day)
    return {
        one.id: Shown(ShownCourse(one, coming.get(one.id)), one.title, one.summary or one.syllabus) for one in courses
    }


def _found(_reader: Reader, words: Sequence[str], day: date) -> Select[int]:
    texts = (Course.title, Course.code, Course.occupation, Course.summary)
    numbered = exists().where(
        TrainingClass.course_id == Course.id,
        TrainingClass.state.in_(PUBLIC),
        has_all(words, TrainingClass.no, TrainingClass.name, TrainingClass.place),
    )
    return _ids(day).where(or_(has_all(words, *texts), numbered)).order_by(None).order_by(Course.code)


COURSES = KindMapping(
    kind=Kind.COURSE,
    facets=("cluster", "occupation", "skill", "subsidy", "provider"),
    ids=_ids,
    documents=_documents,
    shown=_shown,
    found=_found,
    labels={"cluster": cluster_names, "provider": provider_names},
)
