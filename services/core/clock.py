"""The only place that asks what time it is."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Return ``moment`` on the wall clock of the centres (Asia/Shanghai)."""
    return moment.astimezone(SHANGHAI)


def local_day(moment: datetime) -> date:
    """Return the centres' calendar day on which ``moment`` falls."""
    return local(moment).date()


def at(day: date, minute: int) -> datetime:
    """Return the UTC moment of ``minute`` minutes after midnight of the centres' ``day``; 1440 is the next midnight."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC) + timedelta(minutes=minute)


def minute_of_day(moment: datetime) -> int:
    """Return the minutes since midnight on the centres' wall clock."""
    wall = local(moment)
    return wall.hour * 60 + wall.minute


def months_after(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    last = monthrange(year, month + 1)[1]
    return first.replace(day=min(day.day, last))
