"""The search: how fast and how well, each engine beside the others, beside its bare library and beside SQLite FTS5.

Run alone as ``python -m bench.search [--documents 100000] [--million]``.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import tantivy
from sqlalchemy import Connection, TextClause, text
from sqlalchemy import Engine as Database
from tantivy import Query

from bench import search_corpus as corpus
from bench import search_quality
from bench.measure import AtLeast, AtMost, Times
from services.core.engine import make_engine
from services.search import ranking
from services.search.documents import Entry, Field, Kind, Order, Question
from services.search.engine import Engine
from services.search.engines import postgresql_question, tantivy_question
from services.search.engines.choice import EngineName
from services.search.engines.choice import make_engine as make_index
from services.search.engines.tantivy_engine import TantivyEngine
from services.search.parsing import parse
from tests.plumbing.postgres import PostgresServer, running_server

DOCUMENTS, SMALL, MILLION = 100_000, 10_000, 1_000_000
QUERIES, COMMITS = 60, 15
READERS = ("all", "verified")
_BLANKS = " ".join

Ask = Callable[[int], object]


class Lines:
    """The lines that are typed, by class, and the questions that they are."""

    def __init__(self) -> None:
        chance, names = random.Random(3), corpus.goods()
        self.analyser = corpus.analyser()
        things, materials = list(corpus.THINGS), list(corpus.MATERIALS)
        self.typed = {
            "one term": [chance.choice(things) for _ in range(QUERIES)],
            "two terms": [f"{chance.choice(materials)} {chance.choice(things)}" for _ in range(QUERIES)],
            "phrase": chance.sample(names, QUERIES),
            "filtered and sorted": [chance.choice(things) for _ in range(QUERIES)],
            "faceted": [chance.choice(things) for _ in range(QUERIES)],
        }
        self.towns = [chance.choice(corpus.TOWNS) for _ in range(QUERIES)]

    def question(self, group: str, at: int) -> Question:
        """Return what the line asks for: parsed, filtered, sorted and counted as its class says."""
        asked = parse(self.typed[group][at], self.analyser, {}).questions[0]
        asked = replace(asked, readers=READERS)
        if group == "filtered and sorted":
            return replace(asked, facets={"town": (self.towns[at],)}, direction="need", order=Order.NEWEST)
        return replace(asked, count_facets=("class",)) if group == "faceted" else asked


def timed(ask: Ask) -> Times:
    """Return how long the queries of a class take; each is asked twice and the second time counts."""
    durations = []
    for turn in (0, 1):
        for at in range(QUERIES):
            begun = perf_counter()
            ask(at)
            if turn:
                durations.append((perf_counter() - begun) * 1000)
    return Times(statistics.median(durations), sorted(durations)[int(0.95 * len(durations))])


class Bench:
    """One run over so many documents."""

    def __init__(self, folder: Path, server: PostgresServer, count: int) -> None:
        self.folder, self.count = folder, count
        self.lines = Lines()
        self.entries = folder / "entries"
        self.database = make_engine(server.empty_database())

    def run(self) -> Iterator[object]:
        """Yield every line of the report."""
        begun = perf_counter()
        corpus.write_entries(self.entries, self.count)
        cut = perf_counter() - begun
        yield f"{self.count:,} posts: cut into all fields at {self.count / cut:,.0f} a second"
        built: dict[str, float] = {}
        whole: dict[str, dict[str, Times]] = {}
        bare: dict[str, dict[str, Times]] = {}
        for name in (EngineName.TANTIVY, EngineName.POSTGRESQL, EngineName.WHOOSH):
            index = make_index(name, self.folder, self.database)
            built[name] = self.build(index)
            yield f"{name}: built at {self.count / built[name]:,.0f} documents a second, tokens given"
            yield from self.commits(name, index)
            whole[name] = {group: timed(self.whole(index, group)) for group in self.lines.typed}
            bare[name] = self.bare(name, index)
            yield from (f"{name}, {group}: {times}" for group, times in whole[name].items())
            yield from (f"{name} bare, {group}: {times}" for group, times in bare[name].items())
            if name == EngineName.TANTIVY:
                yield from search_quality.typing(index, self.lines.analyser, self.count)
            index.close()
        fts = self.full_text()
        yield from (f"SQLite FTS5 on the same words, {group}: {times}" for group, times in fts.items())
        yield from self.beside(whole, bare, fts)
        yield from self.build_beside(cut, built)
        if self.count > SMALL:
            yield from self.small_whoosh()

    def build(self, index: Engine) -> float:
        """Rebuild the index from ready tokens and return the seconds."""
        begun = perf_counter()
        index.rebuild(corpus.read_entries(self.entries, self.count))
        return perf_counter() - begun

    def commits(self, name: str, index: Engine) -> Iterator[str]:
        """Yield how long one document takes until its commit returns, and from there until it is found."""
        written, found = [], []
        for one in range(COMMITS):
            entry = self.odd(f"zzword{one}")
            begun = perf_counter()
            index.upsert([entry])
            index.commit()
            written.append((perf_counter() - begun) * 1000)
            begun = perf_counter()
            question = parse(f"zzword{one}", self.lines.analyser, {}).questions[0]
            while not index.search(question).total:
                pass
            found.append((perf_counter() - begun) * 1000)
        index.delete([(Kind.STANDARD, 1)])
        index.commit()
        yield (
            f"{name}: one document put in and committed in {statistics.median(written):.1f} ms (p50),"
            f" found {statistics.median(found):.2f} ms after that"
        )

    def odd(self, word: str) -> Entry:
        """Return a document that only ``word`` finds."""
        document = next(corpus.documents(1))
        return self.lines.analyser.entry(replace(document, kind=Kind.STANDARD, id=1, title=word))

    def whole(self, index: Engine, group: str) -> Ask:
        """Return the whole call: a typed line is parsed and answered."""
        return lambda at: index.search(self.lines.question(group, at))

    def bare(self, name: str, index: Engine) -> dict[str, Times]:
        """Return how long the library alone takes for the same queries, made before: twenty hits and their number."""
        if isinstance(index, TantivyEngine):
            return {group: timed(self.bare_tantivy(index, group)) for group in self.lines.typed}
        if name == EngineName.POSTGRESQL:
            return {group: timed(self.bare_postgresql(group)) for group in self.lines.typed}
        return {}

    def bare_tantivy(self, index: TantivyEngine, group: str) -> Ask:
        """Return calls of tantivy's own with queries that were made before: hits, and how many of each kind."""
        opened = tantivy.Index.open(str(next((self.folder / EngineName.TANTIVY).glob("generation-*"))))
        searcher = opened.searcher()
        made = [self.tantivy_query(searcher, self.lines.question(group, at)) for at in range(QUERIES)]
        fields = ("kind", "facets.class") if group == "faceted" else ("kind",)
        counts = {field: {"terms": {"field": field, "size": 1000}} for field in fields}
        sort = {"order_by_field": "newest"} if group == "filtered and sorted" else {"weight_by_field": "weight"}

        def call(at: int) -> None:
            searcher.search(made[at], limit=20, count=False, **sort)
            searcher.aggregate(made[at], counts)

        return call

    def tantivy_query(self, searcher: tantivy.Searcher, question: Question) -> Query:
        """Return the query that the engine would make of a question."""
        weighted = ranking.weighted(question, searcher.num_docs, searcher.doc_freq)
        must, should = tantivy_question.words_of(weighted, question.any_is_enough)
        return Query.boolean_query([*must, *tantivy_question.silent(tantivy_question.filters_of(question)), *should])

    def bare_postgresql(self, group: str) -> Ask:
        """Return calls of statements that were made before, on a connection that stays open."""
        connection = self.database.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("SET jit = off")
        made = [self.postgresql_statement(connection, self.lines.question(group, at)) for at in range(QUERIES)]
        return lambda at: connection.execute(*made[at]).all()

    def postgresql_statement(self, connection: Connection, question: Question) -> tuple[TextClause, dict[str, object]]:
        """Return the statement that the engine would make of a question."""
        terms = list(postgresql_question.looked_up(question))
        rows = connection.execute(text("SELECT * FROM search_index.term WHERE term = ANY(:terms)"), {"terms": terms})
        known = dict(rows)
        weighted = ranking.weighted(
            question, self.count, lambda field, token: known.get(postgresql_question.lexeme(field, token), 0)
        )
        made = postgresql_question.statement_of(question, weighted, known)
        return text(made.sql), made.values

    def full_text(self) -> dict[str, Times]:
        """Return how long SQLite FTS5 takes on the same words, cut before, beside a table of what is filtered by."""
        database = sqlite3.connect(self.folder / "fts.db")
        database.execute("CREATE VIRTUAL TABLE words USING fts5(title, body, content='')")
        database.execute("CREATE TABLE post (id INTEGER PRIMARY KEY, town TEXT, class TEXT, direction TEXT, at REAL)")
        for entry in corpus.read_entries(self.entries, self.count):
            document, tokens = entry.document, entry.tokens.by_field
            row = (document.id, _BLANKS(tokens[Field.TITLE]), _BLANKS(tokens[Field.WORDS]))
            database.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", row)
            facts = (document.facets["town"][0], document.facets["class"][0], document.direction)
            at = document.at.timestamp() if document.at else 0
            database.execute("INSERT INTO post VALUES (?, ?, ?, ?, ?)", (document.id, *facts, at))
        database.commit()
        found = {group: timed(self.full_text_call(database, group)) for group in self.lines.typed}
        database.close()
        return found

    def full_text_call(self, database: sqlite3.Connection, group: str) -> Ask:
        """Return the statements of a class: twenty hits, and how many there are."""
        fitting = "FROM words JOIN post ON post.id = words.rowid WHERE words MATCH ?"
        hits = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 20"
        count = "SELECT count(*) FROM words WHERE words MATCH ?"
        narrowed = f"{fitting} AND town = ? AND direction = 'need'"
        typed = [
            " AND ".join(f'"{word}"' for run in line.split() for word in self.lines.analyser.cut(run))
            for line in self.lines.typed[group]
        ]

        def call(at: int) -> None:
            if group == "filtered and sorted":
                values = (typed[at], self.lines.towns[at])
                database.execute(f"SELECT id {narrowed} ORDER BY at DESC LIMIT 20", values).fetchall()
                database.execute(f"SELECT count(*) {narrowed}", values).fetchone()
                return
            database.execute(hits, (typed[at],)).fetchall()
            database.execute(count, (typed[at],)).fetchone()
            if group == "faceted":
                database.execute(f"SELECT class, count(*) {fitting} GROUP BY class", (typed[at],)).fetchall()

        return call

    def beside(
        self, whole: dict[str, dict[str, Times]], bare: dict[str, dict[str, Times]], fts: dict[str, Times]
    ) -> Iterator[object]:
        """Yield the ratios that have an aim, and those beside FTS5."""
        fast, slow = whole[EngineName.TANTIVY], whole[EngineName.WHOOSH]
        for group, aim in (("one term", 0.3), ("two terms", 0.1), ("phrase", 0.1), ("filtered and sorted", 0.02)):
            yield AtMost(f"tantivy beside whoosh, {group}, p50", fast[group].p50 / slow[group].p50, aim)
        for name, aim in ((EngineName.TANTIVY, 1.5), (EngineName.POSTGRESQL, 2.0)):
            for group, times in bare[name].items():
                yield AtMost(
                    f"{name}, whole call beside the bare one, {group}, p50", whole[name][group].p50 / times.p50, aim
                )
        one = whole[EngineName.POSTGRESQL]["one term"]
        yield AtMost(f"postgresql, one term at {self.count:,}, p50", one.p50, 10, "ms")
        for name, groups in whole.items():
            for group, times in groups.items():
                yield f"{times.p50 / fts[group].p50:8.3f} x  {name} beside SQLite FTS5, {group}, p50"

    def build_beside(self, cut: float, built: dict[str, float]) -> Iterator[object]:
        """Yield how much faster tantivy is built, cutting included, than Whoosh from ready tokens."""
        ours = cut + built[EngineName.TANTIVY]
        yield AtLeast("times whoosh from ready tokens: tantivy, built with cutting", built[EngineName.WHOOSH] / ours, 4)

    def small_whoosh(self) -> Iterator[object]:
        """Yield the whole call on Whoosh with ten thousand documents, for which it is meant."""
        index = make_index(EngineName.WHOOSH, self.folder / "small", self.database)
        index.rebuild(corpus.read_entries(self.entries, SMALL))
        for group in self.lines.typed:
            yield AtMost(f"whoosh at {SMALL:,}, {group}, p50", timed(self.whole(index, group)).p50, 10, "ms")
        index.close()


