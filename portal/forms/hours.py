"""Hours of a day as people type them: 08:30-11:30, 13:30-17:00."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from wtforms.widgets import TextInput, TimeInput

from portal.forms.fields import ParsedField
from portal.i18n import gettext
from services.core.characters import narrow
from services.core.messages import N_

MOST_INTERVALS = 6
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_INTERVAL = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})\Z")
_HOUR = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?\Z")
_DASHES = re.compile(r"\s*(?:[-–—－~～至到])\s*")
_GAPS = re.compile(r"[\s,;，；、]+")

Minutes = tuple[int, int]
"""From when to when, in minutes of the day."""


class HoursField(ParsedField):
    """Hours of a day such as ``08:30-11:30, 13:30-17:00``; the value is pairs of minutes of the day, in order."""

    widget = TextInput()

    def parse(self, text: str) -> tuple[Minutes, ...]:
        """Return the intervals when they follow each other."""
        parts = [_INTERVAL.match(part) for part in _GAPS.split(_DASHES.sub("-", narrow(text))) if part]
        intervals = sorted(_minutes(part) for part in parts if part)
        if not intervals or not all(parts) or not all(_is_interval(one) for one in intervals):
            raise ValueError(gettext("Write hours as 08:30-11:30, 13:30-17:00, at most until 24:00."))
        if any(later[0] < earlier[1] for earlier, later in pairwise(intervals)):
            raise ValueError(gettext("Hours of one day must not overlap."))
        if len(intervals) > MOST_INTERVALS:
            raise ValueError(gettext("At most %(most)s intervals in a day.", most=MOST_INTERVALS))
        return tuple(intervals)

    def show(self, value: Sequence[Minutes]) -> str:
        """Return the hours as they are typed."""
        return hours_text(value)


class HourField(ParsedField):
    """An hour of the day such as ``08:30``; the value is minutes of the day."""

    widget = TimeInput()

    def parse(self, text: str) -> int:
        """Return the minutes since midnight."""
        found = _HOUR.match(narrow(text))
        minutes = int(found[1]) * 60 + int(found[2]) if found else -1
        if found is None or int(found[2]) > 59 or not 0 <= minutes <= 1440:
            raise ValueError(gettext("Enter an hour such as 08:30."))
        return minutes

    def show(self, value: int) -> str:
        """Return the hour as it is typed."""
        return hour_text(value)


def hour_text(minute: int) -> str:
    """Return a minute of the day as 08:30; 1440 is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def hours_text(intervals: Sequence[Minutes]) -> str:
    """Return intervals as text, 08:30-11:30, 13:30-17:00."""
    return ", ".join(f"{hour_text(opens)}-{hour_text(closes)}" for opens, closes in intervals)


def _minutes(part: re.Match[str]) -> Minutes:
    hour, minute, last_hour, last_minute = (int(text) for text in part.groups())
    wrong = minute > 59 or last_minute > 59
    return (-1, -1) if wrong else (hour * 60 + minute, last_hour * 60 + last_minute)


def _is_interval(interval: Minutes) -> bool:
    return 0 <= interval[0] < interval[1] <= 1440
