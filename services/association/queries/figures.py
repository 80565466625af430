"""The figures of an association: what waits at its desk, coverage, standings, joining and leaving, participation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.association.models.dues import BankLine, DuesInvoice, InvoiceState, LineState
from services.association.models.meetings import Motion
from services.association.models.register import (
    ApplicationState,
    Member,
    MemberEvent,
    MembershipApplication,
    Standing,
    Tier,
)
from services.association.queries.applications import counts_by_state, objections_waiting
from services.association.queries.dues import arrears
from services.association.queries.members import asks_to_leave, has_rights
from services.core import clock
from services.organisations.models import ClusterOrganisation, Organisation, OrgKind, OrgState

MONTHS_SHOWN = 12
MOST_MOTIONS = 12


@dataclass(frozen=True)
class Waiting:
    """What waits for the secretariat."""

    to_review: int
    objections: int
    before_council: int
    dues_awaited: int
    late_dues: int
    exits: int
    bank_lines: int
    looked_at: datetime | None
    """When the standing that was looked at longest ago was computed."""


def waiting(session: Session, association_id: int, today: date) -> Waiting:
    """Return what waits for the secretariat of an association."""
    states = counts_by_state(session, association_id)
    late = arrears(association_id, today).order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    ours = Member.association_id == association_id
    exits = select(func.count(Member.id)).where(ours, asks_to_leave())
    lines = select(func.count(BankLine.id)).where(
        BankLine.association_id == association_id, BankLine.state == LineState.WAITING
    )
    return Waiting(
        to_review=states.get(ApplicationState.SUBMITTED, 0),
        objections=objections_waiting(session, association_id),
        before_council=states.get(ApplicationState.COUNCIL, 0),
        dues_awaited=states.get(ApplicationState.AWAITING_DUES, 0),
        late_dues=session.scalar(late) or 0,
        exits=session.scalar(exits) or 0,
        bank_lines=session.scalar(lines) or 0,
        looked_at=session.scalar(select(func.min(Member.computed_at)).where(ours)),
    )


def open_dues_of_firm(session: Session, organisation_id: int, today: date) -> tuple[int, bool]:
    """Return how many invoices a firm has to pay, and whether one of them is late."""
    statement = (
        select(func.count(DuesInvoice.id), func.min(DuesInvoice.due_on))
        .join(DuesInvoice.member)
        .where(
            Member.organisation_id == organisation_id,
            DuesInvoice.state == InvoiceState.OPEN,
            Member.ended_on.is_(None) | DuesInvoice.is_joining,
        )
    )
    count, first = session.execute(statement).one()
    return count, first is not None and first < today


def returned_of_firm(session: Session, organisation_id: int) -> int:
    """Return how many applications of a firm were returned to be completed."""
    statement = select(func.count(MembershipApplication.id)).where(
        MembershipApplication.organisation_id == organisation_id,
        MembershipApplication.state == ApplicationState.RETURNED,
    )
    return session.scalar(statement) or 0


@dataclass(frozen=True)
class Coverage:
    """How many enterprises of the association's clusters are members with their rights."""

    members: int
    enterprises: int

    @property
    def percent(self) -> int | None:
        """The share; None where there is nobody to cover."""
        return round(100 * self.members / self.enterprises) if self.enterprises else None


def coverage(session: Session, association_id: int, today: date) -> Coverage:
    """Return the coverage of an association on a day."""
    clusters = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == association_id)
    inside = select(ClusterOrganisation.organisation_id).where(ClusterOrganisation.cluster_id.in_(clusters))
    is_firm = (Organisation.kind == OrgKind.ENTERPRISE) & (Organisation.state != OrgState.SUSPENDED)
    enterprises = select(func.count(Organisation.id)).where(Organisation.id.in_(inside), is_firm)
    members = (
        select(func.count(Member.id))
        .join(Member.organisation)
        .where(Member.association_id == association_id, Member.id.in_(has_rights(today)), is_firm)
    )
    return Coverage(session.scalar(members) or 0, session.scalar(enterprises) or 0)


def by_standing(session: Session, association_id: int) -> dict[Standing, int]:
    """Return how many members stand where, in the order of the standings."""
    statement = (
        select(Member.standing, func.count()).where(Member.association_id == association_id).group_by(Member.standing)
    )
    found = dict(session.execute(statement).all())
    return {one: found[one] for one in Standing if one in found}


def by_tier(session: Session, association_id: int, today: date) -> dict[Tier, int]:
    """Return how many members with their rights are on each level of dues, the levels in their order."""
    statement = (
        select(Member.tier, func.count())
        .where(Member.association_id == association_id, Member.id.in_(has_rights(today)))
        .group_by(Member.tier)
    )
    found = dict(session.execute(statement).all())
    return {one: found[one] for one in Tier if one in found}


@dataclass(frozen=True)
class Month:
    """Who came and who went in a month."""

    first_on: date
    joined: int
    left: int


JOINING, LEAVING = ("joined", "reinstated"), ("exited", "expelled", "lapsed")


def months(session: Session, association_id: int, today: date) -> list[Month]:
    """Return who came and who went in each of the last twelve months, the oldest first."""
    first = clock.months_after(today.replace(day=1), 1 - MONTHS_SHOWN)
    statement = (
        select(MemberEvent.at, MemberEvent.kind)
        .join(Member, Member.id == MemberEvent.member_id)
        .where(
            Member.association_id == association_id,
            MemberEvent.kind.in_(JOINING + LEAVING),
            MemberEvent.at >= clock.at(first, 0),
        )
    )
    came: Counter[date] = Counter()
    went: Counter[date] = Counter()
    for moment, kind in session.execute(statement):
        (came if kind in JOINING else went)[clock.local_day(moment).replace(day=1)] += 1
    days = [clock.months_after(first, step) for step in range(MONTHS_SHOWN)]
    return [Month(day, came[day], went[day]) for day in days]


@dataclass(frozen=True)
class Turnout:
    """How many of those entitled took part in a vote."""

    title: str
    entitled: int
    present: int


def turnouts(session: Session, association_id: int) -> list[Turnout]:
    """Return the participation in the last votes that were counted, the newest first."""
    statement = (
        select(Motion.title, Motion.entitled, Motion.present)
        .where(Motion.association_id == association_id, Motion.counted_at.is_not(None), Motion.entitled > 0)
        .order_by(Motion.counted_at.desc(), Motion.id.desc())
        .limit(MOST_MOTIONS)
    )
    return [Turnout(title, entitled or 0, present or 0) for title, entitled, present in session.execute(statement)]
