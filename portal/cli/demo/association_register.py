"""The register of the association: its founders with their terms, who represents them, what they show, and the seats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from portal.cli.demo.association_house import Event, House
from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import Row, words
from services.association.models.dues import MembershipTerm
from services.association.models.register import FIGURES, Member, Office, Representation, Tier
from services.association.operations import charters, members
from services.association.operations.consents import set_consents
from services.association.operations.standings import note_member, refresh
from services.association.standing import memberships_of
from services.core import clock
from services.core.work import Work
from services.organisations.models import ClusterOrganisation, Organisation, OrgKind

FIRST_MEETING = "d-540 12:00"
REPRESENTED = "d-600 10:00"
YEAR = timedelta(days=365)
TERM_OF_OFFICE = 4 * YEAR
OUTSIDERS = frozenset({"A08", "A09"})
"""Verified firms that are no members of the second association, so that the difference shows."""


def register_events(house: House, founders_paid_until: date) -> Iterator[Event]:
    """Yield how the founders came into the register, with terms from before the portal, and what they laid down."""
    for row in house.rows.values():
        joined = clock.at(house.days.loaded_on - timedelta(days=int(row["joined"])), 10 * 60)
        yield joined, partial(_found, house, row, joined, founders_paid_until)
        yield house.moment(REPRESENTED), partial(_represent, house, row)
        if row["office"]:
            yield house.moment(FIRST_MEETING), partial(_seat, house, row)
    yield house.moment("d-605 09:00"), partial(_lay_down, house)
    for edition, at in enumerate(("d-566 10:00", "d-7 10:00")):
        yield house.moment(at), partial(_draft, house, edition, house.moment(at))


def enrol_neighbours(loading: Loading, association_key: str) -> None:
    """Make the verified firms of another association's clusters its members, for a year now."""
    session, work = loading.work.session, loading.work
    association_id = loading.ids(Organisation.key, Organisation.id)[association_key]
    clusters = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == association_id)
    firms = session.scalars(
        select(Organisation)
        .join(ClusterOrganisation, ClusterOrganisation.organisation_id == Organisation.id)
        .where(
            ClusterOrganisation.cluster_id.in_(clusters),
            Organisation.kind == OrgKind.ENTERPRISE,
            Organisation.level >= 2,
            Organisation.key.not_in(OUTSIDERS),
        )
        .order_by(Organisation.id)
    )
    for firm in firms.all():
        if not memberships_of(session, firm.id, work.today):
            member = _entered(work, association_id, firm.id, work.today - YEAR)
            _give_term(work, member, date(work.today.year, 12, 31))
            loading.count([member])


def _entered(work: Work, association_id: int, firm_id: int, since: date) -> Member:
    """Enter a member as an existing register would be taken over: there is no application of those days."""
    member = Member(
        association_id=association_id,
        organisation_id=firm_id,
        no=work.number("HY"),
        joined_on=since,
        since_on=since,
        computed_at=work.now,
        created_at=work.now,
    )
    work.session.add(member)
    work.session.flush()
    note_member(work, member, "joined", on=since)
    return member


def _give_term(work: Work, member: Member, until_on: date) -> None:
    term = MembershipTerm(
        member_id=member.id, from_on=member.since_on, until_on=until_on, tier=member.tier, created_at=work.now
    )
    work.session.add(term)
    work.session.flush()
    refresh(work, member)


def _found(house: House, row: Row, moment: datetime, until_on: date) -> None:
    work = house.office(moment)
    member = _entered(work, house.id, house.firms[row["key"]], work.today)
    member.tier = Tier(row["tier"])
    _give_term(work, member, until_on)
    house.loading.count([member])


def _represent(house: House, row: Row) -> None:
    key, moment = row["key"], house.moment(REPRESENTED)
    member = house.member(key)
    for role in Representation:
        if row[role]:
            work = house.firm(key, moment)
            members.name_representative(work, member.id, role, house.person(row[role]), work.today)
    if row["shows"]:
        shown = frozenset(f"shows_{field}" for field in words(row["shows"]))
        set_consents(house.firm(key, moment), member.id, shown)


def _seat(house: House, row: Row) -> None:
    work = house.office(house.moment(FIRST_MEETING))
    members.give_seat(work, house.id, house.firms[row["key"]], Office(row["office"]), work.today)


def _lay_down(house: House) -> None:
    """Enter the figures of the charter: those that every charter has, the account, and the term of the council."""
    work = house.office(house.moment("d-605 09:00"))
    ends_on = house.day("d-540") + TERM_OF_OFFICE
    figures = charters.Figures(term_ends_on=ends_on, **house.book["charter"], **FIGURES)
    charters.set_figures(work, house.id, figures, version=0)


def _draft(house: House, edition: int, moment: datetime) -> None:
    charters.draft_edition(house.office(moment), house.id, house.book["editions"][edition])
