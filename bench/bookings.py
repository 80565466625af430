"""Bookings per second through the service functions, beside bare inserts of the same rows on the same database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, Table, insert, select, text
from sqlalchemy.orm import Session

from bench.measure import Ratio
from services.booking.operations.making import Wish, hold, submit
from services.booking.placement import Choice
from services.core.actor import Actor
from services.core.base import Base
from services.core.engine import IMMEDIATE
from services.core.work import working

WARM, ROUNDS = 20, 300
WATCHED = "service_order booking claim order_line booking_event audit_entry outbox_task notification".split()
HALF_HOUR = timedelta(minutes=30)


class Course:
    """A module that is booked half hour after half hour by one firm."""

    def __init__(self, module_id: int, firm_id: int, actor: Actor, first: datetime, now: datetime) -> None:
        self.module_id = module_id
        self.firm_id = firm_id
        self.actor = actor
        self.first = first
        self.now = now

    def choice(self, number: int) -> Choice:
        """Return the slot of a round; every round has its own."""
        start = self.first + number * HALF_HOUR
        return Choice(start, start + HALF_HOUR)


def book(engine: Engine, course: Course, number: int) -> None:
    """Hold a slot and send the booking, as a client does: two transactions."""
    with Session(engine) as session:
        with working(session, course.actor, now=course.now) as work:
            booking_id = hold(
                work, module_id=course.module_id, organisation_id=course.firm_id, choice=course.choice(number)
            ).id
        with working(session, course.actor, now=course.now) as work:
            submit(work, booking_id, Wish())


def measure(engine: Engine, course: Course) -> Ratio:
    """Return the rates of the service and of bare inserts of the rows it leaves."""
    for number in range(WARM):
        book(engine, course, number)
    before = last_ids(engine)
    book(engine, course, WARM)
    rows = list(rows_since(engine, before))
    begun = perf_counter()
    for number in range(WARM + 1, WARM + 1 + ROUNDS):
        book(engine, course, number)
    ours = ROUNDS / (perf_counter() - begun)
    shift = HALF_HOUR * (WARM + ROUNDS + 10)
    begun = perf_counter()
    for number in range(ROUNDS):
        _insert(engine, rows, number, shift + HALF_HOUR * number)
    bare = ROUNDS / (perf_counter() - begun)
    name = f"bookings per second, service function, {engine.dialect.name}"
    return Ratio(name, ours, bare, "bare insert of the same rows in two transactions", 0.5)


def last_ids(engine: Engine) -> dict[str, int]:
    """Return the newest id of each table that a booking fills."""
    with engine.connect() as connection:
        return {name: connection.scalar(text(f"SELECT coalesce(max(id), 0) FROM {name}")) or 0 for name in WATCHED}


def rows_since(engine: Engine, before: dict[str, int]) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Yield the rows that have come since, table by table."""
    with engine.connect() as connection:
        for name in WATCHED:
            table = Base.metadata.tables[name]
            for row in connection.execute(select(table).where(table.c.id > before[name]).order_by(table.c.id)):
                yield table, dict(row._mapping)


def _insert(engine: Engine, rows: list[tuple[Table, dict[str, Any]]], number: int, shift: timedelta) -> None:
    """Insert copies of the rows of one booking, in two transactions, with the numbers that must differ."""
    half = len(rows) // 2
    with engine.connect().execution_options(**IMMEDIATE) as connection:
        for part in (rows[:half], rows[half:]):
            with connection.begin():
                for table, row in part:
                    connection.execute(insert(table).inline(), _copy(table, row, number, shift))


def _copy(table: Table, row: dict[str, Any], number: int, shift: timedelta) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name != "id"}
    if table.name == "claim":
        values |= {"busy_from": row["busy_from"] + shift, "busy_to": row["busy_to"] + shift}
    if table.name == "booking":
        values["no"] = f"BARE-{number}"
    return values
