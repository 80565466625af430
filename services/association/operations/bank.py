"""Takes in bank statements: every row is checked first, what is known is passed over, nothing is booked by itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CursorResult, select, update

from services.association.errors import (
    AmountUnreadable,
    DayUnreadable,
    ReasonMissing,
    SerialDiffers,
    SerialMissing,
    StatementKnown,
)
from services.association.models.dues import BankLine, BankStatement, LineState
from services.association.operations.payments import book_line, own_line
from services.association.queries.dues import bank_lines, open_dues, proposed
from services.association.register_words import LINE_NAMES
from services.association.rules.matching import certain
from services.core import clock
from services.core.characters import narrow
from services.core.errors import RuleBroken, WrongState
from services.core.money import parse_yuan
from services.core.permissions import Permission
from services.core.sheets import TableRow, day_in, raise_first, rows_of, text_of
from services.core.work import Work

COLUMNS = {
    "arrived_on": ("交易日期", "日期", "记账日期", "入账日期", "date"),
    "serial": ("流水号", "交易流水号", "交易流水", "凭证号", "serial"),
    "payer": ("对方户名", "付款人", "付款户名", "对方名称", "payer"),
    "remark": ("摘要", "附言", "用途", "备注", "remark"),
    "amount": ("贷方金额", "收入金额", "贷方发生额", "收入", "金额", "amount"),
}
NEEDED = ("arrived_on", "serial", "payer", "amount")
EARLIEST = date(2000, 1, 1)
"""Money that is said to have come before is a slip of the year."""
LONGEST = {"serial": 60, "payer": 100, "remark": 200}
MOST_BOOKED = 200


@dataclass(frozen=True)
class Row:
    """A row of a statement that tells of money that came in."""

    serial: str
    arrived_on: date
    payer: str
    remark: str
    amount_fen: int


def take_in(work: Work, association_id: int, name: str, content: bytes) -> BankStatement:
    """Take in a bank statement (CSV or XLSX): each line that is not known yet waits to be booked.

    Rows without money coming in are passed over. Raises RulesBroken with an error for each row that cannot be read, and
    nothing is taken in then; StatementKnown for a file that was taken in before.
    """
    work.require(Permission.DUES_MANAGE, scope=association_id)
    digest = hashlib.sha256(content).hexdigest()
    before = work.session.scalars(
        select(BankStatement).where(BankStatement.association_id == association_id, BankStatement.sha256 == digest)
    ).one_or_none()
    if before is not None:
        raise StatementKnown(day=clock.local_day(before.imported_at))
    rows = _rows(work, text_of(content))
    known = _known(work, association_id, [row.serial for _, row in rows])
    raise_first([line.wrong(SerialDiffers()) for line, row in rows if not _agrees(row, known.get(row.serial))])
    fresh = {row.serial: row for _, row in rows if row.serial not in known}
    statement = BankStatement(
        association_id=association_id,
        name=name[:120],
        sha256=digest,
        lines_new=len(fresh),
        lines_known=len(rows) - len(fresh),
        imported_at=work.now,
        imported_by_id=work.actor.person_id,
    )
    work.session.add(statement)
    work.session.flush()
    for row in fresh.values():
        work.session.add(
            BankLine(
                association_id=association_id,
                statement_id=statement.id,
                serial=row.serial,
                arrived_on=row.arrived_on,
                payer=row.payer,
                remark=row.remark,
                amount_fen=row.amount_fen,
            )
        )
    work.session.flush()
    work.record("bank.taken_in", statement, lines_new=len(fresh), lines_known=statement.lines_known)
    return statement


def book_certain(work: Work, association_id: int) -> int:
    """Book every waiting line of which payer and amount leave no doubt; return how many. The others wait for a person."""
    work.require(Permission.DUES_MANAGE, scope=association_id)
    booked = 0
    for line in work.session.scalars(bank_lines(association_id, LineState.WAITING).limit(MOST_BOOKED)).all():
        sure = certain(proposed([line], open_dues(work.session, association_id))[line.id])
        if sure is not None:
            book_line(work, line.id, list(sure.parts))
            booked += 1
    return booked


def set_aside(work: Work, line_id: int, reason: str) -> None:
    """Put a line that is no dues aside, with the reason; only one of which nothing was booked."""
    line = own_line(work, line_id)
    if not reason.strip():
        raise ReasonMissing
    _turn(work, line, LineState.WAITING, LineState.SET_ASIDE, reason)


def take_up(work: Work, line_id: int) -> None:
    """Let a line that was put aside wait again."""
    _turn(work, own_line(work, line_id), LineState.SET_ASIDE, LineState.WAITING, "")


def _turn(work: Work, line: BankLine, before: LineState, after: LineState, reason: str) -> None:
    step = (
        update(BankLine)
        .where(BankLine.id == line.id, BankLine.state == before, BankLine.booked_fen == 0)
        .values(state=after, reason=reason)
        .execution_options(synchronize_session=False)
    )
    result = work.session.execute(step)
    assert isinstance(result, CursorResult)
    work.session.refresh(line)
    if result.rowcount != 1:
        raise WrongState(state=LINE_NAMES[line.state])
    work.record("bank.line", line, before=before, after=after, reason=reason)


def _rows(work: Work, table: str) -> list[tuple[TableRow, Row]]:
    found: list[tuple[TableRow, Row]] = []
    errors: list[RuleBroken] = []
    seen: dict[str, Row] = {}
    for line in rows_of(table, COLUMNS, needed=NEEDED):
        row, faults = _read(line, work.today)
        if row is not None and seen.setdefault(row.serial, row) != row:
            faults.append(SerialDiffers())
        errors.extend(line.wrong(fault) for fault in faults)
        if row is not None and not faults:
            found.append((line, row))
    raise_first(errors)
    return found


def _read(line: TableRow, today: date) -> tuple[Row | None, list[RuleBroken]]:
    """Return what a row says; nothing at all for one by which no money came in."""
    faults: list[RuleBroken] = []
    amount_fen = _amount(line["amount"])
    if amount_fen == 0:
        return None, []
    if amount_fen is None:
        faults.append(AmountUnreadable())
    arrived_on = _day(line["arrived_on"])
    if arrived_on is None or not EARLIEST <= arrived_on <= today:
        faults.append(DayUnreadable())
    cells = {name: narrow(line[name])[:most] for name, most in LONGEST.items()}
    if not cells["serial"]:
        faults.append(SerialMissing())
    if faults or arrived_on is None or amount_fen is None:
        return None, faults
    return Row(arrived_on=arrived_on, amount_fen=amount_fen, **cells), []


def _amount(cell: str) -> int | None:
    """Return the fen that came in: nothing for an empty cell, a dash, or money that went out; None if unreadable."""
    plain = narrow(cell).replace(",", "").removeprefix("¥").removeprefix("+")
    if plain in {"", "-", "--"} or plain.startswith("-"):
        return 0
    try:
        return parse_yuan(plain)
    except ValueError:
        return None


def _day(cell: str) -> date | None:
    plain = narrow(cell).split(" ")[0].split("T")[0]
    if len(plain) == 8 and plain.isascii() and plain.isdigit():
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    try:
        return day_in(plain)
    except ValueError:
        return None


def _known(work: Work, association_id: int, serials: list[str]) -> dict[str, tuple[date, int]]:
    statement = select(BankLine.serial, BankLine.arrived_on, BankLine.amount_fen).where(
        BankLine.association_id == association_id, BankLine.serial.in_(serials)
    )
    return {serial: (arrived_on, amount_fen) for serial, arrived_on, amount_fen in work.session.execute(statement)}


def _agrees(row: Row, known: tuple[date, int] | None) -> bool:
    return known is None or known == (row.arrived_on, row.amount_fen)
