"""From the scores to the certificate that a stranger verifies."""

import io
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from services.core import clock
from services.core.verifying import MOST
from services.training.models.courses import ClassState
from services.training.models.outcomes import Certificate, CertificateCheck, CertificateState, CheckOutcome
from services.training.operations.certifying import revoke_certificate
from tests.factories.training import make_school
from tests.factories.training_run import Running, make_running
from tests.plumbing.reviewing import fields_of, page_of, post_form


@pytest.fixture
def running(school) -> Running:
    return make_running(school)


@pytest.fixture
def graduated(running) -> Running:
    """The first has completed the class, the second has failed."""
    running.graduate()
    return running


def outcome_of(response) -> str:
    return page_of(response).select_one("section .notice--success, section .notice--danger").text


def entered(client, address: str, scores: dict[str, str]):
    """Send the form of the scores, whose fields stand in the table below it."""
    form = page_of(client.get(address)).select_one("#scores")
    return client.post(form["action"], data=fields_of(form) | scores)


# Scores and the end -------------------------------------------------------------------------------------------------


def test_scores_are_entered_for_whoever_attended_enough(running, browser):
    running.attend()
    first, second = [one.id for one, _ in running.people]
    with time_machine.travel(running.lessons[-1].ends_at, tick=False):
        client = browser(running.school.trainer)
        address = f"/classes/{running.no}/marks"
        wrong = entered(client, address, {f"score_{first}": "101", f"score_{second}": "70"})
        assert wrong.status_code == 400
        assert page_of(wrong).select_one(f"#score_{first}-notes .field__error")
        assert page_of(wrong).select_one(f"#score_{second}")["value"] == "70"
        assert entered(client, address, {f"score_{first}": "59", f"score_{second}": "70"}).status_code == 303
        page = page_of(client.get(address))
        assert page.select(f"#score_{first}")
        assert not page.select(f"#score_{second}")


def test_nobody_is_examined_who_has_not_attended_enough(running, browser):
    with time_machine.travel(running.lessons[-1].ends_at, tick=False):
        page = page_of(browser(running.school.trainer).get(f"/classes/{running.no}/marks"))
    assert not page.select("input.score, input[name='examined_on'], button[form='scores']")


def test_a_score_that_was_entered_wrongly_does_not_count(running, browser):
    running.attend()
    running.score(96)
    with time_machine.travel(running.lessons[-1].ends_at, tick=False):
        client, address = browser(running.school.trainer), f"/classes/{running.no}/marks"
        assert post_form(client, address, reason="看错卷面").status_code == 303
        page = page_of(client.get(address))
        assert "看错卷面" in page.text
        assert page.select(f"#score_{running.people[0][0].id}")


def test_a_class_is_finished_on_its_last_day_with_the_results_that_were_shown(running, browser, session):
    running.attend()
    running.score(80, 59)
    address = f"/classes/{running.no}/finish"
    early = page_of(browser(running.school.trainer).get(address))
    assert not early.select("main form")
    with time_machine.travel(clock.at(running.school.training_class.ends_on, 20 * 60), tick=False):
        client = browser(running.school.trainer)
        page = page_of(client.get(address))
        assert len(page.select(".tag--success")) == 1
        assert page.select(".tag--danger")
        token = {one["name"]: one["value"] for one in page.select("main form input")}
        assert client.post(address, data=token).status_code == 303
        assert client.post(address, data=token).status_code == 303
    session.rollback()
    assert running.school.training_class.state is ClassState.FINISHED


# Issuing ------------------------------------------------------------------------------------------------------------


def test_certificates_are_issued_for_all_who_passed(graduated, browser, session):
    client, address = browser(graduated.school.trainer), f"/classes/{graduated.no}/certificates"
    answer = post_form(client, address, action=f"{address}/issue")

    assert answer.status_code == 303
    session.rollback()
    certificate = session.scalars(select(Certificate)).one()
    assert certificate.registration_id == graduated.people[0][0].id
    page = page_of(client.get(address))
    assert certificate.no in page.text
    assert not page.select(f"form[action='{address}/issue']"), "everybody has one"


def test_the_holder_reads_and_saves_the_certificate_and_strangers_do_not(graduated, browser, session, school):
    certificate = graduated.certify()
    address = f"/certificates/{certificate.no}"
    _, stranger = school.worker()
    holder = browser(graduated.people[0][1])

    first = post_form(holder, address, action=f"{address}/file")
    second = post_form(holder, address, action=f"{address}/file")
    assert first.mimetype == "application/pdf"
    assert first.data == second.data
    assert browser(stranger).get(address).status_code == 404
    assert browser(make_school(session).trainer).get(address).status_code == 404
    assert not page_of(holder.get(address)).select(f"form[action='{address}/revocation']")


