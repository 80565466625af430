"""A question as queries of tantivy, and what they find as hits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tantivy
from tantivy import Query

from services.search import ranking
from services.search.documents import Hit, Kind, Order, Question
from services.search.engines.tantivy_schema import BASIC, SCHEMA, SORTED, exact_score
from services.search.ranking import Term, Weighted

SLACK = 16
"""Hits that are taken beyond the page: scores that only differ where the engine rounds are put in order by us."""

MOST_VALUES = 1000
"""Values of a facet that are counted at most."""

Part = tuple[tantivy.Occur, Query]
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


def _term(term: Term) -> Query:
    if term.may_differ:
        found = Query.fuzzy_term_query(SCHEMA, term.field, term.token, 1, True)
    else:
        found = Query.term_query(SCHEMA, term.field, term.token, BASIC)
    return Query.const_score_query(found, float(term.points))


def _any_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(_SHOULD, query) for query in queries])


def words_of(weighted: Weighted, any_is_enough: bool) -> tuple[list[Part], list[Part]]:
    """Return the clauses of words as parts of one query: those that decide what fits, and those that raise scores."""
    must = [_any_of([_term(term) for term in clause]) for clause in weighted.must]
    if any_is_enough and must:
        must = [_any_of(must)]
    should = [_any_of([_term(term) for term in clause]) for clause in weighted.should]
    return [(_MUST, query) for query in must], [(_SHOULD, query) for query in should]


def filters_of(question: Question) -> list[Query]:
    """Return what filters by readers, facets and direction, but not by kind."""
    found = [Query.term_set_query(SCHEMA, "readers", list(question.readers))]
    for name, values in question.facets.items():
        found.append(_any_of([Query.term_query(SCHEMA, f"facets.{name}", value, BASIC) for value in values]))
    if question.direction:
        found.append(Query.term_query(SCHEMA, "direction", question.direction, BASIC))
    return found


def kinds_of(question: Question) -> list[Query]:
    """Return what filters by kind."""
    return [Query.term_set_query(SCHEMA, "kind", list(question.kinds))] if question.kinds else []


def silent(queries: Iterable[Query]) -> list[Part]:
    """Return filters as parts of one query, without a score."""
    return [(_MUST, Query.const_score_query(query, 0.0)) for query in queries]


def counts_of(
    searcher: tantivy.Searcher, query: Query, names: Sequence[str]
) -> tuple[dict[Kind, int], dict[str, dict[str, int]]]:
    """Return how many fit of each kind, and of each value of the named facets."""
    fields = ["kind", *(f"facets.{name}" for name in names)]
    counted = searcher.aggregate(query, {field: {"terms": {"field": field, "size": MOST_VALUES}} for field in fields})
    kinds = {Kind(value): count for value, count in _buckets(counted["kind"])}
    return kinds, {name: dict(_buckets(counted[f"facets.{name}"])) for name in names}


def _buckets(counted: dict[str, Any]) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in counted["buckets"]]


def page_of(searcher: tantivy.Searcher, query: Query, question: Question) -> list[Hit]:
    """Return the page of hits that the question asks for."""
    order = ranking.order_of(question)
    end = question.start + question.size
    if order is Order.RELEVANCE:
        result = searcher.search(query, limit=end + SLACK, count=False, weight_by_field="weight")
        return _best(searcher, result.hits, question.start, end)
    direction = tantivy.Order.Desc if order is Order.NEWEST else tantivy.Order.Asc
    result = searcher.search(query, limit=end, count=False, order_by_field=SORTED[order], order=direction)
    return _hits(searcher, [(0.0, place) for _, place in result.hits[question.start :]])


def _best(searcher: tantivy.Searcher, found: Sequence[tuple[float, Any]], start: int, end: int) -> list[Hit]:
    """Return hits with their exact scores: the engine's are 32 bits long, the points behind them are whole."""
    places = [place for _, place in found]
    weights = searcher.fast_field_values("weight", places)
    numbers = searcher.fast_field_values("number", places)
    exact = [
        (-exact_score(score, weight), number, place)
        for (score, place), weight, number in zip(found, weights, numbers, strict=True)
    ]
    exact.sort(key=lambda one: one[:2])
    return _hits(searcher, [(-score, place) for score, _, place in exact[start:end]])


def _hits(searcher: tantivy.Searcher, found: Sequence[tuple[float, Any]]) -> list[Hit]:
    places = [place for _, place in found]
    numbers = searcher.fast_field_values("number", places)
    versions = searcher.fast_field_values("version", places)
    return [
        Hit(*ranking.kind_and_id(int(number or 0)), int(version or 0), score)
        for (score, _), number, version in zip(found, numbers, versions, strict=True)
    ]
