"""The calendar of public holidays and make-up work days (调休), by which promised dates are counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.core import clock
from services.core.base import Base, Words

CUT_OFF = time(15, 0)


class DayKind(StrEnum):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


class CalendarDay(Base):
    """An exception to Monday–Friday: a public holiday, or a weekend day that is worked."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(Words(DayKind))
    note: Mapped[str] = mapped_column(String(60), default="")


class CalendarYear(Base):
    """A year whose arrangement has been published and entered; other years are unknown."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(200), default="")


_DAY = CalendarDay.__table__.c
_EXCEPTIONS = select(_DAY.day, _DAY.kind).where(_DAY.day.between(bindparam("first"), bindparam("last")))
_YEARS = select(CalendarYear.__table__.c.year)


@dataclass(frozen=True)
class PromisedDate:
    """A date counted in working days. ``certain`` is False when it touches a year that is not published yet."""

    day: date
    certain: bool


class WorkingDays:
    """The working-day rules of a stretch of time, read once from the database."""

    def __init__(self, exceptions: dict[date, DayKind], known_years: frozenset[int] = frozenset()) -> None:
        self._exceptions = exceptions
        self._known = known_years

    @classmethod
    def around(cls, session: Session, first: date, last: date) -> WorkingDays:
        """Read the exceptions from ``first`` to ``last``, and which years have been published."""
        return cls(exceptions(session, first, last), frozenset(session.scalars(_YEARS)))

    def is_known(self, day: date) -> bool:
        """Tell whether the year of ``day`` has been published."""
        return day.year in self._known

    def is_working(self, day: date) -> bool:
        """Tell whether ``day`` is worked; in an unknown year Monday to Friday are."""
        kind = self._exceptions.get(day)
        return day.weekday() < 5 if kind is None else kind is DayKind.MAKE_UP

    def after(self, start: date, days: int) -> PromisedDate:
        """Return the ``days``-th working day after ``start`` (``start`` itself, or the next one, for 0)."""
        day, left, certain = start, days, self.is_known(start)
        while left > 0 or not self.is_working(day):
            day += timedelta(days=1)
            certain = certain and self.is_known(day)
            if left > 0 and self.is_working(day):
                left -= 1
        return PromisedDate(day, certain)

    def between(self, first: date, last: date) -> int:
        """Return how many working days lie in (``first``, ``last``]."""
        return sum(self.is_working(first + timedelta(days=step)) for step in range(1, (last - first).days + 1))


def exceptions(session: Session, first: date, last: date) -> dict[date, DayKind]:
    """Read the holidays and make-up work days from ``first`` to ``last``."""
    return dict(session.execute(_EXCEPTIONS, {"first": first, "last": last}).all())


def working_days(session: Session, start: date, days: int = 0) -> WorkingDays:
    """Read enough of the calendar to count ``days`` working days from ``start``."""
    return WorkingDays.around(session, start - timedelta(days=1), start + timedelta(days=days * 3 + 40))


def promised_date(
    session: Session, accepted_at: datetime, days: int, *, stopped: int = 0, cut_off: time = CUT_OFF
) -> PromisedDate:
    """Return the promised date of work accepted at ``accepted_at`` that takes ``days`` working days.

    What comes after the cut-off hour, or on a day off, counts from the next working day; what comes at it still counts
    (domain.md F05 rule 3, 6.17).
    ``stopped`` working days, while the client had to answer, are added.
    """
    wall = clock.local(accepted_at)
    calendar = working_days(session, wall.date(), days + stopped + 2)
    start = PromisedDate(wall.date(), calendar.is_known(wall.date()))
    if not calendar.is_working(wall.date()) or wall.time() > cut_off:
        start = calendar.after(wall.date(), 1)
    end = calendar.after(start.day, days + stopped)
    return PromisedDate(end.day, start.certain and end.certain)


def year_days(session: Session, year: int) -> list[CalendarDay]:
    """Return the exceptions that are entered for ``year``, in order."""
    inside = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return list(session.scalars(select(CalendarDay).where(inside).order_by(CalendarDay.day)))


def enter_year(session: Session, year: int, days: Iterable[tuple[date, DayKind, str]], source: str) -> None:
    """Replace what is known of ``year`` by ``days`` and mark the year as published."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    for old in session.scalars(select(CalendarDay).where(CalendarDay.day.between(first, last))):
        session.delete(old)
    session.flush()  # the same days may come back below
    session.add_all(CalendarDay(day=day, kind=kind, note=note) for day, kind, note in days)
    session.merge(CalendarYear(year=year, source=source))