def test_a_replacement_corrects_the_name_and_the_old_address_says_so(graduated, browser, session):
    old = graduated.certify()
    client, address = browser(graduated.school.trainer), f"/certificates/{old.no}"
    missing = post_form(client, address, action=f"{address}/replacement", reason="")
    assert missing.status_code == 400
    assert page_of(missing).select_one("#replace-reason-notes .field__error")

    answer = post_form(client, address, action=f"{address}/replacement", reason="姓名更正", name="王更名")

    assert answer.status_code == 303
    visitor = browser()
    assert page_of(visitor.get(f"/v/{old.token}")).select_one("section .notice--danger")
    session.rollback()
    new = session.scalars(select(Certificate).where(Certificate.replaces_id == old.id)).one()
    assert new.no in visitor.get(f"/v/{old.token}").text
    assert "王*名" in visitor.get(f"/v/{new.token}").text


def test_only_the_centre_revokes_and_only_with_a_reason(graduated, browser, session):
    certificate = graduated.certify()
    address = f"/certificates/{certificate.no}"
    client = browser(graduated.school.trainer)
    assert post_form(client, address, action=f"{address}/revocation", reason=" ").status_code == 400
    assert post_form(client, address, action=f"{address}/revocation", reason="成绩作假").status_code == 303
    session.rollback()
    assert certificate.state is CertificateState.REVOKED
    told = browser().get(f"/v/{certificate.token}").text
    assert "成绩作假" not in told
    assert certificate.no in told
    assert "已不再有效" in told


# Verification -------------------------------------------------------------------------------------------------------


def test_a_stranger_verifies_by_the_link_of_the_code(graduated, browser, session):
    certificate = graduated.certify()
    answer = browser().get(f"/v/{certificate.token}")

    text = page_of(answer).select_one("section").text
    assert page_of(answer).select_one("section .notice--success")
    assert graduated.school.course.title in text
    assert certificate.no in text
    assert graduated.people[0][0].trainee.name not in text
    data = browser().get(f"/v/{certificate.token}.json").get_json()
    assert (data["outcome"], data["certificate"]["no"]) == ("valid", certificate.no)
    assert browser().get(f"/v/{'x' * 43}.json").status_code == 404


def test_a_stranger_verifies_by_number_and_name_and_guesses_are_told_nothing(graduated, browser):
    certificate = graduated.certify()
    name = graduated.people[0][0].trainee.name
    visitor = browser()
    right = post_form(visitor, "/certificates", no=certificate.no.lower(), name=name)
    wrong = post_form(visitor, "/certificates", no=certificate.no, name="别人")
    unknown = post_form(visitor, "/certificates", no="PXZS-1999-00001", name=name)

    assert page_of(right).select_one("section .notice--success")
    assert page_of(wrong).select_one("section").text == page_of(unknown).select_one("section").text
    empty = post_form(visitor, "/certificates", no="", name="")
    assert page_of(empty).select_one("#no-notes .field__error")
    assert page_of(empty).select_one("#name-notes .field__error")


def test_a_changed_file_is_exposed_beside_what_was_issued(graduated, browser, session):
    certificate = graduated.certify()
    address = f"/certificates/{certificate.no}"
    pdf = post_form(browser(graduated.people[0][1]), address, action=f"{address}/file").data
    visitor = browser()

    def compare(content: bytes):
        return post_form(visitor, "/certificates", file=(io.BytesIO(content), "证书.pdf"))

    assert page_of(compare(pdf)).select_one("section .notice--success")
    altered = page_of(compare(pdf + b"\n%% changed"))
    assert altered.select_one("section .notice--danger")
    assert certificate.no in altered.select_one("section").text
    assert "PXZS" not in page_of(compare(b"%PDF-1.7 something else")).select_one("section .notice").text.split("PDF")[0]
    assert page_of(compare(b"")).select_one("#file-notes .field__error")
    session.rollback()
    outcomes = session.scalars(select(CertificateCheck.outcome).order_by(CertificateCheck.id)).all()
    assert outcomes == [CheckOutcome.VALID, CheckOutcome.ALTERED, CheckOutcome.NOT_FOUND]


def test_a_certificate_whose_time_is_over_says_so(graduated, browser):
    graduated.school.course.certificate_months = 12
    graduated.school.session.commit()
    certificate = graduated.certify()
    later = clock.at(certificate.valid_until + timedelta(days=1), 9 * 60)
    with time_machine.travel(later, tick=False):
        assert browser().get(f"/v/{certificate.token}.json").get_json()["outcome"] == "expired"


def test_guessing_is_stopped(browser):
    visitor = browser()
    for _ in range(MOST):
        assert visitor.get("/v/GUESS").status_code == 200
    assert visitor.get("/v/GUESS").status_code == 429
    assert post_form(visitor, "/certificates", no="PXZS-2026-1", name="甲").status_code == 429


def test_a_revoked_certificate_is_void_for_programs_too(graduated, browser):
    certificate = graduated.certify()
    revoke_certificate(graduated.school.work(), certificate.id, "误发")
    graduated.school.session.commit()
    data = browser().get(f"/v/{certificate.token}.json").get_json()
    assert data["outcome"] == "revoked"
    assert data["ended_on"]


def test_the_evidence_of_a_class_holds_everything(graduated, browser):
    certificate = graduated.certify()
    text = page_of(browser(graduated.school.trainer).get(f"/classes/{graduated.no}/evidence")).text
    for part in (certificate.no, graduated.people[1][0].trainee.name, "灯工基础", "✓", "100 %"):
        assert part in text
