"""The list of courses and the page of one, as visitors find them."""

from datetime import timedelta

import pytest

from services.core import clock
from services.training.models.courses import ClassState, Course, Level
from tests.factories.training import make_class, make_school
from tests.plumbing.reviewing import page_of


@pytest.fixture
def school(session):
    school = make_school(session, fee_fen=98_000)
    school.course.level, school.course.is_subsidised, school.course.fee_fen = Level.JUNIOR, True, 98_000
    session.commit()
    return school


def titles(response) -> list[str]:
    return [one.get_text() for one in page_of(response).select(".course-card h2")]


def test_the_list_shows_courses_with_their_coming_classes(client, school):
    page = page_of(client.get("/courses"))

    card = page.select_one(".course-card")
    assert card.select_one("h2 a")["href"] == f"/courses/{school.course.code}"
    assert card.select_one(".class-line__days")["href"] == f"/classes/{school.training_class.no}"
    assert "余2席，共2席" in card.get_text()
    assert "¥980.00" in card.get_text()


def test_the_list_is_narrowed_and_widened_again(client, school, session):
    make_class(session, school.course, is_weekend=True)
    session.commit()

    assert titles(client.get("/courses?weekend=yes&level=junior")) == [school.course.title]
    assert titles(client.get("/courses?evening=yes")) == []
    page = page_of(client.get("/courses?q=灯工&weekend=yes"))
    assert {one["href"] for one in page.select(".chip--active")} == {
        "/courses?weekend=yes",
        "/courses?q=%E7%81%AF%E5%B7%A5",
    }
    assert page.select_one("link[type='application/atom+xml']")["href"].endswith("q=%E7%81%AF%E5%B7%A5&weekend=yes")


@pytest.mark.parametrize(
    "query", ["level=9", "seats=maybe", "sort=odd", "cluster=x", "provider=%27", "page=99", "q=%25"]
)
def test_what_an_address_cannot_mean_is_left_out(client, school, query):
    assert client.get(f"/courses?{query}").status_code == 200


def test_a_list_costs_the_same_with_few_and_with_many(client, school, session, counted_queries):
    def cost() -> int:
        with counted_queries() as statements:
            client.get("/courses")
        return len(statements)

    few = cost()
    for number in range(30):
        made = Course(
            code=f"N{number}", provider_id=school.centre.id, title=f"课程{number}", theory_hours=8, is_published=True
        )
        session.add(made)
        session.flush()
        make_class(session, made)
    school.work().record("course.entered", made)  # a new entry: nothing kept holds
    session.commit()

    assert cost() == few


def test_the_page_of_a_course_tells_what_is_left_to_pay(client, school):
    page = page_of(client.get(f"/courses/{school.course.code}"))

    told = page.get_text()
    assert "申领补贴后实际负担" in told
    assert "¥0.00" in told
    assert "年满16周岁" in told
    assert page.select_one(".class-line__days")["href"] == f"/classes/{school.training_class.no}"


def test_a_course_keeps_its_past_classes(client, school, session):
    past = make_class(
        session,
        school.course,
        state=ClassState.FINISHED,
        starts_on=clock.local_day(clock.now()) - timedelta(days=40),
        ends_on=clock.local_day(clock.now()) - timedelta(days=30),
    )
    session.commit()

    assert past.no in client.get(f"/courses/{school.course.code}").text
    assert past.no not in client.get("/courses").text


@pytest.mark.parametrize("address", ["/courses/NO", "/classes/NO", "/classes/NO.ics", "/classes/NO/seats.json"])
def test_what_is_not_there_is_not_found(client, school, address):
    assert client.get(address).status_code == 404


def test_what_is_not_published_is_not_found(client, school, session):
    draft = make_class(session, school.course, state=ClassState.DRAFT)
    school.course.is_published = False
    session.commit()

    assert client.get(f"/courses/{school.course.code}").status_code == 404
    assert client.get(f"/classes/{draft.no}").status_code == 404
    assert client.get(f"/classes/{draft.no}/seats.json").status_code == 404


def test_other_pages_lead_to_the_courses(client, school):
    home = page_of(client.get("/"))
    assert home.select_one(f".list-lines a[href='/classes/{school.training_class.no}']")
    assert home.select_one(".door-strip a[href='/courses']")
    for address in ("/centres/type/train", f"/centres/{school.centre.id}"):
        page = page_of(client.get(address))
        assert page.select_one(f"a[href='/classes/{school.training_class.no}']"), address
    assert not page_of(client.get("/centres/type/test")).select("a[href^='/classes/']")
