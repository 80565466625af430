"""Courses are found by words and facets, with the classes that are coming."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.core import clock
from services.core.errors import NotFound
from services.training.models.courses import ClassState, Course, Level
from services.training.queries.browsing import CourseWish, Facet, Sort, announced, between, coming, found
from services.training.queries.classes import classes_of, cost_of, own_registrations, public_class, public_course
from tests.factories.training import make_class, make_school


@pytest.fixture
def school(session):
    return make_school(session, capacity=2)


def make_course(school, title="叉车司机（N1）考前培训", **over) -> Course:
    """Add a published course of the school."""
    values = {"code": f"KC-{title[:4]}", "theory_hours": 24, "practice_hours": 24, "is_published": True} | over
    course = Course(provider_id=school.centre.id, title=title, **values)
    school.session.add(course)
    school.session.flush()
    return course


def titles(session, line="", sort=Sort.DATE, **choices) -> list[str]:
    wish = CourseWish(line, {Facet(name): value for name, value in choices.items()}, sort)
    return [one.title for one in found(session, wish, clock.now()).courses]


def test_courses_are_ordered_by_what_begins_first_and_those_without_a_class_come_last(school, session):
    later = make_course(school, "缝纫工（初级）")
    make_class(session, later, starts_on=school.training_class.starts_on - timedelta(days=3))
    make_course(school, "安全管理")
    lamp = school.course.title

    assert titles(session) == ["缝纫工（初级）", lamp, "安全管理"]
    assert sorted(titles(session, sort=Sort.TITLE)) == sorted(["安全管理", lamp, "缝纫工（初级）"])


def test_words_find_titles_occupations_classes_and_places(school, session):
    school.course.occupation, school.training_class.place = "玻璃热加工工", "示例镇培训楼"
    make_course(school)
    session.flush()

    lamp = [school.course.title]
    assert titles(session, "玻璃 初级") == lamp
    assert titles(session, "热加工工") == lamp
    assert titles(session, "示例镇") == lamp
    assert titles(session, school.training_class.no.lower()) == lamp
    assert titles(session, "%") == []


def test_facets_narrow_and_count_without_their_own_choice(school, session):
    forklift = make_course(school, level=Level.MIDDLE, is_subsidised=True, occupation="叉车司机")
    make_class(session, forklift, is_evening=True, capacity=2, seats_taken=2)
    make_class(session, forklift, is_weekend=True, capacity=2, seats_taken=1, waiting=1, last_place=1)

    lamp = school.course.title
    assert titles(session, seats="yes") == [lamp]
    assert titles(session, evening="yes") == titles(session, weekend="yes") == [forklift.title]
    assert titles(session, level="middle") == titles(session, subsidy="yes") == [forklift.title]
    assert titles(session, occupation="叉车司机", seats="yes") == []
    counts = found(session, CourseWish(choices={Facet.LEVEL: "middle"}), clock.now()).counts
    assert counts[Facet.LEVEL] == {"middle": 1, "none": 1}
    assert counts[Facet.PROVIDER] == {str(school.centre.id): 1}
    assert counts[Facet.SEATS] == {}


def test_a_facet_of_classes_shows_only_the_classes_that_fit(school, session):
    evening = make_class(session, school.course, is_evening=True)
    all_of_it = found(session, CourseWish(), clock.now())
    narrowed = found(session, CourseWish(choices={Facet.EVENING: "yes"}), clock.now())

    assert len(all_of_it.classes[school.course.id]) == 2
    assert narrowed.classes[school.course.id] == [evening]


def test_three_classes_are_shown_and_the_rest_counted(school, session):
    for _ in range(4):
        make_class(session, school.course)

    courses = found(session, CourseWish(), clock.now())

    assert len(courses.classes[school.course.id]) == 3
    assert courses.more[school.course.id] == 2
    assert courses.total == 1


def test_drafts_and_what_is_hidden_or_over_are_not_announced(school, session):
    for state in (ClassState.DRAFT, ClassState.FILED, ClassState.CANCELLED, ClassState.RUNNING):
        make_class(session, school.course, state=state)
    hidden = make_course(school, "未发布", is_published=False)
    make_class(session, hidden)
    now = clock.now()

    assert coming(session, now) == announced(session, CourseWish(), now, most=9) == [school.training_class]
    first, last = school.training_class.starts_on, school.training_class.ends_on
    states = {one.state for one in between(session, first, last, most=9)}
    assert states == {ClassState.OPEN, ClassState.RUNNING}
    assert len(session.scalars(classes_of(school.course.id)).all()) == 3
    with pytest.raises(NotFound):
        public_course(session, hidden.code)


def test_the_classes_of_a_course_begin_with_what_comes_next_and_end_with_what_was_longest_ago(school, session):
    begins = school.training_class.starts_on
    days = {"later": 9, "sooner": -3, "over": -30, "long over": -90}
    states = dict.fromkeys(("over", "long over"), ClassState.FINISHED)
    for name, away in days.items():
        first = begins + timedelta(days=away)
        make_class(
            session,
            school.course,
            name=name,
            starts_on=first,
            ends_on=first,
            state=states.get(name, ClassState.OPEN),
        )

    named = [one.name for one in session.scalars(classes_of(school.course.id))]

    assert named == ["sooner", "", "later", "over", "long over"]


@pytest.mark.parametrize("state", [ClassState.DRAFT, ClassState.FILED])
def test_a_class_that_is_not_announced_does_not_exist(school, session, state):
    planned = make_class(session, school.course, state=state)

    with pytest.raises(NotFound):
        public_class(session, planned.no)


@pytest.mark.parametrize(
    ("level", "fee", "shortage", "subsidy", "left"),
    [
        (Level.SENIOR, 300_000, 30, 260_000, 40_000),
        (Level.SENIOR, 198_000, 30, 198_000, 0),
        (Level.JUNIOR, 98_000, 30, 98_000, 0),
        (Level.NONE, 98_000, 0, 0, 98_000),
    ],
)
def test_the_cost_tells_what_is_left_once_the_subsidy_has_come(school, session, level, fee, shortage, subsidy, left):
    course = school.course
    course.level, course.is_subsidised, course.shortage_percent = level, True, shortage

    cost = cost_of(session, course, fee)

    assert (cost.subsidy_fen, cost.left_fen) == (subsidy, left)
    course.is_subsidised = False
    assert cost_of(session, course, fee).left_fen == fee


def test_somebody_finds_the_own_registration_of_a_class(school):
    registration, actor = school.enrolled()
    _, other = school.enrolled()
    class_id = school.training_class.id

    assert own_registrations(school.session, class_id, actor) == [registration]
    assert registration not in own_registrations(school.session, class_id, other)


def test_whoever_left_the_firm_no_longer_sees_whom_he_registered_for_it(school):
    firm, agent = school.firm()
    registration = school.sent(firm, agent)
    assert own_registrations(school.session, school.training_class.id, agent) == [registration]

    gone = replace(agent, organisation_id=None, roles=frozenset())
    assert not own_registrations(school.session, school.training_class.id, gone)


def test_finding_asks_the_same_number_of_questions_however_much_there_is(school, session, counted_queries):
    def ask() -> int:
        session.expire_all()
        with counted_queries() as statements:
            found(session, CourseWish(), clock.now())
        return len(statements)

    few = ask()
    for number in range(12):
        course = make_course(school, f"课程{number}", code=f"KC-N{number}")
        make_class(session, course)
    session.flush()

    assert ask() == few
