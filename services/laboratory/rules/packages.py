"""What a package costs beside its items one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.catalogue.errors import NoPriceYet
from services.catalogue.models import ServiceModule
from services.catalogue.rules import price, price_on, terms_of


@dataclass(frozen=True)
class Worth:
    """The price of a package and the sum of what its items cost singly."""

    price_fen: int
    parts_fen: int

    @property
    def saved_fen(self) -> int:
        """What the package saves."""
        return self.parts_fen - self.price_fen


def package_price(package: ServiceModule, parts: Sequence[tuple[ServiceModule, int]], day: date) -> Worth | None:
    """Return what a package and its parts cost on ``day``, for one sample and without discounts.

    None where one of the prices is not known on that day, or is by agreement.
    """
    if not parts or package.is_negotiable:
        return None
    try:
        whole = _list_price(package, 1, day)
        singly = sum(_list_price(module, quantity, day) for module, quantity in parts)
    except NoPriceYet:
        return None
    return Worth(whole, singly)


def change_days(modules: Iterable[ServiceModule], today: date) -> list[date]:
    """Return ``today`` and every later day on which one of the modules changes its price."""
    return sorted(
        {today, *(one.effective_on for module in modules for one in module.prices if one.effective_on > today)}
    )


def _list_price(module: ServiceModule, quantity: int, day: date) -> int:
    """Return the basic price with its minimum charge; the minimum of a whole order does not count here."""
    terms = replace(terms_of(module, price_on(module.prices, day)), minimum_order_fen=0)
    return price(terms, quantity=quantity).due_fen
