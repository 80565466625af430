"""A report from its preparation to the client's hands, and everything that holds it back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.core import clock
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.files import Attachment, content_of
from services.core.notices import Notification
from services.core.settings import Setting
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.capability import Calibration, Signatory, TestField
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.lines import LineState
from services.laboratory.models.reports import Report, ReportDownload, ReportLine, ReportState
from services.laboratory.models.samples import CustodyEvent, CustodyKind, SampleState
from services.laboratory.operations import reporting
from services.laboratory.reporting_errors import ReportChanged
from tests.factories.laboratory import make_laboratory
from tests.factories.reports import (
    go_to_signature,
    issued,
    lines_of,
    make_checked,
    measure,
    messages,
    prepared,
    reviewed,
    sign,
)


@pytest.fixture
def lab(session):
    return make_laboratory(session)


def broken_by(call, *args, **values) -> list[str]:
    """Return the names of the rules that a call breaks."""
    with pytest.raises(RulesBroken) as raised:
        call(*args, **values)
    return messages(raised.value.errors)


# Preparing ----------------------------------------------------------------------------------------------------------


def test_a_report_is_prepared_once_with_a_number_and_a_code_of_its_own(lab):
    commission = make_checked(lab)

    report = prepared(lab, commission)
    again = prepared(lab, commission)

    assert again is report
    assert report.no == f"{commission.no}-R1"
    assert len(report.code) == 26
    assert report.state is ReportState.DRAFT


def test_no_report_is_prepared_before_all_results_are_checked(lab):
    commission = make_checked(lab, state=CommissionState.DATA_REVIEW)

    with pytest.raises(WrongState):
        prepared(lab, commission)


@pytest.mark.parametrize("who", ["analyst", "reviewer", "signatory", "agent"])
def test_only_the_reception_prepares(lab, who):
    commission = make_checked(lab)

    with pytest.raises((NotAllowed, NotFound)):
        reporting.prepare(lab.work(getattr(lab, who)), commission.id)


def test_words_are_changed_in_preparation_only(lab):
    report = prepared(lab, make_checked(lab))

    reporting.edit(lab.work(lab.clerk), report.id, conclusion=" 样品符合要求。 ", remarks="")
    reporting.send(lab.work(lab.clerk), report.id)

    assert report.conclusion == "样品符合要求。"
    with pytest.raises(WrongState):
        reporting.edit(lab.work(lab.clerk), report.id, conclusion="另一结论", remarks="")


# What holds it back -------------------------------------------------------------------------------------------------


def test_a_report_goes_to_review_and_the_reviewer_is_told(lab, session):
    commission = make_checked(lab)
    report = prepared(lab, commission)

    reporting.send(lab.work(lab.clerk), report.id)

    assert (report.state, commission.state) == (ReportState.IN_REVIEW, CommissionState.REPORT_REVIEW)
    told = select(Notification.person_id).where(Notification.message.contains("waits for review"))
    assert session.scalars(told).all() == [lab.reviewer.id]


def test_a_line_without_checked_result_holds_the_report_back(lab):
    report = prepared(lab, make_checked(lab))
    line = lines_of(lab, report.commission)[0]
    line.state = LineState.SUBMITTED

    assert broken_by(reporting.send, lab.work(lab.clerk), report.id) == ["LineNotChecked"]


def test_a_result_of_an_earlier_round_does_not_count(lab):
    report = prepared(lab, make_checked(lab))
    lines_of(lab, report.commission)[0].round = 2

    assert broken_by(reporting.send, lab.work(lab.clerk), report.id) == ["LineNotChecked", "NoRawRecord"]


def test_a_result_without_raw_record_holds_the_report_back(lab):
    report = prepared(lab, make_checked(lab))
    lab.stress.specimens = 3

    assert broken_by(reporting.send, lab.work(lab.clerk), report.id) == ["NoRawRecord"]


def test_a_gap_in_the_custody_holds_the_report_back(lab, session):
    report = prepared(lab, make_checked(lab))
    sample = lines_of(lab, report.commission)[0].sample
    sample.state = SampleState.IN_TEST
    taken = CustodyEvent(sample_id=sample.id, seq=2, at=clock.now(), kind=CustodyKind.TAKEN, state_after=sample.state)
    session.add(taken)

    assert broken_by(reporting.send, lab.work(lab.clerk), report.id) == ["ChainBroken"]


def test_an_instrument_out_of_calibration_on_the_day_of_the_test_holds_the_report_back(lab, session):
    commission = make_checked(lab)
    lab.polariscope = make_uncalibrated(lab, session, clock.local_day(clock.now()))
    for line in lines_of(lab, commission):
        line.round = 2
        line.results[0].is_void, line.results[0].void_reason = True, "换仪器"
        session.flush()
        measure(lab, line)
    report = prepared(lab, commission)

    assert broken_by(reporting.send, lab.work(lab.clerk), report.id) == ["NotCalibrated"]


def make_uncalibrated(lab, session, today: date):
    """Return another instrument, whose calibration ended yesterday and has been renewed since tomorrow."""
    instrument = lab.polariscope.__class__(
        code="E-OLD",
        name="旧应力仪",
        kind=lab.polariscope.kind,
        provider_id=lab.provider.id,
        policy_id=lab.polariscope.policy_id,
        capacity_kind=lab.polariscope.capacity_kind,
        calibration_due_on=today + timedelta(days=300),
    )
    session.add(instrument)
    session.flush()
    session.add_all(
        Calibration(
            resource_id=instrument.id,
            calibrated_on=today + timedelta(days=first),
            due_on=today + timedelta(days=last),
            certificate_no=f"JZ{first}",
            entered_at=clock.now(),
        )
        for first, last in ((-300, -1), (1, 300))
    )
    session.flush()
    return instrument


def test_a_subcontracted_line_needs_the_clients_consent_on_file(lab):
    commission = make_checked(lab)
    line = lines_of(lab, commission)[0]
    line.subcontractor, line.subcontractor_mark_no = "省质检院", "210020340002"
    report = prepared(lab, commission)

    assert broken_by(reporting.send, lab.work(lab.clerk), report.id) == ["NoConsent"]
    commission.subcontract_consent_at = clock.now()
    reporting.send(lab.work(lab.clerk), report.id)
    assert report.state is ReportState.IN_REVIEW


def test_a_report_without_lines_is_held_back(lab):
    report = prepared(lab, make_checked(lab))
    for line in lines_of(lab, report.commission):
        line.state = LineState.CANCELLED

    assert broken_by(reporting.send, lab.work(lab.clerk), report.id) == ["NothingToReport"]


# Reviewing ----------------------------------------------------------------------------------------------------------


def test_the_reviewer_has_tested_nothing_and_prepared_nothing(lab):
    commission = make_checked(lab)
    report = prepared(lab, commission)
    reporting.send(lab.work(lab.clerk), report.id)
    lines_of(lab, commission)[0].analyst_id = lab.reviewer.id
    report.prepared_by_id = lab.reviewer.id

    assert broken_by(reporting.review, lab.work(lab.reviewer), report.id) == ["PreparedIt", "TestedIt"]


def test_what_is_sent_back_is_prepared_again(lab):
    commission = make_checked(lab)
    report = reviewed(lab, commission)

    with pytest.raises(ReasonNeeded):
        reporting.send_back(lab.work(lab.signatory), report.id, reason=" ")
    reporting.send_back(lab.work(lab.signatory), report.id, reason="样品名称有误")

    assert (report.state, commission.state) == (ReportState.DRAFT, CommissionState.REPORTING)
    assert report.state_reason == "样品名称有误"
    go_to_signature(lab, report)
    assert report.state is ReportState.REVIEWED


@pytest.mark.parametrize("who", ["clerk", "analyst", "signatory"])
def test_only_the_reviewer_reviews(lab, who):
    report = prepared(lab, make_checked(lab))
    reporting.send(lab.work(lab.clerk), report.id)

    with pytest.raises(NotAllowed):
        reporting.review(lab.work(getattr(lab, who)), report.id)


# Signing ------------------------------------------------------------------------------------------------------------


def test_issuing_freezes_the_report_retains_the_samples_and_tells_the_client(lab, session, tmp_path):
    commission = make_checked(lab, items=(lab.stress, lab.lead))
    report = issued(lab, tmp_path, commission)

    assert (report.state, commission.state) == (ReportState.ISSUED, CommissionState.ISSUED)
    assert report.issued_by_id == lab.signatory.id
    assert report.contents["issued_by"] == lab.signatory.name
    stored = session.get_one(Attachment, report.file_id)
    assert content_of(tmp_path, stored) == b"%PDF-1.7 signed"
    assert len(session.scalars(select(ReportLine).where(ReportLine.report_id == report.id)).all()) == 2
    assert {line.sample.state for line in lines_of(lab, commission)} == {SampleState.RETAINED}
    told = session.scalars(select(Notification).where(Notification.person_id == lab.agent.id)).all()
    assert [one.link for one in told] == [f"/commissions/{commission.id}"]
    assert "0.12" not in str([one.facts for one in told])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE report SET conclusion = '改过的结论'",
        "UPDATE report SET contents = '{}'",
        "UPDATE report SET code = 'X'",
        "UPDATE report SET issued_at = prepared_at, file_id = NULL",
        "DELETE FROM report",
        "UPDATE report_line SET contents = '{}'",
        "DELETE FROM report_line",
    ],
)
def test_an_issued_report_never_changes(lab, session, tmp_path, change):
    issued(lab, tmp_path)

    with pytest.raises(DBAPIError):
        session.execute(text(change))


def test_the_signatory_holds_every_field_today(lab, session):
    report = reviewed(lab, make_checked(lab, items=(lab.stress, lab.lead, lab.fastness)))
    today = clock.local_day(clock.now())
    held = {one.field: one for one in session.scalars(select(Signatory))}
    held[TestField.CHEMISTRY].valid_until = today - timedelta(days=1)
    held[TestField.TEXTILE].valid_from = today + timedelta(days=1)

    assert broken_by(reporting.to_sign, lab.work(lab.signatory), report.id) == ["FieldNotHeld", "FieldNotHeld"]
    held[TestField.CHEMISTRY].valid_until = held[TestField.TEXTILE].valid_from = today
    assert reporting.to_sign(lab.work(lab.signatory), report.id)["no"] == report.no


def test_the_signatory_has_neither_tested_nor_prepared(lab):
    report = reviewed(lab, make_checked(lab))
    lines_of(lab, report.commission)[0].analyst_id = lab.signatory.id
    report.prepared_by_id = lab.signatory.id

    assert broken_by(reporting.to_sign, lab.work(lab.signatory), report.id) == ["PreparedIt", "TestedIt"]


def test_the_reviewer_signs_only_where_the_laboratory_allows_it(lab, session):
    report = reviewed(lab, make_checked(lab))
    report.reviewed_by_id = lab.signatory.id

    assert broken_by(reporting.to_sign, lab.work(lab.signatory), report.id) == ["ReviewedIt"]
    session.add(Setting(name="laboratory.reviewer_may_sign", value=True))
    assert reporting.to_sign(lab.work(lab.signatory), report.id)["no"] == report.no


@pytest.mark.parametrize("who", ["admin", "clerk", "analyst", "reviewer"])
def test_only_a_signatory_signs(lab, who):
    report = reviewed(lab, make_checked(lab))

    with pytest.raises(NotAllowed):
        reporting.to_sign(lab.work(getattr(lab, who)), report.id)


def test_what_changed_since_it_was_rendered_is_not_signed(lab, session, tmp_path):
    report = reviewed(lab, make_checked(lab))
    seen = reporting.to_sign(lab.work(lab.signatory), report.id)
    lines_of(lab, report.commission)[0].sample.name = "另一只杯子"

    with pytest.raises(ReportChanged):
        reporting.issue(lab.work(lab.signatory), report.id, contents=seen, pdf=b"%PDF", folder=tmp_path)
    assert report.file_id is None


def test_what_a_line_lost_since_the_review_holds_the_signature_back(lab):
    report = reviewed(lab, make_checked(lab))
    result = lines_of(lab, report.commission)[0].results[0]
    result.is_void, result.void_reason = True, "复核发现读数有误"

    assert broken_by(reporting.to_sign, lab.work(lab.signatory), report.id) == ["LineNotChecked"]


def test_a_first_report_is_signed_only_while_its_commission_waits_for_it(lab):
    report = reviewed(lab, make_checked(lab))
    report.commission.state = CommissionState.TESTING

    with pytest.raises(WrongState):
        reporting.to_sign(lab.work(lab.signatory), report.id)


def test_a_commission_has_one_valid_report(lab, session, tmp_path):
    first = issued(lab, tmp_path)
    row = {one.name: getattr(first, one.name) for one in Report.__table__.columns}
    other = {"id": None, "no": "X", "code": "X", "edition": 2, "replaces_id": first.id, "change_reason": "因故"}
    file = Attachment(purpose="report", name="x", key="x", media_type="x", size=1, sha256="x", stored_at=clock.now())
    session.add(file)
    session.flush()
    session.add(Report(**(row | other | {"file_id": file.id, "version": 1})))

    with pytest.raises(IntegrityError):
        session.flush()


def test_issuing_twice_does_nothing_twice(lab, tmp_path):
    report = reviewed(lab, make_checked(lab))
    seen = reporting.to_sign(lab.work(lab.signatory), report.id)
    sign(lab, report, tmp_path)

    with pytest.raises(WrongState):
        reporting.issue(lab.work(lab.signatory), report.id, contents=seen, pdf=b"%PDF", folder=tmp_path)


# Fetching -----------------------------------------------------------------------------------------------------------


def test_the_first_download_delivers_the_commission_and_each_is_noted(lab, session, tmp_path):
    report = issued(lab, tmp_path)

    reporting.fetch(lab.work(lab.agent), report.id)
    assert report.commission.state is CommissionState.DELIVERED
    reporting.fetch(lab.work(lab.agent), report.id)

    assert session.scalars(select(ReportDownload.person_id)).all() == [lab.agent.id] * 2


def test_nobody_else_fetches_a_report(lab, tmp_path):
    report = issued(lab, tmp_path)

    with pytest.raises(NotFound):
        reporting.fetch(lab.work(lab.rival_agent), report.id)
    with pytest.raises(NotAllowed):
        reporting.fetch(lab.work(lab.analyst), report.id)


def test_a_report_that_is_not_out_does_not_exist_for_the_client(lab):
    report = reviewed(lab, make_checked(lab))

    with pytest.raises(NotFound):
        reporting.fetch(lab.work(lab.agent), report.id)


def test_a_report_is_collected_on_paper_at_the_counter(lab, tmp_path):
    report = issued(lab, tmp_path)

    with pytest.raises(ReasonNeeded):
        reporting.collect(lab.work(lab.clerk), report.id, name="")
    reporting.collect(lab.work(lab.clerk), report.id, name="周厂长")

    assert report.collected_at is not None
    assert report.commission.state is CommissionState.DELIVERED
