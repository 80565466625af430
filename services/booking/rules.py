"""Pure rules of booking: which transition starts where, what a time must satisfy, what cancelling costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.booking.errors import (
    EndBeforeStart,
    InThePast,
    OffGrid,
    TooFarAhead,
    TooLong,
    TooShort,
    TooSoon,
)
from services.booking.models import BookingState
from services.catalogue.models import BookingPolicy
from services.core import clock
from services.core.errors import RuleBroken
from services.core.messages import N_
from services.core.money import percent_of

S = BookingState

OCCUPYING = frozenset({S.HELD, S.REQUESTED, S.PROPOSED, S.CONFIRMED, S.IN_USE})
"""The states in which a booking holds its claims."""

OPEN = OCCUPYING | {S.DISPLACED}
"""The states in which something is still to come."""

TRANSITIONS: dict[str, tuple[frozenset[BookingState], BookingState]] = {
    "submit": (frozenset({S.HELD}), S.REQUESTED),
    "book_at_once": (frozenset({S.HELD}), S.CONFIRMED),
    "propose": (frozenset({S.HELD}), S.PROPOSED),
    "accept": (frozenset({S.PROPOSED}), S.CONFIRMED),
    "decline": (frozenset({S.PROPOSED}), S.CANCELLED),
    "withdraw": (frozenset({S.PROPOSED}), S.CANCELLED),
    "abandon": (frozenset({S.HELD}), S.CANCELLED),
    "expire": (frozenset({S.HELD, S.PROPOSED}), S.EXPIRED),
    "confirm": (frozenset({S.REQUESTED}), S.CONFIRMED),
    "ask_again": (frozenset({S.CONFIRMED}), S.REQUESTED),
    "reject": (frozenset({S.REQUESTED}), S.REJECTED),
    "cancel": (frozenset({S.REQUESTED, S.CONFIRMED, S.DISPLACED}), S.CANCELLED),
    "check_in": (frozenset({S.CONFIRMED}), S.IN_USE),
    "complete": (frozenset({S.IN_USE}), S.COMPLETED),
    "miss": (frozenset({S.CONFIRMED}), S.NO_SHOW),
    "displace": (frozenset({S.REQUESTED, S.PROPOSED, S.CONFIRMED}), S.DISPLACED),
    "rearrange": (frozenset({S.DISPLACED}), S.CONFIRMED),
}
"""Every named transition: the states it starts from and the state it leads to (booking-and-testing.md 4.3)."""

STATE_NAMES = {
    S.HELD: N_("Slot held"),
    S.REQUESTED: N_("Waiting for the centre"),
    S.PROPOSED: N_("Waiting for the firm"),
    S.CONFIRMED: N_("Confirmed"),
    S.IN_USE: N_("In use"),
    S.COMPLETED: N_("Completed"),
    S.EXPIRED: N_("Lapsed"),
    S.REJECTED: N_("Declined"),
    S.CANCELLED: N_("Cancelled"),
    S.NO_SHOW: N_("No-show"),
    S.DISPLACED: N_("To be rearranged"),
}

MOVABLE = frozenset({S.REQUESTED, S.CONFIRMED, S.DISPLACED})


def may(transition: str, state: BookingState) -> bool:
    """Tell whether the named transition starts from ``state``."""
    return state in TRANSITIONS[transition][0]


@dataclass(frozen=True)
class Span:
    """A half-open interval of time."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """The length in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    def overlaps(self, other: Span) -> bool:
        """Tell whether both share a moment; touching ends do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def widened(self, policy: BookingPolicy) -> Span:
        """Return the interval with the buffers before and after."""
        return Span(
            self.starts_at - timedelta(minutes=policy.buffer_before_min),
            self.ends_at + timedelta(minutes=policy.buffer_after_min),
        )


def broken_times(span: Span, policy: BookingPolicy, now: datetime) -> Iterator[RuleBroken]:
    """Yield every rule of ``policy`` that the interval breaks, whatever the calendar says."""
    if span.ends_at <= span.starts_at:
        yield EndBeforeStart()
        return
    ahead = span.starts_at - now
    if ahead < timedelta(0):
        yield InThePast()
    elif ahead < timedelta(minutes=policy.lead_min):
        yield TooSoon(minutes=policy.lead_min)
    if (clock.local_day(span.starts_at) - clock.local_day(now)).days > policy.horizon_days:
        yield TooFarAhead(days=policy.horizon_days)
    if span.minutes < policy.minimum_min:
        yield TooShort(minutes=policy.minimum_min)
    if span.minutes > policy.maximum_min:
        yield TooLong(minutes=policy.maximum_min)
    if not on_grid(span, policy.granularity_min):
        yield OffGrid(minutes=policy.granularity_min)


def on_grid(span: Span, step: int) -> bool:
    """Tell whether start and length are whole steps of the centres' day."""
    whole = span.starts_at.second == span.starts_at.microsecond == 0
    return whole and clock.minute_of_day(span.starts_at) % step == 0 and span.minutes % step == 0


def is_covered(span: Span, opening: Sequence[tuple[datetime, datetime]]) -> bool:
    """Tell whether one of the disjoint, joined opening intervals holds the whole of ``span``."""
    return any(opens <= span.starts_at and span.ends_at <= closes for opens, closes in opening)


def joined(intervals: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return the intervals sorted, with touching and overlapping ones made one."""
    whole: list[tuple[datetime, datetime]] = []
    for opens, closes in sorted(intervals):
        if whole and opens <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], closes))
        else:
            whole.append((opens, closes))
    return whole


@dataclass(frozen=True)
class CancellationCost:
    """What cancelling costs now: nothing up to and including ``free_until``, then ``percent`` of the price."""

    free_until: datetime | None
    percent: int
    fee_fen: int

    @property
    def is_free(self) -> bool:
        """Whether cancelling now costs nothing."""
        return self.fee_fen == 0


def cancellation_cost(
    state: BookingState, starts_at: datetime | None, due_fen: int, terms: dict[str, int], now: datetime
) -> CancellationCost:
    """Return the cost for the client of cancelling at ``now`` under the agreed ``terms`` (domain.md F04 rule 7).

    A request that nobody has confirmed and a booking the centre has displaced cost nothing.
    """
    percent = int(terms.get("late_fee_percent", 0))
    if starts_at is None:
        return CancellationCost(None, 0, 0)
    free_until = starts_at - timedelta(hours=int(terms.get("free_cancel_hours", 24)))
    late = state is BookingState.CONFIRMED and now > free_until
    return CancellationCost(free_until, percent, percent_of(due_fen, percent) if late else 0)
