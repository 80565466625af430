"""The public page on which reports are verified."""

import io

import pytest
from sqlalchemy import select

from services.core.verifying import MOST
from services.laboratory.models.reports import ReportCheck, VerificationOutcome
from services.laboratory.operations import amending
from tests.factories.reports import issued
from tests.plumbing.reviewing import page_of, post_form

PDF = b"%PDF-1.7 the very bytes"


@pytest.fixture
def report(lab, settings):
    return issued(lab, settings.uploads, pdf=PDF)


@pytest.fixture
def visitor(app):
    client = app.test_client()
    client.set_cookie("locale", "en")
    return client


def by_number(client, number: str, code: str):
    return post_form(client, "/verify", number=number, code=code)


def outcome_of(response) -> str:
    return page_of(response).select_one(".notice").text.strip()


def test_a_report_is_verified_by_number_and_code_and_shows_no_result(lab, visitor, report):
    answer = by_number(visitor, report.no, report.contents["shown_code"])

    assert "This report is valid" in outcome_of(answer)
    assert report.no in answer.text
    assert report.file.sha256 in answer.text
    for hidden in ("0.12", lab.firm.name, lab.stress.module.name, report.code):
        assert hidden not in page_of(answer).select_one("section").text


def test_the_qr_code_leads_straight_to_the_answer(lab, visitor, report):
    assert "This report is valid" in outcome_of(visitor.get(f"/verify/{report.code}"))
    assert "No report was found" in outcome_of(visitor.get(f"/verify/{'A' * 26}"))


def test_the_file_itself_is_verified_and_not_kept(visitor, report, settings):
    def compare(content: bytes):
        return post_form(visitor, "/verify", file=(io.BytesIO(content), "报告.pdf"))

    assert "This report is valid" in outcome_of(compare(PDF))
    assert "No report was found" in outcome_of(compare(PDF + b" "))
    assert len(list(settings.uploads.glob("*/*"))) == 1


def test_a_void_report_is_said_to_be_void(lab, visitor, report):
    amending.withdraw(lab.work(lab.signatory), report.id, reason="数据不可靠")
    lab.session.commit()

    answer = visitor.get(f"/verify/{report.code}")

    assert "withdrawn and is void" in outcome_of(answer)
    assert "数据不可靠" not in answer.text


def test_unknown_numbers_and_wrong_codes_are_answered_alike(visitor, report):
    wrong = page_of(by_number(visitor, report.no, "A" * 26)).select_one("section").text
    unknown = page_of(by_number(visitor, "JC-19990101-0001-R1", report.code)).select_one("section").text

    assert wrong == unknown


def test_what_is_missing_is_told_beside_its_field(visitor):
    page = page_of(by_number(visitor, "", ""))

    assert page.select_one("#number-notes .field__error")
    assert page.select_one("#code-notes .field__error")
    empty = page_of(post_form(visitor, "/verify", file=(io.BytesIO(b""), "")))
    assert empty.select_one("#file-notes .field__error")


def test_guessing_is_stopped(visitor, lab):
    for _ in range(MOST):
        assert visitor.get("/verify/GUESS").status_code == 200

    assert visitor.get("/verify/GUESS").status_code == 429
    assert by_number(visitor, "JC-1", "X").status_code == 429


def test_whoever_is_signed_in_is_remembered_to_be_told(lab, browser, report):
    browser("rival_agent").get(f"/verify/{report.code}")
    lab.session.rollback()

    noted = lab.session.scalars(select(ReportCheck)).one()
    assert (noted.person_id, noted.outcome) == (lab.rival_agent.id, VerificationOutcome.VALID)
