"""The desk: filing with its papers, registrations, decisions about a class, figures, and what people say of it."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.notices import Notification
from services.training.models.courses import ClassState
from services.training.models.outcomes import Satisfaction
from services.training.models.papers import ClassDocument
from services.training.models.registrations import IdentityView, RegistrationState
from services.training.operations.registering import register
from tests.factories.training import make_class, make_school
from tests.factories.training_run import make_running
from tests.plumbing.reviewing import fields_of, page_of, post_form

C, S = ClassState, RegistrationState


@pytest.fixture
def staff(browser, school):
    """The browser of the centre's trainer."""
    return browser(school.trainer)


def again(session, *rows):
    """Read rows as they are after what a browser did."""
    session.rollback()
    for row in rows:
        session.refresh(row)


def pdf():
    return io.BytesIO(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")


# Filing -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(session, school):
    """A class that has to be filed before it opens."""
    made = make_class(session, school.course, state=C.DRAFT, needs_filing=True)
    session.commit()
    return made


def test_papers_are_kept_with_a_class_taken_out_and_handed_out_to_its_centre(staff, session, browser, draft):
    url = f"/training/desk/classes/{draft.no}/filing"
    for kind in ("application", "other"):
        answer = post_form(staff, url, action=f"{url}/papers", kind=kind, note="2026年", file=(pdf(), "开班申请.pdf"))
        assert answer.status_code == 303
    session.rollback()
    first, second = session.scalars(select(ClassDocument.id).order_by(ClassDocument.id)).all()
    session.rollback()
    assert staff.get(f"/training/desk/papers/{first}").data.startswith(b"%PDF")
    assert browser(make_school(session).trainer).get(f"/training/desk/papers/{first}").status_code == 404
    assert post_form(staff, url, action=f"{url}/papers/{second}/removal").status_code == 303
    assert len(page_of(staff.get(url)).select("tbody tr")) == 1


def test_a_paper_that_is_no_paper_is_refused_with_what_was_typed_kept(staff, draft):
    url = f"/training/desk/classes/{draft.no}/filing"
    answer = post_form(staff, url, action=f"{url}/papers", kind="other", note="回执", file=(io.BytesIO(b"MZ"), "x.pdf"))
    page = page_of(answer)
    assert answer.status_code == 400
    assert page.select_one("#document-note")["value"] == "回执"
    nothing = post_form(staff, url, action=f"{url}/papers", kind="other")
    assert nothing.status_code == 400


def test_a_class_is_filed_under_its_number_and_its_papers_stay(staff, session, draft):
    url = f"/training/desk/classes/{draft.no}/filing"
    post_form(staff, url, action=f"{url}/papers", kind="application", file=(pdf(), "开班申请.pdf"))
    assert post_form(staff, url, action=f"{url}/number", filing_no="").status_code == 400
    assert post_form(staff, url, action=f"{url}/number", filing_no="宝人社培备〔2026〕17号").status_code == 303
    again(session, draft)
    assert (draft.state, draft.filing_no) == (C.FILED, "宝人社培备〔2026〕17号")
    page = page_of(staff.get(url))
    assert not page.select("form[action$=removal]")
    assert not page.select("form[action$=number]")
    assert page.select("form[action$=papers]")


# Registrations ------------------------------------------------------------------------------------------------------


@pytest.fixture
def checked(session, school):
    """The school's class looks at each registration; three people asked for its two seats."""
    school.training_class.approves = True
    session.commit()
    return school.enrol(3)


def listed(client, no, **query):
    page = page_of(client.get(f"/training/desk/classes/{no}/registrations", query_string=query))
    return [one.text for one in page.select("tbody tr td div a[href*=registrations]")]


def test_registrations_are_listed_by_where_they_stand_and_found_by_words(staff, school, checked):
    no, names = school.training_class.no, [one.trainee.name for one in checked]
    assert listed(staff, no) == names
    assert listed(staff, no, show="pending") == names[:2]
    assert listed(staff, no, show="waiting") == names[2:]
    assert listed(staff, no, show="all", q=names[1]) == [names[1]]
    assert listed(staff, no, show="ended") == []


def test_a_registration_is_approved_or_refused_with_a_reason(staff, session, checked):
    first, second, third = checked
    base = "/training/desk/registrations"
    assert post_form(staff, f"{base}/{first.id}", action=f"{base}/{first.id}/approval").status_code == 303
    no_reason = post_form(staff, f"{base}/{second.id}", action=f"{base}/{second.id}/rejection", reason=" ")
    assert no_reason.status_code == 400
    refused = post_form(staff, f"{base}/{second.id}", action=f"{base}/{second.id}/rejection", reason="材料不全")
    assert refused.status_code == 303
    again(session, first, second, third)
    assert (first.state, second.state, third.state) == (S.CONFIRMED, S.REJECTED, S.PENDING)
    assert "材料不全" in page_of(staff.get(f"{base}/{second.id}")).select_one(".notice--info").text
    twice = post_form(staff, f"{base}/{third.id}", action=f"{base}/{third.id}/approval")
    assert twice.status_code == 303


def test_several_are_approved_at_once_and_nobody_ticked_is_said(staff, session, school, checked):
    url = f"/training/desk/classes/{school.training_class.no}/registrations?show=pending"
    action = f"/training/desk/classes/{school.training_class.no}/registrations/approval"
    fields = fields_of(page_of(staff.get(url)).select_one("#several"))
    chosen = [str(one.id) for one in checked[:2]]
    nobody = staff.post(action, data=fields)
    assert page_of(staff.get(nobody.location)).select_one(".notice--warning")
    assert staff.post(action, data=fields | {"chosen": chosen}).status_code == 303
    again(session, *checked)
    assert [one.state for one in checked] == [S.CONFIRMED, S.CONFIRMED, S.WAITLISTED]


def test_the_identity_number_is_read_in_full_for_a_reason_only_and_that_is_kept(staff, session, checked):
    url = f"/training/desk/registrations/{checked[0].id}"
    assert checked[0].trainee.identity_masked in page_of(staff.get(url)).text
    assert post_form(staff, url, action=f"{url}/identity", reason="").status_code == 400
    answer = post_form(staff, url, action=f"{url}/identity", reason="核对身份证原件")
    page = page_of(answer)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "321023" in page.select_one(".notice--warning").text
    session.rollback()
    assert [one.reason for one in session.scalars(select(IdentityView))] == ["核对身份证原件"]


def test_who_waits_sees_its_place_at_the_desk(staff, school):
    waiting = school.enrol(4)[2:]
    page = page_of(staff.get(f"/training/desk/registrations/{waiting[1].id}"))
    assert "2" in page.select_one(".notice").text


def test_the_list_is_printed_and_saved_with_masked_numbers(staff, school, checked):
    base = f"/training/desk/classes/{school.training_class.no}/registrations"
    printed = page_of(staff.get(f"{base}/print"))
    assert checked[2].trainee.name in printed.text
    rows = list(csv.reader(io.StringIO(staff.get(f"{base}.csv").data.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert rows[1][3] == checked[0].trainee.identity_masked
    assert rows[3][10] == "1"


def test_the_list_takes_the_same_queries_whatever_its_length(staff, session, school, counted_queries):
    school.training_class.capacity = 40
    session.commit()
    url = f"/training/desk/classes/{school.training_class.no}/registrations"

    def queries():
        with counted_queries() as statements:
            staff.get(url)
        return len(statements)

    school.enrol(2)
    session.rollback()
    few = queries()
    school.enrol(10)
    session.rollback()
    assert queries() == few


def test_registrations_of_another_centre_do_not_exist(browser, session, school, checked):
    other = browser(make_school(session).trainer)
    base = f"/training/desk/classes/{school.training_class.no}"
    for url in ("registrations", "registrations/print", "registrations.csv", "filing", "decision"):
        assert other.get(f"{base}/{url}").status_code == 404
    assert other.get(f"/training/desk/registrations/{checked[0].id}").status_code == 404


# Decisions ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(session, school):
    """The school's class with one of at least two people, two days before it begins."""
    found = school.training_class
    school.enrol(1)
    found.min_seats, found.starts_on = 2, clock.local_day(clock.now()) + timedelta(days=2)
    found.closes_at = clock.now() + timedelta(days=1)
    session.commit()
    return found


def decision(no):
    return f"/training/desk/classes/{no}/decision"


def test_a_class_with_too_few_people_is_held_for_a_reason(staff, session, small):
    url = decision(small.no)
    assert len(page_of(staff.get(url)).select("main form")) == 3
    action = f"/training/desk/classes/{small.no}/holding"
    assert post_form(staff, url, action=action, reason="").status_code == 400
    assert post_form(staff, url, action=action, reason="企业急用工").status_code == 303
    again(session, small)
    assert small.holding_reason == "企业急用工"
    assert not page_of(staff.get("/training/desk")).select(".stat a[href*=decision]")


def test_a_class_is_postponed_to_a_later_day_only(staff, session, small):
    url, action = decision(small.no), f"/training/desk/classes/{small.no}/postponement"
    before = small.starts_on
    early = post_form(staff, url, action=action, starts_on=f"{before}", reason="人数不足")
    assert early.status_code == 409
    assert page_of(early).select_one("#postpone-reason")["value"] == "人数不足"
    late = post_form(staff, url, action=action, starts_on=f"{before + timedelta(days=7)}", reason="人数不足")
    assert late.status_code == 303
    again(session, small)
    assert small.starts_on == before + timedelta(days=7)


def test_a_class_is_cancelled_and_everybody_is_told(staff, session, school, small):
    url, action = decision(small.no), f"/training/desk/classes/{small.no}/cancellation"
    assert post_form(staff, url, action=action, reason="人数不足").status_code == 303
    again(session, small)
    assert small.state is C.CANCELLED
    assert school.states() == [S.CANCELLED]
    assert session.scalars(select(Notification)).all()
    session.rollback()
    assert page_of(staff.get(url)).select_one(".empty")
    assert page_of(staff.get(f"/training/desk/classes/{small.no}")).select_one("h1")


# Figures and opinions -----------------------------------------------------------------------------------------------


def test_figures_are_shown_as_charts_and_saved_as_a_table(staff, session, school):
    make_running(school).graduate(80, 59)
    session.rollback()
    day = school.training_class.starts_on
    period = {"from": f"{day}", "until": f"{day}"}
    page = page_of(staff.get("/training/desk/statistics", query_string=period))
    assert [one.select_one(".bar-chart__text").text for one in page.select(".bar-chart")][:3] == ["2/2", "1/2", "100%"]
    rows = list(
        csv.reader(io.StringIO(staff.get("/training/desk/statistics.csv", query_string=period).text.lstrip("\ufeff")))
    )
    assert rows[1][4:11] == ["2", "2", "2", "100%", "1", "1", "0"]
    nothing = page_of(staff.get("/training/desk/statistics?from=2020-01-01&until=2020-12-31"))
    assert nothing.select_one(".empty")


def test_somebody_who_was_there_says_how_it_was_once(browser, session, school):
    run = make_running(school)
    (registration, worker), *_ = run.people
    url = f"/registrations/{registration.id}/satisfaction"
    client = browser(worker)
    assert not page_of(client.get(url)).select("main form input[type=radio]")
    run.graduate(80, 59)
    session.rollback()
    pages = f"/registrations/{registration.id}", "/my-training?tab=past"
    assert all(page_of(client.get(one)).select(f"main a[href='{url}']") for one in pages)
    assert len(page_of(post_form(client, url, contents="5")).select(".field__error")) == 2
    said = {"contents": "5", "teaching": "4", "organisation": "3", "text": "讲得清楚"}
    assert post_form(client, url, **said).status_code == 303
    session.rollback()
    (opinion,) = session.scalars(select(Satisfaction)).all()
    assert (opinion.contents, opinion.text) == (5, "讲得清楚")
    session.rollback()
    assert not page_of(client.get(url)).select("main form input[type=radio]")
    assert not any(page_of(client.get(one)).select(f"main a[href='{url}']") for one in pages)
    staff = browser(school.trainer)
    assert "讲得清楚" not in page_of(staff.get(f"/training/desk/classes/{run.no}")).text
    assert browser(run.people[1][1]).get(url).status_code == 404


def test_the_desk_shows_money_of_a_class(staff, session, school):
    school.training_class.fee_fen = 98000
    session.commit()
    trainee, actor = school.worker()
    registration = register(school.work(actor), school.training_class.id, trainee)
    session.commit()
    school.paid(registration)
    session.commit()
    page = page_of(staff.get(f"/training/desk/classes/{school.training_class.no}"))
    assert any("980.00" in one.text for one in page.select(".stat"))
    shown = page_of(staff.get(f"/training/desk/registrations/{registration.id}"))
    assert "980.00" in shown.text
