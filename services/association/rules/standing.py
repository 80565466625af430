"""Where a member stands on a day: one pure function of its terms, its dues and the figures of the charter.

Dues of a year are due some days after they were asked for. Unpaid, the membership goes through 应缴 (until the day they are
due), 宽限 (``grace_days``) and 中止权利 to 视为退会 (``lapse_days`` after the day they were due). Rights last through the
grace. What is asked on a day is answered from facts that hold on that day; nothing is stored but as a cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from services.association.models.register import Ending, Standing

ENTITLED = frozenset({Standing.ACTIVE, Standing.DUE, Standing.GRACE})
"""Who has the member's price, its posts and its vote."""

MEMBERS = ENTITLED | {Standing.SUSPENDED}
"""Who is a member at all."""

DAY = timedelta(days=1)
_ENDED = {
    Ending.LAPSED: Standing.LAPSED,
    Ending.EXITED: Standing.EXITED,
    Ending.EXPELLED: Standing.EXPELLED,
}


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    from_on: date
    until_on: date


@dataclass(frozen=True)
class Demand:
    """Dues that are not settled: asked for on a day, due on another."""

    issued_on: date
    due_on: date


@dataclass(frozen=True)
class Clocks:
    """The figures of the charter that the standing depends on."""

    dues_days: int = 30
    grace_days: int = 90
    lapse_days: int = 730


@dataclass(frozen=True)
class Record:
    """What is known of one member. ``ended_on`` is the first day outside."""

    terms: tuple[Span, ...] = ()
    demands: tuple[Demand, ...] = ()
    barred_until: date | None = None
    ended_on: date | None = None
    ended_as: Ending | None = None
    clocks: Clocks = Clocks()


@dataclass(frozen=True)
class Outlook:
    """The standing of a day, the stretch of days with rights around it or after it, and the next day of change."""

    standing: Standing
    rights_from: date | None
    rights_until: date | None
    changes_on: date | None


def standing(record: Record, day: date) -> Standing:
    """Return where the member stands on ``day``.

    The oldest dues that are open decide; a term that was paid for later does not hide them. Where no dues were asked for
    after the last term, the clock of the charter runs from its end all the same.
    """
    if record.ended_on is not None and record.ended_as is not None and day >= record.ended_on:
        return _ENDED[record.ended_as]
    begun = [term for term in record.terms if term.from_on <= day]
    if not begun:
        return Standing.AWAITED
    found = _by_dues(record, day, max(term.until_on for term in begun))
    is_barred = record.barred_until is not None and day <= record.barred_until
    return Standing.SUSPENDED if is_barred and found in ENTITLED else found


def deadline(record: Record, day: date) -> date | None:
    """Return the day by which the oldest open dues are due; None while nothing is to be paid on ``day``."""
    asked = [demand.due_on for demand in record.demands if demand.issued_on <= day]
    if asked:
        return min(asked)
    begun = [term.until_on for term in record.terms if term.from_on <= day]
    last = max(begun, default=None)
    return None if last is None or day <= last else last + record.clocks.dues_days * DAY


def lapses_on(record: Record, day: date) -> date | None:
    """Return the day on which the member counts as having left, if nothing is paid; None while nothing is to be paid."""
    due_on = deadline(record, day)
    return None if due_on is None else due_on + record.clocks.lapse_days * DAY


def outlook(record: Record, day: date) -> Outlook:
    """Return the standing of ``day`` with the rights that follow from the same facts.

    Where there are none on that day, the next stretch of rights is told, if one is certain already.
    """
    edges = sorted(_edges(record))
    standings = {edge: standing(record, edge) for edge in edges}
    present = standing(record, day)
    later = [edge for edge in edges if edge > day]
    changes_on = next((edge for edge in later if standings[edge] is not present), None)
    first = day if present in ENTITLED else next((edge for edge in later if standings[edge] in ENTITLED), None)
    if first is None:
        return Outlook(present, None, None, changes_on)
    before = [edge for edge in edges if edge <= first]
    start = first
    while before and standings[edge := before.pop()] in ENTITLED:
        start = edge
    end = next((edge for edge in edges if edge > first and standings[edge] not in ENTITLED), None)
    return Outlook(present, start, end - DAY if end else None, changes_on)


def _by_dues(record: Record, day: date, paid_until: date) -> Standing:
    due_on = deadline(record, day)
    if due_on is None:
        return Standing.ACTIVE
    if day <= due_on:
        return Standing.DUE
    if day >= due_on + record.clocks.lapse_days * DAY and day > paid_until:
        return Standing.LAPSED
    return Standing.GRACE if day <= due_on + record.clocks.grace_days * DAY else Standing.SUSPENDED


def _edges(record: Record) -> Iterable[date]:
    """Return each day on which the standing may become another."""
    edges: set[date] = set()
    dues = [demand.due_on for demand in record.demands]
    for term in record.terms:
        edges |= {term.from_on, term.until_on + DAY}
        dues.append(term.until_on + record.clocks.dues_days * DAY)
    for due_on in dues:
        edges |= {due_on + DAY, due_on + (record.clocks.grace_days + 1) * DAY, due_on + record.clocks.lapse_days * DAY}
    edges |= {demand.issued_on for demand in record.demands}
    if record.barred_until is not None:
        edges.add(record.barred_until + DAY)
    if record.ended_on is not None:
        edges.add(record.ended_on)
    return edges
