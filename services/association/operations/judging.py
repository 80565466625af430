"""What a panel decides: proposed by one of its members, adopted by more than half of those who sit, open to appeal."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from services.association.discipline_errors import (
    AppealLate,
    DaysWrong,
    FindingUnfit,
    NoProposal,
    NotAMember,
    OnlyAgainstMembers,
    PanelTooSmall,
    ProposalOpen,
    VotedAlready,
)
from services.association.discipline_words import STATE_NAMES
from services.association.models.cases import Case, CaseState
from services.association.models.judging import (
    Decision,
    DecisionState,
    Finding,
    Instance,
    Measure,
    Panellist,
    PanelVote,
    Sanction,
)
from services.association.models.register import Member
from services.association.operations.casework import (
    case_for,
    judging_seat,
    reason_given,
    step,
    tell,
)
from services.association.operations.sanctioning import enforce, lift
from services.association.queries.cases import sanction_of, sitting
from services.association.rules.cases import DECIDING, LONGEST_SUSPENSION, PARTIES, QUORUM, Side, outcome
from services.core.errors import RuleBroken, RulesBroken, WrongState
from services.core.insertion import insert_unless_taken
from services.core.work import Work

_OF = {
    Instance.FIRST: frozenset({Finding.DISMISSED, Finding.ADVICE, Finding.MEASURE}),
    Instance.APPEAL: frozenset({Finding.APPEAL_REJECTED, Finding.APPEAL_UPHELD}),
}


@dataclass(frozen=True)
class WishDecision:
    """What a member of the panel proposes to decide."""

    finding: Finding
    reason: str
    measure: Measure | None = None
    suspended_days: int | None = None


def propose_decision(work: Work, case_id: int, wish: WishDecision) -> Decision:
    """Propose a decision to the panel, and agree to it; measures only against members of the association."""
    case, _ = case_for(work, case_id, Side.PANEL)
    if case.state not in DECIDING:
        raise WrongState(state=STATE_NAMES[case.state])
    seat, instance = judging_seat(work, case), DECIDING[case.state]
    members = sitting(work.session, case.id, instance)
    if len(members) < QUORUM:
        raise PanelTooSmall(least=QUORUM, sitting=len(members))
    reason = reason_given(wish.reason)
    _refuse_unfit(work, case, wish, instance)
    if _live(work, case, instance) is not None:
        raise ProposalOpen
    decision = Decision(
        case_id=case.id,
        instance=instance,
        finding=wish.finding,
        measure=wish.measure,
        suspended_days=wish.suspended_days,
        reason=reason,
        proposed_at=work.now,
        proposed_by_id=seat.id,
    )
    work.session.add(decision)
    work.session.flush()  # the vote below points to it
    work.record("case.propose_decision", case, no=case.no, instance=instance)
    _cast(work, decision, seat, agrees=True)
    tell(work, case, "to_vote", Side.PANEL)
    return decision


def vote(work: Work, case_id: int, *, agrees: bool) -> Decision:
    """Vote on the open proposal, once; it is adopted or lost as soon as that is certain."""
    case, _ = case_for(work, case_id, Side.PANEL)
    if case.state not in DECIDING:
        raise WrongState(state=STATE_NAMES[case.state])
    seat = judging_seat(work, case)
    decision = _live(work, case, DECIDING[case.state])
    if decision is None or decision.state is not DecisionState.PROPOSED:
        raise NoProposal
    _cast(work, decision, seat, agrees=agrees)
    work.record("case.vote", case, no=case.no, decision_id=decision.id)
    _count(work, case, decision)
    return decision


def count_again(work: Work, case: Case) -> None:
    """Count the open proposal anew, after somebody has left the panel."""
    work.session.flush()  # who has left is counted no more
    instance = DECIDING.get(case.state)
    decision = _live(work, case, instance) if instance else None
    if decision is not None and decision.state is DecisionState.PROPOSED:
        _count(work, case, decision)


def appeal(work: Work, case_id: int, *, reason: str) -> None:
    """Appeal against a decision, in time: a second panel decides, on which nobody of the first sits."""
    case, side = case_for(work, case_id, *PARTIES)
    clock = case.clock
    if case.state is CaseState.DECIDED and clock is not None and work.today > clock.due_on:
        raise AppealLate(day=clock.due_on)
    step(work, case, "appeal", side, reason=reason_given(reason))
    tell(work, case, "appealed", *(PARTIES - {side}), Side.DESK)


def rest(work: Work, case: Case) -> None:
    """The days for an appeal are over: the case is closed, and the measure takes effect."""
    step(work, case, "rest", Side.CLOCK)
    tell(work, case, "closed", *PARTIES)
    if (sanction := sanction_of(work.session, case.id)) is not None:
        enforce(work, case, sanction)


def _refuse_unfit(work: Work, case: Case, wish: WishDecision, instance: Instance) -> None:
    errors: list[RuleBroken] = []
    if wish.finding not in _OF[instance] or (wish.finding is Finding.MEASURE) != (wish.measure is not None):
        errors.append(FindingUnfit())
    is_suspension = wish.measure is Measure.SUSPENSION
    if is_suspension != (wish.suspended_days is not None) or not 1 <= (wish.suspended_days or 1) <= LONGEST_SUSPENSION:
        errors.append(DaysWrong())
    if wish.measure is not None and member_behind(work, case) is None:
        errors.append(OnlyAgainstMembers())
    if errors:
        raise RulesBroken(errors)


def member_behind(work: Work, case: Case) -> Member | None:
    """Return the respondent's entry in the register; None for an outsider, and for who has left."""
    statement = select(Member).where(
        Member.association_id == case.association_id,
        Member.organisation_id == case.respondent_id,
        Member.ended_on.is_(None),
    )
    return work.session.scalars(statement).one_or_none()


