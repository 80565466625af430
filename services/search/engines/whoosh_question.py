"""Answers a question from the segments of a Whoosh index: points are added up by document, then what fits is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from itertools import islice
from time import monotonic
from typing import NamedTuple

from services.search import ranking
from services.search.documents import Field, Hit, Hits, Order, Question
from services.search.engines.whoosh_segment import SUGGESTIONS, Facts, Segment
from services.search.ranking import Term, Weighted
from services.search.suggesting import commonest

LONGEST = 0.2
"""Seconds after which what only raises scores, or only adds to the many hits of the rarer words, is left out."""
MOST_FORMS = 2000
"""Words that are looked at for suggestions in one segment; what is typed gets longer and they fewer."""

Points = dict[int, int]


class _Fit(NamedTuple):
    facts: Facts
    points: int

    @property
    def score(self) -> float:
        return ranking.score_of(self.points, self.facts.prior)


def answer(segments: Sequence[Segment], question: Question, sequence: int) -> Hits:
    """Return the page of hits asked for, and the counts of everything that fits."""
    documents = sum(len(segment.facts) for segment in segments)
    asked = ranking.weighted(question, documents, lambda field, token: _frequency(segments, field, token))
    until = monotonic() + LONGEST
    fitting = [fit for segment in segments for fit in _fitting(segment, asked, question, until)]
    kinds = Counter(fit.facts.kind for fit in fitting)
    if question.kinds:
        fitting = [fit for fit in fitting if fit.facts.kind in question.kinds]
    return Hits(
        hits=_page(fitting, question),
        total=len(fitting),
        kinds=dict(kinds),
        facets={name: _values(fitting, name) for name in question.count_facets},
        sequence=sequence,
    )


def _frequency(segments: Sequence[Segment], field: Field, token: str) -> int:
    return sum(segment.frequency(field.value, token) for segment in segments)


def _fitting(segment: Segment, asked: Weighted, question: Question, until: float) -> Iterator[_Fit]:
    points = _points(segment, asked, any_is_enough=question.any_is_enough, until=until)
    readers = frozenset(question.readers)
    facets = [(name, frozenset(values)) for name, values in question.facets.items()]
    for place, count in points.items():
        facts = segment.facts.get(place)
        if facts is None or not _may_find(facts, readers):
            continue
        if question.direction and facts.direction != question.direction:
            continue
        if facts.has_each(facets):
            yield _Fit(facts, count)


def _points(segment: Segment, asked: Weighted, *, any_is_enough: bool, until: float) -> Points:
    """Return the documents that fit the words of the question, with their points."""
    if not asked.must:
        return dict.fromkeys(segment.facts, 0)
    first, *others = sorted(asked.must, key=lambda clause: _size(segment, clause))
    found = _of_clause(segment, first)
    for clause in others:
        if (any_is_enough and monotonic() > until) or not (found or any_is_enough):
            break
        other = _of_clause(segment, clause)
        found = _sum(found, other) if any_is_enough else _shared(found, other)
    if found:
        _raise(found, segment, asked, until)
    return found


def _shared(points: Points, other: Points) -> Points:
    return {place: count + other[place] for place, count in points.items() if place in other}


def _raise(found: Points, segment: Segment, asked: Weighted, until: float) -> None:
    """Add the points of what a document need not have, to those that fit anyway."""
    for clause in asked.should:
        if monotonic() > until:
            break
        for term in clause:
            for place in _having(segment, term):
                if place in found:
                    found[place] += term.points


def _size(segment: Segment, clause: Sequence[Term]) -> int:
    return sum(segment.frequency(term.field.value, term.token) for term in clause)


def _of_clause(segment: Segment, clause: Sequence[Term]) -> Points:
    points: Points = {}
    for term in clause:
        points = _sum(points, dict.fromkeys(_having(segment, term), term.points))
    return points


def _sum(one: Points, other: Points) -> Points:
    more, less = (one, other) if len(one) >= len(other) else (other, one)
    for place, count in less.items():
        more[place] = more.get(place, 0) + count
    return more


def _having(segment: Segment, term: Term) -> Sequence[int]:
    if not term.may_differ:
        return segment.having(term.field.value, term.token)
    near = (segment.having(term.field.value, token) for token in ranking.neighbours(term.token))
    return list({place for places in near for place in places})


def _page(fitting: Sequence[_Fit], question: Question) -> list[Hit]:
    order = ranking.order_of(question)
    end = question.start + question.size
    if order is Order.RELEVANCE:
        best = nsmallest(end, fitting, key=lambda fit: (-fit.score, fit.facts.number))
    else:
        best = nsmallest(end, fitting, key=lambda fit: fit.facts.place(order))
    relevance = order is Order.RELEVANCE
    return [
        Hit(*ranking.kind_and_id(fit.facts.number), fit.facts.version, fit.score if relevance else 0.0)
        for fit in best[question.start :]
    ]


def _values(fitting: Sequence[_Fit], name: str) -> dict[str, int]:
    return dict(Counter(value for fit in fitting for value in fit.facts.facets.get(name, ())))


def suggestions(segments: Sequence[Segment], prefix: str, readers: Sequence[str], size: int) -> list[str]:
    """Return the words whose forms begin with ``prefix`` in what these readers may find, the commonest first."""
    may_read = frozenset(readers)
    counts: Counter[str] = Counter()
    for segment in segments:
        for form in islice(segment.forms(prefix), MOST_FORMS):
            places = segment.having(SUGGESTIONS, form)
            counts[form] += sum(1 for place in places if _may_find(segment.facts.get(place), may_read))
    return commonest(((form, count) for form, count in counts.items() if count), size)


def _may_find(facts: Facts | None, readers: frozenset[str]) -> bool:
    return facts is not None and not readers.isdisjoint(facts.readers)
