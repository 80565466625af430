"""Verification by everybody: what is told, what is not, and how often one may ask."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.actor import Actor
from services.core.verifying import MOST, WINDOW, TooManyChecks
from services.core.work import Work
from services.laboratory.models.reports import ReportCheck, VerificationOutcome
from services.laboratory.operations import amending, verifying
from services.laboratory.rules.reports import shown_code
from tests.factories.laboratory import make_laboratory
from tests.factories.reports import go_to_signature, issued, make_checked, reviewed, sign


@pytest.fixture
def lab(session):
    return make_laboratory(session)


def visitor(session, address: str = "192.0.2.7", *, now=None) -> Work:
    return Work(session, Actor.visitor(address), now or clock.now())


def test_a_valid_report_shows_what_identifies_it_and_no_result(lab, session, tmp_path):
    report = issued(lab, tmp_path)

    found = verifying.verify_number(visitor(session), f" {report.no.lower()} ", shown_code(report.code).lower())

    assert found.outcome is VerificationOutcome.VALID
    assert (found.no, found.samples) == (report.no, ("玻璃杯1",))
    assert found.sha256 == report.file.sha256
    assert found.client != lab.firm.name
    assert "*" in found.client
    told = repr(asdict(found))
    assert "0.12" not in told
    assert lab.firm.name not in told
    assert lab.stress.module.name not in told


def test_the_code_alone_is_enough_for_whoever_scans_it(lab, session, tmp_path):
    report = issued(lab, tmp_path)

    assert verifying.verify_code(visitor(session), report.code).outcome is VerificationOutcome.VALID


def test_the_file_itself_is_recognised_byte_by_byte(lab, session, tmp_path):
    issued(lab, tmp_path, pdf=b"%PDF-1.7 these bytes")

    assert verifying.verify_file(visitor(session), b"%PDF-1.7 these bytes").outcome is VerificationOutcome.VALID
    assert verifying.verify_file(visitor(session), b"%PDF-1.7 those bytes").outcome is VerificationOutcome.NOT_FOUND


def test_a_replaced_report_names_the_one_that_replaced_it(lab, session, tmp_path):
    old = issued(lab, tmp_path)
    new = amending.amend(lab.work(lab.clerk), old.id, reason="有误", changed_parts="名称")
    assert verifying.verify_code(visitor(session), old.code).outcome is VerificationOutcome.VALID
    go_to_signature(lab, new)
    sign(lab, new, tmp_path, pdf=b"%PDF new")

    found = verifying.verify_code(visitor(session), old.code)

    assert (found.outcome, found.replaced_by) == (VerificationOutcome.SUPERSEDED, new.no)


def test_a_withdrawn_report_is_said_to_be_void(lab, session, tmp_path):
    report = issued(lab, tmp_path)
    amending.withdraw(lab.work(lab.signatory), report.id, reason="数据不可靠")

    found = verifying.verify_code(visitor(session), report.code)

    assert found.outcome is VerificationOutcome.WITHDRAWN
    assert "数据不可靠" not in repr(found)


def test_an_unknown_number_a_wrong_code_and_an_unissued_report_get_the_same_answer(lab, session, tmp_path):
    report = issued(lab, tmp_path)
    waiting = reviewed(lab, make_checked(lab))
    nothing = verifying.Verification(VerificationOutcome.NOT_FOUND)

    assert verifying.verify_number(visitor(session), report.no, "A" * 26) == nothing
    assert verifying.verify_number(visitor(session), f"{report.no[:-1]}9", report.code) == nothing
    assert verifying.verify_number(visitor(session), waiting.no, waiting.code) == nothing
    assert verifying.verify_code(visitor(session), waiting.code) == nothing
    assert verifying.verify_code(visitor(session), "") == nothing


def test_every_check_is_noted_but_never_a_whole_code(lab, session, tmp_path):
    report = issued(lab, tmp_path)

    verifying.verify_code(lab.work(lab.rival_agent), report.code)
    verifying.verify_number(visitor(session), "JC-1" * 40, "B" * 26)
    session.flush()

    first, second = session.scalars(select(ReportCheck).order_by(ReportCheck.id))
    assert (first.report_id, first.person_id, first.outcome) == (
        report.id,
        lab.rival_agent.id,
        VerificationOutcome.VALID,
    )
    assert (second.report_id, second.outcome) == (None, VerificationOutcome.NOT_FOUND)
    assert report.code not in first.asked
    assert second.address == "192.0.2.7"


def test_an_address_that_guesses_is_stopped_for_a_while_and_others_are_not(lab, session):
    for _ in range(MOST):
        verifying.verify_number(visitor(session), "JC-20261124-0001-R1", "A" * 26)
    with pytest.raises(TooManyChecks):
        verifying.verify_code(visitor(session), "A" * 26)

    assert verifying.verify_code(visitor(session, "192.0.2.8"), "A" * 26).outcome is VerificationOutcome.NOT_FOUND
    later = visitor(session, now=clock.now() + WINDOW + timedelta(seconds=1))
    assert verifying.verify_code(later, "A" * 26).outcome is VerificationOutcome.NOT_FOUND
