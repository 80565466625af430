"""The timetable at the desk: rows, a week pattern, copies, who has a room and what is free instead, one lesson moved."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.booking.models import Claim
from services.catalogue.models import ResourceKind
from services.core import clock
from services.core.calendar import CalendarDay, DayKind
from services.core.notices import Notification
from services.training.models.courses import ClassState, Lesson, LessonKind
from services.training.operations.timetables import LessonWish, set_timetable
from tests.factories.catalogue import make_module, make_resource
from tests.factories.training import make_class, make_school
from tests.plumbing.reviewing import fields_of, page_of, post_form


@pytest.fixture
def rooms(session, school):
    """Two rooms and a teacher of the centre, which lessons can take; the course has 16 hours."""
    found = [
        make_resource(session, school.centre, kind=kind, name=name)
        for kind, name in (
            (ResourceKind.ROOM, "灯工一室"),
            (ResourceKind.ROOM, "灯工二室"),
            (ResourceKind.EXPERT, "周师傅"),
        )
    ]
    for one in found:
        make_module(session, school.centre, resources=[one])
    school.course.theory_hours, school.course.practice_hours = 8, 8
    session.commit()
    return found


@pytest.fixture
def staff(browser, school, rooms):
    """The browser of the centre's trainer."""
    return browser(school.trainer)


def address(training_class):
    return f"/training/desk/classes/{training_class.no}/timetable"


def row(number, day, starts="08:00", ends="16:00", **over):
    values = {"day": f"{day}", "starts": starts, "ends": ends, "hours": "8", "kind": "theory"} | over
    return {f"lessons-{number}-{name}": value for name, value in values.items()}


def saved(session, training_class):
    session.rollback()
    return session.scalars(select(Lesson).where(Lesson.class_id == training_class.id).order_by(Lesson.starts_at)).all()


def test_lessons_are_saved_with_their_rooms_and_teachers(staff, session, school, rooms):
    given = school.training_class
    day = given.starts_on
    room, _, teacher = rooms
    taken = {"room": str(room.id), "teacher": str(teacher.id)}
    data = row(0, day, topic="安全", **taken) | row(1, day + timedelta(days=1), kind="practice", **taken)
    answer = post_form(staff, address(given), **data)
    assert (answer.status_code, answer.location) == (303, address(given))
    lessons = saved(session, given)
    assert [(one.kind, one.topic) for one in lessons] == [(LessonKind.THEORY, "安全"), (LessonKind.PRACTICE, "")]
    assert len(session.scalars(select(Claim)).all()) == 4
    session.rollback()
    page = page_of(staff.get(address(given)))
    assert page.select_one(".notice--success")
    assert page.select_one("#lessons-0-topic")["value"] == "安全"


def test_rows_that_are_wrong_are_marked_and_nothing_is_lost(staff, school):
    day = school.training_class.starts_on
    data = row(0, day, starts="25:99", hours="0") | row(1, "", topic="没有日期", starts="", ends="", hours="")
    answer = post_form(staff, address(school.training_class), **data)
    page = page_of(answer)
    assert answer.status_code == 400
    assert page.select_one("#lessons-0-starts")["value"] == "25:99"
    assert len(page.select(".lesson--wrong")) == 2
    assert len(page.select(".lesson--wrong .field__error")) == 6


def test_lessons_over_each_other_are_told_in_their_rows(staff, session, school):
    day = school.training_class.starts_on
    data = row(0, day + timedelta(days=90)) | row(1, day) | row(2, day, starts="10:00", ends="12:00", hours="2")
    answer = post_form(staff, address(school.training_class), **data)
    page = page_of(answer)
    assert answer.status_code == 409
    wrong = [one.select_one("legend").text for one in page.select(".lesson--wrong")]
    assert len(wrong) == 2
    assert saved(session, school.training_class) == []


def test_a_room_that_is_taken_is_named_with_who_has_it_and_what_is_free(staff, session, school, rooms):
    other = make_class(session, school.course)
    session.commit()
    start = clock.at(other.starts_on, 480)
    set_timetable(
        school.work(), other.id, [LessonWish(start, start + timedelta(hours=8), 8, topic="吹制", room_id=rooms[0].id)]
    )
    session.commit()
    answer = post_form(staff, address(school.training_class), **row(0, other.starts_on, room=str(rooms[0].id)))
    told = page_of(answer).select_one(".lesson__told").text
    assert answer.status_code == 409
    assert other.no in told
    assert "灯工二室" in told
    assert page_of(answer).select_one("#lessons-0-room option[selected]")["value"] == str(rooms[0].id)


def test_a_week_pattern_fills_the_rows_and_saves_nothing(staff, session, school, rooms):
    given = school.training_class
    session.add(CalendarDay(day=given.starts_on, kind=DayKind.HOLIDAY))
    session.commit()
    query = {
        "p-first": f"{given.starts_on}",
        "p-last": f"{given.ends_on}",
        "p-weekdays": [str(one) for one in range(7)],
        "p-times": "08:00-12:00, 13:30-17:30",
        "p-length": "60",
        "p-holidays": "y",
        "p-room": str(rooms[0].id),
    }
    page = page_of(staff.get(address(given), query_string=query))
    days = [one["value"] for one in page.select("input[name$='-day']") if one.get("value")]
    assert days == [f"{given.starts_on + timedelta(days=number)}" for number in (1, 1, 2, 2)]
    assert saved(session, given) == []
    answer = staff.post(address(given), data=fields_of(page.select_one("form[method=post][action$=timetable]")))
    assert answer.status_code == 303
    assert [one.kind for one in saved(session, given)] == [LessonKind.THEORY] * 2 + [LessonKind.PRACTICE] * 2


