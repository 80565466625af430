"""Reads about feeds: one's own, and what an address leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.accounts.models import Person, PersonState
from services.booking.models import Booking, CalendarFeed
from services.booking.queries import bookings_of
from services.calendars.operations import MOST_FEEDS, token_hash
from services.core.errors import NotFound
from services.core.permissions import Permission, granted
from services.organisations.models import Organisation
from services.organisations.queries import live_memberships

MOST_ENTRIES = 500
LOOK_BACK = timedelta(days=60)
LONGEST_TOKEN = 100


def feeds_of(session: Session, person_id: int, organisation_id: int | None) -> Sequence[CalendarFeed]:
    """Return the living feeds of a person for an organisation, oldest first."""
    statement = (
        select(CalendarFeed)
        .where(
            CalendarFeed.person_id == person_id,
            CalendarFeed.organisation_id == organisation_id,
            CalendarFeed.revoked_at.is_(None),
        )
        .order_by(CalendarFeed.id)
        .limit(MOST_FEEDS)
    )
    return session.scalars(statement).all()


@dataclass(frozen=True)
class Feed:
    """What a feed shows, and in which language."""

    organisation: Organisation
    locale: str
    bookings: Sequence[Booking]


def feed_of(session: Session, token: str, now: datetime) -> Feed:
    """Return what the feed behind ``token`` shows: the firm's numbered bookings from two months ago on.

    Raises NotFound alike for an unknown token, a revoked feed, and a person who may no longer see the bookings.
    """
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        raise NotFound
    statement = (
        select(CalendarFeed, Person)
        .join(Person, Person.id == CalendarFeed.person_id)
        .where(
            CalendarFeed.token_hash == token_hash(token),
            CalendarFeed.revoked_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    feed, person = found
    held = [one for one in live_memberships(session, person.id) if one.organisation_id == feed.organisation_id]
    if Permission.BOOKING_READ not in granted(frozenset(one.role for one in held)):
        raise NotFound
    since = now - LOOK_BACK
    wanted = (
        bookings_of(feed.organisation_id, now=now)
        .where(Booking.no.is_not(None), or_(Booking.ends_at >= since, Booking.state_at >= since))
        .limit(MOST_ENTRIES)
    )
    return Feed(held[0].organisation, person.locale, session.scalars(wanted).all())
