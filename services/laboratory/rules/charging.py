"""What a commission costs: its charges priced together in the order of domain.md F11, rounded step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.catalogue.errors import QuantityTooSmall, UrgencyNotOffered
from services.catalogue.models import Urgency
from services.catalogue.rules import Extra, PriceStep, PriceTerms, Quote, StepKind, quantity_text
from services.core.messages import N_
from services.core.money import percent_of, round_half_up, yuan_text

_URGENT = {
    Urgency.URGENT: N_("Urgent: tests × %(factor)s"),
    Urgency.VERY_URGENT: N_("Very urgent: tests × %(factor)s"),
}


@dataclass(frozen=True)
class Charge:
    """An item or a package, how many of its unit are charged, and by which terms."""

    name: str
    terms: PriceTerms
    quantity: int


class _Bill:
    """A price in the making."""

    def __init__(self) -> None:
        self.steps: list[PriceStep] = []
        self.running_fen = 0

    def add(self, kind: StepKind, label: str, amount_fen: int, **facts: str) -> None:
        self.running_fen += amount_fen
        self.steps.append(PriceStep(kind, label, facts, amount_fen, self.running_fen))


def price(
    charges: Sequence[Charge],
    *,
    extras: Sequence[Extra] = (),
    urgency: Urgency = Urgency.NORMAL,
    is_member: bool = False,
) -> Quote:
    """Return the price of a commission and each step that led to it.

    List prices (each at least its minimum charge), extras, urgency on the tests, member discount on the tests but never
    on extras, minimum order. Where several modules share a percentage, it is taken of their sum and rounded once.
    Raises UrgencyNotOffered when one of them is not sold that fast. Prices by agreement count with the least they cost.
    """
    bill = _Bill()
    tests = [_add_base(bill, charge) for charge in charges]
    for _, name, amount_fen, count in extras:
        _add_extra(bill, name, amount_fen, count)
    if urgency is not Urgency.NORMAL:
        tests = _add_urgency(bill, charges, tests, urgency)
    saved_fen = _add_discount(bill, charges, tests) if is_member else 0
    minimum_fen = max((charge.terms.minimum_order_fen for charge in charges), default=0)
    if 0 < bill.running_fen < minimum_fen:
        label = N_("Raised to the minimum order of %(minimum)s yuan")
        bill.add(StepKind.MINIMUM, label, minimum_fen - bill.running_fen, minimum=yuan_text(minimum_fen))
    return Quote(tuple(bill.steps), bill.running_fen, saved_fen, any(one.terms.is_negotiable for one in charges))


def speeds(charges: Sequence[Charge]) -> list[Urgency]:
    """Return how fast all of this can be ordered, slowest first."""
    return [one for one in Urgency if all(charge.terms.percent_for(one) is not None for charge in charges)]


def _add_base(bill: _Bill, charge: Charge) -> Fraction:
    """Add the list price of a charge; return what it comes to."""
    if charge.quantity <= 0:
        raise QuantityTooSmall
    terms, before_fen = charge.terms, bill.running_fen
    unit_fen = terms.unit_fen_for(charge.quantity)
    bill.add(
        StepKind.BASE,
        N_("%(name)s: %(unit_price)s × %(quantity)s"),
        round_half_up(Fraction(unit_fen) * charge.quantity),
        name=charge.name,
        unit_price=yuan_text(unit_fen),
        quantity=str(charge.quantity),
    )
    missing_fen = terms.minimum_fen - (bill.running_fen - before_fen)
    if missing_fen > 0:
        label = N_("%(name)s: raised to the minimum charge of %(minimum)s yuan")
        bill.add(StepKind.MINIMUM, label, missing_fen, name=charge.name, minimum=yuan_text(terms.minimum_fen))
    return Fraction(bill.running_fen - before_fen)


def _add_extra(bill: _Bill, name: str, amount_fen: int, count: int) -> None:
    if count == 1:
        bill.add(StepKind.EXTRA, N_("Extra: %(name)s"), amount_fen, name=name)
    elif count > 1:
        label = N_("Extra: %(name)s × %(count)s")
        bill.add(StepKind.EXTRA, label, amount_fen * count, name=name, count=str(count))


def _add_urgency(bill: _Bill, charges: Sequence[Charge], tests: Sequence[Fraction], urgency: Urgency) -> list[Fraction]:
    """Add the surcharge on the tests, one step per factor; return what each test comes to with it."""
    percents: list[int] = []
    for charge in charges:
        percent = charge.terms.percent_for(urgency)
        if percent is None:
            raise UrgencyNotOffered
        percents.append(percent)
    for percent, sum_fen in _by_percent(percents, tests):
        factor = quantity_text(Fraction(percent, 100))
        bill.add(StepKind.URGENT, _URGENT[urgency], percent_of(sum_fen, percent) - sum_fen, factor=factor)
    return [test * percent / 100 for test, percent in zip(tests, percents, strict=True)]


def _add_discount(bill: _Bill, charges: Sequence[Charge], tests: Sequence[Fraction]) -> int:
    """Take off the members' discount on the tests, one step per percentage; return what is saved."""
    percents = [one.terms.member_discount_percent if one.terms.is_discountable else 0 for one in charges]
    saved_fen = 0
    for percent, sum_fen in _by_percent(percents, tests):
        off_fen = percent_of(sum_fen, percent)
        if off_fen:
            label = N_("Member discount of %(percent)s per cent")
            bill.add(StepKind.DISCOUNT, label, -off_fen, percent=str(percent))
        saved_fen += off_fen
    return saved_fen


def _by_percent(percents: Sequence[int], tests: Sequence[Fraction]) -> Iterator[tuple[int, int]]:
    """Yield each percentage with the sum of the tests it applies to, in whole fen."""
    for percent in dict.fromkeys(percents):
        parts = (test for test, own in zip(tests, percents, strict=True) if own == percent)
        yield percent, round_half_up(sum(parts, Fraction(0)))
