"""Dues in plain values: what adopts a table, which days an invoice pays for, and when a reminder is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.association.errors import (
    AdoptionMissing,
    BallotNotSecret,
    FiguresDisagree,
    MajorityMissed,
    QuorumMissed,
)
from services.association.rules.standing import DAY, Span
from services.core.errors import RuleBroken

BEFORE, LATER, LAST = timedelta(days=7), timedelta(days=30), timedelta(days=14)


@dataclass(frozen=True)
class Adoption:
    """How a meeting adopted a dues table."""

    meeting_on: date | None
    meeting_name: str
    entitled: int
    present: int
    in_favour: int
    against: int
    abstained: int
    is_secret: bool


def adoption_faults(adoption: Adoption) -> list[RuleBroken]:
    """Return everything for which a dues table cannot come into force (F08 rule 2); nothing where it can.

    Two thirds of those entitled are present, more than half of those present are in favour, in a secret ballot.
    """
    found: list[RuleBroken] = []
    if adoption.meeting_on is None or not adoption.meeting_name:
        found.append(AdoptionMissing())
    votes = adoption.in_favour + adoption.against + adoption.abstained
    if votes > adoption.present or adoption.present > adoption.entitled:
        found.append(FiguresDisagree())
    quorum = max(1, -(-adoption.entitled * 2 // 3))
    if adoption.present < quorum:
        found.append(QuorumMissed(present=adoption.present, entitled=adoption.entitled, needed=quorum))
    majority = adoption.present // 2 + 1
    if adoption.in_favour < majority:
        found.append(MajorityMissed(in_favour=adoption.in_favour, present=adoption.present, needed=majority))
    if not adoption.is_secret:
        found.append(BallotNotSecret())
    return found


def year_span(year: int) -> Span:
    """Return the days of a dues year."""
    return Span(date(year, 1, 1), date(year, 12, 31))


def term_paid_for(year: int, terms: Iterable[Span], since_on: date) -> Span | None:
    """Return the days of ``year`` that its dues add to the terms that are there; None when none are left.

    A year is paid for as a whole, whenever the money comes; days before the membership began are never added.
    """
    whole = year_span(year)
    taken = [term.until_on + DAY for term in terms if term.from_on <= whole.until_on and term.until_on >= whole.from_on]
    first = max([whole.from_on, since_on, *taken])
    return Span(first, whole.until_on) if first <= whole.until_on else None


def first_term(year: int, begins_on: date) -> Span:
    """Return the term that the dues of joining give: from the day on which everything is there to the end of its year."""
    return Span(begins_on, year_span(max(year, begins_on.year)).until_on)


class Stage(StrEnum):
    """What a reminder says: that dues will be due, are due, are late, that rights end soon, that they have ended."""

    BEFORE = "before"
    DUE = "due"
    LATE = "late"
    LAST = "last"
    SUSPENDED = "suspended"


def stage_on(due_on: date, grace_days: int, day: date) -> Stage | None:
    """Return the reminder that a day asks for; None before the first. What was missed is not made up for."""
    grace_ends = due_on + timedelta(days=grace_days)
    stages = (
        (grace_ends + DAY, Stage.SUSPENDED),
        (max(grace_ends - LAST, due_on + DAY), Stage.LAST),
        (due_on + LATER, Stage.LATE),
        (due_on, Stage.DUE),
        (due_on - BEFORE, Stage.BEFORE),
    )
    return next((stage for starts_on, stage in stages if day >= starts_on), None)
