"""The training desk: courses and classes entered, changed and stepped through by the staff of their centre."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from services.catalogue.models import ResourceKind
from services.core import clock
from services.training.models.courses import ClassState, Course, TrainingClass
from services.training.models.papers import CoursePhoto
from services.training.operations.timetables import LessonWish, set_timetable
from services.training.queries.counting import miscounted
from tests.factories.catalogue import make_module, make_resource
from tests.factories.training import make_class, make_school
from tests.plumbing.reviewing import page_of, post_form

C = ClassState


@pytest.fixture
def staff(browser, school):
    """The browser of the centre's trainer."""
    return browser(school.trainer)


@pytest.fixture
def other_staff(browser, session, school):
    """The browser of the trainer of another centre."""
    return browser(make_school(session).trainer)


def picture(name):
    """Return a small photograph as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "PNG")
    return io.BytesIO(out.getvalue()), name


def again(session, row):
    """Read a row as it is after what a browser did."""
    session.rollback()
    session.refresh(row)


def course_data(**over):
    values = {
        "code": "kc９１",
        "title": "玻璃彩绘与喷涂",
        "theory_hours": "8",
        "practice_hours": "32",
        "min_age": "16",
        "attendance_percent": "80",
        "pass_score": "60",
        "fee_fen": "560",
        "level": "special",
        "certificate": "skill_level",
    }
    return values | over


def class_data(school, **over):
    day = school.training_class.starts_on
    values = {
        "starts_on": f"{day}",
        "ends_on": f"{day + timedelta(days=9)}",
        "place": "三号楼实训室",
        "capacity": "20",
        "min_seats": "12",
        "opens_at": f"{day - timedelta(days=11)} 08:00",
        "closes_at": f"{day - timedelta(days=2)} 18:00",
        "fee_fen": "980",
        "promotion": "first",
    }
    return values | over


def planned(school, session, hours=8):
    """Give the school's class lessons for the hours of its course."""
    room = make_resource(session, school.centre, kind=ResourceKind.ROOM, name="灯工实训室")
    make_module(session, school.centre, resources=[room])
    school.course.theory_hours, school.course.practice_hours = hours, 0
    session.commit()
    start = clock.at(school.training_class.starts_on, 480)
    set_timetable(
        school.work(),
        school.training_class.id,
        [LessonWish(start, start + timedelta(hours=hours), hours=hours, room_id=room.id)],
    )
    session.commit()


# Courses ------------------------------------------------------------------------------------------------------------


def test_a_course_is_entered_once_published_and_hidden(staff, session):
    answer = post_form(staff, "/training/desk/courses/new", **course_data())
    assert (answer.status_code, answer.location) == (303, "/training/desk/courses/KC91")
    session.rollback()
    course = session.scalars(select(Course).where(Course.code == "KC91")).one()
    assert (course.hours, course.fee_fen, course.is_published) == (40, 56000, False)

    for deed, is_published in (("publication", True), ("hiding", False)):
        post_form(staff, "/training/desk/courses/KC91", action=f"/training/desk/courses/KC91/{deed}")
        again(session, course)
        assert course.is_published is is_published


def test_what_is_wrong_with_a_course_is_told_at_once_and_nothing_typed_is_lost(staff):
    wrong = course_data(code="KC 9!", theory_hours="x", fee_fen="-1", max_age="12", title="")
    answer = post_form(staff, "/training/desk/courses/new", **wrong)
    page = page_of(answer)
    assert answer.status_code == 400
    assert len(page.select(".error-summary li")) == 5
    assert page.select_one("#theory_hours")["value"] == "x"


def test_rules_of_a_course_are_told_together(staff, school):
    wrong = course_data(theory_hours="0", practice_hours="0", min_age="40", max_age="30")
    answer = post_form(staff, "/training/desk/courses/new", **wrong)
    assert answer.status_code == 409
    assert len(page_of(answer).select(".field__error")) == 2
    taken = post_form(staff, "/training/desk/courses/new", **course_data(code=school.course.code))
    assert taken.status_code == 409


def test_a_course_is_changed_by_who_saw_its_present_state(staff, session, school):
    url = f"/training/desk/courses/{school.course.code}/edit"
    page = page_of(staff.get(url))
    fields = {one["name"]: one.get("value", "") for one in page.select("main form input[type=hidden]")}
    data = {key: value for key, value in course_data().items() if key != "code"}
    assert staff.post(url, data=fields | data).status_code == 303
    late = staff.post(url, data=fields | data | {"title": "另一个名字", "form_token": "another"})
    assert late.status_code == 409
    assert "玻璃彩绘与喷涂" in page_of(late).select_one(".notice--warning").text
    again(session, school.course)
    assert school.course.title == "玻璃彩绘与喷涂"


