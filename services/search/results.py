"""What a search gives back: what was found, as the visitor may see it, with the words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.search.documents import Kind, Order


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, marked or not. Plain text: the page escapes it."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True)
class Shown:
    """A thing as this visitor may see it, read from the database just now.

    ``thing`` is a catalogue ``Card`` (module, item), a ``Standard``, a ``ShownPost``, a ``ShownCourse`` or an
    ``Organisation``.
    """

    thing: Any
    title: str
    text: str = ""


@dataclass(frozen=True)
class Find:
    """One thing that was found, its title and the best place of its text with the words marked."""

    kind: Kind
    id: int
    thing: Any
    title: Sequence[Piece]
    text: Sequence[Piece]


@dataclass(frozen=True)
class Group:
    """What was found of one kind: how many there are, and the first of them (or the asked page)."""

    kind: Kind
    count: int
    finds: Sequence[Find]


@dataclass(frozen=True)
class Choice:
    """A value by which the hits can be narrowed. ``label`` is a name from the database; empty where a word list has it."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Found:
    """The answer to a line.

    Without a chosen kind there is a group for each kind with its first hits; with one, that group alone, paged.
    ``counts`` holds the number of hits of each kind whatever is chosen. ``choices`` are the facets of the chosen kind.
    """

    line: str
    kind: Kind | None
    order: Order
    groups: Sequence[Group]
    counts: Mapping[Kind, int]
    total: int
    page: int
    pages: int
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    is_loose: bool = False
    """Whether too little had all the words, so that any of them sufficed."""
    is_from_database: bool = False
    """Whether the index could not be used: fewer ways of writing are understood, and there are no choices."""
