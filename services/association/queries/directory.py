"""The members' directory (通讯录): each field of a member is shown to other members if that member agreed to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager

from services.accounts.models import Person
from services.association.models.register import Member, Representation, Tier
from services.association.queries.members import has_rights
from services.association.queries.readers import people_for
from services.organisations.models import Organisation


@dataclass(frozen=True)
class Entry:
    """A member as other members see it; empty where it did not agree, or has not told."""

    member: Member
    name: str
    tier: Tier
    contact: str
    phone: str
    address: str
    products: str


def listed_members(association_id: int, today: date, words: str = "") -> Select[Member]:
    """Select the members in good standing by name. Words are looked for in names, and in products that are shown."""
    statement = (
        select(Member)
        .join(Member.organisation)
        .options(contains_eager(Member.organisation))
        .where(Member.association_id == association_id, Member.id.in_(has_rights(today)))
        .order_by(Organisation.name, Member.id)
    )
    if not words:
        return statement
    named = or_(*(one.contains(words, autoescape=True) for one in (Organisation.name, Organisation.short_name)))
    made = Member.shows_products & Organisation.products.contains(words, autoescape=True)
    return statement.where(named | made)


def entries(session: Session, members: Iterable[Member], today: date) -> list[Entry]:
    """Return what the directory shows of the members."""
    listed = list(members)
    contacts = people_for(session, [one for one in listed if one.shows_contact], Representation.CONTACT, today)
    return [_entry(one, contacts.get(one.id, [])) for one in listed]


def _entry(member: Member, contacts: list[Person]) -> Entry:
    firm = member.organisation
    return Entry(
        member,
        firm.name,
        member.tier,
        (firm.contact_name or (contacts[0].name if contacts else "")) if member.shows_contact else "",
        firm.contact_phone if member.shows_phone else "",
        firm.address if member.shows_address else "",
        firm.products if member.shows_products else "",
    )
