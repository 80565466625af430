"""Enters the published holidays and make-up work days of the years that the chinesecalendar library knows.

A year that has been entered before, by this seed or by staff, is left as it is: staff know better (docs/operations.md).
"""

from __future__ import annotations

from datetime import date

from chinese_calendar import constants
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core.calendar import CalendarDay, CalendarYear, DayKind
from services.core.insertion import insert_unless_taken

FIRST_YEAR = 2020
SOURCE = "国务院办公厅节假日安排（chinesecalendar）"
_CHINESE = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def published_days() -> dict[int, list[tuple[date, DayKind, str]]]:
    """Return the exceptions of each published year since 2020, in the order of the calendar."""
    years: dict[int, list[tuple[date, DayKind, str]]] = {}
    for kind, days in ((DayKind.HOLIDAY, constants.holidays), (DayKind.MAKE_UP, constants.workdays)):
        for day, name in days.items():
            if day.year >= FIRST_YEAR:
                years.setdefault(day.year, []).append((day, kind, _CHINESE[name]))
    return {year: sorted(days) for year, days in sorted(years.items())}


def seed_calendar(session: Session) -> list[int]:
    """Enter every published year that is not entered yet and return those years; single days of staff stay."""
    known = set(session.scalars(select(CalendarYear.year).order_by(CalendarYear.year)))
    entered = []
    for year, days in published_days().items():
        if year in known or not insert_unless_taken(session, CalendarYear, year=year, source=SOURCE):
            continue
        for day, kind, note in days:
            insert_unless_taken(session, CalendarDay, day=day, kind=kind, note=note)
        entered.append(year)
    return entered
