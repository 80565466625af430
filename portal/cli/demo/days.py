"""Days and moments told from the day of loading, so that the demonstration never looks stale.

``+3`` is the third working day after the first day, ``-3`` the third working day before the day of loading, ``0`` the
first day itself, ``d+3`` plain calendar days, ``w1`` the Tuesday of the next week that is worked from Monday to Friday.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from services.core import clock
from services.core.calendar import WorkingDays

_DAY = timedelta(days=1)
REACH = timedelta(days=460)


class Days:
    """Turns such words into dates. The first day is the day of loading, or the next working day after it."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.now = now
        self.loaded_on = clock.local_day(now)
        self._calendar = WorkingDays.around(session, self.loaded_on - REACH, self.loaded_on + REACH)
        self.first = self._calendar.after(self.loaded_on, 0).day

    def day(self, word: str) -> date:
        """Return the date that ``word`` tells."""
        if word.startswith("d"):
            return self.loaded_on + timedelta(days=int(word[1:]))
        if word.startswith("w"):
            return self._full_week() + timedelta(days=int(word[1:]))
        count = int(word)
        return self._calendar.after(self.first, count).day if count >= 0 else self._before(-count)

    def moment(self, words: str) -> datetime:
        """Return the moment that e.g. ``-2 09:30`` tells; ``now`` is the moment of loading."""
        if words == "now":
            return self.now
        day, time = words.split()
        return clock.at(self.day(day), minutes(time))

    def after(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``."""
        return self._calendar.after(day, count).day

    def _before(self, count: int) -> date:
        day = self.loaded_on
        while count:
            day -= _DAY
            count -= self._calendar.is_working(day)
        return day

    def _full_week(self) -> date:
        monday = self.first + timedelta(days=7 - self.first.weekday())
        while not all(self._calendar.is_working(monday + step * _DAY) for step in range(5)):
            monday += timedelta(days=7)
        return monday


def minutes(time: str) -> int:
    """Return the minutes since midnight of e.g. ``08:30``; ``24:00`` is the end of the day."""
    hours, rest = time.split(":")
    return int(hours) * 60 + int(rest)
