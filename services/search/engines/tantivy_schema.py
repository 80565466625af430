"""What tantivy keeps of a document: our tokens, what is filtered and counted by, and numbers to sort by."""

from __future__ import annotations

import math
from datetime import datetime

import tantivy
from tantivy import Query

from services.search import ranking
from services.search.documents import Entry, Field, Kind, Order
from services.search.suggesting import forms_of

BASIC = "basic"
SUGGESTIONS = "suggestions"
SORTED = {Order.NEWEST: "newest", Order.PRICE: "price", Order.DEADLINE: "deadline"}
"""The fields that are sorted by: the value first, then kind and id, so that no two documents have the same number."""

DOUBLED = 2
"""Priors are kept doubled, so that none is below 1."""

_TIE_BITS = 30
_LAST = (1 << 34) - 1


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in (*Field, SUGGESTIONS):
        builder.add_text_field(field, tokenizer_name="blanks", index_option=BASIC)
    for name in ("readers", "direction"):
        builder.add_text_field(name, tokenizer_name="raw", index_option=BASIC)
    builder.add_text_field("kind", tokenizer_name="raw", index_option=BASIC, fast=True)
    builder.add_json_field("facets", tokenizer_name="raw", index_option=BASIC, fast=True)
    builder.add_unsigned_field("number", indexed=True, fast=True)
    builder.add_integer_field("version", fast=True)
    builder.add_float_field("weight", fast=True)
    for name in SORTED.values():
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


SCHEMA = _schema()


def document_of(entry: Entry) -> tantivy.Document:
    document, by_field = entry.document, entry.tokens.by_field
    made = tantivy.Document()
    for field in Field:
        made.add_text(field, " ".join(by_field.get(field, ())))
    made.add_text(SUGGESTIONS, " ".join(forms_of(entry.tokens)))
    for reader in document.readers:
        made.add_text("readers", reader)
    made.add_text("direction", document.direction)
    made.add_text("kind", document.kind)
    made.add_json("facets", {name: list(values) for name, values in document.facets.items()})
    number = ranking.number_of(document.kind, document.id)
    made.add_unsigned("number", number)
    made.add_integer("version", document.version)
    made.add_float("weight", _weight(ranking.prior_of(document, entry.tokens)))
    from_above = (1 << _TIE_BITS) - 1 - number
    made.add_unsigned("newest", _seconds(document.at, 0) << _TIE_BITS | from_above)
    price = _LAST if document.price_fen is None else min(document.price_fen, _LAST - 1)
    made.add_unsigned("price", price << _TIE_BITS | number)
    made.add_unsigned("deadline", _seconds(document.until, _LAST) << _TIE_BITS | number)
    return made


def one(kind: Kind, ident: int) -> Query:
    """Return the query for one document. (Deletion by term takes the number for a signed one, and finds nothing.)"""
    return Query.term_query(SCHEMA, "number", ranking.number_of(kind, ident))


def _weight(prior: float) -> float:
    """Return what is stored for a prior: tantivy multiplies a score by log2(2 + weight), and takes no negative weight."""
    return float(2 ** (DOUBLED * prior) - 2)


def exact_score(score: float, weight: float | bool | None) -> float:
    """Return the score of a document that tantivy gave ``score``, rounded, for whole points and its weight."""
    doubled = math.log2(2 + float(weight or 0))
    return ranking.score_of(round(score / doubled), ranking.as_prior(doubled / DOUBLED))


def _seconds(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else min(max(0, int(moment.timestamp())), _LAST - 1)
