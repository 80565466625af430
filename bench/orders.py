"""Commissions confirmed per second, beside bare statements that leave the same rows on the same database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from bench.measure import Ratio, counted
from services.core import clock
from services.core.actor import Actor
from services.core.base import Base
from services.core.engine import IMMEDIATE
from services.core.work import working
from services.laboratory.models.commissions import Commission
from services.laboratory.operations import ordering
from tests.factories.laboratory import Laboratory, calibrate
from tests.factories.ordering import wish_of

WARM, ROUNDS, SAMPLES = 13, 150, 3
A_DAY = 2
"""Orders that come on each day of the calendar: the instruments are busy for somewhat more than half of their hours."""

FAR = date(2100, 1, 1)
APART = 100_000
"""By how much the ids of one bare round are larger than those of the round before."""


@dataclass(frozen=True)
class Desk:
    """Drafts with three samples and two items each, one after the other, and the firm that sends them."""

    actor: Actor
    drafts: list[int]
    first_day: date
    due_fen: int

    def comes_at(self, number: int) -> datetime:
        """Return when the order of a round is sent: at ten o'clock of its day."""
        return clock.at(self.first_day + timedelta(days=number // A_DAY), 600)


@dataclass(frozen=True)
class Row:
    """A row as it is after an order was sent, and as it was before; ``before`` is None for a new one."""

    table: Table
    before: dict[str, Any] | None
    after: dict[str, Any]

    @property
    def changes(self) -> dict[str, Any]:
        """What is written: every column of a new row, and those of another that have changed."""
        return {name: value for name, value in self.after.items() if self.before is None or self.before[name] != value}


def prepare(lab: Laboratory) -> Desk:
    """Make the drafts: those that are sent, and as many again whose rows are changed by bare statements."""
    for instrument in (lab.polariscope, lab.spectrometer):
        calibrate(lab.session, instrument, days=700)
    lab.session.commit()
    wish = wish_of(lab, lab.stress, lab.lead, samples=SAMPLES)
    drafts = []
    for _ in range(WARM + 1 + 2 * ROUNDS):
        work = lab.work()
        with working(lab.session, work.actor) as work:
            drafts.append(ordering.draft(work, wish).id)
    found = ordering.survey(lab.session, lab.session.get_one(Commission, drafts[0]), clock.now())
    assert found.quote is not None, found.faults
    lab.session.rollback()  # what is confirmed meanwhile is not seen by a snapshot of before
    return Desk(work.actor, drafts, clock.local_day(clock.now()), found.quote.due_fen)


def confirm(engine: Engine, desk: Desk, number: int) -> None:
    """Send the draft of a round, whatever date it is promised for."""
    with Session(engine) as session, working(session, desk.actor, now=desk.comes_at(number)) as work:
        ordering.confirm(work, desk.drafts[number], shown_due_fen=desk.due_fen, shown_promised_on=FAR)


def measure(engine: Engine, desk: Desk) -> Ratio:
    """Return the rates of the service and of bare statements that leave the same rows."""
    for number in range(WARM):
        confirm(engine, desk, number)
    with counted(engine) as statements:
        rows = written_by(engine, lambda: confirm(engine, desk, WARM), statements)
    begun = perf_counter()
    for number in range(WARM + 1, WARM + 1 + ROUNDS):
        confirm(engine, desk, number)
    ours = ROUNDS / (perf_counter() - begun)
    begun = perf_counter()
    for number in range(ROUNDS):
        write_bare(engine, rows, number, drafts_on=ROUNDS + 1 + number)
    bare = ROUNDS / (perf_counter() - begun)
    new = sum(row.before is None for row in rows)
    return Ratio(
        f"orders of {SAMPLES} samples and {2 * SAMPLES} lines confirmed per second, {engine.dialect.name}"
        f", {len(statements)} statements",
        ours,
        bare,
        f"bare statements for the same {new} new and {len(rows) - new} changed rows",
    )


def written_by(engine: Engine, act: Callable[[], None], statements: list[str]) -> list[Row]:
    """Return the rows that ``act`` leaves new or changed, tables that others refer to first."""
    before = _everything(engine)
    statements.clear()  # what follows is of the act alone
    act()
    sent = list(statements)
    after = _everything(engine)
    statements[:] = sent
    return [
        Row(table, before[table].get(key), row)
        for table in Base.metadata.sorted_tables
        for key, row in after[table].items()
        if before[table].get(key) != row
    ]


def _everything(engine: Engine) -> dict[Table, dict[tuple[Any, ...], dict[str, Any]]]:
    with engine.connect() as connection:
        return {table: _rows_of(connection, table) for table in Base.metadata.sorted_tables}


def _rows_of(connection: Connection, table: Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys = [column.name for column in table.primary_key]
    rows = [dict(row) for row in connection.execute(select(table)).mappings()]
    return {tuple(row[key] for key in keys): row for row in rows}


def write_bare(engine: Engine, rows: list[Row], number: int, *, drafts_on: int) -> None:
    """Write the rows once more for the draft that comes ``drafts_on`` later: one transaction that reads nothing."""
    ids = _ids_for(rows, number, drafts_on)
    old = next(row.after["no"] for row in rows if row.table is Commission.__table__)
    with engine.connect().execution_options(**IMMEDIATE) as connection, connection.begin():
        for row in rows:
            values = {name: _value(row, name, ids, (old, f"BARE-{number}"), number) for name in row.changes}
            if row.before is None:
                connection.execute(insert(row.table).inline(), values)
            else:
                _update(connection, row, values, ids)


def _update(connection: Connection, row: Row, values: dict[str, Any], ids: dict[tuple[str, int], int]) -> None:
    keys = {column.name: row.after[column.name] for column in row.table.primary_key}
    if "id" in keys:
        keys["id"] = ids[row.table.name, keys["id"]]
    found = [column == bindparam(f"of_{column.name}") for column in row.table.primary_key]
    done = connection.execute(
        update(row.table).where(*found), values | {f"of_{name}": key for name, key in keys.items()}
    )
    assert done.rowcount == 1, (row.table.name, keys)


def _ids_for(rows: list[Row], number: int, drafts_on: int) -> dict[tuple[str, int], int]:
    """Return the ids of a bare round: far ones for new rows, those of its own draft for rows that change.

    Drafts were made one after the other, so that each has the next commission, the next samples and the next lines.
    """
    with_id = [row for row in rows if "id" in row.after]
    changed = [row.table.name for row in with_id if row.before is not None]
    return {
        (row.table.name, row.after["id"]): row.after["id"]
        + (APART * (number + 1) if row.before is None else drafts_on * changed.count(row.table.name))
        for row in with_id
    }


def _value(row: Row, name: str, ids: dict[tuple[str, int], int], numbers: tuple[str, str], number: int) -> Any:
    """Return a value of a bare row: its own id, the ids and the number of its own round, a time of its own."""
    value = row.after[name]
    if name == "id":
        return ids[row.table.name, value]
    if row.table.name == "claim" and isinstance(value, datetime):
        return value + timedelta(days=1000 + number)
    if isinstance(value, str):
        return value.replace(*numbers)
    owners = [key.column.table.name for key in row.table.c[name].foreign_keys]
    return ids.get((owners[0], value), value) if owners else value