def million(folder: Path, database: Database, lines: Lines) -> AtMost:
    """Return one term on tantivy at a million documents beside a hundred thousand."""
    medians = []
    for count in (DOCUMENTS, MILLION):
        index = make_index(EngineName.TANTIVY, folder / f"of-{count}", database)
        index.rebuild(map(lines.analyser.entry, corpus.documents(count)))
        medians.append(timed(lambda at, index=index: index.search(lines.question("one term", at))).p50)
        index.close()
    return AtMost(f"tantivy, {MILLION:,} beside {DOCUMENTS:,} documents, one term, p50", medians[1] / medians[0], 2.5)


def report(server: PostgresServer, count: int = DOCUMENTS) -> Iterator[object]:
    """Yield every line of the search's report."""
    with tempfile.TemporaryDirectory() as folder:
        yield from search_quality.judged(Path(folder), server)
        bench = Bench(Path(folder), server, count)
        yield from bench.run()
        bench.database.dispose()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the search's report alone."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=DOCUMENTS)
    options.add_argument("--million", action="store_true", help="compare a million documents as well (half an hour)")
    chosen = options.parse_args(arguments)
    with running_server() as server:
        for line in report(server, chosen.documents):
            print(line, flush=True)
        if chosen.million:
            with tempfile.TemporaryDirectory() as folder:
                print(million(Path(folder), make_engine("sqlite://"), Lines()))


if __name__ == "__main__":
    main()
