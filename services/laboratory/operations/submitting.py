"""The result of a line: computed from its raw records, rounded by the method, judged by the limits that were agreed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.capability import Limit, LimitSet, ResultKind
from services.laboratory.models.commissions import Commission, CommissionState, DecisionRule
from services.laboratory.models.lines import TestLine, TestResult
from services.laboratory.operations import occupying
from services.laboratory.operations.lines import latest_records, own_line
from services.laboratory.operations.steps import settle, step_line, tell_staff
from services.laboratory.rules.rounding import read_number
from services.laboratory.rules.verdicts import Bounds, Outcome, Reading, judge, outcome_of
from services.laboratory.testing_errors import SpecimensMissing, UncertaintyNeeded, UncertaintyWrong


def submit(work: Work, line_id: int, *, uncertainty: str = "", note: str = "") -> TestResult:
    """Submit a line for checking: its result is computed from the latest reading of every specimen, verdict included."""
    commission, line = own_line(work, line_id)
    records = latest_records(work, line)
    missing = [str(number) for number in range(1, line.item.specimens + 1) if number not in records]
    if missing:
        raise SpecimensMissing(missing="、".join(missing))
    outcome = outcome_of(line.item, [Reading(one.value, one.is_detected) for one in records.values()])
    result = add_result(work, commission, line, outcome, uncertainty=uncertainty, note=note)
    hand_in(work, commission, line, "submit")
    return result


def add_result(
    work: Work, commission: Commission, line: TestLine, outcome: Outcome, *, uncertainty: str, note: str
) -> TestResult:
    """Add the result that stands for the present round, judged; earlier ones of the round are void already."""
    assert work.actor.person_id is not None
    bounds, facts = _bounds(work, commission, line)
    uncertainty = _uncertainty(line, outcome, bounds, uncertainty)
    earlier = select(func.count()).where(TestResult.line_id == line.id, TestResult.round == line.round)
    result = TestResult(
        line_id=line.id,
        round=line.round,
        revision=(work.session.scalar(earlier) or 0) + 1,
        text=outcome.text,
        value=outcome.value,
        is_detected=outcome.is_detected,
        uncertainty=uncertainty,
        verdict=judge(line.item.result_kind, outcome, bounds, uncertainty=uncertainty),
        limits=facts,
        note=note,
        submitted_by_id=work.actor.person_id,
        submitted_at=work.now,
    )
    work.session.add(result)
    return result


def hand_in(work: Work, commission: Commission, line: TestLine, name: str) -> None:
    """Let a line wait for its check; its slot is finished, and checkers are told once all lines have come so far."""
    line.finished_at = work.now
    step_line(work, line, name)
    occupying.finish(work, line)
    settle(work, commission)
    if commission.state is CommissionState.DATA_REVIEW:
        tell_staff(
            work,
            commission,
            N_("%(no)s: all results are submitted and wait for a check."),
            permission=Permission.RESULT_CHECK,
            link="/laboratory/work?show=checks",
        )


def _bounds(work: Work, commission: Commission, line: TestLine) -> tuple[Bounds | None, dict[str, Any]]:
    """Return the limits of the item in the set that was agreed, and what is kept of them beside the verdict."""
    if not commission.is_judged or commission.limit_set_id is None:
        return None, {}
    statement = (
        select(Limit, LimitSet.name)
        .join(LimitSet, LimitSet.id == Limit.limit_set_id)
        .where(Limit.limit_set_id == commission.limit_set_id, Limit.item_id == line.item_id)
    )
    found = work.session.execute(statement).one_or_none()
    if found is None:
        return None, {}
    limit, name = found
    rule = commission.decision_rule
    facts = {"set": name, "set_id": commission.limit_set_id, "low": limit.low, "high": limit.high, "rule": rule.value}
    return Bounds(limit.low, limit.high, rule), facts


def _uncertainty(line: TestLine, outcome: Outcome, bounds: Bounds | None, typed: str) -> str:
    """Return the uncertainty in its one spelling; it is needed where the agreed rule counts it."""
    is_number = line.item.result_kind is ResultKind.NUMBER
    if not typed:
        guarded = bounds is not None and bounds.rule is DecisionRule.GUARDED
        if is_number and guarded and outcome.is_detected:
            raise UncertaintyNeeded
        return ""
    number = read_number(typed)
    if not is_number or number is None or number < 0:
        raise UncertaintyWrong
    if not outcome.is_detected:
        return ""  # what was not detected has none
    return f"{number:f}"
