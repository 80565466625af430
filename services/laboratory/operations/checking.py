"""Checking results: by somebody who did not test, sending back within a round, and testing again in a new one."""

from __future__ import annotations

from sqlalchemy import select

from services.core.errors import ChangedMeanwhile
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import LineState, RawRecord, TestLine, TestResult
from services.laboratory.models.reports import Report, ReportState
from services.laboratory.operations.lines import CHECKABLE, of_line, refuse_outside, refuse_unless, standing_result
from services.laboratory.operations.steps import settle, step_line, step_report, tell_staff
from services.laboratory.testing_errors import CheckedByTester, ReportIssued

CHANGEABLE = CHECKABLE | {CommissionState.REPORTING, CommissionState.REPORT_REVIEW}
"""Where a result may be opened again: until the report is issued."""

REPORTED = frozenset({CommissionState.ISSUED, CommissionState.DELIVERED, CommissionState.CLOSED})
"""Where only what an objection had tested again is still open."""


def check(work: Work, line_id: int, *, result_id: int) -> TestResult:
    """Accept a result; it is frozen from now on. The checker neither measured nor submitted it.

    ``result_id`` is the result that was seen: ChangedMeanwhile when another one stands now.
    """
    commission, line = of_line(work, line_id, Permission.RESULT_CHECK)
    refuse_unless(line, LineState.SUBMITTED)
    refuse_outside(commission, CHECKABLE)
    result = standing_result(work, line)
    if result is None or result.id != result_id:
        raise ChangedMeanwhile
    if work.actor.person_id in _testers(work, line, result):
        raise CheckedByTester
    result.checked_by_id, result.checked_at = work.actor.person_id, work.now
    step_line(work, line, "check")
    settle(work, commission)
    if commission.state is CommissionState.REPORTING:
        tell_staff(
            work,
            commission,
            N_("%(no)s: all results are checked; the report can be prepared."),
            permission=Permission.REPORT_PREPARE,
        )
    return result


def _testers(work: Work, line: TestLine, result: TestResult) -> set[int]:
    """Return who had a hand in the present round of a line."""
    entered = select(RawRecord.entered_by_id).where(RawRecord.line_id == line.id, RawRecord.round == line.round)
    return {*work.session.scalars(entered.distinct().order_by(RawRecord.entered_by_id)), result.submitted_by_id}


def send_back(work: Work, line_id: int, *, reason: str) -> TestLine:
    """Send a result back to be corrected within its round; the result stays as a void one.

    What another body tested waits for that body's corrected result.
    """
    commission, line = _changeable(work, line_id, reason)
    set_aside(work, line, reason)
    step_line(work, line, "ask_again" if line.subcontractor else "send_back", reason=reason)
    _follow(work, commission, line, N_("%(no)s: a result was sent back: %(reason)s"), reason)
    return line


def retest(work: Work, line_id: int, *, reason: str) -> TestLine:
    """Have a line tested once more: the next round begins without readings, the old result stays as a void one."""
    commission, line = _changeable(work, line_id, reason)
    open_round(work, line, reason=reason)
    _follow(work, commission, line, N_("%(no)s: a line is to be tested again: %(reason)s"), reason)
    return line


def open_round(work: Work, line: TestLine, *, reason: str) -> None:
    """Open the next round of a line that was submitted or checked; its result so far is void, with the reason.

    Also for an objection after the report, whose rules are the caller's.
    """
    set_aside(work, line, reason)
    line.round += 1
    step_line(work, line, "ask_again" if line.subcontractor else "test_again", reason=reason)


def set_aside(work: Work, line: TestLine, reason: str) -> None:
    """Let the standing result of a line be void; it is kept."""
    result = standing_result(work, line)
    if result is not None:
        result.is_void, result.void_reason = True, reason
        work.session.flush()  # the next result may stand only when this one does not


def _changeable(work: Work, line_id: int, reason: str) -> tuple[Commission, TestLine]:
    commission, line = of_line(work, line_id, Permission.RESULT_CHECK)
    if not reason.strip():
        raise ReasonNeeded
    refuse_outside(commission, CHANGEABLE | REPORTED)
    if commission.state in REPORTED and line.state is not LineState.SUBMITTED:
        raise ReportIssued
    return commission, line


def _follow(work: Work, commission: Commission, line: TestLine, message: str, reason: str) -> None:
    """Let report and commission follow a line that is open again, and tell who has it."""
    _return_report(work, commission, reason)
    settle(work, commission)
    if line.analyst_id is not None:
        work.tell(line.analyst_id, message, link=f"/laboratory/work/{line.id}", no=line.sample.no or "", reason=reason)


def _return_report(work: Work, commission: Commission, reason: str) -> None:
    """Send a report that is on its way back to whoever prepares it: one of its results is open again."""
    waiting = (ReportState.IN_REVIEW, ReportState.REVIEWED)
    statement = select(Report).where(Report.commission_id == commission.id, Report.state.in_(waiting))
    report = work.session.scalars(statement.with_for_update(of=Report)).one_or_none()
    if report is not None:
        step_report(work, report, "send_back", reason=reason)
