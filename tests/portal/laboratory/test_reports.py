"""Reports as clients get them, and objections on both sides."""

import pytest
from sqlalchemy import func, select

from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.reports import Objection, ObjectionState, ReportDownload
from services.laboratory.operations import amending, objecting
from tests.factories.reports import issued, lines_of, make_checked, measure, reviewed
from tests.plumbing.reviewing import page_of, post_form

REASON = "与我厂自测不符"


@pytest.fixture
def seen(browser):
    """Return a function that gives somebody's browser, in English."""

    def of(name: str):
        client = browser(name)
        client.set_cookie("locale", "en")
        return client

    return of


@pytest.fixture
def report(lab, settings):
    return issued(lab, settings.uploads, make_checked(lab, items=(lab.stress, lab.lead)), pdf=b"%PDF-1.7 the report")


def fresh(lab, model, number):
    lab.session.rollback()
    return lab.session.get(model, number, populate_existing=True)


def home_of(report) -> str:
    return f"/commissions/{report.commission_id}/reports"


def count(lab, model) -> int:
    lab.session.rollback()
    return lab.session.scalar(select(func.count()).select_from(model))


# Fetching -----------------------------------------------------------------------------------------------------------


def test_the_client_fetches_the_very_file_and_that_delivers_the_commission(lab, seen, report):
    client = seen("agent")

    first = post_form(client, home_of(report), action=f"/reports/{report.id}/file")
    second = post_form(client, home_of(report), action=f"/reports/{report.id}/file")

    assert first.data == second.data == b"%PDF-1.7 the report"
    assert first.headers["Cache-Control"] == "no-store"
    assert count(lab, ReportDownload) == 2
    assert fresh(lab, Commission, report.commission_id).state is CommissionState.DELIVERED


def test_looking_at_the_page_fetches_nothing(lab, seen, report):
    assert report.no in seen("agent").get(home_of(report)).text
    assert count(lab, ReportDownload) == 0


def test_a_report_on_its_way_is_not_shown(lab, seen):
    waiting = reviewed(lab, make_checked(lab))

    page = seen("agent").get(home_of(waiting))

    assert waiting.no not in page.text
    assert "No report has been issued yet" in page.text


def test_a_withdrawn_report_says_why_and_is_not_fetched(lab, seen, report):
    client = seen("agent")
    token = page_of(client.get(home_of(report))).select_one("[name=csrf_token]")["value"]
    amending.withdraw(lab.work(lab.signatory), report.id, reason="仪器故障")
    lab.session.commit()

    page = client.get(home_of(report))
    assert "仪器故障" in page.text
    assert not page_of(page).select(f"form[action='/reports/{report.id}/file']")
    assert client.post(f"/reports/{report.id}/file", data={"csrf_token": token}).status_code == 409


def test_another_firm_finds_nothing(lab, seen, report):
    objection = objecting.lodge(lab.work(lab.agent), report.id, text=REASON, line_ids=[])
    lab.session.commit()
    client = seen("rival_agent")
    token = page_of(client.get("/accounts/profile")).select_one("[name=csrf_token]")["value"]

    for address in (home_of(report), f"/reports/{report.id}/objection", f"/objections/{objection.id}"):
        assert client.get(address).status_code == 404, address
    for address in (
        f"/reports/{report.id}/file",
        f"/reports/{report.id}/objection",
        f"/objections/{objection.id}/withdrawal",
        f"/objections/{objection.id}/acceptance",
    ):
        assert client.post(address, data={"csrf_token": token}).status_code == 404, address


# Objecting ----------------------------------------------------------------------------------------------------------


def test_the_client_objects_to_one_result(lab, seen, report):
    client, url = seen("agent"), f"/reports/{report.id}/objection"
    line = lines_of(lab, report.commission)[1]

    answer = post_form(client, url, text=REASON, line_ids=str(line.id))

    lab.session.rollback()
    objection = lab.session.scalars(select(Objection)).one()
    assert answer.location == f"/objections/{objection.id}"
    assert objection.line_ids == [line.id]
    shown = client.get(answer.location).text
    assert REASON in shown
    assert lab.lead.module.name in shown


