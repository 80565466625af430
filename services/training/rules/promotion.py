"""Who of those who wait gets the seats that are free: a pure function, and the reasons for passing people over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from services.core.messages import N_
from services.training.models.courses import Promotion

GROUP_DOES_NOT_FIT = N_("Your group of %(size)s wants to stay together, and fewer seats were free.")
COMPANY_IS_FULL = N_("Your company already holds %(cap)s seats, as many as one company may.")

OFFER_HOURS = 24
CUT_OFF_HOURS = 12


@dataclass(frozen=True)
class Waiting:
    """One registration on the waiting list, in the order of ``place``."""

    id: int
    place: int
    company: int | None = None
    group: int | None = None


@dataclass(frozen=True)
class Skipped:
    """A registration that was passed over, and why."""

    id: int
    reason: str
    number: int
    """What stands in the reason: the size of the group, or the cap of the company."""


@dataclass(frozen=True)
class Choice:
    """Who is promoted, in order, and who was passed over by somebody behind."""

    promoted: tuple[int, ...]
    skipped: tuple[Skipped, ...]


def choose(
    queue: Sequence[Waiting],
    free: int,
    policy: Promotion,
    *,
    capacity: int | None = None,
    cap: int | None = None,
    held: Counter[int] | None = None,
) -> Choice:
    """Return who gets the ``free`` seats of a class.

    ``held`` counts the seats that each company holds. A company at its cap is passed over under either policy. A group that
    does not fit waits: under ``first`` everybody behind waits with it, under ``fits`` the next who fits goes before.
    One that is larger than the ``capacity`` of the class holds up nobody.
    """
    seats = Counter(held or ())
    promoted: list[int] = []
    passed: list[Skipped] = []
    for party in _parties(queue):
        company = party[0].company
        if cap is not None and company is not None and seats[company] + len(party) > cap:
            passed += [Skipped(one.id, COMPANY_IS_FULL, cap) for one in party]
        elif len(party) > free - len(promoted):
            may_fit_later = capacity is None or len(party) <= capacity
            if free == len(promoted) or (policy is Promotion.FIRST and may_fit_later):
                break
            passed += [Skipped(one.id, GROUP_DOES_NOT_FIT, len(party)) for one in party]
        else:
            promoted += [one.id for one in party]
            if company is not None:
                seats[company] += len(party)
    last = max((one.place for one in queue if one.id in promoted), default=0)
    before = {one.id for one in queue if one.place < last}
    return Choice(tuple(promoted), tuple(one for one in passed if one.id in before))


def _parties(queue: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    """Yield the people who wait, groups as one where their first member stands."""
    first: dict[int, int] = {}
    for one in sorted(queue, key=lambda one: one.place):
        if one.group is not None:
            first.setdefault(one.group, one.place)
    by_party = sorted(queue, key=lambda one: (first[one.group] if one.group is not None else one.place, one.place))
    for _, party in groupby(
        by_party, key=lambda one: ("group", one.group) if one.group is not None else ("one", one.id)
    ):
        yield list(party)


def offer_until(now: datetime, starts_at: datetime) -> datetime | None:
    """Return until when an offer made now stands: a day, but not into the last twelve hours; None when those have begun."""
    until = min(now + timedelta(hours=OFFER_HOURS), starts_at - timedelta(hours=CUT_OFF_HOURS))
    return until if until > now else None
