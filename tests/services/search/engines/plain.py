"""The slowest engine there is: every document is looked at for every question. What the others are held to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from services.search import ranking
from services.search.documents import Clause, Entry, Field, Hit, Hits, Kind, Order, Question
from services.search.engine import Health
from services.search.suggesting import commonest, forms_of, typed_prefix

FAR = datetime(9999, 1, 1, tzinfo=UTC)
NEVER = datetime(1, 1, 1, tzinfo=UTC)


class PlainEngine:
    """Keeps entries in a dictionary."""

    def __init__(self) -> None:
        self.entries: dict[tuple[Kind, int], Entry] = {}
        self.sequence = 0

    def upsert(self, entries: Iterable[Entry]) -> None:
        self.entries |= {(entry.document.kind, entry.document.id): entry for entry in entries}

    def delete(self, keys: Iterable[tuple[Kind, int]]) -> None:
        for key in keys:
            self.entries.pop(key, None)

    def commit(self) -> int:
        self.sequence += 1
        return self.sequence

    def rebuild(self, entries: Iterable[Entry]) -> int:
        self.entries = {}
        self.upsert(entries)
        return self.commit()

    def search(self, question: Question) -> Hits:
        weighted = ranking.weighted(question, len(self.entries), self.frequency)
        fitting = [entry for entry in self.entries.values() if _passes(entry, question) and _fits(entry, question)]
        wanted = [entry for entry in fitting if not question.kinds or entry.document.kind in question.kinds]
        order = ranking.order_of(question)
        hits = []
        for entry in wanted:
            points = sum(term.points for term in weighted.terms() if _has(entry, term.field, term.token, question))
            score = ranking.score_of(points, ranking.prior_of(entry.document, entry.tokens))
            score = score if order is Order.RELEVANCE else 0.0
            hit = Hit(entry.document.kind, entry.document.id, entry.document.version, score)
            hits.append((_key(entry, order, score), hit))
        hits.sort(key=lambda pair: pair[0])
        page = [hit for _, hit in hits][question.start : question.start + question.size]
        facets = {
            name: dict(Counter(value for entry in wanted for value in entry.document.facets.get(name, ())))
            for name in question.count_facets
        }
        return Hits(page, len(wanted), Counter(entry.document.kind for entry in fitting), facets, self.sequence)

    def suggest(self, prefix: str, readers: Sequence[str], size: int = 8) -> list[str]:
        typed = typed_prefix(prefix)
        counts: Counter[str] = Counter()
        for entry in self.entries.values():
            if typed and set(entry.document.readers) & set(readers):
                counts.update(form for form in forms_of(entry.tokens) if form.startswith(typed))
        return commonest(counts.items(), size)

    def keys(self) -> Iterable[tuple[Kind, int, int]]:
        return [(*key, entry.document.version) for key, entry in self.entries.items()]

    def health(self) -> Health:
        return Health(len(self.entries), self.sequence)

    def close(self) -> None:
        pass

    def frequency(self, field: Field, token: str) -> int:
        return sum(token in entry.tokens.by_field.get(field, ()) for entry in self.entries.values())


def _passes(entry: Entry, question: Question) -> bool:
    document = entry.document
    return (
        bool(set(document.readers) & set(question.readers))
        and all(set(values) & set(document.facets.get(name, ())) for name, values in question.facets.items())
        and question.direction in ("", document.direction)
    )


def _fits(entry: Entry, question: Question) -> bool:
    def fulfils(clause: Clause) -> bool:
        return any(_has(entry, field, token, question) for field, token, _ in clause.terms)

    if question.any_is_enough and question.must:
        return any(map(fulfils, question.must))
    return all(map(fulfils, question.must))


def _has(entry: Entry, field: Field, token: str, question: Question) -> bool:
    tokens = entry.tokens.by_field.get(field, ())
    if question.fuzzy and ranking.may_differ(field, token):
        return bool(ranking.neighbours(token) & set(tokens))
    return token in tokens


def _key(entry: Entry, order: Order, score: float) -> tuple[float, int]:
    document = entry.document
    number = ranking.number_of(document.kind, document.id)
    first = {
        Order.RELEVANCE: -score,
        Order.NEWEST: -int((document.at or NEVER).timestamp()),
        Order.PRICE: float("inf") if document.price_fen is None else document.price_fen,
        Order.DEADLINE: int((document.until or FAR).timestamp()),
    }[order]
    return first, number
