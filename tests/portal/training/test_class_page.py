"""The page of a class: before, during and after its registration, cheap for whoever comes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from services.core import clock
from services.training.models.courses import ClassState, Lesson, LessonKind
from tests.factories.accounts import make_person
from tests.factories.training import identity_number, make_class, make_school
from tests.plumbing.reviewing import page_of

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture
def school(session):
    return make_school(session, capacity=2, place="示例镇培训楼", contact_name="李老师", contact_phone="0514-88000001")


@pytest.fixture
def page(client, school):
    """Return a function that opens the class as somebody."""
    return lambda browser=None, one=None: page_of(
        (browser or client).get(f"/classes/{(one or school.training_class).no}")
    )


def test_an_open_class_tells_its_seats_and_leads_to_the_registration(page, school):
    shown = page()

    assert shown.select_one("[data-free]").get_text() == "2"
    assert (
        shown.select_one(f"a[href='/classes/{school.training_class.no}/register']").get_text(strip=True) == "我要报名"
    )
    assert "李老师" in shown.get_text()
    assert not shown.select("[data-countdown]")


def test_a_full_class_leads_to_its_waiting_list(page, school):
    school.enrol(3)

    shown = page()

    assert shown.select_one("[data-free]").get_text() == "0"
    assert shown.select_one("[data-waiting]").get_text() == "1"
    link = shown.select_one(f"a[href='/classes/{school.training_class.no}/register']")
    assert link.get_text(strip=True) == "报名候补"


def test_before_the_opening_visitors_are_asked_to_sign_in_and_a_clock_runs(page, client, session, school, as_person):
    now = clock.now()
    coming = make_class(session, school.course, opens_at=now + timedelta(minutes=10), closes_at=now + timedelta(days=9))
    person = make_person(session)
    session.commit()

    shown = page(one=coming)
    seconds = int(shown.select_one("[data-countdown]")["data-countdown"])
    assert 590 <= seconds <= 600
    assert not shown.select("a[href^='/classes/'][href$='/register']")
    assert shown.select_one(f"a[href='/accounts/sign-in?next=/classes/{coming.no}']")

    signed_in = page(as_person(client, person), coming)
    assert not signed_in.select("a[href^='/accounts/sign-in']")
    assert "您已登录" in signed_in.get_text()


def test_the_clock_of_the_server_opens_the_class_to_the_second(client, session, school):
    with time_machine.travel(NOON, tick=False) as traveller:
        coming = make_class(
            session, school.course, opens_at=NOON + timedelta(seconds=2), closes_at=NOON + timedelta(days=9)
        )
        session.commit()
        address = f"/classes/{coming.no}/seats.json"

        assert client.get(address).json == {"standing": "coming", "free": 2, "waiting": 0, "seconds": 2}
        traveller.shift(timedelta(seconds=2))
        assert client.get(address).json == {"standing": "open", "free": 2, "waiting": 0, "seconds": None}


@pytest.mark.parametrize(
    ("over", "word"),
    [
        ({"state": ClassState.CLOSED}, "报名截止"),
        ({"state": ClassState.RUNNING}, "已开班"),
        ({"state": ClassState.FINISHED}, "已结业"),
        ({"state": ClassState.ARCHIVED}, "已结业"),
        ({"state": ClassState.CANCELLED, "state_reason": "报名人数不足"}, "报名人数不足"),
    ],
)
def test_a_class_that_takes_nobody_says_why_and_leads_nowhere(page, session, school, over, word):
    one = make_class(session, school.course, **over)
    session.commit()

    shown = page(one=one)

    assert word in shown.get_text()
    assert not shown.select("a[href^='/classes/'][href$='/register']")
    assert shown.select_one(f"aside a[href='/courses/{school.course.code}']")
    assert bool(shown.select("[data-free]")) == (one.state is ClassState.CLOSED), "no seat of the others is to be had"


def test_who_is_registered_sees_it_here(page, client, session, school, as_person):
    registration, actor = school.enrolled()
    person = registration.trainee.person
    other = make_person(session)
    session.commit()

    assert registration.no in page(as_person(client, person)).get_text()
    assert registration.no not in page(as_person(client, other)).get_text()
    assert actor.person_id == person.id


def test_who_acts_for_a_firm_is_led_to_registering_its_workers(page, client, session, school, as_person):
    firm, actor = school.firm()
    person = session.get_one(type(make_person(session)), actor.person_id)
    session.commit()

    shown = page(as_person(client, person, firm))

    assert shown.select_one(f"a[href='/classes/{school.training_class.no}/register?for=firm']")


def test_visitors_within_the_same_second_ask_the_database_nothing(app, session, school, counted_queries):
    with time_machine.travel(NOON, tick=False) as traveller:
        address = f"/classes/{school.training_class.no}"
        first = app.test_client().get(address).text
        with counted_queries() as statements:
            assert app.test_client().get(address).text == first
        assert [one for one in statements if one.startswith("SELECT")] == []

        traveller.shift(timedelta(seconds=1))
        school.training_class.place = "另一处"
        session.commit()
        assert "另一处" in app.test_client().get(address).text


def test_the_timetable_is_a_file_for_calendars(client, session, school):
    start = clock.at(school.training_class.starts_on, 480)
    session.add(
        Lesson(
            class_id=school.training_class.id,
            kind=LessonKind.PRACTICE,
            topic="火焰调节",
            starts_at=start,
            ends_at=start + timedelta(hours=4),
            hours=4,
        )
    )
    session.commit()

    answer = client.get(f"/classes/{school.training_class.no}.ics")

    text = answer.get_data(as_text=True).replace("\r\n ", "")
    assert answer.mimetype == "text/calendar"
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in text
    assert "示例镇培训楼" in text
    assert "火焰调节" in text
    assert "火焰调节" in client.get(f"/classes/{school.training_class.no}").text


def test_a_full_list_leads_to_other_classes_and_nothing_typed_is_lost(page, client, session, school, as_person):
    school.training_class.waiting_limit = 2
    school.enrol(3)
    address = f"/classes/{school.training_class.no}/register"
    browser = as_person(client, make_person(session, name="王示例"))
    form = page_of(browser.get(address)).select_one("form.panel")
    sent = {one["name"]: one.get("value", "") for one in form.select("input")} | {
        "identity": identity_number(520),
        "mobile": "13800000520",
        "job": "灯工",
    }
    school.enrol()

    refused = browser.post(address, data=sent)
    assert refused.status_code == 409
    assert "候补名额已满" in page_of(refused).select_one(".error-summary").get_text()
    assert page_of(refused).select_one("#job")["value"] == "灯工"

    for shown in (page(browser), page_of(browser.get(address))):
        assert "不再接受候补" in shown.get_text()
        assert shown.select_one(f"a[href='/courses/{school.course.code}']")
        assert not shown.select(f"main a[href='{address}'], form.panel")
