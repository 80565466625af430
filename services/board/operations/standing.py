"""Whether an organisation may post: verified, a member where there is an association, not suspended, within the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.association.standing import association_of, memberships_of
from services.board.errors import MembersOnly, NotVerified, PostingSuspended, TooManyPosts
from services.board.models.posts import Post, Visibility
from services.board.models.reviews import AbuseReport, AbuseState, PostingSuspension
from services.board.queries.visibility import TRADING_KINDS
from services.core import clock
from services.core.locks import hold
from services.core.settings import setting
from services.core.work import Work
from services.organisations.models import Organisation

REPORTS_REMEMBERED = timedelta(days=180)


def refuse_unless_posting(session: Session, firm: Organisation, today: date) -> None:
    """Raise when the organisation may not post at all."""
    if not firm.is_verified or firm.kind not in TRADING_KINDS:
        raise NotVerified
    association_id = association_of(session, firm.id)
    if (
        association_id not in {None, firm.id}
        and setting(session, "board.posts_require_membership")
        and association_id not in memberships_of(session, firm.id, today)
    ):
        raise MembersOnly
    suspension = suspension_of(session, firm.id, today)
    if suspension is not None:
        raise PostingSuspended(until=suspension.until_on)


def suspension_of(session: Session, organisation_id: int, day: date) -> PostingSuspension | None:
    """Return the suspension under which the organisation stands on that day; the one that ends last."""
    statement = (
        select(PostingSuspension)
        .where(
            PostingSuspension.organisation_id == organisation_id,
            PostingSuspension.from_on <= day,
            PostingSuspension.until_on >= day,
            PostingSuspension.lifted_at.is_(None),
        )
        .order_by(PostingSuspension.until_on.desc(), PostingSuspension.id.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def take_place_of_today(work: Work, firm: Organisation) -> None:
    """Count the post among those of today, one firm at a time. Raises TooManyPosts."""
    hold(work.session, f"posts of organisation {firm.id}")
    since = clock.at(work.today, 0)
    sent = work.session.scalar(select(func.count()).where(Post.organisation_id == firm.id, Post.submitted_at >= since))
    limit = setting(work.session, "board.posts_per_day")
    if (sent or 0) >= limit:
        raise TooManyPosts(limit=limit)


def is_preapproved(work: Work, post: Post) -> bool:
    """Tell whether the post is published at once: its firm had enough accepted, and no report upheld against it lately.

    What the association stands in front of, or wrote itself, is always looked at first.
    """
    if post.visibility is Visibility.ANONYMOUS or post.entered_for:
        return False
    accepted = work.session.scalar(
        select(func.count()).where(
            Post.organisation_id == post.organisation_id, Post.accepted_at.is_not(None), Post.id != post.id
        )
    )
    needed = setting(work.session, "board.preapproved_after")
    return (accepted or 0) >= needed and not posts_upheld(work.session, post.organisation_id, work.now)


def posts_upheld(session: Session, organisation_id: int, now: datetime) -> int:
    """Return how many posts of the organisation had a report upheld in the last 180 days."""
    statement = (
        select(func.count(AbuseReport.post_id.distinct()))
        .join(AbuseReport.post)
        .where(
            Post.organisation_id == organisation_id,
            AbuseReport.state == AbuseState.UPHELD,
            AbuseReport.decided_at > now - REPORTS_REMEMBERED,
        )
    )
    return session.scalar(statement) or 0
