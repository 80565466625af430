"""What goes into the index, and what comes out: plain values that every engine understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of things that can be found, in the order in which they are shown."""

    MODULE = "module"
    ITEM = "item"
    STANDARD = "standard"
    POST = "post"
    COURSE = "course"
    ENTERPRISE = "enterprise"


class Order(StrEnum):
    """How hits are sorted."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    PRICE = "price"
    DEADLINE = "deadline"


@dataclass(frozen=True)
class Document:
    """One thing to be found. ``(kind, id)`` is its key, ``version`` tells two states of it apart (a fingerprint).

    ``readers`` are the tokens of who may find it: ``all``, ``verified``, ``members``, ``org:<id>`` or ``node:<id>``; the
    engine filters by them so that counts give nothing away, and the database is asked again before anything is shown.
    ``facets`` hold at most one value for a name except where a list is given (e.g. ``{"cluster": ("BY-GLASS",)}``).
    """

    kind: Kind
    id: int
    version: int
    title: str
    body: str = ""
    keywords: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """What it is called beside its title; who types the whole of one means it."""
    numbers: tuple[str, ...] = ()
    """Numbers of standards and codes, as ``services.standards.rules.key_of`` writes them."""
    readers: tuple[str, ...] = ("all",)
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: datetime | None = None
    price_fen: int | None = None
    until: datetime | None = None
    direction: str = ""

    @property
    def key(self) -> str:
        """The name of the document in an index: ``post:17``."""
        return f"{self.kind}:{self.id}"


LAYOUT = 2
"""Rises whenever an index would hold other fields or tokens of the same document: an older index is made again."""


class Field(StrEnum):
    """The fields of tokens that an engine keeps of a document."""

    TITLE = "title"
    WORDS = "words"
    CHARACTERS = "characters"
    PAIRS = "pairs"
    PINYIN = "pinyin"
    INITIALS = "initials"
    NUMBERS = "numbers"
    NAME = "name"


@dataclass(frozen=True)
class Tokens:
    """The tokens of a document or of a query, by field. Tokens hold no blanks."""

    by_field: Mapping[Field, tuple[str, ...]]


@dataclass(frozen=True)
class Entry:
    """A document with its tokens: what an engine stores."""

    document: Document
    tokens: Tokens


@dataclass(frozen=True)
class Clause:
    """At least one of ``terms`` must be (or, in an optional clause, should be) in the document; each with its weight."""

    terms: tuple[tuple[Field, str, float], ...]


@dataclass(frozen=True)
class Question:
    """A query as the engines get it: nothing in it is syntax, everything in it is bounded.

    A document fits when each clause of ``must`` has a term in it; ``should`` only raises its score. ``prefix`` and ``fuzzy``
    ask for words of Latin letters that begin alike or differ by one letter. Without clauses every document fits.
    """

    must: tuple[Clause, ...] = ()
    should: tuple[Clause, ...] = ()
    any_is_enough: bool = False
    """Whether one clause of ``must`` suffices."""
    fuzzy: bool = False
    readers: tuple[str, ...] = ("all",)
    kinds: tuple[Kind, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    direction: str = ""
    order: Order = Order.RELEVANCE
    start: int = 0
    size: int = 20
    count_facets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """One document that fits."""

    kind: Kind
    id: int
    version: int
    score: float


@dataclass(frozen=True)
class Hits:
    """One page of what fits, how many there are of each kind, and the counts of the facets that were asked for."""

    hits: Sequence[Hit]
    total: int
    kinds: Mapping[Kind, int]
    facets: Mapping[str, Mapping[str, int]]
    sequence: int
