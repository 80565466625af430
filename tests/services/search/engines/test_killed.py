"""A writer is killed at any moment: the index opens, nothing acknowledged is lost, and the next one writes at once."""

import multiprocessing
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from services.search.documents import Clause, Field, Kind, Question
from services.search.engine import Engine
from services.search.engines.choice import EngineName
from tests.services.search.engines.conftest import EMBEDDED
from tests.services.search.engines.writer import some_entry, write

ROUNDS, LONG = 10, 100
LONGEST_S = 0.4


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """Return how often a writer is killed: a few times, or a hundred with --long."""
    return LONG if request.config.getoption("--long") else ROUNDS


def killed_writer(name: EngineName, folder: Path, first: int, seconds: float) -> int:
    """Let a process write, kill it so many seconds after its first commit and return the last acknowledged number."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.services.search.engines.writer"])
    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=write, args=(name, folder, first, told), daemon=True)
    process.start()
    told.close()
    last = heard.recv()
    process.join(seconds)
    assert process.is_alive(), "the writer ended by itself"
    process.kill()
    process.join()
    try:
        while True:
            last = heard.recv()
    except EOFError:
        return last
    finally:
        heard.close()
        process.close()


@pytest.mark.race
@pytest.mark.parametrize("name", EMBEDDED)
def test_a_killed_writer_loses_nothing_and_leaves_no_lock(
    name: EngineName, rounds: int, tmp_path: Path, open_index: Callable[[str], Engine]
):
    chance = random.Random(6)
    index = open_index(name)
    index.rebuild([])
    index.close()
    acknowledged = 0
    for _ in range(rounds):
        acknowledged = killed_writer(name, tmp_path, acknowledged + 1, chance.uniform(0, LONGEST_S))

        index = open_index(name)
        found = {ident for _, ident, _ in list(index.keys())}
        assert set(range(1, acknowledged + 1)) <= found, "acknowledged documents are missing"
        assert index.health().documents == len(found)
        acknowledged = max(found) + 1  # what was committed but not heard of is there as well
        index.upsert([some_entry(acknowledged)])
        index.commit()
        question = Question((Clause(((Field.WORDS, f"w{acknowledged % 997}", 1.0),)),), size=1000)
        assert acknowledged in {hit.id for hit in index.search(question).hits if hit.kind is Kind.POST}
        index.close()
