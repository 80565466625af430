"""Who belongs to a body on a day, and who speaks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from services.association.models.meetings import Body
from services.association.models.register import (
    CouncilSeat,
    Member,
    MemberRepresentative,
    Office,
    Representation,
)
from services.association.queries.members import entitled_on, holds_on, represents

MOST_MEMBERS = 2000
OFFICES: dict[Body, frozenset[Office]] = {
    Body.DELEGATES: frozenset({Office.DELEGATE}),
    Body.COUNCIL: frozenset({Office.PRESIDENT, Office.VICE_PRESIDENT, Office.STANDING_DIRECTOR, Office.DIRECTOR}),
    Body.STANDING: frozenset({Office.PRESIDENT, Office.VICE_PRESIDENT, Office.STANDING_DIRECTOR}),
    Body.SUPERVISORS: frozenset({Office.SUPERVISOR}),
}
"""The seats of which a body consists; the general meeting consists of all members."""


@dataclass(frozen=True)
class Elector:
    """A member of a body with its name and the person who votes for it; None while it has named nobody."""

    member_id: int
    organisation_id: int
    name: str
    person_id: int | None


def sitting_in(association_id: int, body: Body, day: date) -> Select[Member]:
    """Select the members that belong to a body and have their rights on that day, by number."""
    statement = entitled_on(association_id, day).limit(MOST_MEMBERS)
    return statement if body is Body.GENERAL else statement.where(_elected(association_id, body, day))


def electors(session: Session, association_id: int, body: Body, day: date) -> list[Elector]:
    """Return who is entitled to sit and vote in a body on that day, with the one who speaks for each."""
    members = session.scalars(sitting_in(association_id, body, day)).all()
    speakers = dict(session.execute(_speakers([one.id for one in members], day)).all())
    return [Elector(one.id, one.organisation_id, one.organisation.name, speakers.get(one.id)) for one in members]


def represented_by(association_id: int, person_id: int, day: date) -> Select[Member]:
    """Select the members of an association for which a person votes on that day."""
    return represents(person_id, Representation.VOTING, day).where(Member.association_id == association_id)


def _speakers(member_ids: list[int], day: date) -> Select[int, int]:
    """Select member and person; where two periods touch on a day, the later one comes last and counts."""
    return (
        select(MemberRepresentative.member_id, MemberRepresentative.person_id)
        .where(MemberRepresentative.member_id.in_(member_ids), _speaks_on(day))
        .order_by(MemberRepresentative.from_on, MemberRepresentative.id)
    )


def _speaks_on(day: date) -> ColumnElement[bool]:
    return and_(MemberRepresentative.role == Representation.VOTING, holds_on(MemberRepresentative, day))


def _elected(association_id: int, body: Body, day: date) -> ColumnElement[bool]:
    seated = select(CouncilSeat.organisation_id).where(
        CouncilSeat.association_id == association_id,
        CouncilSeat.office.in_(sorted(OFFICES[body])),
        holds_on(CouncilSeat, day),
    )
    return Member.organisation_id.in_(seated)