def test_a_pattern_that_gives_nothing_says_why(staff, school):
    day = school.training_class.starts_on
    bad = {"p-first": f"{day}", "p-last": "morgen", "p-times": "8-12", "p-length": "5"}
    page = page_of(staff.get(address(school.training_class), query_string=bad))
    assert len(page.select("details .field__error")) == 4
    never = {
        "p-first": f"{day}",
        "p-last": f"{day}",
        "p-weekdays": str((day.weekday() + 1) % 7),
        "p-times": "08:00-12:00",
        "p-length": "60",
    }
    assert page_of(staff.get(address(school.training_class), query_string=never)).select_one("#p-last-notes")


def test_another_class_of_the_course_is_copied_on_its_own_days(staff, session, school):
    other = make_class(session, school.course, starts_on=school.training_class.starts_on + timedelta(days=1))
    session.commit()
    start = clock.at(other.starts_on, 480)
    set_timetable(school.work(), other.id, [LessonWish(start, start + timedelta(hours=8), 8, topic="吹制")])
    session.commit()
    page = page_of(staff.get(f"{address(school.training_class)}?copy={other.no}"))
    assert page.select_one("#lessons-0-day")["value"] == f"{school.training_class.starts_on}"
    assert page.select_one("#lessons-0-topic")["value"] == "吹制"
    stranger = make_school(session)
    assert staff.get(f"{address(school.training_class)}?copy={stranger.training_class.no}").status_code == 404


def test_more_rows_keep_what_was_typed_and_save_nothing(staff, session, school):
    day = school.training_class.starts_on
    answer = post_form(staff, address(school.training_class), more="1", **row(0, day, topic="半途"))
    page = page_of(answer)
    assert answer.status_code == 200
    assert page.select_one("#lessons-0-topic")["value"] == "半途"
    assert len(page.select(".lesson")) == 8
    assert saved(session, school.training_class) == []


def test_hours_that_do_not_add_up_are_warned_of(staff, school):
    post_form(staff, address(school.training_class), **row(0, school.training_class.starts_on))
    assert page_of(staff.get(address(school.training_class))).select_one(".notice--warning")


def test_a_row_is_left_out_by_its_box(staff, session, school):
    day = school.training_class.starts_on
    data = row(0, day) | row(1, day + timedelta(days=1), removes="y")
    assert post_form(staff, address(school.training_class), **data).status_code == 303
    assert len(saved(session, school.training_class)) == 1


# One lesson ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def running(session, school, rooms):
    """The school's class running with one lesson in the first room, and somebody on its roll."""
    (registration,) = school.enrol(1)
    start = clock.at(school.training_class.starts_on, 480)
    (lesson,) = set_timetable(
        school.work(),
        school.training_class.id,
        [LessonWish(start, start + timedelta(hours=8), 8, room_id=rooms[0].id)],
    )
    school.training_class.state = ClassState.RUNNING
    session.commit()
    return lesson, registration


def test_a_lesson_of_a_running_class_is_moved_and_all_are_told(staff, session, school, rooms, running):
    lesson, registration = running
    page = page_of(staff.get(address(school.training_class)))
    assert page.select_one(f"a[href='/training/desk/lessons/{lesson.id}']")
    day = school.training_class.ends_on + timedelta(days=2)
    answer = post_form(
        staff,
        f"/training/desk/lessons/{lesson.id}",
        day=f"{day}",
        starts="09:00",
        ends="17:00",
        hours="8",
        kind="practice",
        room=str(rooms[1].id),
    )
    assert answer.status_code == 303
    session.rollback()
    session.refresh(lesson)
    assert (clock.local_day(lesson.starts_at), lesson.room_id) == (day, rooms[1].id)
    session.refresh(school.training_class)
    assert school.training_class.ends_on == day
    assert session.scalars(select(Claim.resource_id)).all() == [rooms[1].id]
    assert registration.registered_by_id in session.scalars(select(Notification.person_id)).all()


def test_a_lesson_cannot_go_where_the_room_is_taken(staff, session, school, rooms, running):
    lesson, _ = running
    other = make_class(session, school.course)
    session.commit()
    start = clock.at(other.starts_on, 480)
    set_timetable(school.work(), other.id, [LessonWish(start, start + timedelta(hours=8), 8, room_id=rooms[1].id)])
    session.commit()
    answer = post_form(staff, f"/training/desk/lessons/{lesson.id}", room=str(rooms[1].id), hours="8")
    assert answer.status_code == 409
    assert other.no in page_of(answer).select_one(".notice--warning").text


def test_a_lesson_without_a_day_is_refused_and_one_of_another_centre_does_not_exist(staff, session, browser, running):
    lesson, _ = running
    url = f"/training/desk/lessons/{lesson.id}"
    answer = post_form(staff, url, day="", starts="x")
    assert answer.status_code == 400
    assert len(page_of(answer).select(".field__error")) == 2
    assert browser(make_school(session).trainer).get(url).status_code == 404
