"""A question as one statement of PostgreSQL: what fits, how many of each kind and facet, and the best of it in order.

Of what fits, the best by title and prior (as many as ``CANDIDATES``) are looked at whole; that is all of it for nearly every
question, and it bounds the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.search import ranking
from services.search.documents import Field, Order, Question
from services.search.ranking import Term, Weighted

CANDIDATES = 1000

_LETTERS = {
    Field.TITLE: "t",
    Field.WORDS: "w",
    Field.CHARACTERS: "c",
    Field.PAIRS: "p",
    Field.PINYIN: "y",
    Field.INITIALS: "i",
    Field.NUMBERS: "n",
    Field.NAME: "a",
}
_SORTED = {Order.NEWEST: "at DESC NULLS LAST", Order.PRICE: "price_fen NULLS LAST", Order.DEADLINE: "until NULLS LAST"}
_FACET_SEPARATOR = "="
IN_TITLE = _LETTERS[Field.TITLE] + _LETTERS[Field.NUMBERS] + _LETTERS[Field.NAME]
"""The letters of what is also kept beside the document, small enough to be looked at for all that fits."""


@dataclass
class Statement:
    """A statement as it grows, with the values of its places."""

    sql: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def place(self, value: Any, kind: str) -> str:
        """Return a place in the statement that holds ``value``."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"CAST(:{name} AS {kind})"


def lexeme(of: Field, token: str) -> str:
    """Return a token as it stands in the index: the letter of its field before it."""
    return _LETTERS[of] + token


def facet(name: str, value: str) -> str:
    """Return the value of a facet as it stands in the index."""
    return f"{name}{_FACET_SEPARATOR}{value}"


def quoted(one: str) -> str:
    """Return a lexeme as it is written in a tsquery."""
    doubled = one.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def looked_up(question: Question) -> set[str]:
    """Return the lexemes of which the statement needs to know in how many documents they are."""
    found: set[str] = set()
    for clause in (*question.must, *question.should):
        for of, token, _ in clause.terms:
            differs = question.fuzzy and ranking.may_differ(of, token)
            tokens = ranking.neighbours(token) if differs else {token}
            found.update(lexeme(of, one) for one in tokens)
    return found


def statement_of(question: Question, weighted: Weighted, known: Collection[str]) -> Statement:
    """Return the statement whose rows are hits, counts of kinds and counts of facets; ``known`` lexemes are in the index."""
    made = Statement()
    order = ranking.order_of(question)
    points = _points(weighted, known) if order is Order.RELEVANCE else {}
    titles = {condition: count for condition, count in points.items() if condition[1] in IN_TITLE}
    of_kind = f"WHERE kind = ANY({made.place(list(question.kinds), 'text[]')})" if question.kinds else ""
    made.sql = f"""
WITH fits AS MATERIALIZED (
  SELECT number, kind, version, prior, at, price_fen, until, {"facets," if question.count_facets else ""}
    ({_sum("title", titles, made)}) * prior AS first
  FROM search_index.document WHERE {_condition(question, weighted, known, made)}),
wanted AS (SELECT * FROM fits {of_kind}),
{_page(question, points, _SORTED.get(order, ""), made)}
SELECT 'hit' AS what, '' AS name, number, version, score, place FROM page
UNION ALL SELECT 'kind', kind, count(*), 0, 0, 0 FROM fits GROUP BY kind
UNION ALL SELECT 'total', '', count(*), 0, 0, 0 FROM wanted
{_facet_counts(question, made)}
ORDER BY place"""  # noqa: S608 - every value is a place of the statement
    return made


def _page(question: Question, points: Mapping[str, int], sort: str, made: Statement) -> str:
    """Return the part that takes the page out of what is wanted: the best by points, or the first by a column."""
    start, size = made.place(question.start, "integer"), made.place(question.size, "integer")
    if not points:
        order = f"{sort}, number" if sort else "number"
        place = f"row_number() OVER (ORDER BY {order}) AS place"
        scored = f"scored AS (SELECT *, 0.0 AS score, {place} FROM wanted)"  # noqa: S608 - as above
    else:
        scored = f"""
best AS (SELECT number FROM wanted ORDER BY first DESC, number LIMIT GREATEST({CANDIDATES}, {start} + {size})),
weighed AS (SELECT number, version, ({_sum("tokens", points, made)}) * prior / {ranking.POINTS} AS score
  FROM best JOIN search_index.document USING (number)),
scored AS (SELECT *, row_number() OVER (ORDER BY score DESC, number) AS place FROM weighed)"""  # noqa: S608 - as above
    return f"{scored}, page AS (SELECT * FROM scored ORDER BY place OFFSET {start} LIMIT {size})"  # noqa: S608


def facet_of(one: str) -> tuple[str, str]:
    """Return name and value of a facet as it stands in the index."""
    name, _, value = one.partition(_FACET_SEPARATOR)
    return name, value


def _facet_counts(question: Question, made: Statement) -> str:
    if not question.count_facets:
        return ""
    names = made.place(list(question.count_facets), "text[]")
    counted = "UNION ALL SELECT 'facet', one, count(*), 0, 0, 0 FROM wanted, unnest(facets) one"
    return f"{counted} WHERE split_part(one, '{_FACET_SEPARATOR}', 1) = ANY({names}) GROUP BY one"


def _condition(question: Question, weighted: Weighted, known: Collection[str], made: Statement) -> str:
    conditions = [f"readers && {made.place(list(question.readers), 'text[]')}"]
    if weighted.must:
        clauses = [_any_of(one for term in clause for one in _lexemes(term, known)) for clause in weighted.must]
        if question.any_is_enough:
            clauses = [_any_of(clause for clause in clauses if clause)]
        if not all(clauses):
            return "false"  # a word of the question is in no document at all
        conditions.append(f"tokens @@ {made.place(' & '.join(f'({clause})' for clause in clauses), 'tsquery')}")
    for name, values in question.facets.items():
        conditions.append(f"facets && {made.place([facet(name, value) for value in values], 'text[]')}")
    if question.direction:
        conditions.append(f"direction = {made.place(question.direction, 'text')}")
    return " AND ".join(conditions)


def _lexemes(term: Term, known: Collection[str]) -> list[str]:
    """Return the lexemes that fulfil a term and are in the index, quoted."""
    tokens = sorted(ranking.neighbours(term.token)) if term.may_differ else [term.token]
    return [quoted(one) for one in (lexeme(term.field, token) for token in tokens) if one in known]


def _any_of(parts: Iterable[str]) -> str:
    return " | ".join(parts)


def _points(weighted: Weighted, known: Collection[str]) -> Mapping[str, int]:
    """Return the points of each condition on a document; of terms that stand twice, their sum."""
    points: dict[str, int] = {}
    for term in weighted.terms():
        condition = _any_of(_lexemes(term, known))
        if condition:
            points[condition] = points.get(condition, 0) + term.points
    return points


def _sum(column: str, points: Mapping[str, int], made: Statement) -> str:
    cases = (
        f"CASE WHEN {column} @@ {made.place(condition, 'tsquery')} THEN {count} ELSE 0 END"
        for condition, count in points.items()
    )
    return " + ".join(cases) or "1"
