"""How a firm stands before it books: verified, without overdue bills, and whether it came of late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, select

from services.billing.models import Order
from services.booking.errors import NotVerified, UnpaidBills
from services.booking.models import Booking, BookingState
from services.core.errors import NotFound, RuleBroken
from services.core.work import Work
from services.organisations.models import Organisation, OrgState

VERIFIED = 2
UNPAID_AFTER = timedelta(days=30)
NO_SHOWS_WITHIN = timedelta(days=90)

_OVERDUE = (
    select(Order.id)
    .join(Booking, Booking.order_id == Order.id)
    .where(
        Order.organisation_id == Organisation.id,
        Order.provider_id == bindparam("provider_id"),
        Order.on_account.is_(False),
        Order.due_fen > Order.paid_fen - Order.refunded_fen,
        Order.created_at < bindparam("unpaid_before"),
        Booking.state.in_([BookingState.COMPLETED, BookingState.NO_SHOW]),
    )
    .exists()
)
_NO_SHOWS = (
    select(func.count())
    .where(
        Booking.organisation_id == Organisation.id,
        Booking.state == BookingState.NO_SHOW,
        Booking.state_at > bindparam("missed_after"),
    )
    .scalar_subquery()
)
_STANDING = (
    select(Organisation.level, Organisation.state, _OVERDUE, _NO_SHOWS)
    .where(Organisation.id == bindparam("organisation_id"))
    .with_for_update(key_share=True)
)


@dataclass(frozen=True)
class Standing:
    """How a firm stands with a centre."""

    is_verified: bool
    has_overdue: bool
    no_shows: int

    def faults(self) -> Iterator[RuleBroken]:
        """Yield why the firm may not book."""
        if not self.is_verified:
            yield NotVerified()
        if self.has_overdue:
            yield UnpaidBills()


def standing_of(work: Work, organisation_id: int, provider_id: int) -> Standing:
    """Read how a firm stands, and let its other bookings wait until this work is done. Raises NotFound."""
    asked = {
        "organisation_id": organisation_id,
        "provider_id": provider_id,
        "unpaid_before": work.now - UNPAID_AFTER,
        "missed_after": work.now - NO_SHOWS_WITHIN,
    }
    row = work.session.execute(_STANDING, asked).one_or_none()
    if row is None:
        raise NotFound
    level, state, has_overdue, no_shows = row
    is_verified = level >= VERIFIED and state in {OrgState.VERIFIED, OrgState.CHANGING}
    return Standing(is_verified, bool(has_overdue), no_shows)
