"""The search: a typed line becomes questions, an engine answers, and what it found is read again with the reader's rights.

What the index gives and this reader may not see, because the index lags behind, is left out and not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from services.board.queries.visibility import Reader, tokens_of
from services.search.analysis import fold
from services.search.database_search import found_in_database
from services.search.documents import Hit, Hits, Kind, Order, Question
from services.search.engine import Engine, IndexUnusable
from services.search.lexicon import lexicon_of
from services.search.mappings.every import MAPPINGS
from services.search.parsing import MOST_CHARACTERS, Asked, parse
from services.search.reading import finds_of
from services.search.results import Choice, Found, Group

FEW = 3
"""Fewer hits than that, and any of the words suffices."""
PER_PAGE = 20
PER_GROUP = 5
MOST_PAGES = 50
MOST_SUGGESTED = 8
MOST_IDS = 300
MOST_VALUES = 20
"""Values of a facet that are offered."""
MOST_CHOSEN = 10
LONGEST_VALUE = 40


@dataclass(frozen=True)
class Wish:
    """What a visitor asks for. ``kind`` None is an overview of all; ``facets`` need a kind to mean something."""

    line: str = ""
    kind: Kind | None = None
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    direction: str = ""
    order: Order = Order.RELEVANCE
    page: int = 1
    per_page: int = PER_PAGE


def search(session: Session, engine: Engine, reader: Reader, wish: Wish) -> Found:
    """Return what ``reader`` may see of what ``wish`` asks for. Raises LineTooLong.

    An index that cannot be used makes it a search of the database, and the answer says so.
    """
    lexicon = lexicon_of(session)
    asked = parse(wish.line, lexicon.analyser, lexicon.synonyms)
    wish = replace(wish, page=min(max(wish.page, 1), MOST_PAGES))
    try:
        return _Search(session, engine, reader, wish, asked).found()
    except IndexUnusable:
        return found_in_database(session, reader, wish.kind, asked.line.split(), page=wish.page, per_page=wish.per_page)


def ids_of(session: Session, engine: Engine, reader: Reader, kind: Kind, line: str) -> tuple[int, ...] | None:
    """Return what of one kind fits the line, the best first, MOST_IDS at most; None where the index cannot be used.

    The caller reads it again with the reader's rights. Raises LineTooLong.
    """
    lexicon = lexicon_of(session)
    asked = parse(line, lexicon.analyser, lexicon.synonyms)
    readers = tokens_of(reader)
    questions = (replace(one, readers=readers, kinds=(kind,), size=MOST_IDS) for one in asked.questions)
    try:
        return tuple(hit.id for hit in _best(engine, questions, enough=1)[1].hits)
    except IndexUnusable:
        return None


def suggest(session: Session, engine: Engine, reader: Reader, line: str) -> list[str]:
    """Return how the line may go on: words of titles that this reader may find; empty where the index cannot be used."""
    *before, last = fold(line[:MOST_CHARACTERS]).split() or [""]
    if not last:
        return []
    try:
        words = engine.suggest(last, tokens_of(reader), MOST_SUGGESTED)
    except IndexUnusable:
        return []
    return [" ".join((*before, word)) for word in words]


def _best(engine: Engine, questions: Iterable[Question], *, enough: int) -> tuple[Question | None, Hits]:
    """Return the strictest question that finds enough, and what it finds; else the one that finds the most."""
    best: tuple[Question | None, Hits] = None, Hits((), 0, {}, {}, 0)
    for question in questions:
        hits = engine.search(question)
        if hits.total > best[1].total or best[0] is None:
            best = question, hits
        if hits.total >= enough:
            break
    return best if best[1].total else (None, best[1])


def _known_facets(wish: Wish) -> Mapping[str, tuple[str, ...]]:
    if wish.kind is None:
        return {}
    names = MAPPINGS[wish.kind].facets
    sane = {
        name: tuple(one for one in values if _is_sane(one)) for name, values in wish.facets.items() if name in names
    }
    return {name: values[:MOST_CHOSEN] for name, values in sane.items() if values}


def _is_sane(value: str) -> bool:
    """Whether a chosen value may be one of ours; anything may stand in an address."""
    return 0 < len(value) <= LONGEST_VALUE and value.isprintable()


class _Search:
    """One search under way."""

    def __init__(self, session: Session, engine: Engine, reader: Reader, wish: Wish, asked: Asked) -> None:
        self._session = session
        self._engine = engine
        self._reader = reader
        self._wish = wish
        self._asked = asked
        self._readers = tokens_of(reader)

    def found(self) -> Found:
        """Return the answer: first everything of any kind, then the chosen kind narrowed, or a few of each."""
        question, overview = self._overview()
        if question is None:
            return self._answer({}, (), self._wish.kind, 0)
        if self._wish.kind is None:
            groups = [self._group(question, overview, kind) for kind in Kind if overview.kinds.get(kind)]
            counts = {group.kind: group.count for group in groups}
            return self._answer(counts, groups, None, sum(counts.values()), is_loose=question.any_is_enough)
        return self._chosen(question, overview, self._wish.kind)

    def _overview(self) -> tuple[Question | None, Hits]:
        """Return the strictest question that finds enough, and what it finds whatever kind is chosen."""
        bounds: dict[str, Any] = {
            "readers": self._readers,
            "size": len(Kind) * PER_GROUP,
            "order": self._order(),
            "direction": self._wish.direction,
        }
        return _best(self._engine, (replace(one, **bounds) for one in self._asked.questions), enough=FEW)

    def _order(self) -> Order:
        """Return the order asked for; an empty line has no relevance, so the newest come first."""
        if self._wish.order is Order.RELEVANCE and not self._asked.line:
            return Order.NEWEST
        return self._wish.order

    def _group(self, question: Question, overview: Hits, kind: Kind) -> Group:
        count = overview.kinds[kind]
        hits: Sequence[Hit] = [hit for hit in overview.hits if hit.kind is kind][:PER_GROUP]
        if len(hits) < min(count, PER_GROUP):
            hits = self._engine.search(self._of_kind(question, kind, size=PER_GROUP)).hits
        return self._read(kind, hits, count)

    def _chosen(self, question: Question, overview: Hits, kind: Kind) -> Found:
        wish, mapping = self._wish, MAPPINGS[kind]
        narrowed = replace(
            self._of_kind(question, kind, size=wish.per_page),
            facets=_known_facets(wish),
            start=(wish.page - 1) * wish.per_page,
            count_facets=mapping.facets,
        )
        hits = self._engine.search(narrowed)
        group = self._read(kind, hits.hits, hits.total)
        choices = {name: self._choices(name, hits.facets.get(name, {})) for name in mapping.facets}
        found = self._answer(overview.kinds, (group,), kind, group.count, is_loose=question.any_is_enough)
        return replace(found, choices={name: some for name, some in choices.items() if some})

    def _of_kind(self, question: Question, kind: Kind, *, size: int) -> Question:
        direction = self._wish.direction if kind is Kind.POST else ""
        return replace(
            question, readers=self._readers, kinds=(kind,), size=size, order=self._order(), direction=direction
        )

    def _read(self, kind: Kind, hits: Sequence[Hit], count: int) -> Group:
        finds = finds_of(self._session, self._reader, kind, [hit.id for hit in hits], self._asked.words)
        return Group(kind, count - (len(hits) - len(finds)), finds)

    def _choices(self, name: str, counts: Mapping[str, int]) -> list[Choice]:
        chosen = _known_facets(self._wish).get(name, ())
        best = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_VALUES]
        values = dict(best) | {value: counts.get(value, 0) for value in chosen}
        labels_of = MAPPINGS[self._wish.kind].labels.get(name) if self._wish.kind else None
        labels = labels_of(self._session, list(values)) if labels_of is not None and values else {}
        return [Choice(value, labels.get(value, ""), count, value in chosen) for value, count in values.items()]

    def _answer(
        self,
        counts: Mapping[Kind, int],
        groups: Sequence[Group],
        kind: Kind | None,
        total: int,
        *,
        is_loose: bool = False,
    ) -> Found:
        wish = self._wish
        pages = min(MOST_PAGES, max(1, -(-total // wish.per_page))) if kind is not None else 1
        return Found(
            line=wish.line,
            kind=kind,
            order=wish.order,
            groups=groups,
            counts=counts,
            total=total,
            page=wish.page,
            pages=pages,
            is_loose=is_loose,
        )
