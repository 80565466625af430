"""How long testing takes: pure functions on plain values (domain.md F05 rule 3)."""

from __future__ import annotations

from math import ceil

from services.catalogue.models import PriceUnit, Urgency
from services.catalogue.rules import urgent_days

MINUTES = {PriceUnit.HALF_HOUR: 30, PriceUnit.HOUR: 60, PriceUnit.DAY: 24 * 60}
"""What one of the units by which a test is sold by time is in minutes."""


def minutes_of(unit: PriceUnit, quantity: int, minutes_per_sample: int) -> int:
    """Return how long a sample occupies the instrument: what was ordered where time is sold, else the item's own."""
    return MINUTES[unit] * quantity if unit in MINUTES else minutes_per_sample


def run_hours_of(unit: PriceUnit, quantity: int, run_hours: int) -> int:
    """Return how long the test itself runs, whatever the speed ordered."""
    return MINUTES[unit] * quantity // 60 if unit in MINUTES else run_hours


def days_to_test(working_days: int | None, unit: PriceUnit, quantity: int) -> int:
    """Return the working days of a test: a test sold by the hour takes its whole days on top (时长 + n)."""
    whole_days = MINUTES[unit] * quantity // (24 * 60) if unit in MINUTES else 0
    return (working_days or 0) + whole_days


def days_promised(days: int, urgency: Urgency, run_hours: int) -> int:
    """Return the working days promised at this speed: never fewer than the test itself runs."""
    if urgency is Urgency.NORMAL:
        return days
    return min(days, max(urgent_days(days, urgency) or 0, ceil(run_hours / 24)))
