"""The mediation of a case: sessions, an agreement that both sides sign, and its performance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from services.association.discipline_errors import (
    DutiesMissing,
    DutyDone,
    DutyNotReported,
    DutyPast,
    NoAgreement,
    NothingOverdue,
    PanelTooSmall,
    SideSigned,
    SittingAhead,
    SittingPassed,
    WordsMissing,
)
from services.association.discipline_words import STATE_NAMES
from services.association.models.cases import Agreement, AgreementState, Case, CaseState, Duty, Party, Sitting
from services.association.models.judging import Instance
from services.association.operations.casework import (
    case_for,
    judging_seat,
    note,
    other_side,
    reason_given,
    step,
    tell,
)
from services.association.queries.cases import live_agreement, sitting
from services.association.rules.cases import HEARING, PARTIES, Side
from services.core.errors import NotAllowed, NotFound, WrongState
from services.core.work import Work

MEDIATORS = 1
"""So many must sit on a panel that mediates."""


@dataclass(frozen=True)
class WishDuty:
    """What one side is to do until when."""

    debtor: Party
    text: str
    due_on: date
    amount_fen: int | None = None


def mediate(work: Work, case_id: int) -> None:
    """Open the mediation, before a panel."""
    case, side = case_for(work, case_id, Side.DESK)
    members = sitting(work.session, case.id, Instance.FIRST)
    if case.state is CaseState.INVESTIGATING and len(members) < MEDIATORS:
        raise PanelTooSmall(least=MEDIATORS, sitting=len(members))
    step(work, case, "mediate", side)
    tell(work, case, "mediation", *PARTIES, Side.PANEL)


def plan_sitting(work: Work, case_id: int, *, starts_at: datetime, place: str) -> Sitting:
    """Plan a session of the mediation; both sides and the panel are told."""
    case, side = _hearing(work, case_id)
    if starts_at <= work.now:
        raise SittingPassed
    if not place.strip():
        raise WordsMissing(field="place")
    assert work.actor.person_id is not None
    planned = Sitting(starts_at=starts_at, place=place.strip(), planned_by_id=work.actor.person_id)
    case.sittings.append(planned)
    note(work, case, "plan", side, planned.place)
    work.record("case.plan", case, no=case.no, starts_at=starts_at)
    tell(work, case, "sitting", *PARTIES, Side.PANEL)
    return planned


def record_sitting(work: Work, case_id: int, sitting_id: int, *, record: str) -> None:
    """Keep the record of a session that has begun, once; both sides read it."""
    case, side = _hearing(work, case_id)
    held = next((one for one in case.sittings if one.id == sitting_id), None)
    if held is None or held.held_at is not None:
        raise NotFound
    if held.starts_at > work.now:
        raise SittingAhead
    if not record.strip():
        raise WordsMissing(field="record")
    held.record, held.held_at = record.strip(), work.now
    note(work, case, "sit", side)
    work.record("case.sit", case, no=case.no, sitting_id=held.id)


def propose_agreement(work: Work, case_id: int, *, terms: str, duties: Sequence[WishDuty]) -> Agreement:
    """Propose an agreement to both sides, in place of one that is not signed by both yet."""
    case, side = _hearing(work, case_id)
    if not terms.strip():
        raise WordsMissing(field="terms")
    if not duties:
        raise DutiesMissing
    if any(one.due_on < work.today for one in duties):
        raise DutyPast
    before = live_agreement(work.session, case.id)
    if before is not None:
        before.state = AgreementState.REPLACED
        work.session.flush()  # a case has one agreement that stands: the old one goes first
    assert work.actor.person_id is not None
    agreement = Agreement(
        case_id=case.id, terms=terms.strip(), proposed_at=work.now, proposed_by_id=work.actor.person_id
    )
    agreement.duties = [
        Duty(position=place, debtor=one.debtor, text=one.text, due_on=one.due_on, amount_fen=one.amount_fen)
        for place, one in enumerate(duties, 1)
    ]
    work.session.add(agreement)
    note(work, case, "propose", side)
    work.record("case.propose", case, no=case.no)
    tell(work, case, "proposed", *PARTIES)
    return agreement


def sign(work: Work, case_id: int) -> None:
    """Sign the proposed agreement for one's own side; with the second signature it stands and is to be performed."""
    case, side = case_for(work, case_id, *PARTIES)
    agreement = live_agreement(work.session, case.id)
    if agreement is None or agreement.state is not AgreementState.PROPOSED or case.state is not CaseState.MEDIATING:
        raise NoAgreement
    if side is Side.CLAIMANT:
        _refuse_second(agreement.claimant_signed_at)
        agreement.claimant_signed_at, agreement.claimant_signed_by_id = work.now, work.actor.person_id
    else:
        _refuse_second(agreement.respondent_signed_at)
        agreement.respondent_signed_at, agreement.respondent_signed_by_id = work.now, work.actor.person_id
    if agreement.claimant_signed_at and agreement.respondent_signed_at:
        agreement.state = AgreementState.SIGNED
        step(work, case, "settle", side)
        tell(work, case, "settled", *PARTIES, Side.DESK)
        return
    note(work, case, "sign", side)
    work.record("case.sign", case, no=case.no, side=side)
    tell(work, case, "signed", other_side(side))


