"""An index in the portal's own PostgreSQL: for many web processes on many machines.

Our tokens are lexemes of a tsvector under a GIN index; a table says in how many documents each is. The index lives in a
schema of its own, ``search_index``, which is made by ``rebuild`` and replaced as a whole; migrations know nothing of it, and
a backup may leave it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, RootTransaction, Row, text
from sqlalchemy.exc import SQLAlchemyError

from services.search import ranking
from services.search.documents import Entry, Hit, Hits, Kind, Question
from services.search.engine import Health, IndexUnusable
from services.search.engines.postgresql_question import (
    IN_TITLE,
    facet,
    facet_of,
    lexeme,
    looked_up,
    quoted,
    statement_of,
)
from services.search.suggesting import commonest, forms_of, typed_prefix

T = TypeVar("T")

BATCH = 500
PATIENCE_MS = 1500
"""How long a question may take before it is given up."""

MOST_SUGGESTING = 2000
"""Documents that are looked at for a suggestion; the first letter alone is in nearly all of them."""

_SUGGESTED = "s"

# Tokens stay in their row, not packed, as far as a page holds them: they are looked into once for each term.
_TABLES = """
DROP SCHEMA IF EXISTS search_next CASCADE;
CREATE SCHEMA search_next;
CREATE TABLE search_next.document (
  number integer NOT NULL, kind text NOT NULL, version bigint NOT NULL, readers text[] NOT NULL, facets text[] NOT NULL,
  direction text NOT NULL, at timestamptz, price_fen bigint, until timestamptz, prior double precision NOT NULL,
  title tsvector NOT NULL, tokens tsvector NOT NULL, suggestions text[] NOT NULL) WITH (toast_tuple_target = 8160);
ALTER TABLE search_next.document ALTER tokens SET STORAGE EXTERNAL;
CREATE TABLE search_next.term (term text COLLATE "C" PRIMARY KEY, documents integer NOT NULL);
CREATE TABLE search_next.state (sequence bigint NOT NULL, documents integer NOT NULL)
"""
_INDEXES = """
ALTER TABLE search_next.document ADD PRIMARY KEY (number);
CREATE INDEX document_tokens ON search_next.document USING gin (tokens);
CREATE INDEX document_at ON search_next.document (at DESC NULLS LAST, number);
INSERT INTO search_next.term SELECT one, count(*) FROM search_next.document, unnest(tsvector_to_array(tokens)) one
  WHERE left(one, 1) <> 's' GROUP BY one;
