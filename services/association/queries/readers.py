"""Who reads what an association says: its members' people, its council, everybody; and who belongs to a segment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from services.accounts.models import Person, PersonState
from services.association.models.notices import Audience, Notice, NoticeReceipt
from services.association.models.pacts import Pact, PactSignature, PactState
from services.association.models.register import (
    CouncilSeat,
    Member,
    MemberRepresentative,
    Representation,
    Standing,
    Tier,
)
from services.association.queries.members import holds_on, with_rights
from services.association.rules.standing import MEMBERS
from services.association.standing import memberships_of
from services.core.actor import Actor
from services.core.permissions import Permission
from services.organisations.models import Membership, Organisation
from services.organisations.queries import holders_of

MOST_MEMBERS = 2_000
MOST_PEOPLE = 3


@dataclass(frozen=True)
class NoticeReader:
    """For whom notices are shown: the associations of which the firm is a member, on whose council it sits, which it is."""

    memberships: frozenset[int] = frozenset()
    councils: frozenset[int] = frozenset()
    own_association_id: int | None = None


def notice_reader(session: Session, actor: Actor, today: date) -> NoticeReader:
    """Return the reader behind a request."""
    own = actor.organisation_id
    if own is None:
        return NoticeReader()
    if actor.may(Permission.MEMBER_MANAGE, own):
        return NoticeReader(own_association_id=own)
    if not actor.may(Permission.MEMBERSHIP_ACT):
        return NoticeReader()
    memberships = memberships_of(session, own, today)
    seats = select(CouncilSeat.association_id).where(CouncilSeat.organisation_id == own, holds_on(CouncilSeat, today))
    councils = frozenset(session.scalars(seats.order_by(CouncilSeat.association_id))) & memberships
    return NoticeReader(memberships, councils)


def addressed_to(reader: NoticeReader) -> ColumnElement[bool]:
    """Return the condition on Notice of what the reader may read once it is published."""
    ways: list[ColumnElement[bool]] = [Notice.audience == Audience.PUBLIC]
    if reader.memberships:
        ways.append(and_(Notice.audience == Audience.MEMBERS, Notice.association_id.in_(sorted(reader.memberships))))
    if reader.councils:
        ways.append(and_(Notice.audience == Audience.COUNCIL, Notice.association_id.in_(sorted(reader.councils))))
    if reader.own_association_id is not None:
        ways.append(Notice.association_id == reader.own_association_id)
    return or_(*ways)


def members_addressed(notice: Notice, today: date) -> Select[Member]:
    """Select the members whom a notice is for, by their names; everybody in good standing for a public one."""
    statement = (
        select(Member)
        .join(Member.organisation)
        .options(joinedload(Member.organisation))
        .where(Member.association_id == notice.association_id, with_rights(today))
        .order_by(Organisation.name, Member.id)
    )
    if notice.audience is Audience.COUNCIL:
        seat = exists().where(
            CouncilSeat.association_id == Member.association_id,
            CouncilSeat.organisation_id == Member.organisation_id,
            holds_on(CouncilSeat, today),
        )
        statement = statement.where(seat)
    return statement


@dataclass(frozen=True)
class Segment:
    """A part of the members. Empty choices mean all."""

    standings: frozenset[Standing] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    has_signed: bool | None = None
    """Whether it has signed the pact in force."""
    unread_notice_id: int | None = None
    """Only members that have not confirmed this notice."""
    role: Representation = Representation.CONTACT
    """Who of a member reads it; where nobody represents it in that matter, those who act for it do."""

    def plain(self) -> dict[str, Any]:
        """Return it as something JSON can hold."""
        return {
            "standings": sorted(self.standings),
            "tiers": sorted(self.tiers),
            "has_signed": self.has_signed,
            "unread_notice_id": self.unread_notice_id,
            "role": self.role.value,
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Segment:
        """Return the segment that was kept."""
        return cls(
            standings=frozenset(Standing(one) for one in plain.get("standings", ())),
            tiers=frozenset(Tier(one) for one in plain.get("tiers", ())),
            has_signed=plain.get("has_signed"),
            unread_notice_id=plain.get("unread_notice_id"),
            role=Representation(plain.get("role", Representation.CONTACT)),
        )


@dataclass(frozen=True)
class Addressee:
    """One person who reads for one member."""

    person: Person
    member: Member


def members_in(association_id: int, segment: Segment) -> Select[Member]:
    """Select the members that belong to the segment, by their numbers. Who has left belongs to none."""
    standings = (segment.standings or MEMBERS) & MEMBERS
    statement = (
        select(Member)
        .options(joinedload(Member.organisation))
        .where(Member.association_id == association_id, Member.standing.in_(sorted(standings)))
        .order_by(Member.no, Member.id)
    )
    if segment.tiers:
        statement = statement.where(Member.tier.in_(sorted(segment.tiers)))
    if segment.has_signed is not None:
        signed = exists().where(
            PactSignature.pact_id == Pact.id,
            Pact.association_id == association_id,
            Pact.state == PactState.ADOPTED,
            PactSignature.organisation_id == Member.organisation_id,
            PactSignature.withdrawn_at.is_(None),
        )
        statement = statement.where(signed if segment.has_signed else ~signed)
    if segment.unread_notice_id is not None:
        read = exists().where(
            NoticeReceipt.notice_id == segment.unread_notice_id,
            NoticeReceipt.organisation_id == Member.organisation_id,
        )
        statement = statement.where(~read)
    return statement


def addressees(session: Session, association_id: int, segment: Segment, today: date) -> list[Addressee]:
    """Return who reads a letter to the segment: each person once, with the first member they read it for."""
    members = session.scalars(members_in(association_id, segment).limit(MOST_MEMBERS)).all()
    people = people_for(session, members, segment.role, today)
    found: dict[int, Addressee] = {}
    for member in members:
        for person in people.get(member.id, ()):
            found.setdefault(person.id, Addressee(person, member))
    return list(found.values())


def people_for(
    session: Session, members: Iterable[Member], role: Representation, today: date
) -> dict[int, list[Person]]:
    """Return who reads for each of the members: its representative in that matter, or else those who act for it."""
    listed = list(members)
    people: dict[int, list[Person]] = {}
    represented = (
        select(MemberRepresentative.member_id, Person)
        .join(Person, Person.id == MemberRepresentative.person_id)
        .where(
            MemberRepresentative.member_id.in_([one.id for one in listed]),
            MemberRepresentative.role == role,
            holds_on(MemberRepresentative, today),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(MemberRepresentative.id)
    )
    for member_id, person in session.execute(represented):
        people.setdefault(member_id, []).append(person)
    missing = {one.organisation_id: one.id for one in listed if one.id not in people}
    for organisation_id, person in _agents(session, missing):
        kept = people.setdefault(missing[organisation_id], [])
        if len(kept) < MOST_PEOPLE and person not in kept:
            kept.append(person)
    return people


def people_of_members(session: Session, association_id: int, today: date) -> list[int]:
    """Return who is told what concerns all members in good standing, each person once."""
    statement = (
        select(Member)
        .where(Member.association_id == association_id, with_rights(today))
        .order_by(Member.id)
        .limit(MOST_MEMBERS)
    )
    return person_ids_for(session, session.scalars(statement).all(), today)


def person_ids_for(session: Session, members: Iterable[Member], today: date) -> list[int]:
    """Return who is told for the members, each person once."""
    people = people_for(session, members, Representation.CONTACT, today)
    return sorted({person.id for some in people.values() for person in some})


def _agents(session: Session, firms: Iterable[int]) -> Iterable[tuple[int, Person]]:
    statement = (
        select(Membership.organisation_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(list(firms)),
            Membership.ended_at.is_(None),
            Membership.person_id.in_(holders_of(Permission.MEMBERSHIP_ACT)),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Membership.id)
    )
    return session.execute(statement)