def _live(work: Work, case: Case, instance: Instance) -> Decision | None:
    statement = select(Decision).where(
        Decision.case_id == case.id, Decision.instance == instance, Decision.state != DecisionState.LOST
    )
    return work.session.scalars(statement).one_or_none()


def _cast(work: Work, decision: Decision, seat: Panellist, *, agrees: bool) -> None:
    new = insert_unless_taken(
        work.session, PanelVote, decision_id=decision.id, panellist_id=seat.id, agrees=agrees, at=work.now
    )
    if not new:
        raise VotedAlready
    work.session.expire(decision, ["votes"])


def _count(work: Work, case: Case, decision: Decision) -> None:
    """Count the votes of those who sit now; what is adopted takes its step."""
    seats = {one.id for one in sitting(work.session, case.id, decision.instance)}
    counted = [one.agrees for one in decision.votes if one.panellist_id in seats]
    agreed = sum(counted)
    result = outcome(len(seats), agreed, len(counted) - agreed)
    if result is None:
        return
    decision.state = DecisionState.ADOPTED if result else DecisionState.LOST
    decision.decided_at, decision.sitting, decision.agreed = work.now, len(seats), agreed
    if result:
        work.session.flush()  # a measure follows from an adopted decision: the database looks
        _carry_out(work, case, decision)
    else:
        work.record("case.decision_lost", case, no=case.no, decision_id=decision.id)


def _carry_out(work: Work, case: Case, decision: Decision) -> None:
    if decision.instance is Instance.FIRST:
        _impose(work, case, decision)
        step(work, case, "decide", Side.PANEL)
        tell(work, case, "decided", *PARTIES, Side.DESK)
        return
    step(work, case, "decide_appeal", Side.PANEL)
    tell(work, case, "closed", *PARTIES, Side.DESK)
    sanction = sanction_of(work.session, case.id)
    if sanction is None:
        return
    if decision.finding is Finding.APPEAL_UPHELD:
        lift(work, case, sanction)
    else:
        enforce(work, case, sanction)


def _impose(work: Work, case: Case, decision: Decision) -> None:
    if decision.measure is None:
        return
    member = member_behind(work, case)
    if member is None:
        raise NotAMember
    work.session.add(
        Sanction(
            decision_id=decision.id,
            member_id=member.id,
            measure=decision.measure,
            suspended_days=decision.suspended_days,
            state_at=work.now,
        )
    )
    work.session.flush()  # its step is taken with the case's
