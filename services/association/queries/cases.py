"""Who sees which case, and as what; the lists of cases of a firm, of a panel and of the secretariat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from services.association.models.cases import (
    Agreement,
    AgreementState,
    Case,
    CaseClock,
    CaseEvent,
    CaseState,
    Evidence,
    RemarkKind,
)
from services.association.models.judging import Decision, Instance, Panellist, PanelVote, Sanction, Seat
from services.association.rules.cases import FINAL, PARTIES, Side
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound
from services.core.permissions import Permission
from services.organisations.models import Membership, Organisation, OrgState
from services.organisations.rules import name_key

MOST_EVENTS = 300
MOST_PANELLISTS = 30


def sides_of(session: Session, case: Case, actor: Actor) -> frozenset[Side]:
    """Return every capacity in which the actor stands in the case; none for a stranger, to whom it does not exist.

    Whoever acts for one of the two firms is never panel or secretariat in the same case, under whatever organisation.
    """
    if actor.is_system:
        return frozenset({Side.CLOCK})
    if (party := _party(case, actor)) is not None:
        return frozenset({party})
    if _belongs_to_a_party(session, case, actor.person_id):
        return frozenset()
    sides = set()
    if actor.organisation_id is not None and actor.may(Permission.CASE_HANDLE, case.association_id):
        sides.add(Side.DESK)
    if actor.may(Permission.MEMBERSHIP_ACT) and seat_of(session, case, actor) is not None:
        sides.add(Side.PANEL)
    return frozenset(sides)


def seat_of(session: Session, case: Case, actor: Actor) -> Panellist | None:
    """Return the actor's seat on a panel of the case; None after stepping aside."""
    statement = select(Panellist).where(
        Panellist.case_id == case.id,
        Panellist.person_id == actor.person_id,
        Panellist.organisation_id == actor.organisation_id,
        Panellist.seat != Seat.ASIDE,
    )
    return session.scalars(statement).one_or_none()


def may_have_cases(actor: Actor) -> None:
    """Return for people who can have to do with cases at all. Raises NotAllowed."""
    if not (actor.may(Permission.MEMBERSHIP_ACT) or actor.may(Permission.CASE_HANDLE)):
        raise NotAllowed


def own_cases(actor: Actor) -> Select[Case]:
    """Select the cases in which the actor's firm is a side, newest first."""
    own = actor.organisation_id
    mine: ColumnElement[bool] = false()
    if own is not None and actor.may(Permission.MEMBERSHIP_ACT):
        mine = or_(Case.claimant_id == own, and_(Case.respondent_id == own, Case.accepted_at.is_not(None)))
    return _listed(mine)


def panel_cases(actor: Actor) -> Select[Case]:
    """Select the cases on whose panel the actor sits, newest first."""
    seat = exists().where(
        Panellist.case_id == Case.id,
        Panellist.person_id == actor.person_id,
        Panellist.organisation_id == actor.organisation_id,
        Panellist.seat != Seat.ASIDE,
    )
    return _listed(seat)


def desk_cases(
    actor: Actor, *, states: Iterable[CaseState] = (), only_open: bool = False, overdue_on: date | None = None
) -> Select[Case]:
    """Select the cases of the actor's association without those of firms that the actor acts for, newest first."""
    conditions: list[ColumnElement[bool]] = [_of_desk(actor)]
    if states:
        conditions.append(Case.state.in_(list(states)))
    if only_open:
        conditions.append(Case.state.not_in(list(FINAL)))
    if overdue_on is not None:
        conditions.append(_running_until(overdue_on))
    return _listed(and_(*conditions))


def desk_counts(session: Session, actor: Actor, today: date) -> dict[str, int]:
    """Return what waits at the secretariat: complaints to look at, open cases, clocks that have run out."""
    of_desk = _of_desk(actor)
    numbers = session.execute(
        select(
            func.count(Case.id).filter(Case.state == CaseState.SUBMITTED),
            func.count(Case.id).filter(Case.state.not_in(list(FINAL))),
            func.count(Case.id).filter(_running_until(today)),
        ).where(of_desk)
    ).one()
    return dict(zip(("submitted", "open", "overdue"), numbers, strict=True))


@dataclass(frozen=True)
class CaseFile:
    """A case as one reader sees it; what is kept from this reader is not in it."""

    case: Case
    sides: frozenset[Side]
    events: list[CaseEvent]
    evidence: list[Evidence]
    remarks: list[object]
    panel: list[Panellist]
    agreement: Agreement | None
    decisions: list[Decision]
    votes: list[PanelVote]
    """How the panel voted, for the panel alone."""
    sanction: Sanction | None
    seat: Panellist | None

    @property
    def party(self) -> Side | None:
        """Which of the two sides the reader is."""
        return next(iter(self.sides & PARTIES), None)


def case_file(session: Session, actor: Actor, case_id: int) -> CaseFile:
    """Return what the actor sees of a case. Raises NotFound for strangers, NotAllowed for people without any cases."""
    may_have_cases(actor)
    statement = (
        select(Case)
        .options(joinedload(Case.association), joinedload(Case.claimant), joinedload(Case.respondent))
        .where(Case.id == case_id)
    )
    case = session.scalars(statement).one_or_none()
    sides = sides_of(session, case, actor) if case is not None else frozenset()
    if case is None or not sides:
        raise NotFound
    hears = not sides.isdisjoint({Side.PANEL, Side.DESK})
    decisions = _decisions(session, case.id)
    return CaseFile(
        case=case,
        sides=sides,
        events=_events(session, case.id, with_internal=hears),
        evidence=[one for one in case.evidence if _sees_evidence(one, sides)],
        remarks=[one for one in case.remarks if hears or one.kind is not RemarkKind.INTERNAL],
        panel=panel_members(session, case.id),
        agreement=live_agreement(session, case.id),
        decisions=[one for one in decisions if hears or one.decided_at is not None],
        votes=[vote for one in decisions for vote in one.votes] if Side.PANEL in sides else [],
        sanction=sanction_of(session, case.id),
        seat=seat_of(session, case, actor),
    )


