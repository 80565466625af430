"""What can happen to a feed: made and revoked."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import func, select

from services.booking.models import CalendarFeed
from services.calendars.errors import TooManyFeeds
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.work import Work

MOST_FEEDS = 10
TOKEN_BYTES = 32


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_feed(work: Work) -> tuple[CalendarFeed, str]:
    """Make a feed of the actor's organisation for the actor; the token of 256 bits is told here and never again.

    Raises TooManyFeeds.
    """
    work.require(Permission.BOOKING_READ)
    person_id, organisation_id = work.actor.person_id, work.actor.organisation_id
    if person_id is None or organisation_id is None:
        raise NotFound
    living = select(func.count()).where(
        CalendarFeed.person_id == person_id,
        CalendarFeed.organisation_id == organisation_id,
        CalendarFeed.revoked_at.is_(None),
    )
    if (work.session.scalar(living) or 0) >= MOST_FEEDS:
        raise TooManyFeeds(most=MOST_FEEDS)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed(
        token_hash=token_hash(token), person_id=person_id, organisation_id=organisation_id, created_at=work.now
    )
    work.session.add(feed)
    work.record("calendar_feed.made", feed)
    return feed, token


def revoke_feed(work: Work, feed_id: int) -> None:
    """Let an own feed die now. Raises NotFound for one of somebody else; a second time changes nothing."""
    feed = work.session.get(CalendarFeed, feed_id, with_for_update=True)
    own = feed is not None and work.actor.person_id is not None and feed.person_id == work.actor.person_id
    if feed is None or not own or feed.organisation_id != work.actor.organisation_id:
        raise NotFound
    if feed.revoked_at is None:
        feed.revoked_at = work.now
        work.record("calendar_feed.revoked", feed)
