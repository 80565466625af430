"""What a firm reads about its bookings."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from services.booking.models import BookingState
from services.booking.queries import (
    Need,
    Tab,
    booking_of,
    bookings_of,
    counts,
    history,
    next_bookings,
    providers_of,
    resource_names,
    waiting_for_firm,
)
from services.core.errors import NotFound
from tests.factories.booking import Market, make_booking, make_market, make_order, slot

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
S = BookingState


@pytest.fixture
def market(session) -> Market:
    with time_machine.travel(NOW, tick=False):
        yield make_market(session)


def listed(market: Market, tab: Tab | None = None, **over) -> list:
    statement = bookings_of(market.firm.id, tab, now=NOW, **over)
    return list(market.session.scalars(statement))


def test_coming_bookings_are_listed_by_time_and_past_ones_latest_first(market: Market):
    later, sooner = (make_booking(market.session, market, starts_at=NOW + timedelta(hours=hours)) for hours in (50, 26))
    undated = make_booking(market.session, market, starts_at=None)
    old, new = (
        make_booking(market.session, market, state=S.COMPLETED, state_at=NOW - timedelta(days=days)) for days in (9, 2)
    )

    assert listed(market, Tab.COMING) == [sooner, later, undated]
    assert listed(market, Tab.PAST) == [new, old]
    assert counts(market.session, market.firm.id, NOW) == {Tab.COMING: 3, Tab.WAITING: 0, Tab.PAST: 2}


def test_a_hold_or_proposal_counts_until_the_very_moment_it_lapses(market: Market):
    held = make_booking(market.session, market, state=S.HELD)
    proposed = make_booking(market.session, market, state=S.PROPOSED)

    assert listed(market, Tab.WAITING) == [held, proposed]
    held.hold_expires_at = proposed.hold_expires_at = NOW
    market.session.flush()
    assert listed(market, Tab.WAITING) == []
    assert listed(market, Tab.PAST) == [proposed]


@pytest.mark.parametrize(
    ("words", "found"),
    [("机时", True), ("yy-2026", True), ("%", False), ("_", False), ("\\", False), ("抗热", False)],
)
def test_words_are_taken_literally(market: Market, words, found):
    make_booking(market.session, market)

    assert bool(listed(market, words=words)) is found


def test_only_the_own_booking_is_found(market: Market):
    booking = make_booking(market.session, market)

    assert booking_of(market.session, booking.id, market.firm.id) is booking
    for stranger in (market.rival.id, market.provider.id, None):
        with pytest.raises(NotFound):
            booking_of(market.session, booking.id, stranger)


def test_the_history_names_the_firms_own_people_only(market: Market):
    with time_machine.travel(NOW, tick=False):
        booking = market.request(slot("09:00", "10:00", NOW.date() + timedelta(days=1)))

    lines = history(market.session, booking.id)

    assert [(one.event.kind, one.person_name) for one in lines] == [
        ("hold", market.agent.name),
        ("submit", market.agent.name),
    ]
    assert resource_names(market.session, booking.id) == ["试验炉甲"]
    assert [tuple(row) for row in providers_of(market.session, market.firm.id)] == [
        (market.provider.id, market.provider.organisation.name)
    ]


def test_next_bookings_leave_out_what_is_over(market: Market):
    make_booking(market.session, market, starts_at=NOW - timedelta(hours=2))
    coming = [make_booking(market.session, market, starts_at=NOW + timedelta(hours=hours)) for hours in range(1, 8)]

    assert list(next_bookings(market.session, market.firm.id, NOW)) == coming[:5]


def test_what_waits_for_the_firm_is_told_with_its_reason(market: Market):
    session, firm = market.session, market.firm
    due = make_booking(session, market, state=S.COMPLETED)
    make_booking(session, market, order=make_order(session, market, firm, on_account=True))
    make_booking(session, market, order=make_order(session, market, firm, paid_fen=20000))
    make_booking(session, market, state=S.REQUESTED)
    refund = make_booking(session, market, state=S.CANCELLED, order=make_order(session, market, firm, 0, paid_fen=500))
    displaced = make_booking(session, market, state=S.DISPLACED)
    proposed = make_booking(session, market, state=S.PROPOSED)
    held = make_booking(session, market, state=S.HELD)
    make_booking(session, market, state=S.HELD, hold_expires_at=NOW)
    make_booking(session, market, state=S.PROPOSED, organisation=market.rival)

    found = [(one.need, one.booking) for one in waiting_for_firm(session, firm.id, NOW)]

    assert found == [
        (Need.FINISH, held),
        (Need.ANSWER, proposed),
        (Need.REARRANGE, displaced),
        (Need.PAY, due),
        (Need.REFUND, refund),
    ]
