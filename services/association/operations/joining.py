"""An organisation applies, completes what was returned, withdraws; others object during the public notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.association.errors import (
    ApplicationOpen,
    CharterNotAccepted,
    FirmNotVerified,
    MemberAlready,
    NoDuesTable,
    NoticeOver,
    NotOfCluster,
    NotOurPerson,
    ObjectedAlready,
    TooEarlyToReapply,
)
from services.association.models.meetings import MotionSubject
from services.association.models.register import (
    ApplicationObjection,
    ApplicationState,
    Ending,
    Member,
    MembershipApplication,
)
from services.association.operations.applications import locked_application, note, of_firm, step
from services.association.operations.invoicing import drop_joining_dues
from services.association.operations.motions import drop_waiting
from services.association.operations.telling import tell_office
from services.association.queries.applications import open_application
from services.association.queries.dues import table_for
from services.association.queries.members import (
    association,
    charter_of,
    is_in_membership,
    may_belong,
    member_of_firm,
    share_a_cluster,
)
from services.association.rules.joining import reapply_on
from services.core import links
from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.models import Organisation, OrgKind
from services.organisations.queries import acts_for

S = ApplicationState


@dataclass(frozen=True)
class JoinWish:
    """What an application says."""

    introduction: str
    contact_name: str
    contact_phone: str
    representative_id: int
    accepts_charter: bool
    shows_name: bool = False
    attachment_id: int | None = None


def apply(work: Work, association_id: int, wish: JoinWish) -> MembershipApplication:
    """Hand in an application of the actor's organisation; its secretariat is told.

    Raises RulesBroken with everything that stands against it: not verified, of no cluster of the association, a member or
    handled already, refused lately, the charter not accepted.
    """
    work.require(Permission.MEMBERSHIP_ACT)
    asked = association(work.session, association_id)
    firm = work.session.get(Organisation, work.actor.organisation_id or 0, with_for_update={"of": Organisation})
    if firm is None:
        raise NotFound
    former = member_of_firm(work.session, association_id, firm.id)
    found = [*obstacles(work.session, association_id, firm, work.today), *_wish_faults(work, firm, wish)]
    if found:
        raise RulesBroken(found)
    application = MembershipApplication(
        no=work.number("HY"),
        association_id=asked.id,
        organisation_id=firm.id,
        applied_by_id=work.actor.person_id,
        state_at=work.now,
        submitted_at=work.now,
        member_id=former.id if former else None,
    )
    _write(application, wish)
    work.session.add(application)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise ApplicationOpen from clash
    note(work, application, "submit")
    work.record("application.submit", application, no=application.no, association_id=association_id)
    message = N_("%(firm)s applies for membership (%(no)s).")
    tell_office(
        work, association_id, message, links.application_desk(application.id), firm=firm.label, no=application.no
    )
    return application


def obstacles(session: Session, association_id: int, firm: Organisation, today: date) -> list[RuleBroken]:
    """Return everything for which an organisation cannot apply to an association on a day."""
    found: list[RuleBroken] = []
    if not firm.is_verified or firm.kind in {OrgKind.ASSOCIATION, OrgKind.OPERATOR}:
        found.append(FirmNotVerified())
    if not may_belong(session, association_id, firm.id):
        found.append(NotOfCluster())
    member = member_of_firm(session, association_id, firm.id)
    if is_in_membership(member):
        found.append(MemberAlready())
    if open_application(session, association_id, firm.id) is not None:
        found.append(ApplicationOpen())
    if table_for(session, association_id, today.year) is None:
        found.append(NoDuesTable(year=today.year))
    return found + _too_early(session, association_id, firm.id, member, today)


def resubmit(work: Work, application_id: int, wish: JoinWish) -> None:
    """Hand in again what was returned, as it is now; a first review and a public notice follow once more."""
    application = of_firm(work, application_id)
    firm = work.session.get_one(Organisation, application.organisation_id)
    found = _wish_faults(work, firm, wish)
    if not firm.is_verified:
        found.append(FirmNotVerified())
    if found:
        raise RulesBroken(found)
    step(work, application, "resubmit", notice_from_on=None, notice_until_on=None, submitted_at=work.now)
    _write(application, wish)
    message = N_("%(firm)s has completed its application %(no)s.")
    tell_office(
        work,
        application.association_id,
        message,
        links.application_desk(application.id),
        firm=firm.label,
        no=application.no,
    )


def withdraw(work: Work, application_id: int, reason: str = "") -> None:
    """End an application that is being handled; dues that were asked for it are asked for no more.

    A motion about it that waits for its vote is withdrawn.
    """
    application = of_firm(work, application_id)
    step(work, application, "withdraw", reason=reason)
    drop_joining_dues(work, application)
    drop_waiting(work, MotionSubject.APPLICATION, application.id, N_("The application was withdrawn."))
    message = N_("The application %(no)s has been withdrawn.")
    tell_office(work, application.association_id, message, links.application_desk(application.id), no=application.no)


def object_to(work: Work, application_id: int, text: str) -> ApplicationObjection:
    """Object to an application during its public notice, once for each organisation.

    Any verified organisation of the association's clusters may; not the applicant itself. NoticeOver outside the days.
    """
    work.require(Permission.MEMBERSHIP_ACT)
    application = locked_application(work, application_id)
    firm = work.session.get(Organisation, work.actor.organisation_id or 0)
    if firm is None or application.state in {S.SUBMITTED, S.RETURNED} or firm.id == application.organisation_id:
        raise NotFound
    if not firm.is_verified:
        raise FirmNotVerified
    if not share_a_cluster(work.session, application.association_id, firm.id):
        raise NotOfCluster
    until = application.notice_until_on
    if application.state is not S.PUBLIC_NOTICE or until is None or work.today > until:
        raise NoticeOver
    objection = ApplicationObjection(
        application_id=application.id, organisation_id=firm.id, person_id=work.actor.person_id, text=text, at=work.now
    )
    work.session.add(objection)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise ObjectedAlready from clash
    note(work, application, "object")
    work.record("application.object", application, objection_id=objection.id)
    message = N_("An objection to the application %(no)s waits for an answer.")
    tell_office(work, application.association_id, message, links.application_desk(application.id), no=application.no)
    return objection


def _wish_faults(work: Work, firm: Organisation, wish: JoinWish) -> list[RuleBroken]:
    found: list[RuleBroken] = []
    if not wish.accepts_charter:
        found.append(CharterNotAccepted())
    if not acts_for(work.session, wish.representative_id, firm.id):
        found.append(NotOurPerson(field="representative"))
    return found


def _too_early(
    session: Session, association_id: int, organisation_id: int, member: Member | None, today: date
) -> list[RuleBroken]:
    """Whoever was refused or expelled waits for the months of the charter."""
    last = session.scalar(
        select(MembershipApplication.reapply_on)
        .where(
            MembershipApplication.association_id == association_id,
            MembershipApplication.organisation_id == organisation_id,
            MembershipApplication.reapply_on.is_not(None),
        )
        .order_by(MembershipApplication.reapply_on.desc())
        .limit(1)
    )
    days = [last] if last else []
    if member is not None and member.ended_as is Ending.EXPELLED and member.ended_on is not None:
        days.append(reapply_on(member.ended_on, charter_of(session, association_id).reapply_months))
    late = max((day for day in days if day > today), default=None)
    return [TooEarlyToReapply(day=late)] if late else []


def _write(application: MembershipApplication, wish: JoinWish) -> None:
    application.introduction = wish.introduction
    application.contact_name, application.contact_phone = wish.contact_name, wish.contact_phone
    application.representative_id = wish.representative_id
    application.accepts_charter, application.shows_name = wish.accepts_charter, wish.shows_name
    if wish.attachment_id is not None:
        application.attachment_id = wish.attachment_id
