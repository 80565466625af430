"""Takes in a table of standards: what each row would do is told first, and all of it is done or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.core.errors import RuleBroken
from services.core.permissions import Permission
from services.core.sheets import Columns, TableRow, day_in, raise_first, rows_of
from services.core.work import Work
from services.standards.errors import DayWrong, SuccessionLoops, SuccessorOlder, SuccessorUnknown, TwiceInTable
from services.standards.models import Standard
from services.standards.operations import (
    StandardEntry,
    differences,
    entry_errors,
    entry_of,
    put,
)
from services.standards.rules import key_of, number_of, would_loop

COLUMNS: Columns = {
    "number": ("标准号", "标准编号"),
    "title": ("名称", "标准名称"),
    "title_en": ("英文名称",),
    "issued_on": ("发布日期",),
    "effective_on": ("实施日期",),
    "withdrawn_on": ("废止日期",),
    "successor": ("替代标准", "被替代为"),
    "summary": ("说明", "摘要"),
    "source": ("来源",),
}
NEEDED = ("number", "title", "effective_on")
DAYS = ("issued_on", "effective_on", "withdrawn_on")


class Change(StrEnum):
    """What a row of the table does to the library."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Planned:
    """A row of the table that can be taken in."""

    row: TableRow
    entry: StandardEntry
    change: Change


@dataclass(frozen=True)
class Plan:
    """What a table would do: the rows that can be taken in, and what is wrong with the others."""

    rows: list[Planned]
    errors: list[RuleBroken]


def plan_import(session: Session, table: str) -> Plan:
    """Return what taking in ``table`` would do. Raises RulesBroken when it is no table with the needed columns."""
    errors: list[RuleBroken] = []
    entries: list[tuple[TableRow, StandardEntry]] = []
    for row in rows_of(table, COLUMNS, needed=NEEDED):
        entry, faults = _entry(row)
        errors.extend(row.wrong(fault) for fault in faults)
        if entry is not None:
            entries.append((row, entry))
    known = _known(session, [entry for _, entry in entries])
    errors.extend(_between_rows(entries, known))
    return Plan([Planned(row, entry, _change(entry, known)) for row, entry in entries], errors)


def import_standards(work: Work, table: str) -> dict[Change, int]:
    """Take in the whole table and return how many rows did what. Raises RulesBroken with an error for each bad row.

    Editions are entered before their successors are named, so that the order of the rows does not matter.
    """
    work.require(Permission.STANDARD_EDIT)
    plan = plan_import(work.session, table)
    raise_first(plan.errors)
    for planned in plan.rows:
        if planned.change is Change.NEW:
            put(work, replace(planned.entry, successor=""), None)
    known = _known(work.session, [planned.entry for planned in plan.rows])
    for planned in plan.rows:
        if planned.change is Change.CHANGED or (planned.change is Change.NEW and planned.entry.successor):
            put(work, planned.entry, known[key_of(planned.entry.number)])
    work.later("laboratory.check_capabilities")
    return {change: sum(one.change is change for one in plan.rows) for change in Change}


def _entry(row: TableRow) -> tuple[StandardEntry | None, list[RuleBroken]]:
    try:
        days = {name: day_in(row[name]) for name in DAYS}
    except ValueError:
        return None, [DayWrong()]
    texts = {name: row[name] for name in COLUMNS if name not in DAYS}
    entry = StandardEntry(**texts, **days)  # type: ignore[arg-type]
    faults = entry_errors(entry)
    if faults:
        return None, faults
    return replace(entry, number=number_of(entry.number), successor=number_of(entry.successor)), []


def _known(session: Session, entries: Sequence[StandardEntry]) -> dict[str, Standard]:
    """Return the editions that the entries name or are replaced by, by key."""
    keys = {key_of(text) for entry in entries for text in (entry.number, entry.successor) if text}
    statement = select(Standard).where(Standard.key.in_(keys)).options(joinedload(Standard.successor))
    return {standard.key: standard for standard in session.scalars(statement)}


def _between_rows(entries: Sequence[tuple[TableRow, StandardEntry]], known: dict[str, Standard]) -> list[RuleBroken]:
    """Return what is wrong only when the rows are seen together: doubles, unknown successors, circles."""
    told: dict[str, StandardEntry] = {}
    errors: list[RuleBroken] = []
    for row, entry in entries:
        if key_of(entry.number) in told:
            errors.append(row.wrong(TwiceInTable()))
        told[key_of(entry.number)] = entry
    successors: dict[str, str | None] = {
        key: key_of(one.successor.number) if one.successor else None for key, one in known.items()
    }
    successors |= {key: key_of(entry.successor) or None for key, entry in told.items()}
    for row, entry in entries:
        if entry.successor:
            errors.extend(row.wrong(fault) for fault in _succession(entry, told, known, successors))
    return errors


def _succession(
    entry: StandardEntry,
    told: dict[str, StandardEntry],
    known: dict[str, Standard],
    successors: dict[str, str | None],
) -> list[RuleBroken]:
    key, next_key = key_of(entry.number), key_of(entry.successor)
    successor = told.get(next_key) or known.get(next_key)
    if successor is None:
        return [SuccessorUnknown()]
    if would_loop(key, next_key, successors):
        return [SuccessionLoops()]
    if entry.effective_on and successor.effective_on and successor.effective_on < entry.effective_on:
        return [SuccessorOlder()]
    return []


def _change(entry: StandardEntry, known: dict[str, Standard]) -> Change:
    standard = known.get(key_of(entry.number))
    if standard is None:
        return Change.NEW
    wanted = entry
    if not entry.withdrawn_on and entry.successor:
        wanted = replace(entry, withdrawn_on=standard.withdrawn_on)
    return Change.CHANGED if differences(entry_of(standard), wanted) else Change.SAME