def test_a_course_has_a_photograph_that_everybody_sees_once_it_is_public(staff, client, session, school):
    url = f"/training/desk/courses/{school.course.code}"
    answer = post_form(staff, url, action=f"{url}/photo", photo=picture("车间.png"))
    assert answer.status_code == 303
    session.rollback()
    assert session.scalars(select(CoursePhoto.course_id)).all() == [school.course.id]
    seen = client.get(f"/courses/{school.course.code}/photo")
    assert (seen.status_code, seen.mimetype.partition("/")[0]) == (200, "image")

    no_picture = post_form(staff, url, action=f"{url}/photo", photo=(io.BytesIO(b"%PDF-1.4"), "x.pdf"))
    assert no_picture.status_code == 400
    post_form(staff, url, action=f"{url}/photo/removal")
    assert client.get(f"/courses/{school.course.code}/photo").status_code == 404


# Classes ------------------------------------------------------------------------------------------------------------


def test_a_class_is_planned_and_leads_to_its_timetable(staff, session, school):
    url = f"/training/desk/courses/{school.course.code}/classes/new"
    answer = post_form(staff, url, **class_data(school, name="夜班", is_evening="y"))
    session.rollback()
    made = session.scalars(select(TrainingClass).where(TrainingClass.name == "夜班")).one()
    assert answer.location == f"/training/desk/classes/{made.no}/timetable"
    assert (made.state, made.capacity, made.fee_fen, made.is_evening) == (C.DRAFT, 20, 98000, True)

    like = page_of(staff.get(f"{url}?like={made.no}"))
    assert like.select_one("#capacity")["value"] == "20"
    assert not like.select_one("#starts_on").get("value")


def test_days_seats_and_registration_of_a_class_must_fit_together(staff, school):
    day = school.training_class.starts_on
    wrong = class_data(
        school,
        ends_on=f"{day - timedelta(days=1)}",
        closes_at=f"{day + timedelta(days=1)} 10:00",
        min_seats="21",
        company_cap="30",
    )
    answer = post_form(staff, f"/training/desk/courses/{school.course.code}/classes/new", **wrong)
    page = page_of(answer)
    assert answer.status_code == 409
    assert {one["id"] for one in page.select(".field--wrong .field__control")} == {
        "ends_on",
        "closes_at",
        "min_seats",
        "company_cap",
    }
    assert page.select_one("#company_cap")["value"] == "30"


def test_a_class_is_changed_and_a_second_clerk_sees_both_versions(staff, session, school):
    url = f"/training/desk/classes/{school.training_class.no}/edit"
    page = page_of(staff.get(url))
    fields = {one["name"]: one.get("value", "") for one in page.select("main form input[type=hidden]")}
    assert staff.post(url, data=fields | class_data(school)).status_code == 303
    late = staff.post(url, data=fields | class_data(school, place="五号楼") | {"form_token": "another"})
    assert late.status_code == 409
    assert "三号楼实训室" in page_of(late).select_one(".notice--warning").text
    again(session, school.training_class)
    assert school.training_class.place == "三号楼实训室"


def test_everything_that_keeps_a_class_from_opening_is_told_at_once(staff, session, school):
    draft = make_class(session, school.course, state=C.DRAFT, needs_filing=True)
    school.course.is_published = False
    session.commit()
    url = f"/training/desk/classes/{draft.no}"
    answer = post_form(staff, url, action=f"{url}/opening")
    assert answer.status_code == 409
    assert len(page_of(answer).select(".error-summary li")) == 3
    again(session, draft)
    assert draft.state is C.DRAFT


def test_a_class_is_opened_closed_opened_again_and_begun(staff, session, school):
    found = school.training_class
    planned(school, session)
    found.state = C.DRAFT
    session.commit()
    url = f"/training/desk/classes/{found.no}"
    assert post_form(staff, url, action=f"{url}/opening").status_code == 303
    session.rollback()
    school.enrol(1)
    session.rollback()
    assert post_form(staff, url, action=f"{url}/closing").status_code == 303
    late = f"{found.starts_on - timedelta(days=1)} 12:00"
    too_late = f"{found.starts_on + timedelta(days=1)} 12:00"
    assert post_form(staff, url, action=f"{url}/reopening", closes_at=too_late).status_code == 409
    assert post_form(staff, url, action=f"{url}/reopening", closes_at=late).status_code == 303
    assert post_form(staff, url, action=f"{url}/closing").status_code == 303
    early = post_form(staff, url, action=f"{url}/beginning")
    assert early.status_code == 409
    assert found.starts_on.isoformat() in early.text
    session.rollback()
    found.starts_on = clock.local_day(clock.now())
    found.opens_at, found.closes_at = clock.now() - timedelta(days=2), clock.now() - timedelta(minutes=1)
    session.commit()
    assert post_form(staff, url, action=f"{url}/beginning").status_code == 303
    again(session, found)
    assert found.state is C.RUNNING
    assert page_of(staff.get(url)).select_one("h1")


