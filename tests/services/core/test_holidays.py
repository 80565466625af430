"""Published years are entered once; what staff have entered stays."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.core.calendar import CalendarDay, CalendarYear, DayKind, promised_date
from services.core.holidays import published_days, seed_calendar
from tests.services.core.test_calendar import at


def test_the_years_that_are_published(session: Session) -> None:
    assert set(range(2020, 2027)) <= set(seed_calendar(session))
    assert session.get_one(CalendarDay, date(2026, 10, 1)).note == "国庆节"
    assert session.get_one(CalendarDay, date(2026, 10, 10)).kind is DayKind.MAKE_UP
    assert promised_date(session, at(date(2026, 9, 30), 14), 5).day == date(2026, 10, 13)


def test_a_make_up_day_is_a_weekend_day() -> None:
    days = [day for year in published_days().values() for day in year]
    assert all(day.weekday() >= 5 for day, kind, _ in days if kind is DayKind.MAKE_UP)
    assert len(days) == len({day for day, _, _ in days})


def test_a_second_seed_changes_nothing(session: Session) -> None:
    seed_calendar(session)
    count = session.scalar(select(func.count()).select_from(CalendarDay))
    assert seed_calendar(session) == []
    assert session.scalar(select(func.count()).select_from(CalendarDay)) == count


def test_what_staff_entered_stays(session: Session) -> None:
    session.add(CalendarYear(year=2026, source="staff"))
    session.add(CalendarDay(day=date(2025, 10, 1), kind=DayKind.MAKE_UP, note="staff"))
    session.flush()
    entered = seed_calendar(session)
    assert 2026 not in entered
    assert 2025 in entered
    assert session.get(CalendarDay, date(2026, 10, 1)) is None
    assert session.get_one(CalendarDay, date(2025, 10, 1)).note == "staff"
