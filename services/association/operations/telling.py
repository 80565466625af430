"""Whom an association tells: the people of a member for a matter, whoever applied, the secretariat."""

from __future__ import annotations

from sqlalchemy import select

from services.association.models.dues import DuesInvoice
from services.association.models.register import (
    Member,
    MemberRepresentative,
    MembershipApplication,
    Representation,
)
from services.core import links
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import acts_for, holders_of

MOST_READERS = 20


def people_of(work: Work, member: Member, role: Representation) -> list[int]:
    """Return who is told about a matter: its representative, or else everybody who may act for the member."""
    statement = (
        select(MemberRepresentative.person_id)
        .where(
            MemberRepresentative.member_id == member.id,
            MemberRepresentative.role.in_([role, Representation.CONTACT]),
            MemberRepresentative.from_on <= work.today,
            MemberRepresentative.until_on.is_(None) | (MemberRepresentative.until_on >= work.today),
        )
        .order_by(MemberRepresentative.role == Representation.CONTACT, MemberRepresentative.id)
    )
    named = [one for one in work.session.scalars(statement) if acts_for(work.session, one, member.organisation_id)]
    if named:
        return named[:1]
    return list(work.session.scalars(holders_of(Permission.MEMBERSHIP_ACT, member.organisation_id).limit(MOST_READERS)))


def tell_member(work: Work, member: Member, message: str, role: Representation, **facts: object) -> list[int]:
    """Tell a member in the portal, and return who was told."""
    told = people_of(work, member, role)
    for person_id in told:
        work.tell(person_id, message, link=links.my_membership(), no=member.no, **facts)
    return told


def tell_payer(work: Work, invoice: DuesInvoice, message: str, **facts: object) -> list[int]:
    """Tell a member about its dues in the portal, and return who was told."""
    told = people_of(work, invoice.member, Representation.DUES)
    for person_id in told:
        work.tell(person_id, message, link=links.my_dues(), no=invoice.no, year=invoice.year, **facts)
    return told


def tell_applicant(work: Work, application: MembershipApplication, message: str, **facts: object) -> None:
    """Tell whoever applied, in the portal and by letter; everybody of the firm who could have, once that person is gone."""
    firm = application.organisation_id
    told = [application.applied_by_id]
    if not acts_for(work.session, application.applied_by_id, firm):
        told = list(work.session.scalars(holders_of(Permission.MEMBERSHIP_ACT, firm).limit(MOST_READERS)))
    for person_id in told:
        work.tell(person_id, message, link=links.application(application.id), no=application.no, **facts)
        work.later("mail.application_moved", application_id=application.id, person_id=person_id)


def tell_office(work: Work, association_id: int, message: str, link: str, **facts: object) -> None:
    """Tell the secretariat of an association in the portal."""
    statement = holders_of(Permission.MEMBER_MANAGE, association_id).limit(MOST_READERS)
    for person_id in work.session.scalars(statement).all():
        work.tell(person_id, message, link=link, **facts)
