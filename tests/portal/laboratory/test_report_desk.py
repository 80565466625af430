"""The laboratory's pages of reports: from the results to the signature, amendments, and what is refused."""

from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import update

from services.laboratory.models.capability import Signatory
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.reports import Report, ReportState
from tests.factories.catalogue import make_provider
from tests.factories.reports import issued, make_checked, prepared, reviewed
from tests.plumbing.reviewing import page_of, post_form
from tests.services.documents.pdf_text import pages_of


@pytest.fixture
def desk(browser):
    """Return a function that gives somebody's browser, in English."""

    def of(name: str):
        client = browser(name)
        client.set_cookie("locale", "en")
        return client

    return of


def fresh(lab, model, number):
    """Return a row as it stands in the database now."""
    lab.session.rollback()
    return lab.session.get(model, number, populate_existing=True)


def url_of(report) -> str:
    return f"/laboratory/reports/{report.id}"


def press(client, url: str, step: str, **data):
    return post_form(client, url, action=f"{url}/{step}", **data)


# From the results to the signature ----------------------------------------------------------------------------------


def test_a_report_goes_through_the_hands_of_three_people(lab, desk):
    commission = make_checked(lab, items=(lab.stress, lab.lead))
    clerk, reviewer, signatory = desk("clerk"), desk("reviewer"), desk("signatory")

    answer = post_form(clerk, "/laboratory/reports", action=f"/laboratory/commissions/{commission.id}/report")
    url = answer.location
    assert press(clerk, url, "words", conclusion="样品外观良好").status_code == 303
    assert press(clerk, url, "review-request").status_code == 303
    assert press(reviewer, url, "review").status_code == 303
    assert press(signatory, url, "issue").status_code == 303

    report = fresh(lab, Report, int(url.rpartition("/")[2]))
    assert report.state is ReportState.ISSUED
    pdf = signatory.get(f"{url}/pdf").data
    assert sha256(pdf).hexdigest() == report.file.sha256
    printed = "".join(pages_of(pdf))
    assert "样品外观良好" in printed
    assert lab.signatory.name in printed
    assert "草稿" not in printed


def test_the_lists_hold_what_waits_for_each(lab, desk):
    commission, waiting = make_checked(lab), reviewed(lab, make_checked(lab))
    client = desk("signatory")

    assert commission.no in client.get("/laboratory/reports").text
    listed = page_of(client.get("/laboratory/reports?show=sign"))
    assert [link["href"] for link in listed.select("td a")] == [url_of(waiting)]
    assert waiting.no not in client.get("/laboratory/reports?show=review").text
    assert client.get("/laboratory/reports?show=nonsense").status_code == 200


@pytest.mark.parametrize("shown", ["prepare", "draft", "issued"])
def test_the_lists_take_the_same_number_of_queries_however_long(lab, desk, counted_queries, tmp_path, shown):
    make = {
        "prepare": lambda: make_checked(lab),
        "draft": lambda: prepared(lab, make_checked(lab)),
        "issued": lambda: issued(lab, tmp_path),
    }[shown]
    client, url = desk("clerk"), f"/laboratory/reports?show={shown}"
    counts = []
    for _ in range(2):
        for _ in range(3):
            make()
        lab.session.commit()
        with counted_queries() as statements:
            client.get(url)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_preview_says_that_it_is_a_draft(lab, desk):
    report = prepared(lab, make_checked(lab))
    lab.session.commit()

    pdf = desk("clerk").get(f"{url_of(report)}/pdf")

    assert pdf.mimetype == "application/pdf"
    assert "草稿" in pages_of(pdf.data)[0]


def test_what_stands_in_the_way_is_listed_and_holds_the_report_back(lab, desk):
    report = prepared(lab, make_checked(lab))
    lab.stress.specimens = 3
    lab.session.commit()
    client = desk("clerk")

    assert "there is no raw record" in client.get(url_of(report)).text
    refused = press(client, url_of(report), "review-request")

    assert refused.status_code == 409
    assert "there is no raw record" in page_of(refused).select_one(".error-summary").text
    assert fresh(lab, Report, report.id).state is ReportState.DRAFT


def test_the_signatory_reads_every_missing_field_and_signs_nothing(lab, desk):
    report = reviewed(lab, make_checked(lab, items=(lab.stress, lab.lead)))
    lab.session.execute(update(Signatory).values(valid_until=date(2024, 1, 1)))
    lab.session.commit()
    client = desk("signatory")

    assert client.get(url_of(report)).text.count("not an authorised signatory in the field") == 2
    assert press(client, url_of(report), "issue").status_code == 409
    assert fresh(lab, Report, report.id).state is ReportState.REVIEWED


