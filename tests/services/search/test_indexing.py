"""The index follows the database: by promises, by comparing, by rebuilding; nothing is lost on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.board.models.posts import Post, PostState
from services.core import clock
from services.core.actor import Actor
from services.core.outbox import REBUILD, REFRESH, OutboxTask
from services.core.work import Work
from services.jobs.leases import take
from services.search import indexing
from services.search.documents import Kind
from services.search.engine import IndexUnusable
from services.search.errors import IndexBusy
from services.search.gathering import every_document
from services.search.indexing import Indexer
from services.search.models import IndexState
from services.search.operations.rebuilding import promise_rebuild, request_rebuild
from services.search.queries.health import index_health
from tests.factories.board import make_board, make_post
from tests.factories.catalogue import make_provider
from tests.factories.laboratory import make_item, make_standard


def settle(indexer: Indexer) -> None:
    """Let the indexer do all there is to do."""
    for _ in range(100):
        if not indexer.turn():
            return
    raise AssertionError("the indexer does not come to an end")


def indexed(engine) -> set[tuple[Kind, int, int]]:
    return set(engine.keys())


def should_be(session) -> set[tuple[Kind, int, int]]:
    with Session(session.get_bind()) as reading:
        return {(one.kind, one.id, one.version) for batch in every_document(reading) for one in batch}


@pytest.fixture
def board(session):
    """Return a board with two posts."""
    made = make_board(session)
    make_post(session, made.member)
    make_post(session, made.member)
    session.commit()
    return made


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let promises be kept without gathering."""
    monkeypatch.setattr(indexing, "GATHER", timedelta(0))


def promise(session, kind: str, thing_id: int) -> None:
    Work(session, Actor.system("test"), clock.now()).changed(kind, thing_id)
    session.commit()


def test_a_missing_index_is_made_at_the_first_turn(session, board, whoosh, indexer):
    with pytest.raises(IndexUnusable):
        whoosh.health()

    assert indexer.turn()

    assert indexed(whoosh) == should_be(session)
    state = session.get_one(IndexState, 1)
    assert state.rebuild_done == whoosh.health().documents > 0
    assert not state.is_rebuilding
    assert not indexer.turn()


def test_a_promise_is_kept_and_struck_off(session, board, whoosh, indexer, at_once):
    settle(indexer)
    post = make_post(session, board.member, title="求购从未见过的东西")
    promise(session, "post", post.id)

    assert indexer.turn()

    assert indexed(whoosh) == should_be(session)
    assert session.scalar(select(func.count()).select_from(OutboxTask)) == 0

    post.state = PostState.CLOSED
    promise(session, "post", post.id)
    settle(indexer)
    assert (Kind.POST, post.id) not in {key[:2] for key in indexed(whoosh)}


def test_saying_twice_in_one_transaction_that_a_thing_changed_promises_it_once(work, session):
    work.changed("post", 1)
    work.changed("post", 1)
    work.changed("post", 2)

    assert session.scalars(select(OutboxTask.payload).order_by(OutboxTask.id)).all() == [
        {"kind": "post", "id": 1},
        {"kind": "post", "id": 2},
    ]


def test_promises_are_gathered_for_a_while_after_a_commit(session, board, indexer, monkeypatch):
    settle(indexer)
    post = session.scalars(select(Post)).first()
    promise(session, "post", post.id)
    assert indexer.turn()
    promise(session, "post", post.id)

    assert not indexer.turn()

    monkeypatch.setattr(indexing, "GATHER", timedelta(0))
    assert indexer.turn()


def test_what_nobody_promised_is_found_by_comparing(session, board, whoosh, indexer):
    settle(indexer)
    post, other = session.scalars(select(Post).order_by(Post.id)).all()
    post.title, other.state = "求购换了题目的玻璃棒", PostState.CLOSED
    standard = make_standard(session)
    session.commit()

    settle(Indexer(indexer._database, whoosh))

    assert indexed(whoosh) == should_be(session)
    assert (Kind.STANDARD, standard.id) in {key[:2] for key in indexed(whoosh)}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves damaged files open
def test_a_damaged_index_mends_itself(session, board, whoosh, indexer, tmp_path):
    settle(indexer)
    whoosh.close()
    for path in (tmp_path / "index").rglob("*"):
        if path.suffix in {".seg", ".toc"}:
            path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(IndexUnusable):
        whoosh.health()

    settle(indexer)

    assert indexed(whoosh) == should_be(session)


