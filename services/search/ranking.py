"""One ranking for every engine: whole points for terms, and a prior of each document. See decision 12.

An engine adds up the points of the terms that a document has, multiplies them by the prior that is stored with the document,
and sorts by that, then by kind and id. Nothing else enters, so that all engines put the same documents in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from services.search.documents import Clause, Document, Field, Kind, Order, Question, Tokens

POINTS = 64
"""How many points a term of weight 1 and rarity 1 has."""

RARITY_STEPS = 4
"""Rarity goes in quarters, so that it is the same where deleted documents are still counted for a while."""

TITLE_LENGTH, WORDS_LENGTH = 8, 60
"""How many words a title and a whole document usually have: what is shorter says more with each word."""

PRIOR_STEPS = 1 << 20
"""Priors are whole multiples of this fraction; the lowest steps are days, so that of equals the newest come first."""

SHORTEST_FUZZY = 4
"""Shorter words have too many neighbours for a wrong letter to be forgiven."""

RESEMBLANCE = 3
"""What takes the place of the rarity of a word that is only resembled."""

_LENGTH_STEPS = 64
_FORGIVING = frozenset((Field.TITLE, Field.WORDS, Field.PINYIN))
_FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
_ID_BITS = 27
_RANKS = {kind: rank for rank, kind in enumerate(Kind)}
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

Frequency = Callable[[Field, str], int]
"""In how many documents a token is."""


@dataclass(frozen=True)
class Term:
    """A token of one field and the points that a document gets for having it, or one that resembles it."""

    field: Field
    token: str
    points: int
    may_differ: bool = False


@dataclass(frozen=True)
class Weighted:
    """The clauses of a question with points in place of weights."""

    must: tuple[tuple[Term, ...], ...]
    should: tuple[tuple[Term, ...], ...]

    def terms(self) -> Iterator[Term]:
        """Yield every term, those of ``must`` first; the same one twice where two clauses have it."""
        for clause in (*self.must, *self.should):
            yield from clause


def weighted(question: Question, documents: int, frequency: Frequency) -> Weighted:
    """Return the clauses of ``question`` with their points in an index of so many documents."""

    def term(field: Field, token: str, weight: float) -> Term:
        if question.fuzzy and may_differ(field, token):
            return Term(field, token, bare_points(weight), True)
        return Term(field, token, points_of(weight, documents, frequency(field, token)))

    def of(clauses: tuple[Clause, ...]) -> tuple[tuple[Term, ...], ...]:
        return tuple(tuple(term(*given) for given in clause.terms) for clause in clauses)

    return Weighted(of(question.must), of(question.should))


def points_of(weight: float, documents: int, frequency: int) -> int:
    """Return the points of a term: its weight times how rare it is, as BM25 says it, in whole points and at least one."""
    common = min(frequency, documents)
    rarity = math.log(1 + (documents - common + 0.5) / (common + 0.5))
    stepped = max(1, round(rarity * RARITY_STEPS)) / RARITY_STEPS
    return max(1, round(POINTS * weight * stepped))


def bare_points(weight: float) -> int:
    """Return the points of what only resembles a token, however rare that is."""
    return max(1, round(POINTS * weight * RESEMBLANCE))


def prior_of(document: Document, tokens: Tokens) -> float:
    """Return what the points of a document are multiplied by: more than 1 for a short one, and a little for a new one."""
    title = len(tokens.by_field.get(Field.TITLE, ())) / TITLE_LENGTH
    words = len(tokens.by_field.get(Field.WORDS, ())) / WORDS_LENGTH
    length = min(4.0, (title + words) / 2)
    factor = 2.2 / (1 + 1.2 * (0.5 + 0.5 * length))
    days = 0 if document.at is None else max(0, (document.at - _FIRST_DAY).days)
    newest = PRIOR_STEPS // _LENGTH_STEPS - 1
    return math.floor(factor * _LENGTH_STEPS) / _LENGTH_STEPS + min(days, newest) / PRIOR_STEPS


def as_prior(number: float) -> float:
    """Return the prior that ``number`` is but for rounding."""
    return round(number * PRIOR_STEPS) / PRIOR_STEPS


def score_of(points: int, prior: float) -> float:
    """Return the score by which hits are sorted."""
    return points * prior / POINTS


def rank_of(kind: Kind) -> int:
    """Return the place of a kind in the order of kinds."""
    return _RANKS[kind]


def number_of(kind: Kind, ident: int) -> int:
    """Return kind and id as one number that sorts as they do, in 30 bits."""
    return rank_of(kind) << _ID_BITS | ident


def kind_and_id(number: int) -> tuple[Kind, int]:
    """Return what ``number_of`` was made of."""
    return _KINDS[number >> _ID_BITS], number & ((1 << _ID_BITS) - 1)


def order_of(question: Question) -> Order:
    """Return how hits are sorted: without words nothing is more relevant than anything else, so the newest come first."""
    if question.order is Order.RELEVANCE and not question.must:
        return Order.NEWEST
    return question.order


def may_differ(field: Field, token: str) -> bool:
    """Whether a wrong letter in ``token`` is forgiven: it is a word of Latin letters that is long enough."""
    return field in _FORGIVING and len(token) >= SHORTEST_FUZZY and token.isascii() and token.isalpha()


def neighbours(token: str) -> set[str]:
    """Return ``token`` and all that differs from it by one letter: one more, one less, another, or two swapped."""
    cuts = [(token[:place], token[place:]) for place in range(len(token) + 1)]
    fewer = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    other = {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    more = {left + letter + right for left, right in cuts for letter in _LETTERS}
    return {token} | fewer | swapped | other | more


_KINDS = tuple(Kind)
