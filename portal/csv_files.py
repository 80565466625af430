"""Tables for spreadsheets: UTF-8 with a mark that Excel understands, and nothing in them that counts as a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from flask import Response

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
LONG_NUMBER = 12


def cell(value: object) -> str:
    """Return ``value`` as one cell: numbers as they are, text without control characters and never a formula.

    Long rows of digits, which a spreadsheet would round, are kept as text.
    """
    if value is None:
        return ""
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    plain = "".join(" " if char in "\r\n\t" else char for char in str(value))
    plain = "".join(char for char in plain if unicodedata.category(char)[0] != "C").strip()
    is_long = len(plain) >= LONG_NUMBER and plain.isdigit()
    return f"'{plain}" if is_long or plain.startswith(FORMULA_SIGNS) else plain


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a file to save."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(one) for one in head])
    writer.writerows([cell(one) for one in row] for row in rows)
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
