"""What a kind of thing must tell to be searched. Adding a kind is adding one such mapping to ``every``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import Session

from services.board.queries.visibility import Reader
from services.search.documents import LAYOUT, Document, Kind
from services.search.results import Shown

MOST_READ = 500
"""Documents that are made at once."""

LONGEST_ID = 10

LabelsOf = Callable[[Session, Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True)
class KindMapping:
    """One kind of things.

    ``ids`` selects the ids of all that belongs in the index on a day; ``documents`` makes the documents of those of the
    given ids that do. ``shown`` reads again what this reader may see. ``found`` selects, newest or best first, the ids of
    what this reader may see that holds all words, for the search without an index.
    ``labels`` gives the names of a facet's values, where no fixed list of words has them.
    """

    kind: Kind
    facets: tuple[str, ...]
    ids: Callable[[date], Select[int]]
    documents: Callable[[Session, Sequence[int], date], Iterable[Document]]
    shown: Callable[[Session, Reader, Sequence[int], date], Mapping[int, Shown]]
    found: Callable[[Reader, Sequence[str], date], Select[int]]
    labels: Mapping[str, LabelsOf]


def stamped(document: Document) -> Document:
    """Return the document with the fingerprint of everything in it, and of the layout, as its version."""
    facets = sorted((name, tuple(values)) for name, values in document.facets.items())
    plain = replace(document, facets={}, version=0)
    return replace(document, version=crc32(repr((LAYOUT, plain, facets)).encode()) >> 1)


def has_all(words: Iterable[str], *columns: Any) -> ColumnElement[bool]:
    """Return the condition that each word stands in one of the columns."""
    each = (or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words)
    return and_(True, *each)


def chosen(**facets: str | Iterable[str | None] | None) -> dict[str, tuple[str, ...]]:
    """Return facets without the empty ones, each with its values as texts."""
    listed = {name: (value,) if isinstance(value, str) else tuple(value or ()) for name, value in facets.items()}
    kept = {name: tuple(one for one in values if one) for name, values in listed.items()}
    return {name: values for name, values in kept.items() if values}


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Return those of the texts that a database may have as an id."""
    return [int(one) for one in texts if one.isascii() and one.isdigit() and len(one) < LONGEST_ID]
