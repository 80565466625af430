"""Objections: the client doubts a report, somebody not involved investigates, perhaps has it tested again, and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.billing.models import LineKind
from services.billing.operations.orders import adjust
from services.core import clock
from services.core.calendar import working_days
from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.reports import Objection, ObjectionOutcome, ObjectionState, Report, ReportState
from services.laboratory.models.samples import SampleState
from services.laboratory.objecting_errors import (
    AnswerNeeded,
    Involved,
    LinesNeeded,
    LineUnknown,
    NotAmendedYet,
    NotAnEffectiveReport,
    NotTheInvestigator,
    ObjectionLate,
    ObjectionOpen,
    RefundNeeded,
    RefundTooMuch,
    RefundWithoutFault,
    RetestContradicts,
    RetestRunning,
    SampleGone,
    StillAmended,
    WhyStandsNeeded,
    WordsNeeded,
)
from services.laboratory.operations.checking import open_round
from services.laboratory.operations.retention import retain_after_issue
from services.laboratory.operations.steps import note, of_client, of_laboratory, step_objection, tell_client, tell_staff
from services.laboratory.queries.objections import involved, other_results, report_line_ids
from services.laboratory.queries.reports import EFFECTIVE

GONE = frozenset({SampleState.RETURNED, SampleState.DISPOSED, SampleState.REFUSED, SampleState.WITHDRAWN})
"""The states of samples that are not in the laboratory any more."""


@dataclass(frozen=True)
class Answer:
    """What an investigation came to; ``refund_fen`` is what the laboratory gives back when it was at fault.

    ``why_stands`` says why a report stands although its retest, which no limit judges, came to something else.
    """

    outcome: ObjectionOutcome
    text: str
    lab_at_fault: bool = False
    refund_fen: int = 0
    why_stands: str = ""


def lodge(work: Work, report_id: int, *, text: str, line_ids: Sequence[int]) -> Objection:
    """Lodge the client's objection to a valid report, in time; from now on no sample of its commission is disposed of."""
    report = _report_of_client(work, report_id)
    if report.state is not ReportState.ISSUED:
        raise NotAnEffectiveReport
    last = last_day(report, int(setting(work.session, "laboratory.objection_days")))
    if work.today > last:
        raise ObjectionLate(day=last)
    refuse_all(
        [] if text.strip() else [WordsNeeded()],
        [] if set(line_ids) <= report_line_ids(work.session, report.id) else [LineUnknown()],
    )
    days = int(setting(work.session, "laboratory.objection_answer_days"))
    assert work.actor.person_id is not None
    objection = Objection(
        commission_id=report.commission_id,
        report_id=report.id,
        state=ObjectionState.LODGED,
        state_at=work.now,
        text=text.strip(),
        line_ids=sorted(set(line_ids)),
        lodged_by_id=work.actor.person_id,
        lodged_at=work.now,
        answer_due_on=working_days(work.session, work.today, days).after(work.today, days).day,
    )
    work.session.add(objection)
    try:
        work.session.flush()  # a report has one open objection: the database decides
    except IntegrityError as clash:
        raise ObjectionOpen from clash
    work.record("objection.lodged", objection, report=report.no)
    note(work, report.commission, "object", no=report.no)
    _tell_desk(work, objection, N_("The client objects to report %(report)s."))
    return objection


def last_day(report: Report, days: int) -> date:
    """Return the last day on which objections to a report are taken."""
    assert report.issued_at is not None
    return clock.local_day(report.issued_at) + timedelta(days=days)


def investigate(work: Work, objection_id: int) -> Objection:
    """Take up an objection as its investigator: somebody who neither tested, checked, prepared, reviewed nor signed."""
    objection = of_objection(work, objection_id)
    if work.actor.person_id in involved(work.session, objection.report):
        raise Involved
    step_objection(work, objection, "investigate")
    objection.investigator_id = work.actor.person_id
    note(work, objection.commission, "investigate", no=objection.report.no)
    message = N_("Your objection to report %(report)s is being investigated.")
    tell_client(work, objection.commission, "objection_taken_up", message, report=objection.report.no)
    return objection


def test_again(work: Work, objection_id: int, *, line_ids: Sequence[int], reason: str) -> Objection:
    """Have lines tested again on the retained samples, in a round of their own; the reported results are kept."""
    objection = _own_objection(work, objection_id)
    lines = _lines(work, objection, line_ids)
    refuse_all(
        [] if reason.strip() else [ReasonNeeded()],
        [] if lines else [LinesNeeded()],
        [SampleGone(sample=one.sample.no) for one in lines if one.sample.state in GONE],
    )
    step_objection(work, objection, "test_again", reason=reason)
    for line in lines:
        open_round(work, line, reason=reason)
    note(work, objection.commission, "test_again", reason=reason, is_internal=True, lines=[one.id for one in lines])
    message = N_("%(no)s: lines are to be tested again after an objection.")
    tell_staff(work, objection.commission, message, permission=Permission.RESULT_ENTER, link="/laboratory/work")
    return objection


test_again.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for a test otherwise


