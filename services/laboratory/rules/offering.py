"""What each module of a price costs by the list: a pure rule."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalogue.rules import Quote, StepKind


def list_prices(quote: Quote, names: Sequence[str]) -> dict[str, int]:
    """Return the list price of each named module in a price, its minimum charge included, without speed and discount."""
    own = {StepKind.BASE, StepKind.MINIMUM}
    sums = dict.fromkeys(names, 0)
    for step in quote.steps:
        name = step.facts.get("name", "")
        if step.kind in own and name in sums:
            sums[name] += step.amount_fen
    return sums
