"""What a service costs and how long it takes: pure functions on plain values (domain.md F11, 6.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from services.catalogue.errors import NoPriceYet, QuantityTooSmall, UrgencyNotOffered
from services.catalogue.models import ModuleKind, PriceUnit, PriceVersion, ServiceModule, Urgency
from services.core.messages import N_
from services.core.money import percent_of, round_half_up, yuan_text

HALF_DAY_MIN = 270  # a morning or an afternoon with its edges; what is longer counts as two
DAY_MIN = 24 * 60
MONTH_MIN = 30 * DAY_MIN

Extra = tuple[str, str, int, int]
"""Code, name, amount in fen, and how many times it is taken."""


class StepKind(StrEnum):
    """What a step of a price does; the words are those of ``billing.LineKind``."""

    BASE = "base"
    EXTRA = "extra"
    URGENT = "urgent"
    MINIMUM = "minimum"
    DISCOUNT = "discount"


@dataclass(frozen=True)
class PriceStep:
    """One step: ``label`` is a marked sentence filled from ``facts`` (plain text, fit for JSON)."""

    kind: StepKind
    label: str
    facts: Mapping[str, str]
    amount_fen: int
    running_fen: int


@dataclass(frozen=True)
class Quote:
    """How a price came about. The amounts of ``steps`` add up to ``due_fen``, which is never negative."""

    steps: tuple[PriceStep, ...]
    due_fen: int
    saved_fen: int
    is_negotiable: bool = False

    @property
    def full_fen(self) -> int:
        """The sum of what is charged, before the member discount."""
        return self.due_fen + self.saved_fen


@dataclass(frozen=True)
class PriceTerms:
    """The terms of one price version of a module. Tiers are ``(from_quantity, unit_fen)`` in rising order."""

    unit: PriceUnit
    unit_fen: int
    minimum_fen: int = 0
    tiers: tuple[tuple[int, int], ...] = ()
    urgent_percent: int | None = None
    very_urgent_percent: int | None = None
    member_discount_percent: int = 0
    minimum_order_fen: int = 0
    is_urgent_possible: bool = False
    is_discountable: bool = False
    is_negotiable: bool = False

    def percent_for(self, urgency: Urgency) -> int | None:
        """Return what the base is multiplied by, in per cent; None where this speed is not offered."""
        if urgency is Urgency.NORMAL:
            return 100
        if not self.is_urgent_possible:
            return None
        return self.urgent_percent if urgency is Urgency.URGENT else self.very_urgent_percent

    @property
    def speeds(self) -> list[Urgency]:
        """How fast this can be ordered, slowest first."""
        return [urgency for urgency in Urgency if self.percent_for(urgency) is not None]

    def unit_fen_for(self, quantity: int | Fraction) -> int:
        """Return the unit price at this quantity: the highest tier reached holds for the whole quantity."""
        reached = [unit_fen for start, unit_fen in self.tiers if start <= quantity]
        return reached[-1] if reached else self.unit_fen


class _Bill:
    """A price in the making."""

    def __init__(self) -> None:
        self.steps: list[PriceStep] = []
        self.running_fen = 0

    def add(self, kind: StepKind, label: str, amount_fen: int, **facts: str) -> None:
        self.running_fen += amount_fen
        self.steps.append(PriceStep(kind, label, facts, amount_fen, self.running_fen))


def terms_of(module: ServiceModule, version: PriceVersion) -> PriceTerms:
    """Return the terms under which ``module`` is sold while ``version`` is in force."""
    return PriceTerms(
        unit=version.unit,
        unit_fen=version.unit_fen,
        minimum_fen=version.minimum_fen,
        tiers=tuple((int(start), int(unit_fen)) for start, unit_fen in sorted(version.tiers or [])),
        urgent_percent=version.urgent_percent,
        very_urgent_percent=version.very_urgent_percent,
        member_discount_percent=version.member_discount_percent,
        minimum_order_fen=module.minimum_order_fen,
        is_urgent_possible=module.kind in {ModuleKind.TEST, ModuleKind.PACKAGE},
        is_discountable=module.is_discountable,
        is_negotiable=module.is_negotiable,
    )


def price_on(prices: Iterable[PriceVersion], day: date) -> PriceVersion:
    """Return the version in force on ``day``: the latest that has begun. Raises NoPriceYet."""
    begun = [version for version in prices if version.effective_on <= day]
    if not begun:
        raise NoPriceYet
    return max(begun, key=lambda version: version.effective_on)


def price(
    terms: PriceTerms,
    *,
    quantity: int | Fraction,
    urgency: Urgency = Urgency.NORMAL,
    extras: Sequence[Extra] = (),
    is_member: bool = False,
) -> Quote:
    """Return the price and each step that led to it, rounded to whole fen step by step.

    Base (at least the minimum charge), extras, urgency on test lines, member discount on test lines and machine hours
    but never on extras, minimum order. What is free stays free. For a price by agreement this is the least.
    """
    bill = _Bill()
    _add_base(bill, terms, quantity)
    line_fen = bill.running_fen
    for _, name, amount_fen, count in extras:
        _add_extra(bill, name, amount_fen, count)
    line_fen += _add_urgency(bill, terms, urgency, line_fen)
    saved_fen = _add_discount(bill, terms, line_fen) if is_member and terms.is_discountable else 0
    missing_fen = terms.minimum_order_fen - bill.running_fen
    if bill.running_fen and missing_fen > 0:
        label = N_("Raised to the minimum order of %(minimum)s yuan")
        bill.add(StepKind.MINIMUM, label, missing_fen, minimum=yuan_text(terms.minimum_order_fen))
    return Quote(tuple(bill.steps), bill.running_fen, saved_fen, terms.is_negotiable)


def _add_base(bill: _Bill, terms: PriceTerms, quantity: int | Fraction) -> None:
    if quantity <= 0:
        raise QuantityTooSmall
    unit_fen = terms.unit_fen_for(quantity)
    bill.add(
        StepKind.BASE,
        N_("Basic price: %(unit_price)s × %(quantity)s"),
        round_half_up(Fraction(unit_fen) * quantity),
        unit_price=yuan_text(unit_fen),
        quantity=quantity_text(quantity),
    )
    if bill.running_fen < terms.minimum_fen:
        label = N_("Raised to the minimum charge of %(minimum)s yuan")
        missing_fen = terms.minimum_fen - bill.running_fen
        bill.add(StepKind.MINIMUM, label, missing_fen, minimum=yuan_text(terms.minimum_fen))


def _add_extra(bill: _Bill, name: str, amount_fen: int, count: int) -> None:
    if count == 1:
        bill.add(StepKind.EXTRA, N_("Extra: %(name)s"), amount_fen, name=name)
    elif count > 1:
        label = N_("Extra: %(name)s × %(count)s")
        bill.add(StepKind.EXTRA, label, amount_fen * count, name=name, count=str(count))


def _add_urgency(bill: _Bill, terms: PriceTerms, urgency: Urgency, line_fen: int) -> int:
    percent = terms.percent_for(urgency)
    if percent is None:
        raise UrgencyNotOffered
    if urgency is Urgency.NORMAL:
        return 0
    surcharge_fen = percent_of(line_fen, percent) - line_fen
    labels = {
        Urgency.URGENT: N_("Urgent: basic price × %(factor)s"),
        Urgency.VERY_URGENT: N_("Very urgent: basic price × %(factor)s"),
    }
    factor = quantity_text(Fraction(percent, 100))
    bill.add(StepKind.URGENT, labels[urgency], surcharge_fen, factor=factor)
    return surcharge_fen


def _add_discount(bill: _Bill, terms: PriceTerms, line_fen: int) -> int:
    saved_fen = percent_of(line_fen, terms.member_discount_percent)
    if saved_fen:
        percent = str(terms.member_discount_percent)
        bill.add(StepKind.DISCOUNT, N_("Member discount of %(percent)s per cent"), -saved_fen, percent=percent)
    return saved_fen


def quantity_of(unit: PriceUnit, minutes: int) -> Fraction:
    """Return how many units a slot of ``minutes`` is: hours to the minute, half-days, days and months once begun.

    What is sold by the piece or the time is one, however long the slot is.
    """
    if unit is PriceUnit.HOUR:
        return Fraction(minutes, 60)
    if unit is PriceUnit.HALF_HOUR:
        return Fraction(minutes, 30)
    begun = {PriceUnit.HALF_DAY: HALF_DAY_MIN, PriceUnit.DAY: DAY_MIN, PriceUnit.MONTH: MONTH_MIN}.get(unit)
    return Fraction(ceil(Fraction(minutes, begun))) if begun else Fraction(1)


def quantity_text(quantity: int | Fraction) -> str:
    """Return a quantity with at most two decimals, e.g. ``3`` or ``1.5``."""
    exact = Fraction(quantity)
    text = f"{Decimal(exact.numerator) / Decimal(exact.denominator):.2f}"
    return text.rstrip("0").rstrip(".")


def urgent_days(working_days: int | None, urgency: Urgency) -> int | None:
    """Return the working days promised at this speed: half of them rounded up, or one when very urgent."""
    if working_days is None or urgency is Urgency.NORMAL:
        return working_days
    if urgency is Urgency.URGENT:
        return (working_days + 1) // 2
    return min(working_days, 1)
