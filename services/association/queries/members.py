"""Reads of the register: members, their terms, seats and representatives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Case, ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from services.accounts.models import Person
from services.association.models.dues import DuesInvoice, InvoiceState, MembershipTerm
from services.association.models.register import (
    FIGURES,
    Charter,
    CharterEdition,
    CouncilSeat,
    Member,
    MemberEvent,
    MemberRepresentative,
    Office,
    Representation,
    Standing,
)
from services.association.rules.standing import MEMBERS, Clocks, Demand, Record, Span
from services.core.errors import NotFound
from services.organisations.models import ClusterOrganisation, Organisation, OrgKind, OrgState

MOST_SEATS = 200
MOST_EVENTS = 200
MOST_TERMS = 100
MOST_ASSOCIATIONS = 200


def associations() -> Select[Organisation]:
    """Select the associations of the portal by name."""
    return (
        select(Organisation)
        .where(Organisation.kind == OrgKind.ASSOCIATION, Organisation.state != OrgState.SUSPENDED)
        .order_by(Organisation.name, Organisation.id)
    )


def association(session: Session, association_id: int) -> Organisation:
    """Return an association that anybody may see. Raises NotFound."""
    found = session.scalars(associations().where(Organisation.id == association_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def charter_of(session: Session, association_id: int) -> Charter:
    """Return the figures of the charter; those that every charter has unless it says otherwise, where none are kept."""
    found = session.get(Charter, association_id)
    if found is not None:
        return found
    texts = dict.fromkeys(("business_scope", "bank_holder", "bank_name", "bank_account"), "")
    return Charter(association_id=association_id, version=0, **texts, **FIGURES)


def clocks_of(charter: Charter) -> Clocks:
    """Return what of the charter the standing of its members depends on."""
    return Clocks(charter.dues_days, charter.grace_days, charter.lapse_days)


def charter_text(session: Session, association_id: int, on: date) -> CharterEdition | None:
    """Return the edition of the charter that is in force on that day."""
    statement = (
        select(CharterEdition)
        .where(CharterEdition.association_id == association_id, CharterEdition.adopted_on <= on)
        .order_by(CharterEdition.adopted_on.desc(), CharterEdition.edition.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def charter_draft(session: Session, association_id: int) -> CharterEdition | None:
    """Return the edition that no meeting has adopted yet."""
    statement = (
        select(CharterEdition)
        .where(CharterEdition.association_id == association_id, CharterEdition.adopted_on.is_(None))
        .order_by(CharterEdition.edition.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def has_rights(on: date) -> Select[int]:
    """Select the numbers of the members that have their rights on that day."""
    return select(Member.id).where(with_rights(on))


def with_rights(on: date) -> ColumnElement[bool]:
    """The condition that a member has its rights on a day."""
    return and_(Member.rights_from <= on, or_(Member.rights_until.is_(None), Member.rights_until >= on))


def entitled_on(association_id: int, on: date) -> Select[Member]:
    """Select the members that have their rights on that day, by number."""
    return (
        select(Member)
        .options(joinedload(Member.organisation, innerjoin=True))
        .where(Member.association_id == association_id, Member.id.in_(has_rights(on)))
        .order_by(Member.no, Member.id)
    )


def seats_on(association_id: int, on: date) -> Select[CouncilSeat]:
    """Select the offices that are held on that day, the highest first."""
    return (
        select(CouncilSeat)
        .join(CouncilSeat.organisation)
        .options(joinedload(CouncilSeat.organisation, innerjoin=True))
        .where(CouncilSeat.association_id == association_id, holds_on(CouncilSeat, on))
        .order_by(_rank(CouncilSeat.office), Organisation.name, CouncilSeat.id)
        .limit(MOST_SEATS)
    )


def council_seat(session: Session, seat_id: int, association_id: int | None) -> CouncilSeat:
    """Return an office in an association. Raises NotFound for one in any other."""
    found = session.get(CouncilSeat, seat_id)
    if found is None or found.association_id != association_id:
        raise NotFound
    return found


def represents(person_id: int, role: Representation, on: date) -> Select[Member]:
    """Select the members that a person represents in a matter on that day."""
    return (
        select(Member)
        .join(MemberRepresentative, MemberRepresentative.member_id == Member.id)
        .where(
            MemberRepresentative.person_id == person_id,
            MemberRepresentative.role == role,
            holds_on(MemberRepresentative, on),
        )
        .order_by(Member.id)
    )


def representatives_of(session: Session, member_id: int, on: date) -> list[MemberRepresentative]:
    """Return who represents a member on that day or later, by matter and day."""
    statement = (
        select(MemberRepresentative)
        .options(joinedload(MemberRepresentative.person, innerjoin=True))
        .where(
            MemberRepresentative.member_id == member_id,
            or_(MemberRepresentative.until_on.is_(None), MemberRepresentative.until_on >= on),
        )
        .order_by(MemberRepresentative.role, MemberRepresentative.from_on, MemberRepresentative.id)
    )
    return list(session.scalars(statement))


def representative(session: Session, member_id: int, role: Representation, on: date) -> Person | None:
    """Return who represents a member in a matter on that day."""
    statement = (
        select(Person)
        .join(MemberRepresentative, MemberRepresentative.person_id == Person.id)
        .where(
            MemberRepresentative.member_id == member_id,
            MemberRepresentative.role == role,
            holds_on(MemberRepresentative, on),
        )
        .order_by(MemberRepresentative.from_on.desc(), MemberRepresentative.id.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def member_of_firm(session: Session, association_id: int, organisation_id: int | None) -> Member | None:
    """Return the entry of an organisation in the register of an association."""
    statement = select(Member).where(
        Member.association_id == association_id, Member.organisation_id == (organisation_id or 0)
    )
    return session.scalars(statement).one_or_none()


def memberships_of_firm(session: Session, organisation_id: int, *, with_awaited: bool = False) -> list[Member]:
    """Return the entries of an organisation in all registers, the eldest first.

    With ``with_awaited`` those, too, whose first dues have not arrived.
    """
    statement = (
        select(Member)
        .options(joinedload(Member.association, innerjoin=True))
        .where(Member.organisation_id == organisation_id)
        .order_by(Member.id)
        .limit(MOST_ASSOCIATIONS)
    )
    if not with_awaited:
        statement = statement.where(Member.standing != Standing.AWAITED)
    return list(session.scalars(statement))


def desk_member(session: Session, member_id: int, association_id: int | None) -> Member:
    """Return a member of an association. Raises NotFound for one of any other."""
    statement = (
        select(Member)
        .options(joinedload(Member.organisation, innerjoin=True))
        .where(Member.id == member_id, Member.association_id == (association_id or 0))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def terms_of(session: Session, member_id: int) -> list[MembershipTerm]:
    """Return the last terms of a member, the newest first; those that were revoked are not among them."""
    statement = (
        select(MembershipTerm)
        .where(MembershipTerm.member_id == member_id, MembershipTerm.revoked_at.is_(None))
        .order_by(MembershipTerm.from_on.desc())
        .limit(MOST_TERMS)
    )
    return list(session.scalars(statement))


def events_of(session: Session, member_id: int) -> list[MemberEvent]:
    """Return what happened to a membership, the newest first."""
    statement = (
        select(MemberEvent).where(MemberEvent.member_id == member_id).order_by(MemberEvent.id.desc()).limit(MOST_EVENTS)
    )
    return list(session.scalars(statement))


def records_of(session: Session, members: Sequence[Member], clocks: Clocks) -> dict[int, Record]:
    """Return what is known of members of one association, by their numbers, in two statements.

    What lies before the present membership counts no more; dues of joining are no debt of a member.
    """
    ids = [member.id for member in members]
    since = {member.id: member.since_on for member in members}
    terms: dict[int, list[Span]] = {one: [] for one in ids}
    spans = select(MembershipTerm.member_id, MembershipTerm.from_on, MembershipTerm.until_on)
    for member_id, from_on, until_on in session.execute(
        spans.where(MembershipTerm.member_id.in_(ids), MembershipTerm.revoked_at.is_(None))
    ):
        if from_on >= since[member_id]:
            terms[member_id].append(Span(from_on, until_on))
    demands: dict[int, list[Demand]] = {one: [] for one in ids}
    asked = select(DuesInvoice.member_id, DuesInvoice.issued_on, DuesInvoice.due_on)
    is_owed = and_(DuesInvoice.state == InvoiceState.OPEN, DuesInvoice.is_joining.is_(False))
    for member_id, issued_on, due_on in session.execute(asked.where(DuesInvoice.member_id.in_(ids), is_owed)):
        demands[member_id].append(Demand(issued_on, due_on))
    return {
        member.id: Record(
            tuple(terms[member.id]),
            tuple(demands[member.id]),
            member.barred_until,
            member.ended_on,
            member.ended_as,
            clocks,
        )
        for member in members
    }


def public_members(association_id: int, on: date) -> Select[Member]:
    """Select the members that agree to be named in public, by name."""
    return (
        entitled_on(association_id, on)
        .join(Member.organisation)
        .where(Member.shows_name)
        .order_by(None)
        .order_by(Organisation.name, Member.id)
    )


def register_list(
    association_id: int, *, words: str = "", standings: Iterable[Standing] = (), is_leaving: bool = False
) -> Select[Member]:
    """Select the register of an association as its secretariat reads it, by name; or those alone that ask to leave."""
    statement = (
        select(Member)
        .join(Member.organisation)
        .options(joinedload(Member.organisation, innerjoin=True))
        .where(Member.association_id == association_id)
        .order_by(Organisation.name, Member.id)
    )
    wanted = list(standings) or [one for one in Standing if one is not Standing.AWAITED]
    statement = statement.where(Member.standing.in_(wanted))
    if is_leaving:
        statement = statement.where(asks_to_leave())
    if not words:
        return statement
    told = Organisation.name.contains(words, autoescape=True) | Organisation.short_name.contains(words, autoescape=True)
    return statement.where(told | (Member.no == words))


def asks_to_leave() -> ColumnElement[bool]:
    """Return the condition on Member of those that asked to leave and wait for the day to be confirmed."""
    return Member.exit_asked_on.is_not(None) & Member.ended_on.is_(None)


def candidates(association_id: int, words: str) -> Select[Organisation]:
    """Select the organisations of the association's clusters that a name, or a part of it, may mean."""
    clusters = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == association_id)
    inside = select(ClusterOrganisation.organisation_id).where(ClusterOrganisation.cluster_id.in_(clusters))
    told = Organisation.name.contains(words, autoescape=True) | Organisation.short_name.contains(words, autoescape=True)
    return (
        select(Organisation)
        .where(
            Organisation.id.in_(inside),
            Organisation.kind != OrgKind.ASSOCIATION,
            Organisation.state != OrgState.SUSPENDED,
            told,
        )
        .order_by(Organisation.name, Organisation.id)
    )


