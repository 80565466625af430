"""The commissions of the demonstration: every state is shown, and what they show is what was told."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.models import Quotation as QuotationRow
from services.billing.models import QuotationState
from services.core import clock
from services.core.files import content_of
from services.core.settings import Setting
from services.laboratory.models.commissions import (
    Commission,
    CommissionEvent,
    CommissionState,
    Consultation,
    ConsultationState,
    ReportLanguage,
)
from services.laboratory.models.lines import LineState, TestLine, TestResult, Verdict
from services.laboratory.models.reports import Objection, ObjectionState, Report, ReportState
from services.laboratory.models.samples import CustodyEvent, Sample, SampleState
from services.organisations.models import Organisation
from tests.portal.cli.demonstrations import NOW


def test_every_state_of_commissions_lines_samples_reports_and_objections_is_shown(full: Session):
    assert set(full.scalars(select(Commission.state))) == set(CommissionState)
    assert set(full.scalars(select(TestLine.state))) == set(LineState)
    assert set(full.scalars(select(Sample.state))) == set(SampleState)
    assert set(full.scalars(select(Report.state))) == set(ReportState)
    assert set(full.scalars(select(Objection.state))) == set(ObjectionState)
    assert set(full.scalars(select(Consultation.state))) == set(ConsultationState)
    assert set(full.scalars(select(TestResult.verdict))) == set(Verdict)
    assert set(full.scalars(select(QuotationRow.state))) >= {QuotationState.OFFERED, QuotationState.ACCEPTED}


def test_the_small_demonstration_shows_the_states_that_people_meet_most(small: Session):
    S = CommissionState
    assert set(small.scalars(select(Commission.state))) == {
        *(S.DRAFT, S.SUBMITTED, S.NEED_INFO, S.QUOTED, S.AWAIT_PAYMENT, S.AWAIT_SAMPLE, S.CLIENT_CONFIRM, S.SAMPLE_IN),
        *(S.TESTING, S.DATA_REVIEW, S.REPORTING, S.REPORT_REVIEW, S.ISSUED, S.DELIVERED, S.CLOSED),
    }
    assert set(small.scalars(select(TestLine.state))) == set(LineState) - {LineState.CANCELLED}
    assert set(small.scalars(select(Report.state))) == {
        *(ReportState.IN_REVIEW, ReportState.REVIEWED, ReportState.ISSUED, ReportState.SUPERSEDED),
    }
    assert set(small.scalars(select(Objection.state))) == {ObjectionState.LODGED}


def told(session: Session, key: str) -> Commission:
    """Return the commission that a story became."""
    return session.get_one(Commission, session.get_one(Setting, "demo.commissions").value[key])


def test_urgency_costs_half_as_much_again_and_waits_for_the_second_version_of_the_quotation(full: Session):
    commission = told(full, "jc-2")
    versions = full.scalars(select(QuotationRow).where(QuotationRow.subject_no == commission.no)).all()

    assert commission.state is CommissionState.QUOTED
    assert [(one.version, one.due_fen, one.state) for one in versions] == [
        (1, 54_000, QuotationState.ACCEPTED),
        (2, 54_000, QuotationState.OFFERED),
    ]


def test_the_school_uniform_fails_by_its_worst_grade_and_a_fault_of_the_laboratory_is_paid_back(full: Session):
    verdicts = {
        line.item.module.code: (result.text, result.verdict)
        for line in full.scalars(select(TestLine).where(TestLine.commission_id == told(full, "jc-6").id))
        for result in line.results
    }

    assert verdicts["TX01"] == ("3", Verdict.PASS)
    assert verdicts["TX03"] == ("2-3", Verdict.FAIL)
    amended = told(full, "a09-amended")
    assert amended.order is not None
    assert amended.order.due_fen == 22_000 - 6_000


def test_a_broken_table_moves_the_tests_on_it_and_the_promised_date(small: Session):
    commission = told(small, "g14-replanned")
    moved = select(CommissionEvent).where(
        CommissionEvent.commission_id == commission.id, CommissionEvent.kind == "replan"
    )
    facts = small.scalars(moved).one().facts

    assert facts["before"] < facts["promised_on"] == commission.promised_on.isoformat()


def test_every_issued_report_lies_in_the_store_as_it_was_signed(full: Session):
    folder = Path(full.get_bind().url.database).parent / "uploads"
    reports = full.scalars(select(Report).where(Report.issued_at.is_not(None))).all()

    assert len(reports) == 23
    for report in reports:
        content = content_of(folder, report.file)
        assert content.startswith(b"%PDF-"), report.no
        assert b"/ByteRange" in content, report.no
    assert {report.language for report in reports} >= {ReportLanguage.CHINESE, ReportLanguage.BOTH}


def test_a_sample_is_due_for_disposal_and_nobody_of_the_chain_is_a_machine(small: Session):
    today = clock.local_day(NOW)
    due = small.scalars(
        select(Sample).where(Sample.state == SampleState.RETAINED, Sample.retained_until <= today)
    ).all()

    assert due
    assert None not in set(small.scalars(select(CustodyEvent.person_id)))


@pytest.mark.parametrize("login", ["c02", "c06"])
def test_every_desk_of_the_laboratories_has_work(small: Session, login: str):
    provider_id = small.scalars(select(Organisation.id).where(Organisation.key == login.upper())).one()
    of_laboratory = Commission.provider_id == provider_id
    lines = set(small.scalars(select(TestLine.state).join(TestLine.commission).where(of_laboratory)))
    reports = set(small.scalars(select(Report.state).join(Report.commission).where(of_laboratory)))

    assert {LineState.IN_PROGRESS, LineState.SUBMITTED} <= lines
    assert ReportState.REVIEWED in reports
