"""The secretariat examines applications and shows them in public; the council decides; time ends what is not paid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from services.association.errors import NoDuesTable, NoticeRuns, ObjectionsWait, ReasonMissing
from services.association.models.dues import InvoiceState
from services.association.models.meetings import MotionSubject
from services.association.models.register import (
    ApplicationObjection,
    ApplicationState,
    Member,
    MembershipApplication,
)
from services.association.operations.applications import locked_application, note, of_desk, step
from services.association.operations.invoicing import drop_joining_dues, issue_joining
from services.association.operations.motions import bring
from services.association.operations.settling import admit
from services.association.operations.standings import locked_member, refresh
from services.association.operations.telling import tell_applicant, tell_office
from services.association.queries.members import charter_of, member_of_firm
from services.association.rules.joining import reapply_on
from services.core import links
from services.core.calendar import working_days
from services.core.errors import NotFound, WrongState
from services.core.locks import hold
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

S = ApplicationState
MOST_AT_ONCE = 200
TITLE = "关于吸收{firm}入会的议案"
"""Titles of motions are contents of the association's meetings."""


def return_application(work: Work, application_id: int, reason: str) -> None:
    """Give an application back to be completed, with what is missing."""
    application = of_desk(work, application_id)
    if not reason.strip():
        raise ReasonMissing
    step(work, application, "return", reason=reason)
    tell_applicant(work, application, N_("Your application %(no)s needs to be completed: %(reason)s"), reason=reason)


def publish(work: Work, application_id: int) -> None:
    """Pass the first review: the application is shown in public for the working days of the charter."""
    application = of_desk(work, application_id)
    days = charter_of(work.session, application.association_id).public_notice_days
    until = working_days(work.session, work.today, days).after(work.today, days).day
    step(work, application, "publish", notice_from_on=work.today, notice_until_on=until)
    message = N_("Your application %(no)s is shown in public until %(until)s.")
    tell_applicant(work, application, message, until=str(until))


def answer_objection(work: Work, objection_id: int, answer: str) -> None:
    """Answer an objection; the council reads both. Raises WrongState when it was answered before."""
    work.require(Permission.MEMBER_MANAGE)
    objection = work.session.get(
        ApplicationObjection, objection_id, with_for_update={"of": ApplicationObjection}, populate_existing=True
    )
    if objection is None:
        raise NotFound
    application = of_desk(work, objection.application_id)
    if not answer.strip():
        raise ReasonMissing(field="answer")
    if objection.answered_at is not None:
        raise WrongState(state=N_("Answered"))
    objection.answer, objection.answered_at, objection.answered_by_id = answer, work.now, work.actor.person_id
    note(work, application, "answer_objection")
    work.record("application.answer_objection", application, objection_id=objection_id)
    work.tell(objection.person_id, N_("Your objection to the application %(no)s was answered."), no=application.no)


def end_notice(work: Work, application_id: int) -> None:
    """Lay an application before the council: after the last day of the notice, when no objection waits for an answer."""
    application = of_desk(work, application_id)
    if application.state is S.PUBLIC_NOTICE and work.today <= (application.notice_until_on or work.today):
        raise NoticeRuns(day=application.notice_until_on)
    if _objections_waiting(work, application.id):
        raise ObjectionsWait
    _lay_before_council(work, application, "end_notice")


def approve(work: Work, application_id: int, *, motion_id: int | None, decided_on: date) -> None:
    """The council has agreed: dues are asked for, and the membership begins when they are there.

    A former member whose dues for this year were paid begins at once. Where no dues table is in force the application is
    approved all the same, and the secretariat told that it cannot ask for dues.
    """
    application = locked_application(work, application_id)
    member = _entry(work, application)
    days = charter_of(work.session, application.association_id).dues_days
    step(
        work,
        application,
        "approve",
        motion_id=motion_id,
        decided_on=decided_on,
        dues_until_on=work.today + timedelta(days=days),
        member_id=member.id,
    )
    try:
        invoice = issue_joining(work, member, application.tier)
    except NoDuesTable as missing:
        link = links.application_desk(application.id)
        tell_office(work, application.association_id, missing.message, link, year=work.today.year)
        return
    if invoice.state is InvoiceState.SETTLED:
        admit(work, member, invoice, work.today)
        refresh(work, member)
        return
    message = N_("The council has agreed to your application %(no)s. Please pay the dues until %(until)s.")
    tell_applicant(work, application, message, until=str(application.dues_until_on))


