"""Reads for the operator's staff: people, the roles they hold, the names of organisations."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager

from services.accounts.models import Person, PersonState
from services.organisations.models import Membership, Organisation


def people(words: str = "", state: PersonState | None = None) -> Select[Person]:
    """Return the query for people whose name, login, mobile number or e-mail address holds ``words``, newest first."""
    statement = select(Person).order_by(Person.id.desc())
    if state is not None:
        statement = statement.where(Person.state == state)
    if words:
        held = [
            column.icontains(words, autoescape=True)
            for column in (Person.name, Person.login, Person.mobile, Person.email)
        ]
        statement = statement.where(or_(*held))
    return statement


def roles_of(session: Session, person_ids: Collection[int]) -> dict[int, list[Membership]]:
    """Return the live roles of each of ``person_ids``, with their organisations, oldest first."""
    statement = (
        select(Membership)
        .join(Membership.organisation)
        .options(contains_eager(Membership.organisation))
        .where(Membership.person_id.in_(person_ids), Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    found: dict[int, list[Membership]] = {person_id: [] for person_id in person_ids}
    for membership in session.scalars(statement):
        found[membership.person_id].append(membership)
    return found


def organisation_names(session: Session, organisation_ids: Collection[int | None]) -> dict[int, str]:
    """Return the short names of organisations by their ids."""
    wanted = [number for number in organisation_ids if number is not None]
    found = session.scalars(select(Organisation).where(Organisation.id.in_(wanted)).order_by(Organisation.id))
    return {organisation.id: organisation.label for organisation in found}
