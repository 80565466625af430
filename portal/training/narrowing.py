"""Addresses of the list of courses: reading what is asked for from one, and writing the ones that narrow or widen it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.forms import clean
from portal.narrowing import Facets, Narrowing
from services.core.messages import N_
from services.training.models.courses import Level
from services.training.queries.browsing import CourseWish, Facet, FoundCourses, Sort

LABELS: dict[Facet, str] = {
    Facet.SEATS: N_("Free seats"),
    Facet.CLUSTER: N_("Cluster"),
    Facet.OCCUPATION: N_("Occupation"),
    Facet.LEVEL: N_("Level of skill"),
    Facet.EVENING: N_("Evenings"),
    Facet.WEEKEND: N_("Weekends"),
    Facet.SUBSIDY: N_("Subsidy"),
    Facet.PROVIDER: N_("Training centre"),
}
_FIXED: dict[Facet, Mapping[str, str]] = {
    Facet.SEATS: {"yes": N_("Seats free now")},
    Facet.EVENING: {"yes": N_("Evening class")},
    Facet.WEEKEND: {"yes": N_("Weekend class")},
    Facet.SUBSIDY: {"yes": N_("Subsidised training")},
}
_WORDS: dict[Facet, type[StrEnum]] = {Facet.LEVEL: Level}
SORT_NAMES: dict[Sort, str] = {
    Sort.DATE: N_("Begins first"),
    Sort.FEE: N_("Lowest fee"),
    Sort.TITLE: N_("By name"),
}
_FACETS = Facets(LABELS, _FIXED, _WORDS, SORT_NAMES)
LONGEST_LINE = 100
LONGEST_VALUE = 60


def wish_of(arguments: MultiDict[str, str]) -> CourseWish:
    """Return what the address asks for; what it cannot mean is left out."""
    line = (clean(arguments.get("q", "")) or "")[:LONGEST_LINE]
    asked = {facet: arguments[facet][:LONGEST_VALUE] for facet in LABELS if arguments.get(facet)}
    choices = {facet: value for facet, value in asked.items() if _may_be(facet, value)}
    sort = arguments.get("sort", "")
    return CourseWish(line, choices, Sort(sort) if sort in set(Sort) else Sort.DATE)


def _may_be(facet: Facet, value: str) -> bool:
    if facet in _FIXED:
        return value in _FIXED[facet]
    return facet not in _WORDS or value in set(_WORDS[facet])


def narrowing(wish: CourseWish, found: FoundCourses) -> Narrowing:
    """Return the facets with their counts, the active choices as chips, and the orders."""
    return _FACETS.narrowing(url_for("training.index"), wish, found)


def feed_url(shown: Narrowing) -> str:
    """Return the address of the feed of the same list."""
    return url_for("training.feed", **{name: value for name, value in shown.parts.items() if name != "sort"})
