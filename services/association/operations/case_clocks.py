"""What time does to cases: silence, the end of the days for an appeal, reminders when a limit has passed, expiry."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from services.association.models.cases import Agreement, AgreementState, Case, CaseClock, CaseState, Duty
from services.association.operations.cases import stay_silent
from services.association.operations.casework import note, tell
from services.association.operations.judging import rest
from services.association.operations.sanctioning import expire_records
from services.association.rules.cases import WAITS, Side
from services.core.work import Work

MOST_AT_ONCE = 100


def run_clocks(work: Work) -> int:
    """Act on every clock whose last day is over, once; return how many there were.

    Without an answer the investigation begins, without an appeal the case is closed; all others remind who is awaited.
    """
    statement = (
        select(CaseClock.case_id)
        .where(CaseClock.stopped_at.is_(None), CaseClock.due_on < work.today, CaseClock.reminded_at.is_(None))
        .order_by(CaseClock.id)
        .limit(MOST_AT_ONCE)
    )
    case_ids = work.session.scalars(statement).all()
    for case_id in case_ids:
        case = work.session.get_one(Case, case_id, with_for_update={"of": Case})
        _ring(work, case)
    return len(case_ids)


def remind_of_duties(work: Work) -> int:
    """Remind the side that owes something agreed, the day after it was due, once; return how many."""
    statement = (
        select(Duty, Case)
        .join(Agreement, Agreement.id == Duty.agreement_id)
        .join(Case, Case.id == Agreement.case_id)
        .options(joinedload(Case.claimant))
        .where(
            Agreement.state == AgreementState.SIGNED,
            Case.state == CaseState.PERFORMING,
            Duty.done_at.is_(None),
            Duty.due_on < work.today,
            Duty.reminded_at.is_(None),
        )
        .order_by(Duty.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Duty, skip_locked=True)
    )
    late = work.session.execute(statement).all()
    for duty, case in late:
        duty.reminded_at = work.now
        tell(work, case, "due", Side(duty.debtor.value), Side.DESK)
    return len(late)


def follow_time(work: Work) -> None:
    """Do everything that time does to cases and measures."""
    run_clocks(work)
    remind_of_duties(work)
    expire_records(work)


def _ring(work: Work, case: Case) -> None:
    clock = case.clock
    if clock is None or clock.due_on >= work.today or clock.reminded_at is not None:
        return
    if case.state is CaseState.ANSWERING:
        stay_silent(work, case)
    elif case.state is CaseState.DECIDED:
        rest(work, case)
    else:
        clock.reminded_at = work.now
        note(work, case, "late", Side.CLOCK, is_internal=True)
        tell(work, case, "late", Side.DESK, WAITS[case.state].awaited)
