"""One segment of a Whoosh index as the search reads it: which documents hold a token, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from whoosh import fields, formats

from services.search import ranking
from services.search.documents import Entry, Field, Kind, Order
from services.search.suggesting import forms_of

KEY = "key"
FACTS = "facts"
SUGGESTIONS = "suggestions"
MOST_KEPT = 2_000_000
"""Document numbers that are kept of tokens asked for before."""
_LAST = 1 << 40


class TokenField(fields.FieldType):  # type: ignore[misc]
    """Tokens as they are, and only whether a document has them: ranking needs no more."""

    stored = False
    scorable = True  # not for scores: without a column of lengths Whoosh looks for its file at every posting

    def __init__(self, *, unique: bool = False) -> None:
        self.format = formats.Existence()
        self.unique = unique
        self.analyzer = None
        self.vector = None
        self.column_type = None

    def index(self, value: Iterable[str], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each token once, as Whoosh wants it."""
        return ((token.encode(), 1, 1.0, b"") for token in set(value))


class Facts(NamedTuple):
    """What is known of a document beside its tokens: by this it is filtered, counted and sorted."""

    kind: Kind
    number: int
    version: int
    prior: float
    readers: tuple[str, ...]
    facets: dict[str, tuple[str, ...]]
    direction: str
    newest: int
    price: int
    deadline: int

    def place(self, order: Order) -> tuple[int, int]:
        """Return by what the document is sorted in ``order``, the first being the lowest."""
        by = {Order.NEWEST: -self.newest, Order.PRICE: self.price, Order.DEADLINE: self.deadline}
        return by[order], self.number

    def has_each(self, facets: Sequence[tuple[str, frozenset[str]]]) -> bool:
        """Whether each of the facets has one of its values here."""
        return all(not values.isdisjoint(self.facets.get(name, ())) for name, values in facets)


def schema() -> Any:
    """Return the schema of an index."""
    tokens = {field.value: TokenField() for field in Field}
    return fields.Schema(**tokens, **{SUGGESTIONS: TokenField(), KEY: TokenField(unique=True), FACTS: fields.STORED()})


def written(entry: Entry) -> dict[str, Any]:
    """Return the fields of an entry as Whoosh takes them."""
    document, by_field = entry.document, entry.tokens.by_field
    facts = Facts(
        kind=document.kind,
        number=ranking.number_of(document.kind, document.id),
        version=document.version,
        prior=ranking.prior_of(document, entry.tokens),
        readers=tuple(document.readers),
        facets={name: tuple(values) for name, values in document.facets.items()},
        direction=document.direction,
        newest=_seconds(document.at, 0),
        price=_LAST if document.price_fen is None else min(document.price_fen, _LAST),
        deadline=_seconds(document.until, _LAST),
    )
    tokens = {field.value: by_field.get(field, ()) for field in Field}
    return {
        **tokens,
        SUGGESTIONS: forms_of(entry.tokens),
        KEY: (str(facts.number),),
        FACTS: (str(facts.kind), *facts[1:]),
    }


def _seconds(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else max(0, int(moment.timestamp()))


def _facts(stored: tuple[Any, ...]) -> Facts:
    return Facts(Kind(stored[0]), *stored[1:])


class Segment:
    """A segment never changes, but documents of it may be deleted: then they are no longer in ``facts``."""

    def __init__(self, reader: Any, before: Segment | None) -> None:
        self.reader = reader
        self.name: str = reader.segment().segment_id()
        self.deleted: int = reader.segment().deleted_count()
        self._ids: dict[tuple[str, str], tuple[int, ...]] = {}
        self._kept = 0
        if before is None:
            self.facts = {place: _facts(stored[FACTS]) for place, stored in reader.iter_docs()}
        else:
            self.facts = {place: one for place, one in before.facts.items() if not reader.is_deleted(place)}

    def is_as(self, reader: Any) -> bool:
        """Whether ``reader`` reads this segment with the same documents deleted."""
        segment = reader.segment()
        return bool(segment.segment_id() == self.name and segment.deleted_count() == self.deleted)

    def having(self, field: str, token: str) -> tuple[int, ...]:
        """Return the places of the documents that have a token, deleted ones perhaps among them."""
        kept = self._ids.get((field, token))
        if kept is not None:
            return kept
        found = tuple(self.reader.postings(field, token).all_ids()) if (field, token) in self.reader else ()
        if self._kept + len(found) > MOST_KEPT:
            self._ids.clear()
            self._kept = 0
        self._kept += len(found) + 1
        self._ids[field, token] = found
        return found

    def frequency(self, field: str, token: str) -> int:
        """Return in how many documents a token is."""
        return int(self.reader.doc_frequency(field, token))

    def forms(self, prefix: str) -> Iterator[str]:
        """Yield what may be typed that begins with ``prefix``."""
        return (form.decode() for form in self.reader.expand_prefix(SUGGESTIONS, prefix))