def answer(work: Work, objection_id: int, found: Answer) -> Objection:
    """Answer an objection: the result stands, or the report has been corrected; a fee charged wrongly is given back."""
    objection = _own_objection(work, objection_id)
    refuse_all(
        [] if found.text.strip() else [AnswerNeeded()],
        _unfinished(work, objection),
        _contradicted(objection, found.outcome),
        _otherwise(work, objection, found),
        _wrong_refund(objection.commission, found),
    )
    was_tested_again = objection.state is ObjectionState.RETESTING
    objection.outcome, objection.answer = found.outcome, found.text.strip()
    objection.lab_at_fault, objection.answered_at = found.lab_at_fault, work.now
    step_objection(work, objection, "answer", reason=found.why_stands.strip())
    if was_tested_again:
        retain_after_issue(work, objection.commission)  # what was taken out for the retest is kept again
    order = objection.commission.order
    if found.refund_fen and order is not None:
        label = N_("Fee given back after an objection")
        adjust(
            work, order, kind=LineKind.ADJUSTMENT, label=label, amount_fen=-found.refund_fen, reason=objection.report.no
        )
    why, no = found.why_stands.strip(), objection.report.no
    note(work, objection.commission, "answer_objection", reason=why, no=no, outcome=found.outcome)
    message = N_("Your objection to report %(report)s has been answered.")
    tell_client(work, objection.commission, "objection_answered", message, report=objection.report.no)
    return objection


def withdraw(work: Work, objection_id: int) -> Objection:
    """Take an objection back, as the client, before anything is tested again."""
    objection = _objection_of_client(work, objection_id)
    step_objection(work, objection, "withdraw")
    note(work, objection.commission, "withdraw_objection", no=objection.report.no)
    _tell_desk(work, objection, N_("The client has taken back the objection to report %(report)s."))
    return objection


def close(work: Work, objection_id: int) -> Objection:
    """Accept the answer, as the client."""
    objection = _objection_of_client(work, objection_id)
    step_objection(work, objection, "close")
    return objection


def of_objection(work: Work, objection_id: int) -> Objection:
    """Return an objection at the actor's own laboratory, it and its commission locked."""
    of_laboratory(work, _commission_id(work, objection_id), Permission.OBJECTION_HANDLE)
    return work.session.get_one(Objection, objection_id, with_for_update={"of": Objection})


def _own_objection(work: Work, objection_id: int) -> Objection:
    """Return an objection that the actor investigates."""
    objection = of_objection(work, objection_id)
    if objection.investigator_id is not None and objection.investigator_id != work.actor.person_id:
        raise NotTheInvestigator(name=objection.investigator.name if objection.investigator else "—")
    return objection


def _objection_of_client(work: Work, objection_id: int) -> Objection:
    of_client(work, _commission_id(work, objection_id), Permission.COMMISSION_PLACE)
    return work.session.get_one(Objection, objection_id, with_for_update={"of": Objection})


def _commission_id(work: Work, objection_id: int) -> int:
    found = work.session.scalar(select(Objection.commission_id).where(Objection.id == objection_id))
    if found is None:
        raise NotFound
    return found


def _report_of_client(work: Work, report_id: int) -> Report:
    found = work.session.scalar(
        select(Report.commission_id).where(Report.id == report_id, Report.state.in_(sorted(EFFECTIVE)))
    )
    if found is None:
        raise NotFound
    of_client(work, found, Permission.COMMISSION_PLACE)
    return work.session.get_one(Report, report_id, with_for_update={"of": Report})


def _lines(work: Work, objection: Objection, line_ids: Sequence[int]) -> Sequence[TestLine]:
    """Return the chosen lines, locked in order. Raises LineUnknown for one that the report does not state."""
    if not set(line_ids) <= report_line_ids(work.session, objection.report_id):
        raise LineUnknown
    chosen = select(TestLine).where(TestLine.id.in_(sorted(set(line_ids)))).order_by(TestLine.id)
    return work.session.scalars(chosen.with_for_update(of=TestLine)).all()


def _unfinished(work: Work, objection: Objection) -> list[RuleBroken]:
    """Return that the retest is still running, if it is."""
    running = select(TestLine.id).where(
        TestLine.commission_id == objection.commission_id,
        TestLine.state.not_in([LineState.CHECKED, LineState.CANCELLED]),
    )
    return [RetestRunning()] if work.session.scalar(running.limit(1)) is not None else []


def _contradicted(objection: Objection, outcome: ObjectionOutcome) -> list[RuleBroken]:
    """Return what the report itself says against the outcome."""
    still_valid = objection.report.state is ReportState.ISSUED
    if outcome is ObjectionOutcome.AMENDED:
        return [NotAmendedYet()] if still_valid else []
    return [] if still_valid else [StillAmended()]


def _otherwise(work: Work, objection: Objection, found: Answer) -> list[RuleBroken]:
    """Return what the retest says against a report that is to stand."""
    if found.outcome is not ObjectionOutcome.UPHELD:
        return []
    others = other_results(work.session, objection.report_id)
    wrong: list[RuleBroken] = []
    if beyond := [one.name for one in others if one.has_other_verdict]:
        wrong.append(RetestContradicts(lines="、".join(beyond)))
    unexplained = [one.name for one in others if one.differs_unjudged and not found.why_stands.strip()]
    return [*wrong, WhyStandsNeeded(lines="、".join(unexplained))] if unexplained else wrong


def _wrong_refund(commission: Commission, found: Answer) -> list[RuleBroken]:
    charged = commission.order.due_fen if commission.order is not None else 0
    if not found.lab_at_fault:
        return [RefundWithoutFault()] if found.refund_fen else []
    if found.refund_fen > charged:
        return [RefundTooMuch(most=yuan_text(charged))]
    return [RefundNeeded()] if charged and found.refund_fen <= 0 else []


def refuse_all(*found: Sequence[RuleBroken]) -> None:
    """Raise every broken rule of all checks at once, if there is one."""
    if errors := [error for some in found for error in some]:
        raise RulesBroken(errors)


def _tell_desk(work: Work, objection: Objection, message: str) -> None:
    link = f"/laboratory/objections/{objection.id}"
    tell_staff(
        work,
        objection.commission,
        message,
        permission=Permission.OBJECTION_HANDLE,
        link=link,
        report=objection.report.no,
    )
