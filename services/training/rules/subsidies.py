"""What the state pays of a training (domain.md 6.12)."""

from __future__ import annotations

from datetime import date, datetime

from services.core import clock
from services.core.money import percent_of
from services.training.models.courses import Level

HIGH = frozenset({Level.SENIOR, Level.TECHNICIAN, Level.SENIOR_TECHNICIAN})
"""From which level on a shortage of the occupation raises the subsidy."""

CLAIM_MONTHS = 12


def subsidy_fen(fee_fen: int, standard_fen: int, level: Level, shortage_percent: int) -> int:
    """Return the subsidy: the standard of the level, raised where the occupation is short, never more than the fee paid.

    The uplift holds from the senior level on and is at most 30 %. Amounts are in fen.
    """
    uplift = min(max(shortage_percent, 0), 30) if level in HIGH else 0
    return min(fee_fen, percent_of(standard_fen, 100 + uplift))


def is_too_late(certified_at: datetime, today: date) -> bool:
    """Tell whether the time for a claim is over: twelve months after the day of the certificate, that day included."""
    return today > clock.months_after(clock.local_day(certified_at), CLAIM_MONTHS)