def test_the_same_form_sent_twice_issues_once_and_keeps_one_file(lab, desk, settings):
    report = reviewed(lab, make_checked(lab))
    client, url = desk("signatory"), url_of(report)
    inputs = page_of(client.get(url)).select(f"form[action='{url}/issue'] input")
    form = {one["name"]: one.get("value", "") for one in inputs}

    answers = [client.post(f"{url}/issue", data=form).status_code for _ in range(2)]

    assert answers[0] == 303
    assert fresh(lab, Commission, report.commission_id).state is CommissionState.ISSUED
    assert len(list(settings.uploads.glob("*/*"))) == 1


def test_too_long_words_are_kept_beside_their_mistake(lab, desk):
    report = prepared(lab, make_checked(lab))
    lab.session.commit()

    answer = press(desk("clerk"), url_of(report), "words", conclusion="长" * 1001, remarks="备注在此")

    page = page_of(answer)
    assert answer.status_code == 400
    assert page.select_one("#words-conclusion-notes .field__error")
    assert page.select_one("#words-remarks").text.strip() == "备注在此"


def test_a_report_is_sent_back_with_a_reason(lab, desk):
    report = reviewed(lab, make_checked(lab))
    client, url = desk("reviewer"), url_of(report)

    assert press(client, url, "return", reason="").status_code == 400
    assert press(client, url, "return", reason="样品名称有误").status_code == 303
    assert fresh(lab, Report, report.id).state is ReportState.DRAFT
    assert "样品名称有误" in desk("clerk").get(url).text


# After the issue ----------------------------------------------------------------------------------------------------


def test_amending_asks_for_both_reasons_at_once_and_leads_to_the_new_report(lab, desk, settings):
    report = issued(lab, settings.uploads)
    client, url = desk("clerk"), url_of(report)

    wrong = page_of(press(client, url, "amendment", reason="", changed_parts=""))
    assert wrong.select_one("#amend-reason-notes .field__error")
    assert wrong.select_one("#amend-changed_parts-notes .field__error")
    right = press(client, url, "amendment", reason="名称有误", changed_parts="第 1 页")

    assert right.status_code == 303
    assert right.location != url
    assert f"{report.commission.no}-R2" in client.get(right.location).text
    assert not page_of(client.get(url)).select(f"form[action='{url}/amendment']")


def test_a_signatory_withdraws_with_a_reason(lab, desk, settings):
    report = issued(lab, settings.uploads)
    client, url = desk("signatory"), url_of(report)

    assert press(client, url, "withdrawal", reason="").status_code == 400
    assert press(client, url, "withdrawal", reason="数据不可靠").status_code == 303
    assert fresh(lab, Report, report.id).state is ReportState.WITHDRAWN


def test_an_amendment_is_given_up(lab, desk, settings):
    report = issued(lab, settings.uploads)
    client = desk("clerk")
    new = press(client, url_of(report), "amendment", reason="名称有误", changed_parts="第 1 页").location

    assert press(client, new, "dropping", reason="不必更正").status_code == 303
    assert fresh(lab, Report, report.id).state is ReportState.ISSUED


def test_a_collection_on_paper_is_noted_with_its_name(lab, desk, settings):
    report = issued(lab, settings.uploads)
    client, url = desk("clerk"), url_of(report)

    assert press(client, url, "collection", name="").status_code == 400
    assert press(client, url, "collection", name="周厂长").status_code == 303
    assert fresh(lab, Commission, report.commission_id).state is CommissionState.DELIVERED


# Who may ------------------------------------------------------------------------------------------------------------

STEPS = {
    "words": {"clerk"},
    "review-request": {"clerk"},
    "return": {"reviewer", "signatory"},
    "review": {"reviewer"},
    "issue": {"signatory"},
    "collection": {"clerk"},
    "amendment": {"clerk"},
    "dropping": {"clerk"},
    "withdrawal": {"signatory"},
}


@pytest.mark.parametrize("who", ["analyst", "clerk", "reviewer", "signatory", "agent"])
def test_each_step_belongs_to_its_role(lab, desk, settings, who):
    report = issued(lab, settings.uploads)
    client = desk(who)
    token = page_of(client.get("/accounts/profile")).select_one("[name=csrf_token]")["value"]

    for step in [step for step, allowed in STEPS.items() if who not in allowed]:
        answer = client.post(f"{url_of(report)}/{step}", data={"csrf_token": token, "reason": "因故"})
        assert answer.status_code == 403, step

    assert fresh(lab, Report, report.id).state is ReportState.ISSUED


def test_another_laboratorys_report_does_not_exist(lab, desk, session):
    report = prepared(lab, make_checked(lab))
    other = make_provider(session).id
    session.commit()
    client = desk("clerk")
    lab.session.execute(update(Commission).values(provider_id=other))
    lab.session.commit()

    assert client.get(url_of(report)).status_code == 404
    assert client.get(f"{url_of(report)}/pdf").status_code == 404
