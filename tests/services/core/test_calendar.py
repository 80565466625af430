"""Promised dates are counted by the calendar of holidays and make-up work days (domain.md 4.4 and 6.17)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from services.core.calendar import CalendarDay, CalendarYear, DayKind, enter_year, promised_date, working_days

OCTOBER = [
    *((date(2026, 10, day), DayKind.HOLIDAY, "国庆节") for day in range(1, 8)),
    (date(2026, 10, 10), DayKind.MAKE_UP, "国庆节"),
]


@pytest.fixture(autouse=True)
def published(session: Session) -> None:
    enter_year(session, 2026, OCTOBER, "test")
    session.flush()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the centres' wall clock, eight hours before UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("accepted", "days", "promised"),
    [
        (at(date(2026, 9, 30), 14), 5, date(2026, 10, 13)),  # the vector of domain.md 6.17
        (at(date(2026, 9, 30), 15, 30), 5, date(2026, 10, 14)),  # after the cut-off
        (at(date(2026, 9, 30), 15), 5, date(2026, 10, 13)),  # the cut-off itself still counts
        (at(date(2026, 9, 30), 14, 59), 5, date(2026, 10, 13)),
        (at(date(2026, 9, 30), 14), 0, date(2026, 9, 30)),
        (at(date(2026, 9, 30), 15, 30), 0, date(2026, 10, 8)),
        (at(date(2026, 10, 3), 9), 1, date(2026, 10, 9)),  # a holiday counts from the next working day
        (at(date(2026, 10, 10), 9), 1, date(2026, 10, 12)),  # a Saturday that is worked
        (at(date(2026, 11, 7), 9), 1, date(2026, 11, 10)),  # a plain Saturday
    ],
)
def test_promised_dates(session: Session, accepted: datetime, days: int, promised: date) -> None:
    result = promised_date(session, accepted, days)
    assert (result.day, result.certain) == (promised, True)


def test_days_on_which_the_client_had_to_answer_are_added(session: Session) -> None:
    assert promised_date(session, at(date(2026, 9, 30), 14), 5, stopped=2).day == date(2026, 10, 15)


def test_the_day_is_the_one_in_shanghai(session: Session) -> None:
    late = datetime(2026, 11, 8, 16, 30, tzinfo=UTC)  # Monday, half past midnight
    assert promised_date(session, late, 1).day == date(2026, 11, 10)


def test_a_date_in_an_unpublished_year_is_not_certain(session: Session) -> None:
    result = promised_date(session, at(date(2026, 12, 30), 9), 3)
    assert (result.day, result.certain) == (date(2027, 1, 4), False)


def test_working_days_between(session: Session) -> None:
    calendar = working_days(session, date(2026, 9, 28), 20)
    assert calendar.between(date(2026, 9, 30), date(2026, 10, 13)) == 5
    assert calendar.between(date(2026, 9, 30), date(2026, 9, 30)) == 0


def test_entering_a_year_replaces_it_and_leaves_the_others(session: Session) -> None:
    session.add(CalendarDay(day=date(2025, 10, 1), kind=DayKind.HOLIDAY))
    enter_year(session, 2026, [(date(2026, 10, 1), DayKind.HOLIDAY, "x")], "again")
    session.flush()
    assert session.get(CalendarDay, date(2026, 10, 2)) is None
    assert session.get(CalendarDay, date(2025, 10, 1)) is not None
    assert session.get_one(CalendarYear, 2026).source == "again"
