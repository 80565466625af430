"""The sign-in code of a lesson, what counts as attended, and the rate that the examination asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from services.core import moving_code
from services.training.models.outcomes import Presence

OPENS_BEFORE = timedelta(minutes=30)
LATE_AFTER = timedelta(minutes=15)
"""Whoever signs in later than that after the beginning is late."""


def code_of(key: bytes, lesson_id: int, moment: datetime) -> str:
    """Return the code of a lesson at a moment: eight characters that change every half minute."""
    return moving_code.code_at(key, str(lesson_id), moment)


def code_holds(key: bytes, lesson_id: int, code: str, moment: datetime) -> bool:
    """Tell whether ``code`` is that of the lesson now, or was half a minute ago. The server's clock decides."""
    return moving_code.code_holds(key, str(lesson_id), code, moment)


@dataclass(frozen=True)
class Window:
    """A lesson as far as signing in goes."""

    starts_at: datetime
    ends_at: datetime

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody can sign in now: from half an hour before until the end."""
        return self.starts_at - OPENS_BEFORE <= moment < self.ends_at

    def presence_at(self, moment: datetime) -> Presence:
        """How somebody attends who signs in now."""
        return Presence.LATE if moment > self.starts_at + LATE_AFTER else Presence.PRESENT

    @property
    def minutes(self) -> int:
        """How long the lesson lasts."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    def minutes_from(self, moment: datetime) -> int:
        """How many minutes are left of it for whoever comes now; all of them within the tolerance."""
        if self.presence_at(moment) is Presence.PRESENT:
            return self.minutes
        return max(0, int((self.ends_at - moment).total_seconds() // 60))


def rate(attended: Iterable[tuple[int, int, int]]) -> Fraction:
    """Return the share of the teaching that was attended, of rows (hours of the lesson, its minutes, minutes attended)."""
    rows = list(attended)
    hours = sum(one for one, _, _ in rows)
    if not hours:
        return Fraction(0)
    return sum((Fraction(one * min(there, minutes), minutes) for one, minutes, there in rows), Fraction(0)) / hours


def is_enough(share: Fraction, percent: int) -> bool:
    """Tell whether a share reaches the percentage that the course asks for; exactly that much is enough."""
    return share * 100 >= percent
