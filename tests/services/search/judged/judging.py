"""The judged set: queries, the documents that answer them, and how well an engine puts those first.

Grades were given by reading the documents: 3 answers the query, 2 is useful beside that, 1 has to do with it. The documents
are the full demonstration's modules, test items, standards and organisations, its posts (posts.csv, GX…), and a sample of
volume (V…): three posts of each of forty goods, in which another good is mentioned in passing.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cli.demo import LOADER
from portal.cli.demo.days import Days
from portal.cli.demo.equipment import load_equipment
from portal.cli.demo.laboratory_register import load_capability
from portal.cli.demo.loading import Loading
from portal.cli.demo.modules import load_modules
from portal.cli.demo.people import load_people
from portal.cli.demo.register import load_register
from portal.config import Settings
from services.catalogue.models import ProductClass, ServiceModule
from services.core import clock
from services.core.work import working
from services.organisations.models import Organisation
from services.search.analysis import Analyser
from services.search.documents import Document, Entry, Hit, Kind
from services.search.engine import Engine
from services.search.finding import FEW
from services.search.mappings.every import MAPPINGS
from services.search.mappings.posts import TYPE_WORDS
from services.search.parsing import parse
from services.standards.models import Standard

FOLDER = Path(__file__).parent
NDCG_AT, RECALL_AT = 10, 20
USEFUL = 2
"""From which grade on a document must not be missed."""

FIRST_POST = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Judged:
    """A query, its class, and the grades of the documents that answer it."""

    group: str
    line: str
    grades: Mapping[tuple[Kind, int], int]


@dataclass(frozen=True)
class Collection:
    """Everything that is judged: entries, queries, and by what queries are understood."""

    entries: Sequence[Entry]
    queries: Sequence[Judged]
    analyser: Analyser
    synonyms: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Quality:
    """How well the queries of a group were answered."""

    group: str
    queries: int
    ndcg: float
    recall: float

    def __str__(self) -> str:
        return f"{self.group:12} {self.queries:3} queries  nDCG@10 {self.ndcg:.3f}  recall@20 {self.recall:.3f}"


def collection(database: Database) -> Collection:
    """Load what is searched into an empty, migrated database and return all that is judged."""
    with Session(database) as session:
        _load(session)
        keys = _keys(session)
        documents = [one for mapping in MAPPINGS.values() for one in _documents(session, mapping)]
        products = session.scalars(select(ProductClass.name)).all()
    posts = list(_posts())
    keys |= {key: (Kind.POST, document.id) for key, document in posts}
    groups = [row["terms"].split("|") for row in _rows("synonyms")]
    analyser = Analyser([*products, *(term for group in groups for term in group)])
    synonyms = {term: [other for other in group if other != term] for group in groups for term in group}
    queries = [
        Judged(row["class"], row["query"], {keys[key]: grade for key, grade in _grades(row["relevant"])})
        for row in _rows("queries")
    ]
    entries = [analyser.entry(document) for document in (*documents, *(post for _, post in posts))]
    return Collection(entries, queries, analyser, synonyms)


def answers(index: Engine, judged: Collection, line: str, size: int = RECALL_AT) -> Sequence[Hit]:
    """Return the first hits for a line, whatever their kind: the strictest question that finds enough decides."""
    best: Sequence[Hit] = ()
    most = 0
    for question in parse(line, judged.analyser, judged.synonyms).questions:
        hits = index.search(replace(question, size=size))
        if hits.total > most:
            best, most = hits.hits, hits.total
        if hits.total >= FEW:
            break
    return best


def measured(index: Engine, judged: Collection) -> list[Quality]:
    """Return the quality for all queries, and for each group of them."""
    scores = [(query.group, *_scores(answers(index, judged, query.line), query.grades)) for query in judged.queries]
    groups = ["all", *dict.fromkeys(group for group, _, _ in scores)]
    return [_mean(name, [one for one in scores if name in ("all", one[0])]) for name in groups]


def _mean(group: str, scores: Sequence[tuple[str, float, float]]) -> Quality:
    count = len(scores)
    return Quality(group, count, sum(one[1] for one in scores) / count, sum(one[2] for one in scores) / count)


def _scores(hits: Sequence[Hit], grades: Mapping[tuple[Kind, int], int]) -> tuple[float, float]:
    """Return nDCG@10 with gains 2^grade - 1, and the share of the useful documents among the first twenty."""
    found = [grades.get((hit.kind, hit.id), 0) for hit in hits]
    ideal = _gain(sorted(grades.values(), reverse=True)[:NDCG_AT])
    useful = sum(grade >= USEFUL for grade in grades.values())
    recall = sum(grade >= USEFUL for grade in found[:RECALL_AT]) / min(useful, RECALL_AT)
    return _gain(found[:NDCG_AT]) / ideal, recall


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def _load(session: Session) -> None:
    now = clock.now()
    settings = Settings(instance=FOLDER, database_url="", secret_key="", base_url="http://portal.test")
    stages = (load_register, lambda one: load_people(one, "unusable"), load_equipment, load_modules, load_capability)
    for stage in stages:
        with working(session, LOADER, now=now) as work:
            stage(Loading(work, Days(session, now), small=False, settings=settings))


def _documents(session: Session, mapping: Any) -> Iterator[Document]:
    today = clock.local_day(clock.now())
    ids = session.scalars(mapping.ids(today)).all()
    return mapping.documents(session, ids, today) if ids else iter(())


def _keys(session: Session) -> dict[str, tuple[Kind, int]]:
    """Return what the judged documents of the database are called in the sheet."""
    found = {row.key: (Kind.ENTERPRISE, row.id) for row in session.execute(select(Organisation.id, Organisation.key))}
    found |= {row.number: (Kind.STANDARD, row.id) for row in session.execute(select(Standard.id, Standard.number))}
    items = set(session.scalars(MAPPINGS[Kind.ITEM].ids(clock.local_day(clock.now()))))
    return found | {
        row.code: (Kind.ITEM if row.id in items else Kind.MODULE, row.id)
        for row in session.execute(select(ServiceModule.id, ServiceModule.code))
        if row.code not in found
    }


def _posts() -> Iterator[tuple[str, Document]]:
    for ident, row in enumerate(_rows("posts"), 1):
        document = Document(
            kind=Kind.POST,
            id=ident,
            version=1,
            title=row["title"],
            body=row["body"],
            keywords=TYPE_WORDS[row["type"]],
            facets={"type": (row["type"],)},
            at=FIRST_POST + timedelta(hours=ident),
            direction=row["direction"],
        )
        yield row["key"], document


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _grades(cell: str) -> Iterator[tuple[str, int]]:
    for part in cell.split("|"):
        key, _, grade = part.rpartition("=")
        yield key, int(grade)
