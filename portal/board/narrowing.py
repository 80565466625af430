"""Addresses of the board: reading what is asked for from one, and writing the ones that narrow or widen it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.extensions import db
from portal.forms import clean
from portal.narrowing import Facets, Narrowing
from portal.searching import search_engine
from services.board.models.posts import Direction, PostType
from services.board.queries.browsing import BoardWish, DeadlineBand, Facet, FoundPosts, PriceBand, Sort
from services.board.queries.visibility import Reader
from services.core.messages import N_
from services.organisations.words import LEVEL_NAMES
from services.search.documents import Kind
from services.search.finding import ids_of

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
_BROWSED = Facets(LABELS, _FIXED, _WORDS, SORT_NAMES)
_SEARCHED = Facets(LABELS, _FIXED, _WORDS, {Sort.BEST: N_("Best match"), **SORT_NAMES})
LONGEST_LINE = 100
LONGEST_VALUE = 40


def wish_of(arguments: MultiDict[str, str]) -> BoardWish:
    """Return what the address asks for; what it cannot mean is left out."""
    line = (clean(arguments.get("q", "")) or "")[:LONGEST_LINE]
    asked = {facet: arguments[facet][:LONGEST_VALUE] for facet in LABELS if arguments.get(facet)}
    choices = {facet: value for facet, value in asked.items() if facet not in _WORDS or value in set(_WORDS[facet])}
    asked_sort, usual = arguments.get("sort", ""), Sort.BEST if line else Sort.NEWEST
    return BoardWish(line, choices, Sort(asked_sort) if asked_sort in SORT_NAMES else usual)


def searched(wish: BoardWish, who: Reader) -> BoardWish:
    """Return the wish with what the search finds for its line; without a usable index the database looks for the words."""
    if not wish.line:
        return wish
    return replace(wish, among=ids_of(db.session(), search_engine(), who, Kind.POST, wish.line))


def narrowing(wish: BoardWish, found: FoundPosts) -> Narrowing:
    """Return the facets with their counts, the active choices as chips, and the orders."""
    facets = _SEARCHED if wish.line else _BROWSED
    return facets.narrowing(url_for("board.index"), wish, found)


def feed_url(shown: Narrowing) -> str:
    """Return the address of the feed of the same list."""
    return url_for("board.feed", **{name: value for name, value in shown.parts.items() if name != "sort"})
