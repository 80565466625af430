"""Addresses of the search: reading what is asked for from one, and writing the ones that narrow or widen it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.forms import clean
from services.core.messages import N_
from services.search.documents import Kind, Order
from services.search.finding import Wish
from services.search.mappings.every import MAPPINGS

KIND_NAMES: dict[Kind, str] = {
    Kind.MODULE: N_("Services"),
    Kind.ITEM: N_("Test items"),
    Kind.STANDARD: N_("Standards"),
    Kind.POST: N_("Needs and offers"),
    Kind.COURSE: N_("Courses"),
    Kind.ENTERPRISE: N_("Enterprises and bodies"),
}
ORDER_NAMES: dict[Order, str] = {
    Order.RELEVANCE: N_("Best match"),
    Order.NEWEST: N_("Newest first"),
    Order.PRICE: N_("Lowest price"),
    Order.DEADLINE: N_("Ends first"),
}
ORDERS: dict[Kind, tuple[Order, ...]] = {
    Kind.MODULE: (Order.RELEVANCE, Order.PRICE),
    Kind.ITEM: (Order.RELEVANCE, Order.PRICE),
    Kind.STANDARD: (Order.RELEVANCE, Order.NEWEST),
    Kind.POST: (Order.RELEVANCE, Order.NEWEST, Order.PRICE, Order.DEADLINE),
    Kind.COURSE: (Order.RELEVANCE, Order.PRICE),
    Kind.ENTERPRISE: (Order.RELEVANCE, Order.NEWEST),
}
LONGEST_VALUE = 40


@dataclass(frozen=True)
class Address:
    """What an address of the search asks for: a typed line, perhaps one kind, its facets and its order."""

    line: str = ""
    kind: Kind | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    order: Order = Order.RELEVANCE

    @property
    def is_asked(self) -> bool:
        """Whether anything is looked for at all."""
        return bool(self.line or self.kind)

    @property
    def parts(self) -> dict[str, str]:
        """What stands in the address, in a lasting order."""
        order = self.order if self.order is not Order.RELEVANCE else ""
        asked = {"q": self.line, "kind": self.kind or "", **self.choices, "sort": order}
        return {name: str(value) for name, value in asked.items() if value}

    def wish(self, page: int) -> Wish:
        """Return what is asked of the search."""
        chosen = {name: (value,) for name, value in self.choices.items()}
        return Wish(self.line, self.kind, chosen, order=self.order, page=page)

    def with_(self, name: str, value: str) -> str:
        """Return the address that also asks for ``value``."""
        return _written({**self.parts, name: value})

    def without(self, name: str) -> str:
        """Return the address that no longer asks for ``name``."""
        return _written({key: value for key, value in self.parts.items() if key != name})

    def among(self, kind: Kind | None) -> str:
        """Return the address that looks for the same words among one kind, or among all."""
        return _written({name: value for name, value in (("q", self.line), ("kind", str(kind or ""))) if value})


def address_of(arguments: MultiDict[str, str]) -> Address:
    """Return what an address asks for; what it cannot mean is left out."""
    kind_text, order_text = arguments.get("kind", ""), arguments.get("sort", "")
    kind = Kind(kind_text) if kind_text in set(Kind) else None
    order = Order(order_text) if kind and order_text in ORDERS[kind] else Order.RELEVANCE
    names = MAPPINGS[kind].facets if kind else ()
    choices = {name: arguments[name][:LONGEST_VALUE] for name in names if arguments.get(name)}
    return Address(clean(arguments.get("q", "")) or "", kind, choices, order)


def _written(parts: Mapping[str, str]) -> str:
    base = url_for("search.index")
    return f"{base}?{urlencode(parts)}" if parts else base
