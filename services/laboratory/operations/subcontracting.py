"""Lines that another accredited body tests (分包): only with the client's consent, and named in the report."""

from __future__ import annotations

from services.core.errors import RuleBroken, RulesBroken
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.lines import LineState, RawRecord, TestLine, TestResult
from services.laboratory.operations import occupying
from services.laboratory.operations.lines import WORKABLE, latest_records, of_line, refuse_outside, refuse_unless
from services.laboratory.operations.steps import note as note_history
from services.laboratory.operations.steps import settle, step_line
from services.laboratory.operations.submitting import add_result, hand_in
from services.laboratory.rules.readings import reported_elsewhere
from services.laboratory.testing_errors import AccreditationNeeded, BodyNeeded, ConsentMissing, NotSubcontracted

GIVES_OUT = frozenset({CommissionState.SAMPLE_IN, CommissionState.TESTING})


def subcontract(work: Work, line_id: int, *, body: str, mark_no: str) -> TestLine:
    """Give a line to an accredited body, which its result and the report name; its instrument slot is free again."""
    commission, line = of_line(work, line_id, Permission.COMMISSION_REVIEW)
    refuse_outside(commission, GIVES_OUT)
    errors: list[RuleBroken] = []
    if commission.subcontract_consent_at is None:
        errors.append(ConsentMissing())
    if not line.item.may_subcontract:
        errors.append(NotSubcontracted())
    if not body.strip():
        errors.append(BodyNeeded())
    if not mark_no.strip():
        errors.append(AccreditationNeeded())
    if errors:
        raise RulesBroken(errors)
    line.subcontractor, line.subcontractor_mark_no = body.strip(), mark_no.strip()
    line.analyst_id, line.started_at = None, work.now
    step_line(work, line, "subcontract")
    occupying.give_back(work, line)
    note_history(work, commission, "subcontracted", body=line.subcontractor, item=line.item.module.name)
    settle(work, commission)
    return line


def take_in(
    work: Work,
    line_id: int,
    *,
    value: str,
    report_no: str,
    uncertainty: str = "",
    attachment_id: int | None = None,
) -> TestResult:
    """Take in what the body reported, as it reported it; the verdict follows from the limits. Another person checks it.

    The body's report is the raw record: a later one, after the result was sent back, stands beside the earlier.
    """
    commission, line = of_line(work, line_id, Permission.COMMISSION_REVIEW)
    refuse_unless(line, LineState.SUBCONTRACTED)
    refuse_outside(commission, WORKABLE)
    outcome = reported_elsewhere(line.item, value)
    assert work.actor.person_id is not None
    earlier = latest_records(work, line).get(1)
    work.session.add(
        RawRecord(
            line_id=line.id,
            round=line.round,
            specimen=1,
            revision=earlier.revision + 1 if earlier else 1,
            reason=line.state_reason if earlier else "",
            value=outcome.value,
            is_detected=outcome.is_detected,
            note=report_no,
            attachment_id=attachment_id,
            observed_at=work.now,
            entered_by_id=work.actor.person_id,
        )
    )
    result = add_result(work, commission, line, outcome, uncertainty=uncertainty, note=report_no)
    hand_in(work, commission, line, "take_in")
    return result
