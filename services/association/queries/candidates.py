"""Who can be put on the panel of a case: people of members and of the association, without those who must step aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.association.models.cases import Case
from services.association.models.register import Member
from services.association.queries.cases import panel_members
from services.association.queries.members import has_rights
from services.association.rules.recusal import Trade, conflict_of
from services.core.permissions import Permission
from services.organisations.models import Membership, Organisation, OrgKind
from services.organisations.queries import holders_of

MOST = 1_000
_TRADING = frozenset({OrgKind.ENTERPRISE, OrgKind.CARRIER})


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be appointed, for the firm that they come from."""

    person: Person
    organisation: Organisation


def trade_of(firm: Organisation) -> Trade:
    """Return what a firm does, as far as it decides who competes with whom."""
    return Trade(firm.id, firm.chain_node, firm.industry_code, firm.products, firm.kind in _TRADING)


def parties_of(case: Case) -> list[Trade]:
    """Return the firms of the two sides that are in the register."""
    return [trade_of(one) for one in (case.claimant, case.respondent) if one is not None]


def candidates(session: Session, case: Case, today: date) -> list[Candidate]:
    """Return who can be appointed, by firm and name. Whoever acts for a conflicted firm too is not among them."""
    members = select(Member.organisation_id).where(
        Member.association_id == case.association_id, Member.id.in_(has_rights(today))
    )
    statement = (
        select(Person, Organisation)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.ended_at.is_(None),
            Membership.person_id.in_(holders_of(Permission.MEMBERSHIP_ACT)),
            or_(Organisation.id.in_(members), Organisation.id == case.association_id),
        )
        .distinct()
        .order_by(Organisation.name, Organisation.id, Person.name, Person.id)
        .limit(MOST)
    )
    rows = session.execute(statement).all()
    barred = _barred(session, case, {person.id for person, _ in rows})
    barred |= {one.person_id for one in panel_members(session, case.id)}
    return [Candidate(person, firm) for person, firm in rows if person.id not in barred]


def _barred(session: Session, case: Case, person_ids: Iterable[int]) -> set[int]:
    """Return who of the people acts for a party or a direct competitor, under whatever organisation they come."""
    parties = parties_of(case)
    statement = (
        select(Membership.person_id, Organisation)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id.in_(list(person_ids)), Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    acting = session.execute(statement).all()
    return {person_id for person_id, firm in acting if conflict_of(trade_of(firm), parties) is not None}
