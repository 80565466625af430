"""What the page of one kind needs to narrow its list, to widen it again and to order it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.components import state_word, word
from portal.i18n import gettext, translate
from portal.search.asking import KIND_NAMES, ORDER_NAMES, ORDERS, Address
from services.board.models.posts import Direction, PostType
from services.catalogue.models import CenterType, Market, ServiceField
from services.core.messages import N_
from services.organisations.words import LEVEL_NAMES, TYPE_NAMES
from services.search.documents import Kind
from services.search.results import Choice, Found
from services.standards.models import StandardState
from services.training.models.courses import Level

FACET_NAMES: dict[str, str] = {
    "center": N_("Centre"),
    "cluster": N_("Cluster"),
    "direction": N_("Need or offer"),
    "field": N_("Service field"),
    "level": N_("Verification"),
    "market": N_("Market"),
    "node": N_("Step of the chain"),
    "occupation": N_("Occupation"),
    "product": N_("Product"),
    "provider": N_("Provider"),
    "skill": N_("Level of skill"),
    "state": N_("State"),
    "subsidy": N_("Subsidy"),
    "town": N_("Town or zone"),
    "type": N_("Type"),
    "urgent": N_("Urgency"),
    "verified": N_("Verification"),
}


@dataclass(frozen=True)
class Narrowing:
    """Facets with their counts, the active choices as chips, the orders, and what the order's form carries along."""

    groups: list[dict[str, Any]]
    chips: list[tuple[str, str, bool]]
    sorts: list[tuple[str, str, bool]]
    hidden: list[tuple[str, str]]


def narrowing(address: Address, found: Found) -> Narrowing:
    """Return how the list of the chosen kind can be narrowed, widened and ordered."""
    kind = address.kind
    orders = ORDERS[kind] if kind and not found.is_from_database else ()
    chosen = [(name, one) for name, choices in found.choices.items() for one in choices if one.is_chosen]
    return Narrowing(
        groups=[_group(kind, name, choices, address) for name, choices in found.choices.items()],
        chips=[(_label(kind, name, one), address.without(name), True) for name, one in chosen],
        sorts=[(translate(ORDER_NAMES[order]), order.value, order is address.order) for order in orders],
        hidden=[(name, value) for name, value in address.parts.items() if name != "sort"],
    )


def kind_tabs(address: Address, found: Found) -> list[tuple[str, str, bool]]:
    """Return the kinds with their counts as tabs, all of them together first."""
    everything = gettext("All %(count)s", count=sum(found.counts.values()))
    tabs = [(everything, address.among(None), address.kind is None)]
    return tabs + [
        (f"{translate(KIND_NAMES[kind])} {found.counts.get(kind, 0)}", address.among(kind), kind is address.kind)
        for kind in Kind
        if found.counts.get(kind) or kind is address.kind
    ]


def _group(kind: Kind | None, name: str, choices: Sequence[Choice], address: Address) -> dict[str, Any]:
    options = [
        {
            "label": _label(kind, name, one),
            "value": one.value,
            "count": one.count,
            "active": one.is_chosen,
            "url": address.without(name) if one.is_chosen else address.with_(name, one.value),
        }
        for one in choices
        if one.count or one.is_chosen
    ]
    options.sort(key=lambda option: not option["active"])  # the chosen one is never folded away
    return {"name": name, "label": translate(FACET_NAMES[name]), "options": options}


def _label(kind: Kind | None, name: str, choice: Choice) -> str:
    """Return what a value is called: by the database, by the word list of its facet, else as it stands."""
    if choice.label:
        return choice.label
    named = _POST_WORDS.get(name) if kind is Kind.POST else _WORDS.get(name)
    return named(choice.value) if named else choice.value


def _of(kind: type[StrEnum]) -> Callable[[str], str]:
    return lambda value: word(kind(value)) if value in set(kind) else value


def _in(names: Mapping[Any, str]) -> Callable[[str], str]:
    texts = {str(value): name for value, name in names.items()}
    return lambda value: translate(texts[value]) if value in texts else value


_WORDS: dict[str, Callable[[str], str]] = {
    "center": _of(CenterType),
    "field": _of(ServiceField),
    "level": _in(LEVEL_NAMES),
    "market": _of(Market),
    "skill": _of(Level),
    "state": lambda value: state_word("standard", value) if value in set(StandardState) else value,
    "subsidy": lambda value: gettext("Subsidised training") if value == "yes" else value,
    "type": _in(TYPE_NAMES),
}
_POST_WORDS: dict[str, Callable[[str], str]] = {
    "direction": _of(Direction),
    "type": _of(PostType),
    "urgent": lambda value: gettext("Urgent") if value == "yes" else value,
    "verified": lambda value: gettext("Verified firms") if value == "yes" else value,
}
