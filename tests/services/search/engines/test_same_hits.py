"""Random questions to random documents: every engine answers what looking at every document would."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.search.documents import Clause, Document, Entry, Field, Hits, Kind, Order, Question, Tokens
from services.search.engine import Engine
from services.search.engines.choice import EngineName
from tests.services.search.engines.plain import PlainEngine

WORDS = [
    *"玻璃棒管箱铸铁纱布油米电镀模具检测运输仓库",
    *"glass steel sheet glas steal boli gb4806 sus304 polish".split(),
]
READERS = ("all", "verified", "members", "org:1", "org:2", "node:9")
TOWNS = ("小官庄镇", "西安丰镇", "a=b", "x y")
DAY = datetime(2026, 11, 25, tzinfo=UTC)


def some_entry(chance: random.Random, ident: int) -> Entry:
    """Return a short or a very long document of random words; common ones are far more frequent than rare ones."""
    words = chance.choices(WORDS, [1 / (place + 1) for place in range(len(WORDS))], k=chance.choice((3, 12, 25, 400)))
    document = Document(
        kind=chance.choice(list(Kind)),
        id=ident,
        version=chance.randint(-(2**62), 2**62),
        title=" ".join(words[:4]),
        readers=tuple(chance.sample(READERS, chance.randint(1, 3))),
        facets={
            "town": (chance.choice(TOWNS),),
            "market": tuple(chance.sample(("eu", "us", "cn"), chance.randint(0, 2))),
        },
        at=chance.choice((None, DAY - timedelta(days=chance.randint(0, 900), seconds=chance.randint(0, 5)))),
        price_fen=chance.choice((None, chance.randint(0, 5))),
        until=chance.choice((None, DAY + timedelta(days=chance.randint(0, 5)))),
        direction=chance.choice(("need", "offer", "")),
    )
    return Entry(document, Tokens({Field.TITLE: tuple(words[:4]), Field.WORDS: tuple(words)}))


def some_question(chance: random.Random) -> Question:
    """Return a random question of up to four clauses."""

    def clause() -> Clause:
        terms = chance.sample([(field, word) for field in (Field.TITLE, Field.WORDS) for word in WORDS], 2)
        return Clause(tuple((field, word, chance.choice((0.3, 0.8, 1.0, 3.0))) for field, word in terms))

    return Question(
        must=tuple(clause() for _ in range(chance.randint(0, 2))),
        should=tuple(clause() for _ in range(chance.randint(0, 2))),
        any_is_enough=chance.random() < 0.5,
        fuzzy=chance.random() < 0.3,
        readers=("all", *chance.sample(READERS, 2)),
        kinds=tuple(chance.sample(list(Kind), chance.choice((0, 0, 1, 3)))),
        facets=chance.choice(({}, {}, {"town": ("a=b", "x y")}, {"market": ("eu",), "town": (TOWNS[0],)})),
        direction=chance.choice(("", "", "need")),
        order=chance.choice((Order.RELEVANCE, Order.RELEVANCE, *Order)),
        start=chance.choice((0, 0, 7, 20)),
        size=chance.choice((1, 10, 20)),
        count_facets=chance.choice(((), ("town", "market"))),
    )


def told(hits: Hits) -> object:
    """Return what is compared: everything but the sequence."""
    return list(hits.hits), hits.total, dict(hits.kinds), {name: dict(counts) for name, counts in hits.facets.items()}


@pytest.mark.parametrize("name", list(EngineName))
def test_every_engine_answers_as_the_plain_one(name: EngineName, open_index: Callable[[str], Engine]):
    chance = random.Random(4)
    entries = [some_entry(chance, ident) for ident in range(1, 301)]
    plain, index = PlainEngine(), open_index(name)
    for one in (plain, index):
        one.rebuild(entries)

    for _ in range(150):
        question = some_question(chance)
        assert told(index.search(question)) == told(plain.search(question)), question


@pytest.mark.parametrize("name", list(EngineName))
def test_changes_bit_by_bit_end_where_a_rebuild_does(name: EngineName, open_index: Callable[[str], Engine]):
    chance = random.Random(5)
    plain, index = PlainEngine(), open_index(name)
    index.rebuild([])
    for _ in range(6):
        changed = [some_entry(chance, chance.randint(1, 60)) for _ in range(20)]
        latest = {(entry.document.kind, entry.document.id): entry for entry in changed}
        gone = [(chance.choice(list(Kind)), chance.randint(1, 60)) for _ in range(10)]
        for one in (plain, index):
            one.upsert(latest.values())
            one.delete(gone)
            one.commit()
        assert sorted(index.keys()) == sorted(plain.keys())
        assert index.health().documents == plain.health().documents

    index.rebuild(plain.entries.values())
    for _ in range(60):
        question = some_question(chance)
        assert told(index.search(question)) == told(plain.search(question)), question
