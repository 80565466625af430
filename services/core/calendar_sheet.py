"""Reads a year of holidays from a table of ``date,kind,note``: typed, pasted, or saved from a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date

from services.core.calendar import DayKind
from services.core.errors import RuleBroken, RulesBroken
from services.core.messages import N_

MOST_ROWS = 400
LONGEST_NOTE = 60
KINDS = {
    "holiday": DayKind.HOLIDAY,
    "make_up": DayKind.MAKE_UP,
    "放假": DayKind.HOLIDAY,
    "休": DayKind.HOLIDAY,
    "上班": DayKind.MAKE_UP,
    "班": DayKind.MAKE_UP,
}
Day = tuple[date, DayKind, str]


class RowWrong(RuleBroken):
    """One row of the table cannot be used."""

    field = "table"


class NoRows(RowWrong):
    """The table is empty, or longer than a year can be."""

    message = N_("The table must have between 1 and 400 rows.")


def read_days(table: str, year: int) -> list[Day]:
    """Return the days of ``table`` in order. Raises RulesBroken with an error for each row that cannot be used."""
    rows = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(table)), 1) if any(map(str.strip, row))]
    if rows and rows[0][1][0].strip().lower() in {"date", "日期"}:
        rows = rows[1:]
    if not 1 <= len(rows) <= MOST_ROWS:
        raise RulesBroken([NoRows()])
    days: dict[date, Day] = {}
    errors: list[RuleBroken] = []
    for number, row in rows:
        try:
            found = _day(number, [cell.strip() for cell in row], year)
            if found[0] in days:
                raise RowWrong(N_("Row %(row)s: %(day)s stands there twice."), row=number, day=found[0].isoformat())
            days[found[0]] = found
        except RowWrong as error:
            errors.append(error)
    if errors:
        raise RulesBroken(errors)
    return sorted(days.values())


def _day(number: int, row: list[str], year: int) -> Day:
    typed, kind_word, note = (*row, "", "")[:3]
    day = _date(typed)
    if day is None:
        raise RowWrong(N_("Row %(row)s: “%(typed)s” is no date such as 2027-10-01."), row=number, typed=typed[:20])
    if day.year != year:
        raise RowWrong(N_("Row %(row)s: %(day)s is not in %(year)s."), row=number, day=typed, year=str(year))
    kind = KINDS.get(kind_word.lower())
    if kind is None:
        raise RowWrong(N_("Row %(row)s: the kind must be holiday or make_up."), row=number)
    if kind is DayKind.MAKE_UP and day.weekday() < 5:
        raise RowWrong(N_("Row %(row)s: %(day)s is a working day anyway."), row=number, day=typed)
    if len(note) > LONGEST_NOTE:
        raise RowWrong(N_("Row %(row)s: the note is longer than 60 characters."), row=number)
    return day, kind, note


def _date(typed: str) -> date | None:
    parts = typed.replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def decoded(content: bytes) -> str | None:
    """Return the text of a file in the encodings that spreadsheets write here, None when it is none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
