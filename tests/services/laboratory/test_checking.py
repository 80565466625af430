"""Results are checked by another person, sent back, tested again; what was kept once is kept."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, IntegrityError

from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound, WrongState
from services.core.notices import Notification
from services.core.permissions import Permission
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.lines import LineState, TestLine, TestResult
from services.laboratory.models.reports import Report, ReportState
from services.laboratory.operations import checking, submitting, testing
from services.laboratory.rules.readings import Conditions, Observation
from services.laboratory.testing_errors import CheckedByTester, ReportIssued
from tests.factories.laboratory import Laboratory, make_laboratory
from tests.factories.laboratory_results import begin, checked, enter, lines_of, make_taken, submitted

C, L = CommissionState, LineState


@pytest.fixture
def lab(session) -> Laboratory:
    return make_laboratory(session)


@pytest.fixture
def deft(lab, monkeypatch) -> Laboratory:
    """Let everybody here do everything; what is refused then is refused for another reason."""
    everything = frozenset(Permission)
    monkeypatch.setattr("services.core.actor.granted", lambda _roles: everything)
    return lab


def line_of(lab: Laboratory, result: TestResult) -> TestLine:
    return lab.session.get_one(TestLine, result.line_id)


def results_of(lab: Laboratory, line: TestLine) -> list[tuple[int, int, str, bool, str]]:
    statement = select(TestResult).where(TestResult.line_id == line.id).order_by(TestResult.id)
    return [
        (one.round, one.revision, one.text, one.is_void, one.void_reason)
        for one in lab.session.scalars(statement.execution_options(populate_existing=True))
    ]


def test_a_check_freezes_the_result_and_moves_the_commission_on(lab):
    result = checked(lab)

    assert (result.checked_by_id, result.checked_at is not None) == (lab.reviewer.id, True)
    assert line_of(lab, result).state is L.CHECKED
    assert line_of(lab, result).commission.state is C.REPORTING
    told = lab.session.scalars(select(Notification.person_id).order_by(Notification.id)).all()
    assert set(told) == {lab.reviewer.id, lab.clerk.id, lab.admin.id}


def test_nobody_checks_what_they_submitted(deft):
    result = submitted(deft)

    with pytest.raises(CheckedByTester):
        checking.check(deft.work(deft.analyst), result.line_id, result_id=result.id)


def test_nobody_checks_what_they_measured_even_if_a_colleague_submitted_it(deft):
    line = lines_of(deft, make_taken(deft))[0]
    begin(deft, line)
    enter(deft, line, "0.12")
    line.analyst_id = deft.other_analyst.id
    result = submitting.submit(deft.work(deft.other_analyst), line.id)

    with pytest.raises(CheckedByTester):
        checking.check(deft.work(deft.analyst), line.id, result_id=result.id)


def test_the_database_refuses_the_submitter_as_checker(lab):
    result = submitted(lab)
    result.checked_by_id = result.submitted_by_id

    with pytest.raises(IntegrityError, match="checked_by_another"):
        lab.session.flush()


@pytest.mark.parametrize("who", ["analyst", "other_analyst", "clerk", "signatory", "agent", "admin"])
def test_only_checkers_check_and_send_back(lab, who):
    result, work = submitted(lab), lab.work(getattr(lab, who))
    for deed in (
        lambda: checking.check(work, result.line_id, result_id=result.id),
        lambda: checking.send_back(work, result.line_id, reason="x"),
        lambda: checking.retest(work, result.line_id, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_results_of_another_laboratory_do_not_exist(lab):
    result, other = submitted(lab), make_laboratory(lab.session)

    with pytest.raises(NotFound):
        checking.check(other.work(other.reviewer), result.line_id, result_id=result.id)


def test_a_result_is_checked_once(lab):
    result = checked(lab)

    with pytest.raises(WrongState):
        checking.check(lab.work(lab.reviewer), result.line_id, result_id=result.id)


def test_what_was_seen_must_still_stand(lab):
    seen = submitted(lab)
    line = line_of(lab, seen)
    checking.send_back(lab.work(lab.reviewer), line.id, reason="读数不符")
    again = submitting.submit(lab.work(lab.analyst), line.id)

    with pytest.raises(ChangedMeanwhile):
        checking.check(lab.work(lab.reviewer), line.id, result_id=seen.id)
    assert checking.check(lab.work(lab.reviewer), line.id, result_id=again.id) is again


def test_a_result_sent_back_is_corrected_within_its_round_and_both_are_kept(lab):
    line = line_of(lab, submitted(lab, lab.lead, "0.12"))

    checking.send_back(lab.work(lab.reviewer), line.id, reason="与谱图不符")
    assert (line.state, line.round, line.commission.state) == (L.IN_PROGRESS, 1, C.TESTING)
    conditions = Conditions(lab.spectrometer.id)
    testing.correct(
        lab.work(lab.analyst), line.id, 1, Observation("0.21"), conditions, seen_revision=1, reason="抄写错误"
    )
    submitting.submit(lab.work(lab.analyst), line.id)

    assert results_of(lab, line) == [(1, 1, "0.12", True, "与谱图不符"), (1, 2, "0.21", False, "")]
    assert lab.analyst.id in lab.session.scalars(select(Notification.person_id)).all()


def test_a_checked_result_goes_back_until_the_report_is_issued(lab):
    line = line_of(lab, checked(lab))

    checking.send_back(lab.work(lab.reviewer), line.id, reason="复核发现异常")

    assert (line.state, line.commission.state) == (L.IN_PROGRESS, C.TESTING)


def test_a_retest_begins_a_round_without_readings_and_keeps_the_old_one(lab):
    line = line_of(lab, checked(lab, lab.lead, "0.12"))

    checking.retest(lab.work(lab.reviewer), line.id, reason="平行样超差")
    assert (line.state, line.round) == (L.IN_PROGRESS, 2)
    enter(lab, line, "0.34")
    result = submitting.submit(lab.work(lab.analyst), line.id)
    lab.session.commit()

    assert results_of(lab, line) == [(1, 1, "0.12", True, "平行样超差"), (2, 1, "0.34", False, "")]
    assert [(one.round, one.value) for one in lines_of(lab, line.commission)[0].records] == [(1, "0.12"), (2, "0.34")]
    assert checking.check(lab.work(lab.reviewer), line.id, result_id=result.id).checked_at is not None


@pytest.mark.parametrize("deed", [checking.send_back, checking.retest])
def test_a_reason_is_needed(lab, deed):
    result = submitted(lab)

    with pytest.raises(ReasonNeeded):
        deed(lab.work(lab.reviewer), result.line_id, reason="  ")


@pytest.mark.parametrize("deed", [checking.send_back, checking.retest])
@pytest.mark.parametrize("state", [C.ISSUED, C.DELIVERED, C.CLOSED])
def test_after_the_report_results_stay(lab, deed, state):
    line = line_of(lab, checked(lab))
    line.commission.state = state
    lab.session.commit()

    with pytest.raises(ReportIssued):
        deed(lab.work(lab.reviewer), line.id, reason="x")


@pytest.mark.parametrize("deed", [checking.send_back, checking.retest])
@pytest.mark.parametrize("state", [C.SUSPENDED, C.TERMINATED])
def test_nothing_is_opened_again_where_testing_rests(lab, deed, state):
    line = line_of(lab, submitted(lab))
    line.commission.state = state
    lab.session.commit()

    with pytest.raises(WrongState):
        deed(lab.work(lab.reviewer), line.id, reason="x")


def test_after_an_objection_a_line_is_tested_and_checked_while_the_report_stands(lab):
    line = line_of(lab, checked(lab, lab.lead, "0.12"))
    line.commission.state = C.DELIVERED
    checking.open_round(lab.work(lab.reviewer), line, reason="客户异议复检")
    lab.session.commit()
    enter(lab, line, "0.13")
    result = submitting.submit(lab.work(lab.analyst), line.id)
    checking.check(lab.work(lab.reviewer), line.id, result_id=result.id)

    assert (line.state, line.round, line.commission.state) == (L.CHECKED, 2, C.DELIVERED)


def test_a_report_on_its_way_goes_back_with_the_result(lab):
    line = line_of(lab, checked(lab))
    commission = line.commission
    commission.state = C.REPORT_REVIEW
    report = Report(
        no=f"{commission.no}-R1",
        commission_id=commission.id,
        state=ReportState.REVIEWED,
        state_at=commission.state_at,
        code="c" * 20,
        prepared_by_id=lab.clerk.id,
        prepared_at=commission.state_at,
    )
    lab.session.add(report)
    lab.session.commit()

    checking.send_back(lab.work(lab.reviewer), line.id, reason="标准曲线失效")

    assert (report.state, report.state_reason) == (ReportState.DRAFT, "标准曲线失效")
    assert commission.state is C.TESTING


@pytest.mark.parametrize(
    "change", [{"text": "9"}, {"value": "9"}, {"verdict": "pass"}, {"checked_by_id": None}, {"uncertainty": "1"}]
)
def test_the_database_keeps_a_checked_result(lab, change):
    result = checked(lab)
    for name, value in change.items():
        setattr(result, name, value)

    with pytest.raises(DatabaseError, match=r"test_result|kept|append|only added"):
        lab.session.flush()


def test_the_database_allows_one_standing_result_and_no_void_one_without_a_reason(lab):
    result = submitted(lab)
    values = {
        "line_id": result.line_id,
        "text": "9",
        "submitted_by_id": lab.analyst.id,
        "submitted_at": result.submitted_at,
    }
    for over, rule in (
        ({"round": 1, "revision": 2}, "standing|test_result.line_id"),
        ({"round": 1, "revision": 1, "is_void": True, "void_reason": "x"}, "revision"),
        ({"round": 3, "is_void": True}, "void_with_reason"),
    ):
        lab.session.add(TestResult(**values, **over))
        with pytest.raises(IntegrityError, match=rule):
            lab.session.flush()
        lab.session.rollback()
