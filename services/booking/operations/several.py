"""What staff do with many bookings at once: each stands or falls by itself."""

from __future__ import annotations

from collections.abc import Collection

from services.booking.operations.changing import confirm
from services.core.errors import RuleBroken
from services.core.work import Work

MOST = 100


def confirm_each(work: Work, booking_ids: Collection[int]) -> dict[int, RuleBroken | None]:
    """Confirm every request that can be; return for each what was in its way, None where nothing was.

    At most a hundred are taken at once, always in the order of their ids. Raises NotFound for one of another centre.
    """
    outcome: dict[int, RuleBroken | None] = {}
    for booking_id in sorted(set(booking_ids))[:MOST]:
        try:
            with work.session.begin_nested():
                confirm(work, booking_id)
        except RuleBroken as refusal:
            outcome[booking_id] = refusal
        else:
            outcome[booking_id] = None
    return outcome
