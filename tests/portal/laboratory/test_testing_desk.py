"""An analyst begins a line, writes readings down, corrects and submits them; nobody else does."""

import io
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select, update

from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import LineState, RawRecord, TestLine, TestResult, Verdict
from tests.factories.laboratory import Laboratory, make_commission, make_laboratory
from tests.factories.laboratory_results import begun, enter, lines_of, make_taken
from tests.plumbing.reviewing import page_of, post_form

L = LineState


def address(line: TestLine) -> str:
    return f"/laboratory/work/{line.id}"


def again(lab: Laboratory, line: TestLine) -> TestLine:
    lab.session.rollback()
    lab.session.refresh(line)
    return line


def faults_at(page) -> dict[str, str]:
    return {notes["id"]: notes.get_text(" ", strip=True) for notes in page.select(".field__notes:has(.field__error)")}


# From beginning to submission ---------------------------------------------------------------------------------------


def test_an_analyst_begins_writes_down_corrects_and_submits(lab, browser):
    lab.lead.specimens = 2
    line = lines_of(lab, make_taken(lab, is_judged=True, limit_set_id=lab.limits.id))[0]
    lab.session.commit()
    desk, url = browser("analyst"), address(line)

    assert post_form(desk, url, action=f"{url}/begin").status_code == 303
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    picture.seek(0)
    sent = post_form(
        desk,
        url,
        action=f"{url}/records",
        value_1="0.45",
        undetected_2="y",
        temperature="23.1",
        humidity="52",
        file=(picture, "谱图.png"),
    )
    assert sent.status_code == 303
    shown = page_of(desk.get(url))
    assert [cell.get_text(strip=True) for cell in shown.select("#records ~ * td strong")] == ["0.45", "<0.05"]
    assert desk.get(shown.select_one("a[href*='/files/']")["href"]).status_code == 200

    assert post_form(desk, f"{url}/records/1", value="0.55", reason="读数写错").status_code == 303
    assert post_form(desk, url, action=f"{url}/submission", note="正常").status_code == 303

    lab.session.rollback()
    result = lab.session.scalars(select(TestResult)).one()
    assert (result.text, result.verdict, again(lab, line).state) == ("0.29", Verdict.PASS, L.SUBMITTED)
    text = page_of(desk.get(url)).get_text(" ", strip=True)
    for word in ("0.55", "0.45", "读数写错", "0.287500", "0.29"):
        assert word in text


def test_every_mistake_is_shown_at_its_field_and_what_was_typed_stays(lab, browser):
    lab.lead.specimens = 2
    line = begun(lab)
    desk, url = browser("analyst"), address(line)

    answer = post_form(desk, url, action=f"{url}/records", value_1="viel", value_2="0.01", note_2="n", temperature="20")

    page = page_of(answer)
    assert answer.status_code == 409
    assert set(faults_at(page)) == {"record-value_1-notes", "record-value_2-notes"}
    assert page.select_one("#record-value_1")["value"] == "viel"
    assert page.select_one("#record-note_2")["value"] == "n"
    assert len(page.select(".error-summary a")) == 2
    lab.session.rollback()
    assert not lab.session.scalars(select(RawRecord.id)).all()


def test_surroundings_that_cannot_be_are_refused_by_the_form(lab, browser):
    line = begun(lab)
    url = address(line)

    answer = post_form(
        browser("analyst"), url, action=f"{url}/records", value_1="0.5", temperature="warm", humidity="101"
    )

    assert answer.status_code == 400
    assert set(faults_at(page_of(answer))) == {"record-temperature-notes", "record-humidity-notes"}


def test_sending_readings_twice_writes_them_down_once(lab, browser):
    line = begun(lab)
    desk, url = browser("analyst"), address(line)
    form = page_of(desk.get(url)).select_one(f"form[action='{url}/records']")
    data = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")} | {
        "value_1": "0.3",
        "instrument": lab.spectrometer.id,
    }

    answers = [desk.post(f"{url}/records", data=data).status_code for _ in range(2)]

    assert answers == [303, 303]
    lab.session.rollback()
    assert len(lab.session.scalars(select(RawRecord.id)).all()) == 1


def test_a_second_window_is_told_what_was_written_meanwhile(lab, browser):
    line = begun(lab)
    desk, url = browser("analyst"), address(line)
    form = page_of(desk.get(url)).select_one(f"form[action='{url}/records']")
    data = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    enter(lab, line, "0.11")
    lab.session.commit()

    answer = desk.post(f"{url}/records", data=data | {"value_1": "0.99", "instrument": lab.spectrometer.id})

    assert answer.status_code == 409
    assert set(faults_at(page_of(answer))) == {"record-value_1-notes"}
    lab.session.rollback()
    assert [one.value for one in lab.session.scalars(select(RawRecord))] == ["0.11"]


