"""Addresses of the service list: reading what is asked for from one, and writing the ones that narrow or widen it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.forms import clean
from portal.narrowing import Facets, Narrowing
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
_FACETS = Facets(LABELS, _BANDS, _WORDS, SORT_NAMES)
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


def narrowing(wish: Wish, found: Found) -> Narrowing:
    """Return the facets with their counts, the active choices as chips, and the orders."""
    return _FACETS.narrowing(url_for("catalogue.index"), wish, found)
