"""Teachers on the phone: lessons, the roll, the code; learners who sign in."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal.training.signing import code_key
from services.core import clock
from services.training.models.courses import ClassState
from services.training.models.outcomes import Attendance, AttendanceChange, Presence
from services.training.operations.attending import Mark, call_the_roll
from services.training.rules.attendance import code_of
from tests.factories.training import make_school
from tests.factories.training_run import Running, make_running
from tests.plumbing.reviewing import page_of, post_form


@pytest.fixture
def running(school) -> Running:
    return make_running(school)


@pytest.fixture
def in_lesson(running):
    """The clock stands five minutes after the beginning of the first lesson."""
    with time_machine.travel(running.lessons[0].starts_at + timedelta(minutes=5), tick=False):
        yield running


def code_now(app, lesson) -> str:
    with app.app_context():
        return code_of(code_key(), lesson.id, clock.now())


def test_a_teacher_sees_the_lessons_of_today(in_lesson, browser):
    page = page_of(browser(in_lesson.school.trainer).get("/teaching"))

    assert in_lesson.school.course.title in page.select_one(".lesson-card").text
    assert page.select_one(f"a[href='/lessons/{in_lesson.lessons[0].id}/code']")
    assert "0" in page.select_one(".lesson-card").text


def test_somebody_who_teaches_nothing_sees_no_lessons_and_nothing_of_them(in_lesson, browser, session):
    other = make_school(session).trainer
    client = browser(other)

    assert not page_of(client.get("/teaching")).select(".lesson-card")
    lesson = in_lesson.lessons[0].id
    for address in (f"/lessons/{lesson}/roll", f"/lessons/{lesson}/code", f"/lessons/{lesson}/sheet"):
        assert client.get(address).status_code == 404
    assert client.get(f"/classes/{in_lesson.no}/roster").status_code == 404


def test_the_code_renews_itself_without_a_script_and_is_shown_only_in_its_window(running, browser):
    lesson, shown = running.lessons[0], set()
    address = f"/lessons/{lesson.id}/code"
    for seconds in (0, 31, 62):
        with time_machine.travel(lesson.starts_at + timedelta(seconds=seconds), tick=False):
            answer = browser(running.school.trainer).get(address)
            shown.add(page_of(answer).select_one(".wall__code").text)
            assert 1 <= int(answer.headers["Refresh"]) <= 15
    assert len(shown) == 3
    for moment in (lesson.starts_at - timedelta(minutes=31), lesson.ends_at):
        with time_machine.travel(moment, tick=False):
            assert not page_of(browser(running.school.trainer).get(address)).select(".wall__code")


def test_a_learner_signs_in_by_scanning_and_once_is_enough(in_lesson, browser, app, session):
    lesson, (_, worker) = in_lesson.lessons[0], in_lesson.people[0]
    client, address = browser(worker), f"/sign/{lesson.id}?code={code_now(app, in_lesson.lessons[0])}"

    assert session.scalars(select(Attendance)).all() == []
    answer = post_form(client, address, action=f"/sign/{lesson.id}", follow=True)

    assert page_of(answer).select_one(".notice--success")
    session.rollback()
    signed = session.scalars(select(Attendance)).one()
    assert (signed.presence, signed.confirmed_at) == (Presence.PRESENT, None)
    assert not page_of(client.get(address)).select("[name=code]")


def test_a_refusal_says_why(in_lesson, browser, app, school):
    lesson, (_, worker) = in_lesson.lessons[0], in_lesson.people[0]
    old = code_of(b"another", lesson.id, clock.now())
    client = browser(worker)

    wrong = post_form(client, f"/sign/{lesson.id}?code={old}", action=f"/sign/{lesson.id}")
    assert wrong.status_code == 409
    assert page_of(wrong).select_one("#code-notes .field__error")
    ahead = page_of(client.get(f"/sign/{in_lesson.lessons[1].id}"))
    assert ahead.select_one(".notice--info")
    assert not ahead.select("[name=code]")
    _, stranger = school.worker()
    scanned = f"/sign/{lesson.id}?code={code_now(app, lesson)}"
    outsider = post_form(browser(stranger), scanned, action=f"/sign/{lesson.id}")
    assert (outsider.status_code, bool(page_of(outsider).select(".error-summary"))) == (409, True)


def test_after_the_lesson_nobody_signs_in(running, browser):
    lesson, (_, worker) = running.lessons[0], running.people[0]
    with time_machine.travel(lesson.ends_at, tick=False):
        page = page_of(browser(worker).get(f"/sign/{lesson.id}"))
    assert page.select_one(".notice--warning")
    assert not page.select("[name=code]")


def test_the_roll_is_called_with_the_rest_present(in_lesson, browser, session):
    lesson, (first, second) = in_lesson.lessons[0], [one.id for one, _ in in_lesson.people]
    client, address = browser(in_lesson.school.trainer), f"/lessons/{lesson.id}/roll"

    answer = post_form(client, address, **{f"presence_{first}": "absent", "rest": "present"})

    assert answer.status_code == 303
    session.rollback()
    known = {one.registration_id: one.presence for one in session.scalars(select(Attendance))}
    assert known == {first: Presence.ABSENT, second: Presence.PRESENT}


def test_what_is_missing_on_the_roll_is_told_and_nothing_is_lost(in_lesson, browser, session):
    first, second = [one.id for one, _ in in_lesson.people]
    client, address = browser(in_lesson.school.trainer), f"/lessons/{in_lesson.lessons[0].id}/roll"
    post_form(client, address, rest="present")

    answer = post_form(client, address, **{f"presence_{first}": "late", f"presence_{second}": "absent"})

    page = page_of(answer)
    assert answer.status_code == 409
    assert page.select_one(f"#minutes_{first}-notes .field__error")
    assert page.select_one("#reason-notes .field__error")
    assert page.select_one(f"input[name=presence_{first}][value=late]").has_attr("checked")


def test_a_correction_keeps_its_reason_and_is_shown(in_lesson, browser, session):
    first = in_lesson.people[0][0].id
    client, address = browser(in_lesson.school.trainer), f"/lessons/{in_lesson.lessons[0].id}/roll"
    post_form(client, address, rest="absent")

    post_form(
        client, address, **{f"presence_{first}": "late", f"minutes_{first}": "300", "reason": "堵车", "method": "sheet"}
    )

    assert "堵车" in page_of(client.get(address)).select_one(".list-lines").text
    session.rollback()
    assert len(session.scalars(select(AttendanceChange)).all()) == 3


def test_the_roll_of_a_lesson_to_come_cannot_be_called(running, browser):
    client = browser(running.school.trainer)
    address = f"/lessons/{running.lessons[0].id}/roll"
    page = page_of(client.get(address))
    assert not page.select("button[name=rest]")
    token = page.select_one("main [name=csrf_token]")["value"]
    assert client.post(address, data={"csrf_token": token, "method": "teacher", "rest": "present"}).status_code == 409


def test_the_sheet_has_a_line_for_everybody(running, browser):
    page = page_of(browser(running.school.trainer).get(f"/lessons/{running.lessons[0].id}/sheet"))
    assert len(page.select(".sheet-row")) == 2


def test_the_roster_shows_attendance_and_masks_numbers(running, browser, counted_queries):
    with time_machine.travel(running.lessons[0].ends_at, tick=False):
        call_the_roll(running.school.work(), running.lessons[0].id, {running.people[0][0].id: Mark(Presence.PRESENT)})
    running.school.session.commit()
    client = browser(running.school.trainer)
    text = page_of(client.get(f"/classes/{running.no}/roster")).text
    assert "50 %" in text
    assert not re.search(r"\d{17}[0-9X]", text)
    with counted_queries() as statements:
        client.get(f"/classes/{running.no}/roster")
    assert len(statements) <= 16


def test_a_teacher_from_outside_calls_the_roll_of_the_lessons_taught(in_lesson, browser, session):
    _, teacher = in_lesson.school.worker()
    in_lesson.lessons[0].teacher_person_id = teacher.person_id
    session.commit()
    client = browser(teacher)

    assert client.get(f"/classes/{in_lesson.no}/roster").status_code == 200
    assert post_form(client, f"/lessons/{in_lesson.lessons[0].id}/roll", rest="present").status_code == 303
    assert client.get(f"/lessons/{in_lesson.lessons[1].id}/roll").status_code == 404
    assert client.get(f"/classes/{in_lesson.no}/marks").status_code == 403


def test_a_finished_class_keeps_its_attendance(in_lesson, browser, session):
    in_lesson.school.training_class.state = ClassState.FINISHED
    session.commit()
    page = page_of(browser(in_lesson.school.trainer).get(f"/lessons/{in_lesson.lessons[0].id}/roll"))
    assert not page.select("button[name=rest]")