def test_a_correction_in_a_second_window_shows_the_newer_reading(lab, browser):
    line = begun(lab)
    enter(lab, line, "0.11")
    lab.session.commit()
    desk, url = browser("analyst"), f"{address(line)}/records/1"
    form = page_of(desk.get(url)).select_one("form[method=post]:has([name=seen])")
    data = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    assert post_form(desk, url, value="0.22", reason="一").status_code == 303

    filled = {"value": "0.33", "reason": "二", "instrument": lab.spectrometer.id}
    answer = desk.post(url, data=data | filled)

    page = page_of(answer)
    assert answer.status_code == 409
    assert "0.22" in page.select_one(".facts").get_text()
    assert page.select_one("#value")["value"] == "0.33"
    assert page.select_one("[name=seen]")["value"] == "2"


def test_a_correction_needs_its_reason(lab, browser):
    line = begun(lab)
    enter(lab, line, "0.11")
    lab.session.commit()

    answer = post_form(browser("analyst"), f"{address(line)}/records/1", value="0.22", reason=" ")

    assert answer.status_code == 400
    assert "reason-notes" in faults_at(page_of(answer))


def test_a_specimen_without_a_reading_cannot_be_corrected(lab, browser):
    assert browser("analyst").get(f"{address(begun(lab))}/records/1").status_code == 404


@pytest.mark.parametrize("typed", ["verdict", "text", "result", "value"])
def test_a_hand_made_verdict_is_refused(lab, browser, typed):
    line = begun(lab, is_judged=True, limit_set_id=lab.limits.id)
    enter(lab, line, "0.99")
    lab.session.commit()
    desk, url = browser("analyst"), address(line)
    form = page_of(desk.get(url)).select_one(f"form[action='{url}/submission']")
    data = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}

    answer = desk.post(f"{url}/submission", data=data | {typed: "pass"})

    assert answer.status_code == 400
    assert page_of(answer).select_one(".error-summary")
    lab.session.rollback()
    assert not lab.session.scalars(select(TestResult.id)).all()


def test_the_sample_still_in_its_room_and_the_overdue_instrument_are_both_told(lab, browser):
    line = lines_of(lab, make_commission(lab, items=(lab.lead,)))[0]
    lab.spectrometer.calibration_due_on = date(2026, 1, 1)
    lab.session.commit()
    url = address(line)

    answer = post_form(browser("analyst"), url, action=f"{url}/begin")

    page = page_of(answer)
    assert answer.status_code == 409
    assert line.sample.no in page.select_one(".error-summary").get_text()
    assert "begin-instrument-notes" in faults_at(page)


# Who may ------------------------------------------------------------------------------------------------------------

DEEDS = {
    "begin": {"analyst", "other_analyst"},
    "records": {"analyst", "other_analyst"},
    "submission": {"analyst", "other_analyst"},
    "check": {"reviewer"},
    "return": {"reviewer"},
    "retest": {"reviewer"},
    "subcontracting": {"clerk", "admin"},
    "external-result": {"clerk", "admin"},
}


@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_is_for_its_roles_and_unknown_elsewhere(lab, browser, deed):
    line, other = begun(lab), make_laboratory(lab.session)
    theirs = lines_of(other, make_taken(other))[0]
    for name in ("admin", "clerk", "analyst", "reviewer", "signatory", "agent"):
        desk = browser(name)
        token = page_of(desk.get("/messages")).select_one("[name=csrf_token]")["value"]
        answers = [
            desk.post(f"{address(one)}/{deed}", data={"csrf_token": token}).status_code for one in (line, theirs)
        ]
        if name in DEEDS[deed]:
            assert answers[0] in {400, 409}, (name, answers)
            assert answers[1] == 404, (name, answers)
        else:
            assert answers == [403, 403], (name, answers)
    assert again(lab, line).state is L.IN_PROGRESS


def test_a_client_opens_neither_list_nor_line(lab, browser):
    line = begun(lab)

    assert [browser("agent").get(where).status_code for where in ("/laboratory/work", address(line))] == [403, 403]


def test_files_of_other_lines_are_not_handed_out(lab, browser):
    line = begun(lab)

    assert browser("analyst").get(f"{address(line)}/files/1").status_code == 404


def test_the_commission_of_a_suspended_line_says_so(lab, browser):
    line = begun(lab)
    lab.session.execute(update(Commission).values(state=CommissionState.SUSPENDED))
    lab.session.commit()

    page = page_of(browser("analyst").get(address(line)))

    assert not page.select_one(f"form[action='{address(line)}/records']")