def report_done(work: Work, case_id: int, duty_id: int) -> None:
    """Report, on the side that owes it, that something agreed is done."""
    case, side = case_for(work, case_id, *PARTIES)
    duty = _duty(work, case, duty_id)
    if duty.debtor.value != side.value:
        raise NotAllowed
    if duty.done_at is not None:
        raise DutyDone
    duty.done_at = work.now
    note(work, case, "done", side, duty.text)
    work.record("case.done", case, no=case.no, duty_id=duty.id)
    tell(work, case, "done", other_side(side))


def confirm_done(work: Work, case_id: int, duty_id: int) -> None:
    """Confirm, on the other side, that it is done; with the last confirmation the agreement is performed."""
    case, side = case_for(work, case_id, *PARTIES)
    duty = _duty(work, case, duty_id)
    if duty.debtor.value == side.value:
        raise NotAllowed
    if duty.confirmed_at is not None:
        raise DutyDone
    if duty.done_at is None:
        raise DutyNotReported
    duty.confirmed_at = work.now
    note(work, case, "confirm", side, duty.text)
    work.record("case.confirm", case, no=case.no, duty_id=duty.id)
    work.session.flush()  # what is still to be done is counted below
    open_duties = select(Duty.id).where(Duty.agreement_id == duty.agreement_id, Duty.confirmed_at.is_(None))
    if work.session.scalars(open_duties.limit(1)).first() is None:
        step(work, case, "perform", side)
        tell(work, case, "performed", *PARTIES, Side.DESK)


def breach(work: Work, case_id: int, *, reason: str) -> None:
    """Say, on the side that waits, that something agreed is overdue; the panel decides what follows."""
    case, side = case_for(work, case_id, *PARTIES)
    if case.state is CaseState.PERFORMING:
        agreement = live_agreement(work.session, case.id)
        duties = agreement.duties if agreement else []
        if not any(one.debtor.value != side.value and _is_overdue(one, work.today) for one in duties):
            raise NothingOverdue
    step(work, case, "breach", side, reason=reason_given(reason))
    tell(work, case, "breached", other_side(side), Side.DESK, Side.PANEL)


def fail(work: Work, case_id: int, *, reason: str) -> None:
    """End a mediation that leads nowhere; the panel decides, or the secretariat refers the two sides elsewhere."""
    case, side = _hearing(work, case_id)
    step(work, case, "fail", side, reason=reason_given(reason))
    tell(work, case, "failed", *PARTIES, Side.DESK, Side.PANEL)


def _hearing(work: Work, case_id: int) -> tuple[Case, Side]:
    """Return a case in mediation to its panel or the secretariat."""
    case, side = case_for(work, case_id, Side.DESK, *(HEARING - {Side.DESK}))
    if case.state is not CaseState.MEDIATING:
        raise WrongState(state=STATE_NAMES[case.state])
    if side is Side.PANEL:
        judging_seat(work, case)
    return case, side


def _duty(work: Work, case: Case, duty_id: int) -> Duty:
    if case.state not in {CaseState.PERFORMING, CaseState.BREACHED}:
        raise WrongState(state=STATE_NAMES[case.state])
    statement = (
        select(Duty)
        .join(Agreement, Agreement.id == Duty.agreement_id)
        .where(Duty.id == duty_id, Agreement.case_id == case.id, Agreement.state == AgreementState.SIGNED)
    )
    duty = work.session.scalars(statement).one_or_none()
    if duty is None:
        raise NotFound
    return duty


def _is_overdue(duty: Duty, today: date) -> bool:
    return duty.confirmed_at is None and duty.due_on < today


def _refuse_second(signed_at: datetime | None) -> None:
    if signed_at is not None:
        raise SideSigned