def test_what_changes_during_a_rebuild_is_kept_afterwards(
    session, new_session, board, whoosh, indexer, at_once, monkeypatch
):
    later = []

    def disturbed(reading):
        for batch in every_document(reading):
            if not later:
                with new_session() as other:
                    later.append(make_post(other, board.member, title="求购重建途中的玻璃棒").id)
                    promise(other, "post", later[0])
            yield batch

    monkeypatch.setattr(indexing, "every_document", disturbed)
    indexer.rebuild()
    settle(indexer)

    assert (Kind.POST, later[0]) in {key[:2] for key in indexed(whoosh)}
    assert session.scalar(select(func.count()).select_from(OutboxTask)) == 0


def test_one_indexer_writes_at_a_time(session, board, engine, whoosh, indexer, monkeypatch):
    settle(indexer)
    monkeypatch.setattr("services.search.writer.os.getpid", lambda: 1)
    other = Indexer(engine, whoosh)
    promise(session, "post", 1)

    assert not other.turn()
    with pytest.raises(IndexBusy):
        other.rebuild()

    indexer._writer.release()
    assert other.turn()


def test_the_lease_of_a_dead_process_is_taken_over_at_once(session, board, engine, whoosh, indexer):
    settle(indexer)
    state = session.get_one(IndexState, 1)
    host = state.holder.partition("/")[0]
    state.holder, state.held_until = f"{host}/{2**22 + 1}/gone", clock.now() + timedelta(minutes=5)
    session.commit()
    promise(session, "post", 1)

    assert Indexer(engine, whoosh).turn()


def test_what_says_something_of_a_changed_thing_follows_it(session, board, whoosh, indexer, at_once):
    provider = make_provider(session)
    laboratory_item = make_item(session, provider)
    session.commit()
    settle(indexer)
    provider.organisation.name = "示例改名检测中心"
    board.member.organisation.town = "改名镇"
    laboratory_item.methods[0].standard.key = "GBT1-2026"
    standard_id = laboratory_item.methods[0].standard_id
    for kind, one in (
        ("enterprise", provider.id),
        ("enterprise", board.member.organisation.id),
        ("standard", standard_id),
    ):
        promise(session, kind, one)

    settle(indexer)

    assert indexed(whoosh) == should_be(session)


def test_a_promise_of_an_unknown_kind_is_passed_over(session, board, indexer, at_once):
    settle(indexer)
    promise(session, "poem", 1)
    settle(indexer)

    assert session.scalar(select(func.count()).select_from(OutboxTask)) == 0


def test_what_cannot_be_made_a_document_is_put_off_and_the_others_are_written(
    session, board, whoosh, indexer, at_once, monkeypatch
):
    settle(indexer)
    bad, good = session.scalars(select(Post).order_by(Post.id)).all()
    bad.title = good.title = "求购换了题目的玻璃棒"
    promise(session, "post", bad.id)
    promise(session, "post", good.id)
    bad_id, made = bad.id, indexing.documents_of
    session.rollback()

    def failing(reading, keys):
        if (Kind.POST, bad_id) in keys:
            raise ZeroDivisionError
        return made(reading, keys)

    monkeypatch.setattr(indexing, "documents_of", failing)
    settle(indexer)

    task = session.scalars(select(OutboxTask)).one()
    assert (task.payload["id"], task.attempts, task.last_error) == (bad_id, 1, "ZeroDivisionError: ")
    assert task.due_at > clock.now()
    assert len(indexed(whoosh) & should_be(session)) == len(should_be(session)) - 1


def test_a_rebuild_is_asked_for_and_promised_once_for_many_changes(work, session, whoosh):
    promise_rebuild(work)
    promise_rebuild(work)
    assert session.scalars(select(OutboxTask.task)).all() == [REBUILD]
    request_rebuild(work)

    health = index_health(session, whoosh)

    assert health.rebuild_waits
    assert health.waiting == 2
    assert not health.is_usable


def test_the_worker_of_other_tasks_leaves_the_index_alone(session, work):
    work.later(REFRESH, kind="post", id=1)
    work.later("jobs.clean")

    assert take(session, clock.now()).task == "jobs.clean"
    assert take(session, clock.now()) is None