def share_a_cluster(session: Session, association_id: int, organisation_id: int) -> bool:
    """Tell whether an organisation belongs to a cluster that the association serves."""
    ours = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == association_id)
    statement = select(ClusterOrganisation.cluster_id).where(
        ClusterOrganisation.organisation_id == organisation_id, ClusterOrganisation.cluster_id.in_(ours)
    )
    return session.scalars(statement.limit(1)).first() is not None


def may_belong(session: Session, association_id: int, organisation_id: int) -> bool:
    """Tell whether an organisation shares a cluster with the association, or has not been put into any yet."""
    own = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == organisation_id).limit(1)
    if session.scalar(own) is None:
        return True
    return share_a_cluster(session, association_id, organisation_id)


def is_in_membership(member: Member | None) -> bool:
    """Tell whether an entry is that of a member now, with or without its rights."""
    return member is not None and member.standing in MEMBERS


def holds_on(table: type[CouncilSeat] | type[MemberRepresentative], on: date) -> ColumnElement[bool]:
    """The condition that an office, or a representation, is held on a day."""
    return and_(table.from_on <= on, or_(table.until_on.is_(None), table.until_on >= on))


def _rank(office: InstrumentedAttribute[Office]) -> Case[int]:
    return case({one: place for place, one in enumerate(Office)}, value=office)
