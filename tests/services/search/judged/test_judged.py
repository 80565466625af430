"""Floors of quality on the judged set; ``make bench`` prints the figures."""

from pathlib import Path

import pytest

from services.core.engine import make_engine
from services.search.engines.choice import EngineName
from services.search.engines.choice import make_engine as make_index
from tests.services.search.judged.judging import Collection, answers, collection, measured

FLOORS = {
    "all": (0.87, 0.92),
    "chinese": (0.88, 0.92),
    "mixed": (0.90, 0.95),
    "pinyin": (0.85, 0.82),
    "initials": (0.85, 0.95),
    "typing": (0.78, 0.89),
    "synonym": (0.91, 0.97),
    "number": (0.89, 0.93),
    "market": (0.84, 0.95),
    "traditional": (0.90, 0.92),
    "question": (0.60, 0.95),
}
"""What nDCG@10 and recall@20 must not fall below, by class of query."""

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(scope="module")
def judged(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    path = tmp_path_factory.mktemp("judged") / "portal.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    found = collection(engine)
    engine.dispose()
    return found


def test_the_set_is_large_enough_and_no_query_stands_twice(judged):
    lines = [query.line for query in judged.queries]

    assert len(set(lines)) == len(lines) >= 150
    assert all(max(query.grades.values()) >= 2 for query in judged.queries)


def test_the_floors_hold(judged, tmp_path):
    index = make_index(EngineName.TANTIVY, tmp_path, make_engine("sqlite://"))
    index.rebuild(judged.entries)

    for quality in measured(index, judged):
        ndcg, recall = FLOORS[quality.group]
        assert quality.ndcg >= ndcg, quality
        assert quality.recall >= recall, quality
    index.close()


def test_every_engine_gives_the_same_hits(judged, tmp_path, request):
    found = {}
    for name in EngineName:
        url = request.getfixturevalue("postgres").empty_database() if name is EngineName.POSTGRESQL else "sqlite://"
        database = make_engine(url)
        index = make_index(name, tmp_path, database)
        index.rebuild(judged.entries)
        found[name] = [(query.line, list(answers(index, judged, query.line))) for query in judged.queries]
        index.close()
        database.dispose()

    assert found[EngineName.TANTIVY] == found[EngineName.WHOOSH]
    assert found[EngineName.POSTGRESQL] == found[EngineName.WHOOSH]