ANALYZE search_next.document;
ANALYZE search_next.term;
DROP SCHEMA IF EXISTS search_index CASCADE;
ALTER SCHEMA search_next RENAME TO search_index
"""
_INSERT = (
    "INSERT INTO {schema}.document (number, kind, version, readers, facets, direction, at, price_fen, until, prior,"
    " title, tokens, suggestions) VALUES (:number, :kind, :version, :readers, :facets, :direction, :at, :price_fen,"
    " :until, :prior, array_to_tsvector(CAST(:title AS text[])), array_to_tsvector(CAST(:tokens AS text[])), :suggestions)"
)
_GONE = text("DELETE FROM search_index.document WHERE number = ANY(:numbers) RETURNING tsvector_to_array(tokens)")
_COUNT_TERMS = text(
    "INSERT INTO search_index.term SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:changes AS integer[]))"
    " ON CONFLICT (term) DO UPDATE SET documents = term.documents + excluded.documents"
)
_COUNT_DOCUMENTS = text("UPDATE search_index.state SET documents = documents + :change")
_NEXT = text("UPDATE search_index.state SET sequence = sequence + 1 RETURNING sequence")
_STATE = text(
    "SELECT sequence, documents, set_config('statement_timeout', :patience, true), set_config('jit', 'off', true),"
    " (SELECT jsonb_object_agg(term, term.documents) FROM search_index.term"
    " WHERE term = ANY(CAST(:terms AS text[])) AND term.documents > 0) AS frequencies FROM search_index.state"
)
_SUGGEST = text(
    "SELECT one, count(*) FROM (SELECT suggestions FROM search_index.document WHERE tokens @@ CAST(:typed AS tsquery)"
    " AND readers && CAST(:readers AS text[]) LIMIT :most) AS fits, unnest(suggestions) one"
    " WHERE starts_with(one, :prefix) GROUP BY one"
)
_KEYS = text("SELECT number, version FROM search_index.document ORDER BY number")


class PostgresqlEngine:
    """Keeps the index in the database that ``engine`` opens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._transaction: RootTransaction | None = None

    def upsert(self, entries: Iterable[Entry]) -> None:
        """Put entries in, in place of what has the same key; found after ``commit``."""
        with self._writing() as connection:
            for some in _batches(entries):
                rows = {row["number"]: row for row in map(_row, some)}
                changes = _taken_out(connection, list(rows))
                _insert(connection, "search_index", list(rows.values()))
                for row in rows.values():
                    changes.update(one for one in row["tokens"] if one[0] != _SUGGESTED)
                _recount(connection, changes, len(rows))

    def delete(self, keys: Iterable[tuple[Kind, int]]) -> None:
        """Take documents out; unknown ones are passed over."""
        with self._writing() as connection:
            for some in _batches(keys):
                changes = _taken_out(connection, [ranking.number_of(*key) for key in some])
                _recount(connection, changes, 0)

    def commit(self) -> int:
        """Make what was written durable and findable; return the sequence of this state."""
        with self._writing() as connection:
            sequence = int(connection.scalar(_NEXT) or 0)
            if self._transaction is not None:
                self._transaction.commit()
            with connection.begin():  # until it is put in its place, every question looks through what was written last
                connection.exec_driver_sql("SELECT gin_clean_pending_list('search_index.document_tokens')")
            self._let_go()
            return sequence

    def search(self, question: Question) -> Hits:
        """Return the page of hits asked for, and the counts."""
        with _usable(), self._engine.connect() as connection:
            state = _state(connection, looked_up(question))
            known = state.frequencies or {}
            weighted = ranking.weighted(
                question, state.documents, lambda field, token: known.get(lexeme(field, token), 0)
            )
            statement = statement_of(question, weighted, known)
            found = connection.execute(text(statement.sql), statement.values).all()
            return _hits(found, question, state.sequence)

    def suggest(self, prefix: str, readers: Sequence[str], size: int = 8) -> list[str]:
        """Return words of titles that begin with ``prefix``, the commonest first."""
        typed = typed_prefix(prefix)
        if not typed:
            return []
        asked = {"typed": f"{quoted(_SUGGESTED + typed)}:*", "prefix": typed, "readers": list(readers)}
        with _usable(), self._engine.connect() as connection:
            found = connection.execute(_SUGGEST, asked | {"most": MOST_SUGGESTING})
            return commonest(((form, documents) for form, documents in found), size)

    def keys(self) -> Iterable[tuple[Kind, int, int]]:
        """Return kind, id and version of everything in the index."""
        with _usable(), self._engine.connect() as connection:
            return [(*ranking.kind_and_id(number), version) for number, version in connection.execute(_KEYS)]

    def rebuild(self, entries: Iterable[Entry]) -> int:
        """Build a new index beside this one and put it in its place at once; return the sequence."""
        self.close()
        with _usable(), self._engine.begin() as connection:
            state = {"sequence": _sequence(connection) + 1, "documents": 0}
            _say(connection, _TABLES)
            for some in _batches(entries):
                _insert(connection, "search_next", [_row(entry) for entry in some])
                state["documents"] += len(some)
            connection.execute(text("INSERT INTO search_next.state VALUES (:sequence, :documents)"), state)
            _say(connection, _INDEXES)
            return state["sequence"]

    def health(self) -> Health:
        """Return how the index stands."""
        with _usable(), self._engine.connect() as connection:
            state = _state(connection, ())
            return Health(state.documents, state.sequence)

    def close(self) -> None:
        """Let go of the connection; what was not committed is forgotten."""
        with _usable():
            self._let_go()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Yield the connection of the transaction that is written in; when something goes wrong, all of it is undone."""
        with _usable():
            try:
                if self._connection is None:
                    self._connection = self._engine.connect()
                    self._transaction = self._connection.begin()
                    self._connection.execute(text("SELECT sequence FROM search_index.state FOR UPDATE")).one()
                yield self._connection
            except SQLAlchemyError:
                self._let_go()
                raise

    def _let_go(self) -> None:
        connection, self._connection, self._transaction = self._connection, None, None
        if connection is not None:
            connection.close()


@contextmanager
def _usable() -> Iterator[None]:
    """Say of whatever the database stumbles on that the index is not usable."""
    try:
        yield
    except SQLAlchemyError as error:
        raise IndexUnusable from error


def _sequence(connection: Connection) -> int:
    if connection.scalar(text("SELECT to_regclass('search_index.state')")) is None:
        return 0
    return connection.scalar(text("SELECT sequence FROM search_index.state")) or 0


def _say(connection: Connection, statements: str) -> None:
    for statement in statements.split(";"):
        connection.exec_driver_sql(statement)


def _batches(given: Iterable[T]) -> Iterator[list[T]]:
    left = iter(given)
    while some := list(islice(left, BATCH)):
        yield some


def _row(entry: Entry) -> dict[str, Any]:
    document = entry.document
    tokens = {lexeme(field, token) for field, given in entry.tokens.by_field.items() for token in given}
    suggestions = forms_of(entry.tokens)
    return {
        "number": ranking.number_of(document.kind, document.id),
        "kind": document.kind.value,
        "version": document.version,
        "readers": list(document.readers),
        "facets": [facet(name, value) for name, values in document.facets.items() for value in values],
        "direction": document.direction,
        "at": document.at,
        "price_fen": document.price_fen,
        "until": document.until,
        "prior": ranking.prior_of(document, entry.tokens),
        "title": [one for one in tokens if one[0] in IN_TITLE],
        "tokens": [*tokens, *(_SUGGESTED + form for form in suggestions)],
        "suggestions": list(suggestions),
    }


def _insert(connection: Connection, schema: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(text(_INSERT.format(schema=schema)), rows)


def _taken_out(connection: Connection, numbers: list[int]) -> Counter[str]:
    """Take documents out and return by how much their terms have become rarer, as negative counts."""
    changes: Counter[str] = Counter()
    gone = connection.scalars(_GONE, {"numbers": numbers}).all()
    for tokens in gone:
        changes.subtract(one for one in tokens if one[0] != _SUGGESTED)
    connection.execute(_COUNT_DOCUMENTS, {"change": -len(gone)})
    return changes


def _recount(connection: Connection, changes: Mapping[str, int], documents: int) -> None:
    changed = sorted((term, change) for term, change in changes.items() if change)
    if changed:
        terms, numbers = zip(*changed, strict=True)
        connection.execute(_COUNT_TERMS, {"terms": list(terms), "changes": list(numbers)})
    connection.execute(_COUNT_DOCUMENTS, {"change": documents})


def _state(connection: Connection, terms: Collection[str]) -> Row[Any]:
    """Return how the index stands and in how many documents each of ``terms`` is; bound what comes next in time."""
    return connection.execute(_STATE, {"patience": str(PATIENCE_MS), "terms": list(terms)}).one()


def _hits(found: Sequence[Row[Any]], question: Question, sequence: int) -> Hits:
    """Return the rows of the statement as what they mean."""
    hits = [Hit(*ranking.kind_and_id(row.number), row.version, float(row.score)) for row in found if row.what == "hit"]
    kinds = {Kind(row.name): row.number for row in found if row.what == "kind"}
    facets: dict[str, dict[str, int]] = {name: {} for name in question.count_facets}
    for row in found:
        if row.what == "facet":
            name, value = facet_of(row.name)
            facets[name][value] = row.number
    total = sum(row.number for row in found if row.what == "total")
    return Hits(hits, total, kinds, facets, sequence)