def evidence_file(session: Session, actor: Actor, case_id: int, evidence_id: int) -> Evidence:
    """Return a piece of evidence to whoever may see it. Raises NotFound for everybody else."""
    found = case_file(session, actor, case_id)
    evidence = next((one for one in found.evidence if one.id == evidence_id), None)
    if evidence is None:
        raise NotFound
    return evidence


def panel_members(session: Session, case_id: int) -> list[Panellist]:
    """Return who is, or was, on the panels of a case."""
    statement = (
        select(Panellist)
        .options(joinedload(Panellist.person), joinedload(Panellist.organisation))
        .where(Panellist.case_id == case_id)
        .order_by(Panellist.instance.desc(), Panellist.id)
        .limit(MOST_PANELLISTS)
    )
    return list(session.scalars(statement))


def sitting(session: Session, case_id: int, instance: Instance) -> list[Panellist]:
    """Return who judges now."""
    members = panel_members(session, case_id)
    return [one for one in members if one.instance is instance and one.seat is Seat.SITTING]


def live_agreement(session: Session, case_id: int) -> Agreement | None:
    """Return the agreement that is proposed or signed."""
    statement = select(Agreement).where(Agreement.case_id == case_id, Agreement.state != AgreementState.REPLACED)
    return session.scalars(statement).one_or_none()


def sanction_of(session: Session, case_id: int) -> Sanction | None:
    """Return the measure that a case led to."""
    return session.scalars(select(Sanction).join(Sanction.decision).where(Decision.case_id == case_id)).one_or_none()


def organisation_meant(session: Session, words: str) -> Organisation | None:
    """Return the organisation of the register whose code or whole name was given; None when there is none, or several."""
    plain = words.strip()
    statement = (
        select(Organisation)
        .where(
            or_(Organisation.credit_code == plain.upper(), Organisation.name_key == name_key(plain)),
            Organisation.state != OrgState.SUSPENDED,
        )
        .order_by(Organisation.id)
        .limit(2)
    )
    found = session.scalars(statement).all()
    return found[0] if len(found) == 1 else None


def _party(case: Case, actor: Actor) -> Side | None:
    if actor.organisation_id is None or not actor.may(Permission.MEMBERSHIP_ACT):
        return None
    if actor.organisation_id == case.claimant_id:
        return Side.CLAIMANT
    knows = case.accepted_at is not None
    return Side.RESPONDENT if knows and actor.organisation_id == case.respondent_id else None


def _belongs_to_a_party(session: Session, case: Case, person_id: int | None) -> bool:
    firms = [one for one in (case.claimant_id, case.respondent_id) if one is not None]
    statement = select(Membership.id).where(
        Membership.person_id == person_id, Membership.organisation_id.in_(firms), Membership.ended_at.is_(None)
    )
    return session.scalar(statement.limit(1)) is not None


def _of_desk(actor: Actor) -> ColumnElement[bool]:
    if actor.organisation_id is None or not actor.may(Permission.CASE_HANDLE):
        return false()
    own = select(Membership.organisation_id).where(
        Membership.person_id == actor.person_id,
        Membership.ended_at.is_(None),
        Membership.organisation_id != actor.organisation_id,
    )
    free = or_(Case.respondent_id.is_(None), Case.respondent_id.not_in(own))
    return and_(Case.association_id == actor.organisation_id, Case.claimant_id.not_in(own), free)


def _running_until(day: date) -> ColumnElement[bool]:
    return exists().where(CaseClock.case_id == Case.id, CaseClock.stopped_at.is_(None), CaseClock.due_on < day)


def _listed(condition: ColumnElement[bool]) -> Select[Case]:
    return (
        select(Case)
        .join(Case.claimant)
        .options(contains_eager(Case.claimant), joinedload(Case.respondent), joinedload(Case.association))
        .where(condition)
        .order_by(Case.id.desc())
    )


def running_clocks(session: Session, case_ids: Iterable[int]) -> dict[int, CaseClock]:
    """Return the running clock of each of the cases that has one."""
    statement = (
        select(CaseClock)
        .where(CaseClock.case_id.in_(list(case_ids)), CaseClock.stopped_at.is_(None))
        .order_by(CaseClock.id)
    )
    return {one.case_id: one for one in session.scalars(statement)}


def _events(session: Session, case_id: int, *, with_internal: bool) -> list[CaseEvent]:
    statement = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id).limit(MOST_EVENTS)
    if not with_internal:
        statement = statement.where(CaseEvent.is_internal.is_(False))
    return list(session.scalars(statement))


def _decisions(session: Session, case_id: int) -> list[Decision]:
    statement = (
        select(Decision).options(joinedload(Decision.votes)).where(Decision.case_id == case_id).order_by(Decision.id)
    )
    return list(session.scalars(statement).unique())


def _sees_evidence(evidence: Evidence, sides: frozenset[Side]) -> bool:
    if not evidence.is_secret or not sides.isdisjoint({Side.PANEL, Side.DESK}):
        return True
    return evidence.side in {side.value for side in sides}