def test_an_objection_without_words_is_not_sent(lab, seen, report):
    answer = post_form(seen("agent"), f"/reports/{report.id}/objection", text="")

    assert answer.status_code == 400
    assert page_of(answer).select_one("#text-notes .field__error")
    assert count(lab, Objection) == 0


def test_a_second_objection_is_refused_with_the_text_kept(lab, seen, report):
    client, url = seen("agent"), f"/reports/{report.id}/objection"
    post_form(client, url, text=REASON)

    again = post_form(client, url, text="再次异议")

    assert again.status_code == 409
    assert page_of(again).select_one("#text").text.strip() == "再次异议"
    assert count(lab, Objection) == 1


def test_an_objection_is_investigated_tested_again_and_answered(lab, seen, report):
    objection = objecting.lodge(lab.work(lab.agent), report.id, text=REASON, line_ids=[])
    lab.session.commit()
    admin, url = seen("admin"), f"/laboratory/objections/{objection.id}"
    line = lines_of(lab, report.commission)[1]

    assert post_form(admin, url, action=f"{url}/investigation").status_code == 303
    assert post_form(admin, url, action=f"{url}/retest", reason="").status_code == 400
    assert post_form(admin, url, action=f"{url}/retest", reason="复检", line_ids=str(line.id)).status_code == 303
    early = post_form(admin, url, action=f"{url}/answer", outcome="upheld", answer="无误")
    assert early.status_code == 409
    assert "The retest is not finished" in early.text
    lab.session.rollback()
    measure(lab, lines_of(lab, report.commission)[1], text="0.13")
    lab.session.commit()
    assert "0.13" in admin.get(url).text
    given = {"outcome": "upheld", "answer": "复检结果一致"}
    unexplained = post_form(admin, url, action=f"{url}/answer", **given)
    assert unexplained.status_code == 409
    assert page_of(unexplained).select_one("#answer-why_stands-notes .field__error")
    answered = post_form(admin, url, action=f"{url}/answer", **given, why_stands="在方法允差之内")
    assert answered.status_code == 303

    client = seen("agent")
    assert "复检结果一致" in client.get(f"/objections/{objection.id}").text
    post_form(client, f"/objections/{objection.id}", action=f"/objections/{objection.id}/acceptance")
    assert fresh(lab, Objection, objection.id).state is ObjectionState.CLOSED


def test_every_mistake_of_an_answer_is_told_beside_its_field(lab, seen, report):
    objection = objecting.lodge(lab.work(lab.agent), report.id, text=REASON, line_ids=[])
    objecting.investigate(lab.work(lab.admin), objection.id)
    lab.session.commit()
    admin, url = seen("admin"), f"/laboratory/objections/{objection.id}"

    answer = post_form(admin, url, action=f"{url}/answer", outcome="amended", answer="有误", refund="10.00")

    page = page_of(answer)
    assert answer.status_code == 409
    assert page.select_one("#answer-outcome-notes .field__error, fieldset .field__error")
    assert page.select_one("#answer-refund-notes .field__error")
    assert page.select_one("#answer-answer").text.strip() == "有误"
    assert fresh(lab, Objection, objection.id).state is ObjectionState.INVESTIGATING


def test_who_took_part_is_told_so(lab, seen, report):
    objection = objecting.lodge(lab.work(lab.agent), report.id, text=REASON, line_ids=[])
    lab.session.commit()
    client, url = seen("signatory"), f"/laboratory/objections/{objection.id}"

    assert "You took part in this report" in client.get(url).text
    assert post_form(client, url, action=f"{url}/investigation").status_code == 409
    assert seen("clerk").get(url).status_code == 403


def test_the_open_ones_are_listed_first_due_first(lab, seen, report):
    objection = objecting.lodge(lab.work(lab.agent), report.id, text=REASON, line_ids=[])
    lab.session.commit()
    client = seen("admin")

    assert report.no in client.get("/laboratory/objections").text
    objecting.withdraw(lab.work(lab.agent), objection.id)
    lab.session.commit()
    assert report.no not in client.get("/laboratory/objections").text
    assert report.no in client.get("/laboratory/objections?show=all").text
