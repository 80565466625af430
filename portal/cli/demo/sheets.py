"""Reads the tables of the demonstration, which staff can open with any spreadsheet (data/*.csv, data/bookings.json)."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

Row = dict[str, str]


def sheet(name: str, *, small: bool = False) -> list[Row]:
    """Return the rows of a table; with ``small`` those marked for the small demonstration, where it marks any."""
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    return [row for row in rows if row.get("small", "1")] if small else rows


def stories(book: str = "bookings") -> dict[str, list[dict[str, Any]]]:
    """Return what a book of stories tells: what happened to a booking, an outage or a commission, and when."""
    found: dict[str, list[dict[str, Any]]] = json.loads((DATA / f"{book}.json").read_text(encoding="utf-8"))
    return found


def words(cell: str) -> list[str]:
    """Return the words of a cell that holds several, divided by bars."""
    return [word for word in cell.split("|") if word]


def number(cell: str) -> int | None:
    """Return the whole number in a cell, None for an empty one."""
    return int(cell) if cell else None


def fen(cell: str) -> int:
    """Return the fen of a cell in whole yuan; an empty one is nothing."""
    return int(cell or 0) * 100
