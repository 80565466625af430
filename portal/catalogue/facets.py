"""Addresses of the service list: reading what is asked for from one, and writing the ones that narrow or widen it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.components import word
from portal.forms import clean
from portal.i18n import gettext, translate
from services.catalogue.browsing import DaysBand, Facet, Found, PriceBand, Sort, Wish
from services.catalogue.models import CenterType, Market, Recognition, ServiceField
from services.catalogue.search_words import MOST_CHARACTERS
from services.core.messages import N_

LABELS: dict[Facet, str] = {
    Facet.MARKET: N_("Market"),
    Facet.PRODUCT: N_("Product"),
    Facet.FIELD: N_("Service field"),
    Facet.CENTER: N_("Centre"),
    Facet.RECOGNITION: N_("Recognition of the report"),
    Facet.PRICE: N_("Price"),
    Facet.DAYS: N_("Working days"),
    Facet.CLUSTER: N_("Cluster"),
    Facet.PROVIDER: N_("Provider"),
}
_PRICE_NAMES: dict[str, str] = {
    PriceBand.FREE: N_("Free of charge"),
    PriceBand.TO_100: N_("Up to 100 yuan"),
    PriceBand.TO_300: N_("100 to 300 yuan"),
    PriceBand.TO_1000: N_("300 to 1,000 yuan"),
    PriceBand.MORE: N_("More than 1,000 yuan"),
}
_DAYS_NAMES: dict[str, str] = {
    DaysBand.APPOINTMENT: N_("At the booked time"),
    DaysBand.TO_2: N_("Up to 2 working days"),
    DaysBand.TO_5: N_("3 to 5 working days"),
    DaysBand.TO_10: N_("6 to 10 working days"),
    DaysBand.MORE: N_("More than 10 working days"),
}
_BANDS: dict[Facet, Mapping[str, str]] = {Facet.PRICE: _PRICE_NAMES, Facet.DAYS: _DAYS_NAMES}
_WORDS: dict[Facet, type[StrEnum]] = {
    Facet.MARKET: Market,
    Facet.FIELD: ServiceField,
    Facet.CENTER: CenterType,
    Facet.RECOGNITION: Recognition,
}
SORT_NAMES: dict[Sort, str] = {
    Sort.RELEVANCE: N_("Best match"),
    Sort.PRICE: N_("Lowest price"),
    Sort.DAYS: N_("Fewest working days"),
}
MOST_VALUE = 30


def wish_of(arguments: MultiDict[str, str]) -> Wish:
    """Return what the address asks for; what it cannot mean is left out."""
    line = (clean(arguments.get("q", "")) or "")[:MOST_CHARACTERS]
    choices = {facet: arguments[facet][:MOST_VALUE] for facet in LABELS if arguments.get(facet)}
    sort = arguments.get("sort", "")
    return Wish(line, choices, Sort(sort) if sort in set(Sort) else Sort.RELEVANCE)


def was_cut(arguments: MultiDict[str, str]) -> bool:
    """Tell whether more was typed than is searched for."""
    return len(arguments.get("q", "")) > MOST_CHARACTERS


@dataclass(frozen=True)
class Narrowing:
    """What the page of a list needs to narrow and widen it."""

    groups: list[dict[str, Any]]
    chips: list[tuple[str, str, bool]]
    sorts: list[tuple[str, str, bool]]
    hidden: list[tuple[str, str]]
    everything_url: str


def narrowing(wish: Wish, found: Found) -> Narrowing:
    """Return the facets with their counts, the active choices as chips, and the orders."""
    addresses = _Addresses(wish)
    groups = [_group(facet, wish, found, addresses) for facet in LABELS]
    chips = [(_name(facet, value, found), addresses.without(facet), True) for facet, value in wish.choices.items()]
    if wish.line:
        chips.insert(0, (gettext("“%(words)s”", words=wish.line), addresses.without("q"), True))
    return Narrowing(
        groups=[group for group in groups if group["options"]],
        chips=chips,
        sorts=[
            (translate(name), addresses.with_("sort", sort), sort is wish.sort) for sort, name in SORT_NAMES.items()
        ],
        hidden=[(name, value) for name, value in addresses.parts.items() if name not in {"q", "sort"}],
        everything_url=addresses.base,
    )


class _Addresses:
    """Writes addresses of the list that differ from the present one in one place; each begins on the first page."""

    def __init__(self, wish: Wish) -> None:
        self.base = url_for("catalogue.index")
        asked = {"q": wish.line, **wish.choices, "sort": wish.sort if wish.sort is not Sort.RELEVANCE else ""}
        self.parts = {str(name): str(value) for name, value in asked.items() if value}

    def with_(self, name: str, value: str) -> str:
        return self._address({**self.parts, str(name): str(value)})

    def without(self, name: str) -> str:
        return self._address({key: value for key, value in self.parts.items() if key != name})

    def _address(self, parts: Mapping[str, str]) -> str:
        return f"{self.base}?{urlencode(parts)}" if parts else self.base


def _group(facet: Facet, wish: Wish, found: Found, addresses: _Addresses) -> dict[str, Any]:
    chosen, counts = wish.choices.get(facet), found.counts[facet]
    options = [
        {
            "label": _name(facet, value, found),
            "value": value,
            "count": counts.get(value, 0),
            "active": value == chosen,
            "url": addresses.without(facet) if value == chosen else addresses.with_(facet, value),
        }
        for value in _values(facet, counts)
        if counts.get(value) or value == chosen
    ]
    if facet not in _BANDS and facet not in _WORDS:
        options.sort(key=lambda option: not option["active"])  # the chosen one is never folded away
    return {"name": facet.value, "label": translate(LABELS[facet]), "options": options}


def _values(facet: Facet, counts: Mapping[str, int]) -> Iterable[str]:
    """Return the values of a facet as they are listed: fixed words in their order, others by how many there are."""
    if facet in _BANDS:
        return _BANDS[facet]
    if facet in _WORDS:
        return [one.value for one in _WORDS[facet]]
    return sorted(counts, key=lambda value: (-counts[value], value))


def _name(facet: Facet, value: str, found: Found) -> str:
    if facet in _BANDS and value in _BANDS[facet]:
        return translate(_BANDS[facet][value])
    if facet in _WORDS and value in set(_WORDS[facet]):
        return word(_WORDS[facet](value))
    return found.names.get(facet, {}).get(value, value)
