"""How well the search finds: the judged set on each engine, and names that are typed wrongly."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench import search_corpus as corpus
from bench.measure import AtLeast
from services.core.database import upgrade
from services.core.engine import make_engine
from services.search.analysis import Analyser, syllables_of
from services.search.documents import Hit
from services.search.engine import Engine
from services.search.engines.choice import EngineName
from services.search.engines.choice import make_engine as make_index
from services.search.finding import FEW
from services.search.parsing import parse
from tests.plumbing.postgres import PostgresServer
from tests.services.search.judged.judging import collection, measured

GOODS = 200
AIMS = {"one character wrong": 0.98, "one character missing": 0.98, "two swapped": 0.98, "joined pinyin": 0.99}


def typing(index: Engine, analyser: Analyser, count: int) -> Iterator[AtLeast]:
    """Yield which share of the first ten are posts of a good whose name is typed wrongly, or in pinyin."""
    chance = random.Random(4)
    for way, aim in AIMS.items():
        shares = [
            recall(index, analyser, spoilt(name, way, chance), place, count)
            for place, name in enumerate(corpus.goods()[:GOODS])
        ]
        yield AtLeast(f"recall@10, {way}", statistics.mean(shares), aim)


def spoilt(name: str, way: str, chance: random.Random) -> str:
    """Return a name as somebody types it wrongly, or its joined pinyin."""
    at = chance.randrange(len(name) - 1)
    return {
        "one character wrong": name[:at] + chance.choice("的一是了我不人在他有") + name[at + 1 :],
        "one character missing": name[:at] + name[at + 1 :],
        "two swapped": name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        "joined pinyin": "".join(syllables_of(name)),
    }[way]


def recall(index: Engine, analyser: Analyser, line: str, place: int, count: int) -> float:
    """Return the share of ten places that posts of a good have, or of as many as there are."""
    goods = len(corpus.goods())
    best: Sequence[Hit] = ()
    most = 0
    for question in parse(line, analyser, {}).questions:
        hits = index.search(replace(question, size=10))
        if hits.total > most:
            best, most = hits.hits, hits.total
        if hits.total >= FEW:
            break
    there = len(range(place or goods, count + 1, goods))
    return sum(hit.id % goods == place for hit in best) / min(10, there)


def judged(folder: Path, server: PostgresServer) -> Iterator[str]:
    """Yield the quality of each engine on the judged set."""
    database = make_engine(f"sqlite:///{folder / 'judged.db'}")
    upgrade(database)
    found = collection(database)
    inside = make_engine(server.empty_database())
    for name in EngineName:
        index = make_index(name, folder / "judged", inside)
        index.rebuild(found.entries)
        yield from (f"judged, {name}: {quality}" for quality in measured(index, found))
        index.close()
    for engine in (database, inside):
        engine.dispose()
