"""Spreadsheets to save: XLSX in which text stays text, so that long numbers keep their digits and nothing is a formula."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import quote

import xlsxwriter
from flask import Response

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 18


def workbook_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, blank: int = 0) -> Response:
    """Return a sheet as a file to save; ``blank`` rows below are made ready for text to be typed."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(head) - 1, WIDTH, text)
        sheet.freeze_panes(1, 0)
        for column, label in enumerate(head):
            sheet.write_string(0, column, label, bold)
        number = 0
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, text)
        for extra in range(number + 1, number + 1 + blank):
            for column in range(len(head)):
                sheet.write_blank(extra, column, None, text)
    answer = Response(out.getvalue(), mimetype=MEDIA_TYPE)
    answer.headers.set("Content-Disposition", _saved_as(name))
    return answer


def _saved_as(name: str) -> str:
    """Return the header for a name in any script: servers send headers in Latin letters only (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name)}"


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object, text: object) -> None:
    """Write numbers as numbers, and everything else as text without control characters."""
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
        return
    plain = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    plain = "".join(char for char in plain if unicodedata.category(char)[0] != "C")
    sheet.write_string(row, column, plain, text)
