"""Private addresses of calendars."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from services.accounts.models import PersonState
from services.booking.models import BookingState, CalendarFeed
from services.calendars.errors import TooManyFeeds
from services.calendars.operations import MOST_FEEDS, make_feed, revoke_feed
from services.calendars.queries import feed_of, feeds_of
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.errors import NotAllowed, NotFound
from services.core.permissions import Role
from services.core.work import Work
from services.organisations.models import Membership, OrgState
from tests.factories.booking import Market, make_booking, make_market

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@pytest.fixture
def market(session) -> Market:
    with time_machine.travel(NOW, tick=False):
        yield make_market(session)


def test_only_the_hash_of_a_token_is_kept_and_each_is_new(market: Market):
    feed, token = make_feed(market.work())
    _, second = make_feed(market.work())

    assert len(token) == 43
    assert token != second
    kept = [
        *market.session.execute(select(CalendarFeed.token_hash)).scalars(),
        str(market.session.scalars(select(AuditEntry.facts).where(AuditEntry.kind == "calendar_feed.made")).all()),
    ]
    assert not any(token in one for one in kept)
    assert feeds_of(market.session, market.agent.id, market.firm.id)[0] is feed


def test_a_feed_shows_sent_bookings_of_the_firm_from_two_months_ago_on(market: Market):
    _, token = make_feed(market.work())
    coming = make_booking(market.session, market)
    recent = make_booking(market.session, market, starts_at=NOW - timedelta(days=59))
    make_booking(market.session, market, starts_at=NOW - timedelta(days=70), state_at=NOW - timedelta(days=70))
    make_booking(market.session, market, state=BookingState.HELD)
    make_booking(market.session, market, organisation=market.rival)

    feed = feed_of(market.session, token, NOW)

    assert set(feed.bookings) == {coming, recent}
    assert feed.organisation is market.firm


def test_a_feed_is_lost_with_what_stands_behind_it(market: Market):
    feed, token = make_feed(market.work())
    membership = market.session.scalars(select(Membership).where(Membership.person_id == market.agent.id)).one()

    def dead() -> bool:
        market.session.flush()
        try:
            feed_of(market.session, token, NOW)
        except NotFound:
            return True
        return False

    assert not dead()
    for subject, name, value in (
        (membership, "ended_at", NOW),
        (membership, "role", Role.EXPERT),
        (market.agent, "state", PersonState.DISABLED),
        (market.firm, "state", OrgState.SUSPENDED),
        (feed, "revoked_at", NOW),
    ):
        before = getattr(subject, name)
        setattr(subject, name, value)
        assert dead(), name
        setattr(subject, name, before)
        assert not dead(), name


def test_only_the_owner_revokes(market: Market):
    feed, token = make_feed(market.work())

    for stranger in (market.work(market.rival_agent, market.rival), market.work(market.agent, market.rival)):
        with pytest.raises(NotFound):
            revoke_feed(stranger, feed.id)
    revoke_feed(market.work(), feed.id)
    revoke_feed(market.work(), feed.id)

    with pytest.raises(NotFound):
        feed_of(market.session, token, NOW)
    with pytest.raises(NotFound):
        revoke_feed(market.work(), 2**31 - 1)


def test_who_may_not_read_bookings_gets_no_feed_and_nobody_gets_many(market: Market):
    expert = Actor(market.agent.id, "专家", market.firm.id, frozenset({Role.EXPERT}))
    with pytest.raises(NotAllowed):
        make_feed(Work(market.session, expert, NOW))
    for _ in range(MOST_FEEDS):
        make_feed(market.work())
    with pytest.raises(TooManyFeeds):
        make_feed(market.work())
