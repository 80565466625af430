"""The writer of the index is killed at any moment: the index opens, and after catching up nothing is missing or too much."""

import multiprocessing
import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from services.board.models.posts import Post, PostState
from services.core import clock
from services.core.actor import Actor
from services.core.outbox import REBUILD, OutboxTask
from services.core.work import Work, working
from services.search import indexing
from services.search.indexing import Indexer
from tests.factories.board import make_board, make_post
from tests.services.search.indexing_process import index_until_killed
from tests.services.search.test_indexing import indexed, settle, should_be

ROUNDS, LONG = 5, 100
POSTS = 60
LONGEST_S = 0.5


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """Return how often the writer is killed: a few times, or a hundred with --long."""
    return LONG if request.config.getoption("--long") else ROUNDS


def killed(url: str, folder, seconds: float) -> None:
    """Start a writer and kill it so many seconds after its first turn."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.services.search.indexing_process"])
    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=index_until_killed, args=(url, folder, told), daemon=True)
    process.start()
    told.close()
    heard.recv()
    process.join(seconds)
    assert process.is_alive(), "the writer ended by itself"
    process.kill()
    process.join()
    process.close()
    heard.close()


def change(work: Work, chance: random.Random) -> None:
    """Change half of the posts, and let one in five changes be a rebuild as well."""
    ids = work.session.scalars(select(Post.id).order_by(Post.id)).all()
    for post_id in chance.sample(list(ids), len(ids) // 2):
        state = chance.choice([PostState.PUBLISHED, PostState.PUBLISHED, PostState.CLOSED])
        title = f"求购玻璃棒{chance.randrange(10**6)}号料若干"
        work.session.execute(update(Post).where(Post.id == post_id).values(title=title, state=state))
        work.changed("post", post_id)
    if chance.random() < 0.2:
        work.later(REBUILD)


@pytest.mark.race
def test_nothing_is_missing_after_a_killed_writer(session, engine, database_url, whoosh, tmp_path, rounds, monkeypatch):
    board = make_board(session)
    for _ in range(POSTS):
        make_post(session, board.member)
    session.commit()
    chance = random.Random(4)
    monkeypatch.setattr(indexing, "GATHER", timedelta(0))
    for _ in range(rounds):
        with working(session, Actor.system("test")) as work:
            change(work, chance)

        killed(database_url, tmp_path / "index", chance.uniform(0, LONGEST_S))

        assert whoosh.health().documents > 0
        settle(Indexer(engine, whoosh))
        assert indexed(whoosh) == should_be(session)
        waiting = select(func.count()).select_from(OutboxTask).where(OutboxTask.due_at <= clock.now())
        assert session.scalar(waiting) == 0
        whoosh.close()