def refuse(work: Work, application_id: int, *, motion_id: int | None, decided_on: date, reason: str) -> None:
    """The council has not agreed; the reason is told, and when one may apply again."""
    application = locked_application(work, application_id)
    months = charter_of(work.session, application.association_id).reapply_months
    again = reapply_on(decided_on, months)
    step(work, application, "refuse", reason=reason, motion_id=motion_id, decided_on=decided_on, reapply_on=again)
    message = N_("The council has not agreed to your application %(no)s. You may apply again from %(again)s on.")
    tell_applicant(work, application, message, again=str(again))


def annul(work: Work, application_id: int) -> bool:
    """Lay an application before the council again, since its decision does not hold; tell whether that was possible."""
    application = locked_application(work, application_id)
    if application.state is not S.AWAITING_DUES:
        return False
    drop_joining_dues(work, application)
    _lay_before_council(work, application, "annul", dues_until_on=None)
    return True


def sweep_applications(work: Work) -> int:
    """Lay what was shown long enough before the council, and end what was not paid in time; return how many moved."""
    moved = 0
    ended = select(MembershipApplication.id).where(
        MembershipApplication.state == S.PUBLIC_NOTICE, MembershipApplication.notice_until_on < work.today
    )
    for application_id in work.session.scalars(ended.order_by(MembershipApplication.id).limit(MOST_AT_ONCE)).all():
        application = locked_application(work, application_id)
        if application.state is S.PUBLIC_NOTICE and not _objections_waiting(work, application_id):
            _lay_before_council(work, application, "end_notice")
            moved += 1
    late = select(MembershipApplication.id).where(
        MembershipApplication.state == S.AWAITING_DUES, MembershipApplication.dues_until_on < work.today
    )
    for application_id in work.session.scalars(late.order_by(MembershipApplication.id).limit(MOST_AT_ONCE)).all():
        moved += _lapse(work, application_id)
    return moved


def _lay_before_council(work: Work, application: MembershipApplication, name: str, **values: Any) -> None:
    """The application waits for a meeting of the council, which votes on it."""
    step(work, application, name, **values)
    firm = application.organisation.name
    bring(
        work,
        application.association_id,
        MotionSubject.APPLICATION,
        application.id,
        title=TITLE.format(firm=firm[:60]),
        text=application.introduction,
    )
    tell_applicant(work, application, N_("Your application %(no)s is before the council now."))


def _lapse(work: Work, application_id: int) -> int:
    """The member's row is locked before the application's, as whoever books a payment does."""
    member_id = work.session.scalar(
        select(MembershipApplication.member_id).where(MembershipApplication.id == application_id)
    )
    if member_id is not None:
        locked_member(work, member_id)
    application = locked_application(work, application_id)
    if application.state is not S.AWAITING_DUES or (application.dues_until_on or work.today) >= work.today:
        return 0
    drop_joining_dues(work, application)
    step(work, application, "lapse")
    tell_applicant(work, application, N_("Your application %(no)s has lapsed: the dues were not paid in time."))
    return 1


def _entry(work: Work, application: MembershipApplication) -> Member:
    """Return the entry of the applicant in the register, made if there is none, and locked."""
    association_id, firm_id = application.association_id, application.organisation_id
    hold(work.session, f"register of association {association_id}")
    member = member_of_firm(work.session, association_id, firm_id)
    if member is not None:
        return locked_member(work, member.id)
    member = Member(
        association_id=association_id,
        organisation_id=firm_id,
        no=application.no,
        tier=application.tier,
        joined_on=work.today,
        since_on=work.today,
        computed_at=work.now,
        created_at=work.now,
    )
    work.session.add(member)
    work.session.flush()
    return member


def _objections_waiting(work: Work, application_id: int) -> int:
    statement = select(func.count(ApplicationObjection.id)).where(
        ApplicationObjection.application_id == application_id, ApplicationObjection.answered_at.is_(None)
    )
    return work.session.scalar(statement) or 0
