"""Courses are found in their own group, with their classes; the operations of the training keep the index."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.core.outbox import REFRESH, OutboxTask
from services.search.documents import Kind, Order
from services.search.engine import IndexUnusable
from services.training.models.courses import ClassState, Lesson, Level
from services.training.operations.classes import cancel_class, open_class
from services.training.operations.courses import publish_course
from tests.factories.training import make_class, make_school
from tests.services.search.conftest import titles_of


@pytest.fixture
def school(session):
    school = make_school(session, name="晚班", place="示例镇培训楼", is_evening=True)
    course = school.course
    course.occupation, course.level, course.is_subsidised = "玻璃热加工工", Level.JUNIOR, True
    course.summary = "拉丝、弯管、吹泡三项基本功"
    session.commit()
    return school


def promised(session) -> list[dict]:
    return list(session.scalars(select(OutboxTask.payload).where(OutboxTask.task == REFRESH)))


@pytest.mark.parametrize(
    "line", ["灯工", "玻璃热加工", "初级", "五级", "补贴", "晚间班", "示例镇培训楼", "dengong", "弯管"]
)
def test_a_course_is_found_by_what_people_call_it(school, search, line):
    found = search(line)

    assert [group.kind for group in found.groups] == [Kind.COURSE]
    assert titles_of(found) == [school.course.title]
    thing = found.groups[0].finds[0].thing
    assert (thing.course, thing.next_class) == (school.course, school.training_class)


def test_the_number_of_a_class_finds_its_course(school, search):
    assert titles_of(search(school.training_class.no)) == [school.course.title]


def test_courses_are_narrowed_by_their_facets(school, search):
    found = search("", kind=Kind.COURSE, facets={"skill": ("junior",)}, order=Order.PRICE)

    assert titles_of(found) == [school.course.title]
    assert [(one.value, one.is_chosen) for one in found.choices["skill"]] == [("junior", True)]
    assert found.choices["provider"][0].label == school.centre.organisation.label
    assert titles_of(search("", kind=Kind.COURSE, facets={"skill": ("senior",)})) == []


def test_what_is_not_published_is_not_found_even_before_the_index_knows(school, search, session):
    assert titles_of(search("灯工")) == [school.course.title]

    school.course.is_published = False

    assert titles_of(search("灯工")) == []


def test_a_class_that_is_not_announced_tells_nothing(school, search, session):
    make_class(session, school.course, state=ClassState.DRAFT, place="密室")

    assert titles_of(search("密室")) == []


def test_without_an_index_the_database_finds_courses_too(school, search, session, whoosh, monkeypatch):
    def unusable(_question):
        raise IndexUnusable

    search()
    monkeypatch.setattr(whoosh, "search", unusable)

    assert titles_of(search("灯工 初级", kind=Kind.COURSE)) == [school.course.title]
    assert titles_of(search(school.training_class.no, kind=Kind.COURSE)) == [school.course.title]


def test_each_change_that_shows_is_promised_to_the_index(school, session):
    expected = {"kind": "course", "id": school.course.id}
    work = school.work()
    publish_course(work, school.course.id, is_published=False)
    assert promised(session) == [expected]

    cancel_class(school.work(), school.training_class.id, "报名人数不足")
    assert promised(session) == [expected] * 2


def test_an_opened_class_is_promised_to_the_index(session):
    school = make_school(session, state=ClassState.DRAFT)
    start = school.training_class.opens_at + timedelta(days=13)
    session.add(
        Lesson(class_id=school.training_class.id, starts_at=start, ends_at=start + timedelta(hours=8), hours=80)
    )
    session.flush()

    open_class(school.work(), school.training_class.id)

    assert promised(session) == [{"kind": "course", "id": school.course.id}]