def test_new_seats_go_to_those_who_wait_and_fewer_than_taken_are_refused(staff, session, school):
    school.enrol(3)
    url = f"/training/desk/classes/{school.training_class.no}"
    assert post_form(staff, url, action=f"{url}/capacity", capacity="1").status_code == 409
    assert post_form(staff, url, action=f"{url}/capacity", capacity="3").status_code == 303
    session.rollback()
    assert school.counters() == (3, 0)
    assert miscounted(session) == []


def test_fewer_seats_than_the_minimum_are_refused_beside_the_field(staff, session, school):
    school.training_class.min_seats = 2
    session.commit()
    url = f"/training/desk/classes/{school.training_class.no}"
    answer = post_form(staff, url, action=f"{url}/capacity", capacity="1")
    assert answer.status_code == 409
    assert page_of(answer).select_one("#capacity-capacity-notes .field__error")


# The list -----------------------------------------------------------------------------------------------------------


def test_the_desk_says_what_waits(staff, session, school):
    school.training_class.starts_on = clock.local_day(clock.now()) + timedelta(days=2)
    school.training_class.min_seats, school.training_class.approves = 2, True
    school.training_class.closes_at = clock.now() + timedelta(days=1)
    make_class(session, school.course, state=C.DRAFT, needs_filing=True)
    session.commit()
    school.enrol(1)
    page = page_of(staff.get("/training/desk"))
    links = {one["href"] for one in page.select(".stat a")}
    assert links == {f"/training/desk?show={name}" for name in ("pending", "decision", "filing")}
    for link in links:
        assert len(page_of(staff.get(link)).select("tbody tr")) == 1
    assert len(page_of(staff.get("/training/desk?show=all&q=灯工")).select("tbody tr")) == 2
    assert page_of(staff.get("/training/desk?show=over")).select_one(".empty")


def test_a_counter_that_is_wrong_is_shown(staff, session, school):
    school.training_class.seats_taken = 1
    session.commit()
    assert page_of(staff.get("/training/desk")).select_one(".notice--danger")


@pytest.mark.parametrize("url", ["/training/desk", "/training/desk/courses"])
def test_lists_take_the_same_queries_whatever_their_length(staff, session, school, counted_queries, url):
    def queries():
        with counted_queries() as statements:
            staff.get(url)
        return len(statements)

    def grow(count):
        for number in range(count):
            make_class(session, school.course, name=f"第{number}班")
            session.add(Course(code=f"KX{number}-{count}", provider_id=school.centre.id, title="课程", theory_hours=8))
        session.commit()

    grow(3)
    few = queries()
    grow(15)
    assert queries() == few


def test_classes_and_courses_of_another_centre_do_not_exist(other_staff, school):
    no, code = school.training_class.no, school.course.code
    for url in (
        f"classes/{no}",
        f"classes/{no}/edit",
        f"classes/{no}/timetable",
        f"courses/{code}",
        f"courses/{code}/edit",
    ):
        assert other_staff.get(f"/training/desk/{url}").status_code == 404


def test_companies_and_visitors_do_not_come_to_the_desk(browser, school):
    _, actor = school.firm()
    assert browser(actor).get("/training/desk").status_code == 403
    assert browser().get("/training/desk").status_code == 302


def test_the_cap_of_the_waiting_list_is_entered_shown_and_taken_away(staff, session, school):
    school.enrol(3)
    url = f"/training/desk/classes/{school.training_class.no}"
    data = class_data(school, capacity="2", min_seats="1")
    for typed, stat, row in (("5", "1/5", "5"), ("0", "1/0", "不设候补"), ("", "1", "不限")):
        assert post_form(staff, f"{url}/edit", **data | {"waiting_limit": typed}).status_code == 303
        shown = page_of(staff.get(url))
        assert shown.select_one(".stat a[href$='show=waiting']").get_text() == stat
        term = next(one for one in shown.select("dt") if one.get_text() == "候补人数上限")
        assert term.find_next("dd").get_text(strip=True) == row
    refused = post_form(staff, f"{url}/edit", **data | {"waiting_limit": "-1"})
    assert page_of(refused).select_one("#waiting_limit-notes .field__error")
