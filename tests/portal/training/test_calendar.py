"""A month of classes, and the feed."""

import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from services.core import clock
from services.training.models.courses import ClassState, Lesson
from tests.factories.training import make_class, make_school
from tests.plumbing.reviewing import page_of

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def school(session):
    with time_machine.travel(datetime(2026, 11, 24, 4, 0, tzinfo=UTC)):
        yield make_school(session)


def days_with(page, no: str) -> list[str]:
    cells = page.select(".class-month__day")
    return [
        one.select_one(".class-month__number").get_text() for one in cells if one.select(f"a[href='/classes/{no}']")
    ]


def test_a_class_stands_on_the_days_of_its_lessons(client, session, school):
    one = school.training_class  # 6 to 16 December
    for day in (6, 8, 16):
        start = clock.at(date(2026, 12, day), 480)
        session.add(Lesson(class_id=one.id, starts_at=start, ends_at=start + timedelta(hours=2), hours=2))
    bare = make_class(session, school.course, starts_on=date(2026, 12, 28), ends_on=date(2027, 1, 3))
    make_class(session, school.course, state=ClassState.CANCELLED)
    session.commit()

    page = page_of(client.get("/classes/calendar?month=2026-12"))

    assert days_with(page, one.no) == ["6", "8", "16"]
    assert days_with(page, bare.no) == ["28"]
    assert len(page.select(".class-line")) == 2, "the list has both, and not the cancelled one"


def test_a_class_over_the_turn_of_the_month_is_listed_in_both(client, session, school):
    school.training_class.ends_on = date(2027, 1, 8)
    session.commit()

    assert school.training_class.no in client.get("/classes/calendar?month=2027-01").text
    assert school.training_class.no not in client.get("/classes/calendar?month=2027-02").text


def test_more_than_a_day_has_room_for_is_counted(client, session, school):
    for _ in range(4):
        make_class(session, school.course)
    session.commit()

    assert "+2" in page_of(client.get("/classes/calendar?month=2026-12")).select_one(".class-month").get_text()


@pytest.mark.parametrize("asked", ["", "2026-13", "0000-01", "9999-12", "x", "2026-1", "1026-11"])
def test_an_odd_month_shows_one_within_bounds(client, school, asked):
    page = page_of(client.get(f"/classes/calendar?month={asked}"))

    assert page.select_one("h1 .nowrap").get_text() in {"2026年11月", "2025年11月", "2028年5月"}


def test_the_feed_has_what_is_announced_and_is_narrowed_like_the_list(client, session, school):
    evening = make_class(session, school.course, is_evening=True)
    make_class(session, school.course, state=ClassState.DRAFT)
    session.commit()

    every = ET.fromstring(client.get("/classes/feed.atom").data)
    narrowed = ET.fromstring(client.get("/classes/feed.atom?evening=yes").data)

    assert len(every.findall(f"{ATOM}entry")) == 2
    assert [one.findtext(f"{ATOM}id") for one in narrowed.findall(f"{ATOM}entry")] == [
        f"http://localhost/classes/{evening.no}"
    ]
