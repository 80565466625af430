"""Reads tables that people keep in a spreadsheet: CSV in the encodings written here, or the first sheet of an XLSX."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from services.core.calendar_sheet import decoded
from services.core.characters import narrow
from services.core.errors import RuleBroken, RulesBroken
from services.core.messages import N_
from services.core.uploads import FileDamaged, examine

MOST_ROWS = 1000
MOST_COLUMNS = 60
MOST_ERRORS = 50
LONGEST_TABLE = 400_000
MOST_CELLS = 2_000_000
"""So many cells may lie between the first and the furthest of a sheet: the reader takes room for all, empty ones too."""
MOST_PLACES = 200_000
"""So many rows and cells a sheet may name; reading more takes seconds."""

_PLACE = re.compile(rb"""(?<![\w:.-])r\s*=\s*["']([A-Za-z]*)([0-9]+)""")
_NOWHERE = re.compile(rb"<(?:[\w.-]+:)?(?:c|row)(?=[\s/>])(?![^>]{0,400}\sr\s*=)")
_NAMED = re.compile(rb"\sr\s*=")
_OTHER_BOOKS = ("content.xml", "xl/workbook.bin")

Columns = Mapping[str, Sequence[str]]
"""The spellings of each column's head, the one that is shown first."""


class TableWrong(RuleBroken):
    """The table as a whole cannot be used."""

    message = N_("Upload an XLSX or CSV file, or paste a table with its head row.")
    field = "table"


class FormulaFound(TableWrong):
    """A cell is a formula: what it comes to elsewhere is not known here."""

    message = N_("The table contains formulas. Please paste the values only and send it again.")


class ColumnMissing(TableWrong):
    """A column that every row needs is not there."""

    message = N_("The column “%(column)s” is missing.")


class RowWrong(TableWrong):
    """One row cannot be used; ``fault`` is a marked sentence, or an error where the sentence has places of its own."""

    message = N_("Row %(row)s: %(fault)s")


class CellWrong(RowWrong):
    """One cell cannot be used; ``column`` is the head of its column as it was typed."""

    message = N_("Row %(row)s, “%(column)s”: %(fault)s")


@dataclass(frozen=True)
class TableRow:
    """One row by the names of its columns, with the number it has in the spreadsheet; ``heads`` are as typed."""

    number: int
    cells: Mapping[str, str]
    heads: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def wrong(self, fault: RuleBroken) -> RowWrong:
        """Return the error that says what is wrong with this row, and in which column if that is known."""
        column = self.heads.get(fault.field or "")
        told = fault if fault.values else fault.message
        if column is None:
            return RowWrong(row=self.number, fault=told)
        return CellWrong(row=self.number, column=column, fault=told)


def text_of(content: bytes) -> str:
    """Return an uploaded table as comma-separated text. Raises FileRefused or TableWrong."""
    if content.startswith(b"PK\x03\x04"):
        return _from_workbook(examine(io.BytesIO(content), "table.xlsx").content)
    text = decoded(content)
    if text is None or "\0" in text or len(text) > LONGEST_TABLE:
        raise TableWrong
    return text


def rows_of(table: str, columns: Columns, *, needed: Sequence[str]) -> list[TableRow]:
    """Return the rows of comma- or tab-separated text whose first row names the columns. Raises RulesBroken."""
    lines = [line for line in _lines(table) if any(line[1])]
    if not 2 <= len(lines) <= MOST_ROWS + 1:
        raise RulesBroken([TableWrong(N_("The table must have a head row and between 1 and 1000 rows."))])
    names = [_column(head, columns) for head in lines[0][1][:MOST_COLUMNS]]
    errors: list[RuleBroken] = [ColumnMissing(column=columns[name][0]) for name in needed if name not in names]
    if any(cell.startswith(("=", "＝")) for _, line in lines for cell in line):
        errors.append(FormulaFound())
    if errors:
        raise RulesBroken(errors)
    heads = {name: head for name, head in zip(names, lines[0][1], strict=False) if name}
    return [
        TableRow(number, {name: cell for name, cell in zip(names, line, strict=False) if name}, heads)
        for number, line in lines[1:]
    ]


def day_in(cell: str) -> date | None:
    """Return the day that ``2026-11-24``, ``2026/11/24`` or ``2026.11.24`` tells; ValueError for anything else."""
    plain = narrow(cell).replace("/", "-").replace(".", "-")
    if not plain:
        return None
    parts = plain.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValueError(cell)
    return date(*map(int, parts))


def raise_first(errors: Sequence[RuleBroken]) -> None:
    """Raise the first so many errors together; return when there are none."""
    if errors:
        raise RulesBroken(errors[:MOST_ERRORS])


def _lines(table: str) -> list[tuple[int, list[str]]]:
    head = table.partition("\n")[0]
    reader = csv.reader(io.StringIO(table), delimiter="\t" if "\t" in head else ",")
    try:
        return [(number, [cell.strip() for cell in line]) for number, line in enumerate(reader, 1)]
    except csv.Error as fault:
        raise RulesBroken([TableWrong()]) from fault


def _column(head: str, columns: Columns) -> str:
    plain = narrow(head).lower().removeprefix("\ufeff")
    return next((name for name, spellings in columns.items() if plain in {name, *spellings}), "")


def _from_workbook(content: bytes) -> str:
    for sheet in _sheets(content):
        if b"<f>" in sheet or b"<f " in sheet:
            raise FormulaFound
        if not _is_bounded(sheet):
            raise FileDamaged
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MOST_ROWS + 2)
    except CalamineError as fault:
        raise FileDamaged from fault
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_cell(cell) for cell in row[:MOST_COLUMNS]] for row in rows)
    if len(out.getvalue()) > LONGEST_TABLE:
        raise TableWrong
    return out.getvalue()


def _sheets(content: bytes) -> Iterator[bytes]:
    """Return what holds cells in a workbook, wherever it lies in the archive: only the workbook says what is a sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if any(name in _OTHER_BOOKS for name in names):
            raise FileDamaged
        yield from (part for name in names if b"sheetData" in (part := archive.read(name)))


def _is_bounded(sheet: bytes) -> bool:
    """Tell whether all cells name their places or none does, and what they span is no more than is allowed."""
    if _NOWHERE.search(sheet):
        return not _NAMED.search(sheet) and _is_bounded_in_order(sheet)
    rows = columns = 1
    for number, found in enumerate(_PLACE.finditer(sheet)):
        letters, digits = found.groups()
        if number > MOST_PLACES or len(letters) > 3 or len(digits) > 7:
            return False
        rows = max(rows, int(digits))
        columns = max(columns, _column_number(letters))
    return rows * columns <= MOST_CELLS


def _is_bounded_in_order(sheet: bytes) -> bool:
    """Tell the same of a sheet whose cells stand one after the other, as some programs write them."""
    if b":row" in sheet:
        return False
    rows = sheet.split(b"<row")
    return len(rows) * max(row.count(b"<c") for row in rows) <= MOST_CELLS


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _cell(value: Any) -> str:
    """Return a cell as it would be typed: 3 and not 3.0, 2026-11-24 and not a moment."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
