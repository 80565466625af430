"""A timetable from a week pattern: which days of the week, at which hours, until the hours of the course are used up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.training.models.courses import LessonKind

MOST_DAYS = 400


@dataclass(frozen=True)
class Pattern:
    """The days and hours of a week on which a class meets; ``times`` are pairs of minutes of the day."""

    first: date
    last: date
    weekdays: frozenset[int]
    times: tuple[tuple[int, int], ...]
    minutes_per_hour: int = 60
    """How long an hour of teaching (学时) is."""


@dataclass(frozen=True)
class Meeting:
    """One lesson that the pattern gives: minutes of the day, and hours of teaching."""

    day: date
    starts_min: int
    ends_min: int
    hours: int
    kind: LessonKind


def meetings(pattern: Pattern, theory: int, practice: int, is_taught: Callable[[date], bool]) -> list[Meeting]:
    """Return the lessons of the pattern in order, theory before practice, until the hours are used up.

    The last lesson of either is as short as what is left of it. Days that are not taught are left out.
    """
    left = {LessonKind.THEORY: theory, LessonKind.PRACTICE: practice}
    found: list[Meeting] = []
    for day, starts, ends in _slots(pattern, is_taught):
        kind = next((one for one, hours in left.items() if hours > 0), None)
        if kind is None:
            break
        hours = min(max((ends - starts) // pattern.minutes_per_hour, 1), left[kind])
        until = min(ends, starts + hours * pattern.minutes_per_hour) if hours == left[kind] else ends
        found.append(Meeting(day, starts, until, hours, kind))
        left[kind] -= hours
    return found


def _slots(pattern: Pattern, is_taught: Callable[[date], bool]) -> Iterator[tuple[date, int, int]]:
    for number in range(min((pattern.last - pattern.first).days + 1, MOST_DAYS)):
        day = pattern.first + timedelta(days=number)
        if day.weekday() in pattern.weekdays and is_taught(day):
            for starts, ends in pattern.times:
                yield day, starts, ends
