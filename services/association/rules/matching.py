"""Which open dues a bank line pays: proposals for a person to confirm, certain only where name and amount both say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.core.characters import narrow
from services.organisations.rules import name_key


class Ground(StrEnum):
    """Why dues are proposed for a bank line."""

    NUMBER = "number"
    NAME = "name"
    AMOUNT = "amount"


@dataclass(frozen=True)
class OpenDues:
    """An invoice that is open, with what names its member."""

    invoice_id: int
    member_id: int
    no: str
    member_no: str
    name: str
    due_on: date
    open_fen: int


@dataclass(frozen=True)
class Arrival:
    """A bank line, as far as it has not been booked."""

    payer: str
    remark: str
    open_fen: int


@dataclass(frozen=True)
class Proposal:
    """Dues of one member that a line pays: each invoice with the part of the line that goes to it, the oldest first."""

    member_id: int
    name: str
    parts: tuple[tuple[int, int], ...]
    grounds: frozenset[Ground]

    @property
    def is_certain(self) -> bool:
        """Whether it may be booked without looking: who paid is known, and the money is exactly what was asked for."""
        return Ground.AMOUNT in self.grounds and bool(self.grounds & {Ground.NUMBER, Ground.NAME})


def proposals(line: Arrival, dues: Sequence[OpenDues]) -> list[Proposal]:
    """Return who may have paid, the likeliest first; nobody whom neither a number, nor a name, nor an amount points at.

    An amount alone is a proposal only where it fits one member. Several certain ones are none: a person has to look.
    """
    by_member: dict[int, list[OpenDues]] = {}
    for one in sorted(dues, key=lambda each: (each.due_on, each.invoice_id)):
        by_member.setdefault(one.member_id, []).append(one)
    found = [_proposal(line, ours) for ours in by_member.values()]
    known = [one for one in found if one.grounds & {Ground.NUMBER, Ground.NAME}]
    if known:
        return sorted(known, key=lambda one: (-len(one.grounds), one.member_id))
    fitting = [one for one in found if Ground.AMOUNT in one.grounds]
    return fitting if len(fitting) == 1 else []


def certain(found: Sequence[Proposal]) -> Proposal | None:
    """Return the one proposal that is certain; None where there is none, or more than one."""
    sure = [one for one in found if one.is_certain]
    return sure[0] if len(sure) == 1 else None


def _proposal(line: Arrival, ours: Sequence[OpenDues]) -> Proposal:
    grounds = set()
    remark = narrow(line.remark).upper()
    if any(one.no in remark or one.member_no in remark for one in ours):
        grounds.add(Ground.NUMBER)
    key = name_key(ours[0].name)
    if key and (name_key(line.payer) == key or key in name_key(line.remark)):
        grounds.add(Ground.NAME)
    sums = {sum(one.open_fen for one in ours[:count]) for count in range(1, len(ours) + 1)}
    if line.open_fen in sums | {one.open_fen for one in ours}:
        grounds.add(Ground.AMOUNT)
    return Proposal(ours[0].member_id, ours[0].name, _parts(line.open_fen, ours), frozenset(grounds))


def _parts(amount_fen: int, ours: Sequence[OpenDues]) -> tuple[tuple[int, int], ...]:
    """Give the money to the oldest dues first, unless it is exactly what one of them asks for."""
    exact = [one for one in ours if one.open_fen == amount_fen]
    if exact:
        return ((exact[0].invoice_id, amount_fen),)
    parts, left = [], amount_fen
    for one in ours:
        part = min(left, one.open_fen)
        if part:
            parts.append((one.invoice_id, part))
            left -= part
    return tuple(parts)
