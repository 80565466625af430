"""Reports of abuse (举报), what follows from upheld ones, and suspensions from posting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from services.association.standing import association_of
from services.board.errors import OwnPost, ReasonMissing, ReportDecided, ReportedAlready
from services.board.models.posts import Post
from services.board.models.reviews import AbuseReason, AbuseReport, AbuseState, PostingSuspension
from services.board.operations.standing import posts_upheld, suspension_of
from services.board.operations.steps import (
    note,
    post_of_association,
    require_review,
    step,
    tell_association,
    tell_poster,
)
from services.board.queries.visibility import reader_of, visible_to
from services.board.rules.states import POST_STEPS
from services.core import links
from services.core.errors import NotFound
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.organisations.queries import holders_of

UPHELD_FOR_SUSPENSION = 2


def report_abuse(work: Work, post_id: int, reason: AbuseReason, text: str = "") -> AbuseReport:
    """Report a post that the actor's organisation may read; the association is told, the poster is not."""
    work.require(Permission.INTEREST_SEND)
    organisation_id = work.actor.organisation_id
    reader = reader_of(work.session, work.actor, work.today)
    post = work.session.scalars(select(Post).where(Post.id == post_id, visible_to(reader))).one_or_none()
    if post is None or organisation_id is None:
        raise NotFound
    if post.organisation_id == organisation_id:
        raise OwnPost
    said = {
        "post_id": post.id,
        "organisation_id": organisation_id,
        "person_id": work.actor.person_id,
        "reason": reason,
        "text": text,
        "at": work.now,
        "state": AbuseState.OPEN,
        "note": "",
    }
    if not insert_unless_taken(work.session, AbuseReport, **said):
        raise ReportedAlready
    report = work.session.scalars(
        select(AbuseReport).where(
            AbuseReport.post_id == post.id,
            AbuseReport.organisation_id == organisation_id,
            AbuseReport.state == AbuseState.OPEN,
        )
    ).one()
    work.record("abuse_report.made", report, no=post.no, reason=reason)
    tell_association(
        work,
        post.association_id,
        N_("Post %(no)s “%(title)s” was reported."),
        link=links.abuse_desk(),
        no=post.no,
        title=post.title,
    )
    return report


def uphold(work: Work, report_id: int, *, reason: str) -> AbuseReport:
    """The report is right: the post is taken down, with it every open report of it is decided.

    A firm with reports upheld against two posts within 180 days is suspended from posting.
    """
    report, post = _reported(work, report_id)
    if not reason.strip():
        raise ReasonMissing
    _decide(work, report, AbuseState.UPHELD, reason)
    _decide_the_others(work, report, reason)
    if post.state in POST_STEPS["take_down"][0]:
        step(work, post, "take_down", reason=reason)
        tell_poster(
            work, post, "post_taken_down", N_("Post %(no)s “%(title)s” was taken down: %(reason)s"), reason=reason
        )
    else:
        note(work, post, "reported", reason=reason)
    _suspend(work, post, reason)
    return report


def dismiss(work: Work, report_id: int, *, reason: str) -> AbuseReport:
    """The report is not right: the post stays as it is, and whoever reported it is told."""
    report, post = _reported(work, report_id)
    if not reason.strip():
        raise ReasonMissing
    _decide(work, report, AbuseState.DISMISSED, reason)
    work.tell(
        report.person_id,
        N_("Your report of post %(no)s “%(title)s” was looked into; the post stays: %(reason)s"),
        link=links.post(post.no or ""),
        no=post.no or "",
        title=post.title,
        reason=reason,
    )
    return report


def lift_suspension(work: Work, suspension_id: int, *, reason: str) -> PostingSuspension:
    """The organisation may post again from now on."""
    suspension = work.session.get(PostingSuspension, suspension_id, with_for_update=True)
    if suspension is None or suspension.lifted_at is not None or suspension.until_on < work.today:
        raise NotFound
    require_review(work, association_of(work.session, suspension.organisation_id))
    if not reason.strip():
        raise ReasonMissing
    suspension.lifted_at = work.now
    work.record("posting_suspension.lifted", suspension, reason=reason)
    _tell_firm(work, suspension.organisation_id, N_("Your organisation may post again: %(reason)s"), reason=reason)
    return suspension


def _reported(work: Work, report_id: int) -> tuple[AbuseReport, Post]:
    report = work.session.get(AbuseReport, report_id)
    if report is None:
        raise NotFound
    return report, post_of_association(work, report.post_id)


def _decide(work: Work, report: AbuseReport, state: AbuseState, reason: str) -> None:
    """Decide the report, once; ReportDecided when somebody was quicker."""
    statement = (
        update(AbuseReport)
        .where(AbuseReport.id == report.id, AbuseReport.state == AbuseState.OPEN)
        .values(state=state, decided_at=work.now, decided_by_id=work.actor.person_id, note=reason)
    )
    if cast("CursorResult[Any]", work.session.execute(statement)).rowcount != 1:
        raise ReportDecided
    work.session.refresh(report)
    work.record(
        "abuse_report.upheld" if state is AbuseState.UPHELD else "abuse_report.dismissed", report, reason=reason
    )


def _decide_the_others(work: Work, report: AbuseReport, reason: str) -> None:
    statement = (
        select(AbuseReport)
        .where(AbuseReport.post_id == report.post_id, AbuseReport.state == AbuseState.OPEN)
        .order_by(AbuseReport.id)
    )
    for other in work.session.scalars(statement).all():
        _decide(work, other, AbuseState.UPHELD, reason)


def _suspend(work: Work, post: Post, reason: str) -> None:
    """Suspend the firm when it is due and it is not suspended already; it is told."""
    if posts_upheld(work.session, post.organisation_id, work.now) < UPHELD_FOR_SUSPENSION:
        return
    if suspension_of(work.session, post.organisation_id, work.today) is not None:
        return
    days = setting(work.session, "board.suspension_days")
    suspension = PostingSuspension(
        organisation_id=post.organisation_id,
        from_on=work.today,
        until_on=work.today + timedelta(days=days - 1),
        reason=reason,
    )
    work.session.add(suspension)
    work.session.flush()  # the letter points to it
    work.record("posting_suspension.set", suspension, until_on=suspension.until_on)
    _tell_firm(
        work,
        post.organisation_id,
        N_("After two upheld reports your organisation is suspended from posting until %(until)s."),
        until=suspension.until_on.isoformat(),
    )
    work.later("mail.posting_suspended", suspension_id=suspension.id)


def _tell_firm(work: Work, organisation_id: int, message: str, **facts: Any) -> None:
    for person_id in work.session.scalars(holders_of(Permission.POST_WRITE, organisation_id)).all():
        work.tell(person_id, message, link=links.my_posts(), **facts)
