"""The dues of the association: tables, what each year asked for, what arrived and how, and what need not be paid."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from portal.cli.demo.association_house import Event, House
from portal.cli.demo.sheets import Row
from services.association.models.dues import BankLine, DuesInvoice, DuesMethod
from services.association.models.register import Tier
from services.association.operations import bank, invoicing, payments, tables, waivers
from services.core import clock

ASKED_BEFORE = 150
"""So many days ago dues were asked for last; whoever has not paid since is 120 days in arrears."""
DAY = timedelta(days=1)
STATEMENT_AFTER = 27
HEAD = ("交易日期", "流水号", "对方户名", "摘要", "贷方金额")


@dataclass(frozen=True)
class Round:
    """The dues of one year: when they were asked for, and which column of the members says who paid them and how."""

    year: int
    asked_on: date
    column: str
    all_lines: bool = False

    def how(self, row: Row) -> str:
        """Return how a member paid; nothing for one that did not."""
        return "bank" if row[self.column] and self.all_lines else row[self.column]

    def moment(self, days: int = 0, minutes: int = 9 * 60) -> datetime:
        """Return a moment so many days after the dues were asked for."""
        return clock.at(self.asked_on + days * DAY, minutes)


def rounds(loaded_on: date) -> list[Round]:
    """Return the years of which dues were asked for: two, and a third where a year has begun since the second."""
    last = loaded_on - ASKED_BEFORE * DAY
    first = last - 365 * DAY
    if first.year == last.year:
        first -= DAY
    found = [Round(first.year, first, "before"), Round(last.year, last, "now")]
    if loaded_on.year > last.year:
        found.append(Round(loaded_on.year, date(loaded_on.year, 1, 1), "now", all_lines=True))
    return found


def dues_events(house: House) -> Iterator[Event]:
    """Yield the moments of the dues, from the first table to the statement of last week."""
    asked = rounds(house.days.loaded_on)
    for key, table in house.book["tables"].items():
        year = asked[0].year if key == "current" else asked[1].year
        yield house.moment(table["at"]), partial(_prepare, house, key, year)
    for one in asked:
        yield min(one.moment(), house.days.now), partial(_ask, house, one)
        yield from _arrivals(house, one)
    for wish in house.book["waivers"]:
        yield house.moment(wish["at"]), partial(_propose_waiver, house, wish)
    yield house.moment("d-2 09:30"), partial(_take_in_last, house)


def _prepare(house: House, key: str, year: int) -> None:
    told = house.book["tables"][key]
    amounts = {Tier(tier): yuan * 100 for tier, yuan in told["amounts"].items()}
    table = tables.prepare_table(house.office(house.moment(told["at"])), house.id, year, amounts)
    house.tables[key] = table.id


def _ask(house: House, one: Round) -> None:
    invoicing.issue_year(house.office(min(one.moment(), house.days.now)), house.id, one.year)


def _arrivals(house: House, one: Round) -> Iterator[Event]:
    """Yield the statement of the bank with most of the dues, and what was paid at the counter."""
    lines = [_line(house, one, place, row) for place, row in enumerate(house.rows.values()) if one.how(row)]
    moment = one.moment(STATEMENT_AFTER)
    if moment < house.days.now:
        yield (
            moment,
            partial(_take_in, house, one, moment, [line for line in lines if line.how not in {"cash", "scan"}]),
        )
    for line in lines:
        if line.how in {"cash", "scan", "twice"} and line.counter_at < house.days.now:
            yield line.counter_at, partial(_receive, house, one, line)


@dataclass(frozen=True)
class _Line:
    """What one member pays in a round, and how."""

    key: str
    how: str
    payer: str
    arrived_on: date
    counter_at: datetime


def _line(house: House, one: Round, place: int, row: Row) -> _Line:
    payer = next(firm["name"] for firm in house.loading.sheet("enterprises") if firm["key"] == row["key"])
    counter_at = one.moment(4 + place, 15 * 60) if one.how(row) != "twice" else one.moment(29, 10 * 60)
    return _Line(row["key"], one.how(row), payer, one.asked_on + (3 + place) * DAY, counter_at)


def _invoice(house: House, key: str, year: int) -> DuesInvoice:
    statement = select(DuesInvoice).where(DuesInvoice.member_id == house.member(key).id, DuesInvoice.year == year)
    return house.session.scalars(statement).one()


def _part(house: House, one: Round, line: _Line) -> int:
    """Return the fen that a line pays: all, or half where the rest comes at the counter or was waived."""
    invoice = _invoice(house, line.key, one.year)
    return invoice.amount_fen // 2 if line.how in {"twice", "waived"} else invoice.open_fen


def _take_in(house: House, one: Round, moment: datetime, lines: list[_Line]) -> None:
    """Take in the statement, and book each of its lines on the dues that it is meant for."""
    sheet = [
        (
            line.arrived_on,
            f"{line.arrived_on:%Y%m%d}{one.year % 100}{place:04d}",
            line.payer,
            f"{one.year}年度会费",
            _part(house, one, line),
        )
        for place, line in enumerate(lines, 1)
    ]
    work = house.office(moment)
    bank.take_in(work, house.id, f"会费账户流水{one.year}.csv", _statement(sheet))
    for line, (_, serial, _, _, amount_fen) in zip(lines, sheet, strict=True):
        _book(house, moment, serial, [(_invoice(house, line.key, one.year).id, amount_fen)])


def _receive(house: House, one: Round, line: _Line) -> None:
    """Let the secretariat receive at the counter what is open."""
    invoice = _invoice(house, line.key, one.year)
    method = DuesMethod.CASH if line.how == "cash" else DuesMethod.SCAN
    day = clock.local_day(line.counter_at)
    money = payments.Money(invoice.open_fen, day, line.payer, method)
    payments.record_payment(house.office(line.counter_at), invoice.id, money)


def _propose_waiver(house: House, wish: dict[str, str | int]) -> None:
    year = rounds(house.days.loaded_on)[1].year
    invoice = _invoice(house, str(wish["for"]), year)
    work = house.office(house.moment(str(wish["at"])))
    waivers.propose_waiver(work, invoice.id, int(wish["yuan"]) * 100, str(wish["reason"]))


def _take_in_last(house: House) -> None:
    """Take in the statement of last week: one line is booked, one put aside, the others wait for the secretariat."""
    moment = house.moment("d-2 09:30")
    rows = house.loading.sheet("association_bank")
    arrived = [house.days.loaded_on - int(row["days"]) * DAY for row in rows]
    sheet = [
        (day, f"{day:%Y%m%d}9{place:05d}", row["payer"], row["remark"], int(row["yuan"]) * 100)
        for place, (day, row) in enumerate(zip(arrived, rows, strict=True), 1)
    ]
    work = house.office(moment)
    bank.take_in(work, house.id, "会费账户流水（上周）.csv", _statement(sheet))
    for row, (_, serial, _, _, amount_fen) in zip(rows, sheet, strict=True):
        if row["aside"]:
            bank.set_aside(house.office(moment), _line_id(house, serial), row["aside"])
        elif row["for"]:
            open_dues = select(DuesInvoice.id).where(DuesInvoice.member_id == house.member(row["for"]).id)
            _book(house, moment, serial, [(house.session.scalars(open_dues).one(), amount_fen)])


def _book(house: House, moment: datetime, serial: str, parts: list[tuple[int, int]]) -> None:
    payments.book_line(house.office(moment), _line_id(house, serial), parts)


def _line_id(house: House, serial: str) -> int:
    statement = select(BankLine.id).where(BankLine.association_id == house.id, BankLine.serial == serial)
    return house.session.scalars(statement).one()


def _statement(lines: list[tuple[date, str, str, str, int]]) -> bytes:
    """Return lines as the bank writes them into its file."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEAD)
    rows.writerows(
        (day, serial, payer, remark, f"{amount_fen / 100:.2f}") for day, serial, payer, remark, amount_fen in lines
    )
    return out.getvalue().encode("utf-8-sig")
