"""Checkers compare, accept, send back and order retests; the clerk gives lines to other bodies."""

from services.core import clock
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.lines import LineState, TestLine
from tests.factories.laboratory import Laboratory
from tests.factories.laboratory_results import checked, lines_of, make_taken, submitted
from tests.plumbing.reviewing import page_of, post_form

L = LineState


def line_of(lab: Laboratory, result) -> TestLine:
    lab.session.rollback()
    line = lab.session.get_one(TestLine, result.line_id)
    lab.session.refresh(line)
    return line


def test_a_result_is_compared_with_its_readings_and_accepted(lab, browser):
    result = submitted(lab, lab.lead, "0.125")
    desk, url = browser("reviewer"), f"/laboratory/work/{result.line_id}"

    text = page_of(desk.get(url)).get_text(" ", strip=True)
    answer = post_form(desk, url, action=f"{url}/check")

    assert "0.125000" in text
    assert "0.12" in text
    assert answer.status_code == 303
    line = line_of(lab, result)
    assert (line.state, line.commission.state) == (L.CHECKED, CommissionState.REPORTING)


def test_a_result_that_changed_meanwhile_is_not_accepted(lab, browser):
    result = submitted(lab)
    desk, url = browser("reviewer"), f"/laboratory/work/{result.line_id}"

    answer = post_form(desk, url, action=f"{url}/check", result="999")

    assert answer.status_code == 409
    assert line_of(lab, result).state is L.SUBMITTED


def test_a_result_is_sent_back_with_a_reason(lab, browser):
    result = submitted(lab)
    desk, url = browser("reviewer"), f"/laboratory/work/{result.line_id}"

    empty = post_form(desk, url, action=f"{url}/return", reason="")
    answer = post_form(desk, url, action=f"{url}/return", reason="与谱图不符")

    assert (empty.status_code, answer.status_code) == (400, 303)
    assert page_of(empty).select_one("details[open] .field__error")
    assert line_of(lab, result).state is L.IN_PROGRESS
    assert "与谱图不符" in page_of(browser("analyst").get(url)).get_text()


def test_a_retest_keeps_the_old_round_in_sight(lab, browser):
    result = checked(lab, lab.lead, "0.77")
    desk, url = browser("reviewer"), f"/laboratory/work/{result.line_id}"

    answer = post_form(desk, url, action=f"{url}/retest", reason="平行样超差")

    assert answer.status_code == 303
    assert line_of(lab, result).round == 2
    page = page_of(browser("analyst").get(url))
    assert "0.77" in page.select_one("details:has(table)").get_text()
    assert "平行样超差" in page.get_text()
    assert page.select_one("#record-value_1")


def test_the_clerk_gives_a_line_out_and_takes_its_result_in(lab, browser):
    lab.lead.may_subcontract = True
    consent = {"subcontract_consent_at": clock.now(), "subcontract_consent_by_id": lab.agent.id}
    line = lines_of(lab, make_taken(lab, **consent))[0]
    lab.session.commit()
    desk, url = browser("clerk"), f"/laboratory/work/{line.id}"

    empty = post_form(desk, url, action=f"{url}/subcontracting", body="", mark_no="")
    given = post_form(desk, url, action=f"{url}/subcontracting", body="武汉分析测试中心", mark_no="CNAS L0000")
    wrong = post_form(desk, url, action=f"{url}/external-result", value="gut", report_no="WH-1")
    taken = post_form(desk, url, action=f"{url}/external-result", value="<0.02", report_no="WH-1")

    assert [one.status_code for one in (empty, given, wrong, taken)] == [409, 303, 409, 303]
    assert len(page_of(empty).select("details[open] .field__error")) == 2
    assert page_of(wrong).select_one("#take-in-value")["value"] == "gut"
    lab.session.rollback()
    lab.session.refresh(line)
    assert (line.state, line.results[-1].text) == (L.SUBMITTED, "<0.02")
    text = page_of(browser("reviewer").get(url)).get_text(" ", strip=True)
    assert "武汉分析测试中心" in text
    assert "<0.02" in text
