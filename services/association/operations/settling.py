"""What settled dues do: one term, and with the dues of joining the membership itself."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from services.association.models.dues import DuesInvoice, MembershipTerm
from services.association.models.register import (
    ApplicationState,
    Member,
    MemberRepresentative,
    MembershipApplication,
    Representation,
)
from services.association.operations.applications import step
from services.association.operations.invoicing import cancel_open
from services.association.operations.standings import note_member
from services.association.operations.telling import tell_applicant
from services.association.rules.dues import first_term, term_paid_for
from services.association.rules.standing import Span
from services.core.messages import N_
from services.core.work import Work
from services.organisations.models import ClusterOrganisation
from services.organisations.queries import acts_for


def give_term(work: Work, member: Member, invoice: DuesInvoice, settled_on: date) -> MembershipTerm | None:
    """Give a member the term of an invoice that has just been settled, and no other; the member's row is locked.

    Dues of joining open the membership on the day they were there; others pay for their year as a whole. None when all of
    its days are paid for already, or when the invoice has given its term before.
    """
    if _has_given(work, invoice):
        return None
    if invoice.is_joining:
        return admit(work, member, invoice, settled_on)
    span = term_paid_for(invoice.year, _spans(work, member), member.since_on)
    return _written(work, member, invoice, span) if span is not None else None


def admit(work: Work, member: Member, invoice: DuesInvoice, settled_on: date) -> MembershipTerm:
    """Let a member that was approved begin: a first term, or after a gap a new one. What it owed before is dropped."""
    application = _awaiting(work, member)
    begins_on = max(settled_on, application.decided_on or settled_on) if application else settled_on
    came_back = member.ended_on is not None
    member.ended_on = member.ended_as = member.exit_asked_on = None
    member.ended_reason = ""
    member.since_on, member.tier = begins_on, invoice.tier
    if not came_back:
        member.joined_on = begins_on
    cancel_open(work, member, invoice.no)
    term = _written(work, member, invoice, first_term(invoice.year, begins_on))
    note_member(work, member, "reinstated" if came_back else "joined", on=begins_on)
    work.record("member.reinstated" if came_back else "member.joined", member, on=begins_on)
    if application is not None:
        _take_in(work, member, application)
    return term


def revoke_term(work: Work, invoice: DuesInvoice) -> None:
    """Take back the term that an invoice gave; it stays in the record as revoked."""
    statement = select(MembershipTerm).where(
        MembershipTerm.invoice_id == invoice.id, MembershipTerm.revoked_at.is_(None)
    )
    for term in work.session.scalars(statement).all():
        term.revoked_at = work.now
        work.record("term.revoked", term, invoice_id=invoice.id)
    work.session.flush()


def cut_terms(work: Work, member: Member, outside_on: date) -> None:
    """End the terms of a member on the day before ``outside_on``; those that begin later are revoked."""
    statement = select(MembershipTerm).where(
        MembershipTerm.member_id == member.id,
        MembershipTerm.revoked_at.is_(None),
        MembershipTerm.until_on >= outside_on,
    )
    for term in work.session.scalars(statement).all():
        if term.from_on >= outside_on:
            term.revoked_at = work.now
        else:
            term.until_on = date.fromordinal(outside_on.toordinal() - 1)
    work.session.flush()


def _take_in(work: Work, member: Member, application: MembershipApplication) -> None:
    """The application ends, and those it names represent the member."""
    step(work, application, "admit", member_id=member.id)
    _put_into_clusters(work, member)
    member.shows_name = application.shows_name
    people = {
        Representation.VOTING: application.representative_id,
        Representation.CONTACT: application.applied_by_id,
    }
    present = set(
        work.session.scalars(
            select(MemberRepresentative.role).where(
                MemberRepresentative.member_id == member.id, MemberRepresentative.until_on.is_(None)
            )
        )
    )
    for role, person_id in people.items():
        if role not in present and acts_for(work.session, person_id, member.organisation_id):
            work.session.add(
                MemberRepresentative(member_id=member.id, person_id=person_id, role=role, from_on=member.since_on)
            )
    tell_applicant(work, application, N_("Your organisation is a member now. Welcome!"))


def _put_into_clusters(work: Work, member: Member) -> None:
    """An organisation that belongs to no cluster yet belongs to those of its association from now on."""
    own = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == member.organisation_id)
    if work.session.scalars(own.limit(1)).first() is not None:
        return
    served = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == member.association_id)
    found = work.session.scalars(served.order_by(ClusterOrganisation.cluster_id)).all()
    work.session.add_all(ClusterOrganisation(cluster_id=one, organisation_id=member.organisation_id) for one in found)
    work.record("member.cluster", member, clusters=list(found))


def _awaiting(work: Work, member: Member) -> MembershipApplication | None:
    statement = (
        select(MembershipApplication)
        .where(
            MembershipApplication.member_id == member.id,
            MembershipApplication.state == ApplicationState.AWAITING_DUES,
        )
        .with_for_update(of=MembershipApplication)
    )
    return work.session.scalars(statement).one_or_none()


def _spans(work: Work, member: Member) -> list[Span]:
    rows = select(MembershipTerm.from_on, MembershipTerm.until_on).where(
        MembershipTerm.member_id == member.id, MembershipTerm.revoked_at.is_(None)
    )
    return [Span(from_on, until_on) for from_on, until_on in work.session.execute(rows)]


def _has_given(work: Work, invoice: DuesInvoice) -> bool:
    statement = select(MembershipTerm.id).where(
        MembershipTerm.invoice_id == invoice.id, MembershipTerm.revoked_at.is_(None)
    )
    return work.session.scalars(statement.limit(1)).first() is not None


def _written(work: Work, member: Member, invoice: DuesInvoice, span: Span) -> MembershipTerm:
    term = MembershipTerm(
        member_id=member.id,
        from_on=span.from_on,
        until_on=span.until_on,
        tier=invoice.tier,
        invoice_id=None if _has_given(work, invoice) else invoice.id,
        created_at=work.now,
    )
    work.session.add(term)
    work.session.flush()  # the database refuses terms that overlap
    note_member(work, member, "term", from_on=span.from_on, until_on=span.until_on, invoice=invoice.no)
    work.record("term.given", term, from_on=span.from_on, until_on=span.until_on, invoice_id=invoice.id)
    return term
