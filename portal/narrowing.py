"""Lists narrowed by facets: the addresses that narrow and widen them, and what their pages show of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from portal.components import word
from portal.i18n import gettext, translate

F = TypeVar("F", bound=StrEnum)


class Wished(Protocol[F]):
    """What somebody looks for: a typed line, at most one choice of each facet, and an order."""

    @property
    def line(self) -> str: ...

    @property
    def choices(self) -> Mapping[F, str]: ...

    @property
    def sort(self) -> StrEnum: ...


class Counted(Protocol[F]):
    """What was found, as far as the facets go: how many there are of each value, and what values are called."""

    @property
    def counts(self) -> Mapping[F, Mapping[str, int]]: ...

    @property
    def names(self) -> Mapping[F, Mapping[str, str]]: ...


@dataclass(frozen=True)
class Narrowing:
    """What the page of a list needs to narrow and widen it; ``parts`` are those of its present address."""

    groups: list[dict[str, Any]]
    chips: list[tuple[str, str, bool]]
    sorts: list[tuple[str, str, bool]]
    hidden: list[tuple[str, str]]
    everything_url: str
    parts: Mapping[str, str]


class _Addresses:
    """Writes addresses of a list that differ from the present one in one place; each begins on the first page."""

    def __init__(self, base: str, asked: Mapping[str, str]) -> None:
        self.base = base
        self.parts = {str(name): str(value) for name, value in asked.items() if value}

    def with_(self, name: str, value: str) -> str:
        return self._address({**self.parts, str(name): str(value)})

    def without(self, name: str) -> str:
        return self._address({key: value for key, value in self.parts.items() if key != name})

    def _address(self, parts: Mapping[str, str]) -> str:
        return f"{self.base}?{urlencode(parts)}" if parts else self.base


@dataclass(frozen=True)
class Facets(Generic[F]):
    """The facets of one kind of list. Values are fixed words, words of a list, or what the database calls them.

    The first of ``sorts`` is the order of an address that names none.
    """

    labels: Mapping[F, str]
    fixed: Mapping[F, Mapping[str, str]]
    words: Mapping[F, type[StrEnum]]
    sorts: Mapping[Any, str]

    def narrowing(self, base: str, wish: Wished[F], found: Counted[F]) -> Narrowing:
        """Return the facets with their counts, the active choices as chips, and the orders."""
        is_usual = wish.sort is next(iter(self.sorts))
        addresses = _Addresses(base, {"q": wish.line, **wish.choices, "sort": "" if is_usual else wish.sort})
        groups = [self._group(facet, wish, found, addresses) for facet in self.labels]
        chips = [
            (self._name(facet, value, found), addresses.without(facet), True) for facet, value in wish.choices.items()
        ]
        if wish.line:
            chips.insert(0, (gettext("“%(words)s”", words=wish.line), addresses.without("q"), True))
        return Narrowing(
            groups=[group for group in groups if group["options"]],
            chips=chips,
            sorts=[(translate(name), sort.value, sort is wish.sort) for sort, name in self.sorts.items()],
            hidden=[(name, value) for name, value in addresses.parts.items() if name not in {"q", "sort"}],
            everything_url=addresses.base,
            parts=addresses.parts,
        )

    def _group(self, facet: F, wish: Wished[F], found: Counted[F], addresses: _Addresses) -> dict[str, Any]:
        chosen, counts = wish.choices.get(facet), found.counts[facet]
        options = [
            {
                "label": self._name(facet, value, found),
                "value": value,
                "count": counts.get(value, 0),
                "active": value == chosen,
                "url": addresses.without(facet) if value == chosen else addresses.with_(facet, value),
            }
            for value in self._values(facet, counts)
            if counts.get(value) or value == chosen
        ]
        if facet not in self.fixed and facet not in self.words:
            options.sort(key=lambda option: not option["active"])  # the chosen one is never folded away
        return {"name": facet.value, "label": translate(self.labels[facet]), "options": options}

    def _values(self, facet: F, counts: Mapping[str, int]) -> Iterable[str]:
        """Return the values of a facet as they are listed: fixed words in their order, others by how many there are."""
        if facet in self.fixed:
            return self.fixed[facet]
        if facet in self.words:
            return [one.value for one in self.words[facet]]
        return sorted(counts, key=lambda value: (-counts[value], value))

    def _name(self, facet: F, value: str, found: Counted[F]) -> str:
        if facet in self.fixed and value in self.fixed[facet]:
            return translate(self.fixed[facet][value])
        if facet in self.words and value in set(self.words[facet]):
            return word(self.words[facet](value))
        return found.names.get(facet, {}).get(value, value)
