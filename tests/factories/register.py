"""The association's register for tests: charters and members as they are after they paid; everything is flushed."""

from datetime import date, timedelta
from itertools import count
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.association.models.dues import DuesInvoice, DuesLevel, DuesTable, MembershipTerm, TableState
from services.association.models.register import Charter, Member, MembershipApplication, Standing, Tier
from services.core import clock
from services.core.actor import Actor
from services.core.work import Work
from services.organisations.models import Organisation

_numbers = count(1)
LONG = timedelta(days=100)
PAYABLE = timedelta(days=30 + 90)
"""How long rights last beyond a term, as a charter says unless it says otherwise."""


class Firm(Protocol):
    """An organisation with one person who acts for it."""

    organisation: Organisation
    person: Person
    actor: Actor


def make_charter(session: Session, association_id: int, **over) -> Charter:
    """Give an association the figures of a charter."""
    values = {"association_id": association_id, "business_scope": "行业服务、自律、培训"} | over
    charter = Charter(**values)
    session.add(charter)
    session.flush()
    return charter


def enrol(
    session: Session,
    association_id: int,
    organisation_id: int,
    *,
    from_on: date | None = None,
    until_on: date | None = None,
    **over,
) -> Member:
    """Make an organisation a member since long, with a term that runs to the end of the year and then some."""
    today = clock.local_day(clock.now())
    first = from_on or today - LONG
    last = until_on or date(max(today, first).year + 1, 12, 31)
    values = {
        "association_id": association_id,
        "organisation_id": organisation_id,
        "no": f"HY-20260101-{next(_numbers):04d}",
        "tier": Tier.MEMBER,
        "joined_on": first,
        "since_on": first,
        "standing": Standing.ACTIVE,
        "rights_from": first,
        "rights_until": last + PAYABLE,
        "changes_on": last + timedelta(days=1),
        "computed_at": clock.now(),
        "created_at": clock.now(),
    } | over
    member = Member(**values)
    session.add(member)
    session.flush()
    term = MembershipTerm(
        member_id=member.id, from_on=first, until_on=last, tier=member.tier, created_at=member.created_at
    )
    session.add(term)
    session.flush()
    return member


AMOUNTS = {Tier.MEMBER: 200_000, Tier.DIRECTOR: 500_000, Tier.VICE_PRESIDENT: 1_000_000, Tier.PRESIDENT: 3_000_000}


def make_dues_table(session: Session, association_id: int, from_year: int = 2020, amounts=AMOUNTS) -> DuesTable:
    """Put a dues table into force, adopted as the rule wants it."""
    table = DuesTable(association_id=association_id, from_year=from_year, created_at=clock.now())
    table.levels = [DuesLevel(tier=tier, amount_fen=amount) for tier, amount in amounts.items()]
    session.add(table)
    session.flush()
    table.meeting_on, table.meeting_name = date(from_year, 1, 1), "第三届第一次会员大会"
    table.entitled, table.present, table.in_favour, table.against, table.abstained = 17, 15, 13, 1, 1
    table.is_secret, table.state = True, TableState.ACTIVE
    session.flush()
    return table


def at(session: Session, actor: Actor, day: str | date, hour: int = 9) -> Work:
    """Return a work of an actor on a day of the association's calendar."""
    moment = clock.at(date.fromisoformat(day) if isinstance(day, str) else day, hour * 60)
    return Work(session, actor, moment)


def make_invoice(session: Session, member: Member, year: int, **over) -> DuesInvoice:
    """Ask a member for the dues of a year: 2,000 yuan, due at the end of January."""
    table = session.scalars(select(DuesTable).where(DuesTable.association_id == member.association_id)).first()
    values = {
        "no": f"HF-{year}0101-{next(_numbers):04d}",
        "association_id": member.association_id,
        "member_id": member.id,
        "year": year,
        "tier": member.tier,
        "table_id": (table or make_dues_table(session, member.association_id)).id,
        "amount_fen": AMOUNTS[member.tier],
        "issued_on": date(year, 1, 1),
        "due_on": date(year, 1, 31),
        "created_at": clock.now(),
    } | over
    invoice = DuesInvoice(**values)
    session.add(invoice)
    session.flush()
    return invoice


def make_application(session: Session, association_id: int, firm: Firm, **over) -> MembershipApplication:
    """Hand in an application of a firm."""
    values = {
        "no": f"HY-20260201-{next(_numbers):04d}",
        "association_id": association_id,
        "organisation_id": firm.organisation.id,
        "applied_by_id": firm.person.id,
        "representative_id": firm.person.id,
        "introduction": "高硼硅玻璃制品，年产800吨，愿遵守章程。",
        "contact_name": "王示例",
        "contact_phone": "13800000001",
        "accepts_charter": True,
        "state_at": clock.now(),
        "submitted_at": clock.now(),
    } | over
    application = MembershipApplication(**values)
    session.add(application)
    session.flush()
    return application
