"""Addresses of the board: reading what is asked for from one, and writing the ones that narrow or widen it."""

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
from services.board.models.posts import Direction, PostType
from services.board.queries.browsing import BoardWish, DeadlineBand, Facet, FoundPosts, PriceBand, Sort
from services.core.messages import N_
from services.organisations.words import LEVEL_NAMES

LABELS: dict[Facet, str] = {
    Facet.DIRECTION: N_("Need or offer"),
    Facet.TYPE: N_("Kind of post"),
    Facet.PRODUCT: N_("Product class"),
    Facet.NODE: N_("Step of the chain"),
    Facet.CLUSTER: N_("Cluster"),
    Facet.TOWN: N_("Town or zone"),
    Facet.DEADLINE: N_("Open for"),
    Facet.PRICE: N_("Price of one unit"),
    Facet.LEVEL: N_("Verification"),
    Facet.URGENT: N_("Urgency"),
}
_DEADLINE_NAMES: dict[str, str] = {
    DeadlineBand.TO_7: N_("Up to 7 days"),
    DeadlineBand.TO_30: N_("8 to 30 days"),
    DeadlineBand.MORE: N_("More than 30 days"),
}
_PRICE_NAMES: dict[str, str] = {
    PriceBand.OPEN: N_("By agreement"),
    PriceBand.TO_10: N_("Up to 10 yuan"),
    PriceBand.TO_100: N_("10 to 100 yuan"),
    PriceBand.TO_1000: N_("100 to 1,000 yuan"),
    PriceBand.TO_10000: N_("1,000 to 10,000 yuan"),
    PriceBand.MORE: N_("More than 10,000 yuan"),
}
_LEVELS: dict[str, str] = {str(level): LEVEL_NAMES[level] for level in sorted(LEVEL_NAMES, reverse=True)}
_FIXED: dict[Facet, Mapping[str, str]] = {
    Facet.DEADLINE: _DEADLINE_NAMES,
    Facet.PRICE: _PRICE_NAMES,
    Facet.LEVEL: _LEVELS,
    Facet.URGENT: {"yes": N_("Urgent")},
}
_WORDS: dict[Facet, type[StrEnum]] = {Facet.TYPE: PostType, Facet.DIRECTION: Direction}
SORT_NAMES: dict[Sort, str] = {
    Sort.NEWEST: N_("Newest first"),
    Sort.DEADLINE: N_("Ends first"),
    Sort.PRICE: N_("Lowest price"),
}
LONGEST_LINE = 100
LONGEST_VALUE = 40


def wish_of(arguments: MultiDict[str, str]) -> BoardWish:
    """Return what the address asks for; what it cannot mean is left out."""
    line = (clean(arguments.get("q", "")) or "")[:LONGEST_LINE]
    asked = {facet: arguments[facet][:LONGEST_VALUE] for facet in LABELS if arguments.get(facet)}
    choices = {facet: value for facet, value in asked.items() if facet not in _WORDS or value in set(_WORDS[facet])}
    sort = arguments.get("sort", "")
    return BoardWish(line, choices, Sort(sort) if sort in set(Sort) else Sort.NEWEST)


@dataclass(frozen=True)
class Narrowing:
    """What the page of the board needs to narrow and widen its list, and to follow it."""

    groups: list[dict[str, Any]]
    chips: list[tuple[str, str, bool]]
    sorts: list[tuple[str, str, bool]]
    hidden: list[tuple[str, str]]
    everything_url: str
    feed_url: str


def narrowing(wish: BoardWish, found: FoundPosts) -> Narrowing:
    """Return the facets with their counts, the active choices as chips, the orders, and the feed of the same."""
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
        feed_url=url_for("board.feed", **{name: value for name, value in addresses.parts.items() if name != "sort"}),
    )


class _Addresses:
    """Writes addresses of the board that differ from the present one in one place; each begins on the first page."""

    def __init__(self, wish: BoardWish) -> None:
        self.base = url_for("board.index")
        asked = {"q": wish.line, **wish.choices, "sort": wish.sort if wish.sort is not Sort.NEWEST else ""}
        self.parts = {str(name): str(value) for name, value in asked.items() if value}

    def with_(self, name: str, value: str) -> str:
        return self._address({**self.parts, str(name): str(value)})

    def without(self, name: str) -> str:
        return self._address({key: value for key, value in self.parts.items() if key != name})

    def _address(self, parts: Mapping[str, str]) -> str:
        return f"{self.base}?{urlencode(parts)}" if parts else self.base


def _group(facet: Facet, wish: BoardWish, found: FoundPosts, addresses: _Addresses) -> dict[str, Any]:
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
    if facet not in _FIXED and facet not in _WORDS:
        options.sort(key=lambda option: not option["active"])  # the chosen one is never folded away
    return {"name": facet.value, "label": translate(LABELS[facet]), "options": options}


def _values(facet: Facet, counts: Mapping[str, int]) -> Iterable[str]:
    """Return the values of a facet as they are listed: fixed words in their order, others by how many there are."""
    if facet in _FIXED:
        return _FIXED[facet]
    if facet in _WORDS:
        return [one.value for one in _WORDS[facet]]
    return sorted(counts, key=lambda value: (-counts[value], value))


def _name(facet: Facet, value: str, found: FoundPosts) -> str:
    if facet in _FIXED and value in _FIXED[facet]:
        return translate(_FIXED[facet][value])
    if facet in _WORDS and value in set(_WORDS[facet]):
        return word(_WORDS[facet](value))
    return found.names.get(facet, {}).get(value, value)
