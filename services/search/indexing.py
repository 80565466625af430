"""Writes the index from what the outbox promises, and keeps it equal to the database.

Nothing of this holds a transaction open while an engine writes. A promise is struck off after the engine has committed:
killed in between, the next writer does the same again, which changes nothing. What no promise told, comparing finds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy
from sqlalchemy import Select, delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.core import clock
from services.core.outbox import GATHERED, MOST_ATTEMPTS, REBUILD, REFRESH, OutboxTask, TaskState, wait_after
from services.core.work import working
from services.search.comparing import Comparison
from services.search.documents import Entry, Kind
from services.search.engine import Engine, IndexUnusable
from services.search.errors import IndexBusy
from services.search.gathering import count_all, documents_of, every_document, with_related
from services.search.lexicon import lexicon_of
from services.search.models import IndexState
from services.search.writer import ACTOR, Writer

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
GATHER = timedelta(seconds=2)
"""How long promises are gathered after a commit; the first after a pause is kept at once."""
COMPARE_EVERY = timedelta(hours=1)
PAUSE = 1.0
AFTER_TROUBLE = 5.0
_KINDS = frozenset(Kind)


class _Promise(NamedTuple):
    task_id: int
    kind: Kind | None
    thing_id: int


class Indexer:
    """The one who writes the index. ``wake`` makes it look at the outbox at once.

    ``told`` hears how far a rebuild has come: how many documents are in the new index, and how many there will be.
    """

    def __init__(
        self,
        database: sqlalchemy.Engine,
        index: Engine,
        *,
        told: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        self.wake = threading.Event()
        self._told = told
        self._database = database
        self._index = index
        self._writer = Writer(database)
        self._written_at: datetime | None = None
        self._compared_at: datetime | None = None
        self._comparison: Comparison | None = None

    def run(self, stop: threading.Event) -> None:
        """Write until ``stop`` is set; what is being written is finished first."""
        while not stop.is_set():
            self.wake.clear()
            try:
                busy = self.turn()
            except Exception as error:  # whatever it was, the index is written on once it is over
                log.error("the index could not be written", extra={"error": type(error).__name__})
                stop.wait(AFTER_TROUBLE)
                continue
            if not busy:
                self.wake.wait(PAUSE)
        self.close()

    def close(self) -> None:
        """Let another process write."""
        self._writer.release()
        self._index.close()

    def turn(self) -> bool:
        """Do the next thing there is to do, if any, and tell whether there was one."""
        if not self._has_work() or not self._writer.hold():
            return False
        if self._must_rebuild():
            self.rebuild()
        elif promises := self._promises():
            self._keep(promises)
        elif self._comparison is not None or self._is_time_to_compare():
            self._compare_some()
        else:
            return False
        return True

    def rebuild(self) -> int:
        """Make the index anew from the database, put it in place of the old one, and return how many documents it has.

        Until then the old one is read. What changes meanwhile is promised, and kept afterwards. Raises IndexBusy.
        """
        if not self._writer.hold():
            raise IndexBusy
        with Session(self._database) as session:
            before = session.scalars(_waiting(*GATHERED).with_only_columns(OutboxTask.id)).all()
            total = count_all(session)
            self._writer.note(rebuild_began_at=clock.now(), rebuild_done=0, rebuild_total=total, last_error="")
            try:
                self._index.rebuild(self._noted(_entries(session), total))
            except Exception as error:
                self._writer.note(last_error=repr(error.__cause__ or error)[:300])
                raise
        self._strike_off(before)
        done = self._index.health().documents
        self._compared_at = now = clock.now()
        self._writer.note(rebuild_ended_at=now, rebuild_done=done, written_at=now, compared_at=now)
        self._told(done, done)
        log.info("index rebuilt", extra={"documents": done})
        return done

    def _has_work(self) -> bool:
        with Session(self._database) as session:
            waiting = session.scalar(_waiting(*GATHERED).with_only_columns(OutboxTask.id).limit(1))
        return waiting is not None or self._comparison is not None or self._is_time_to_compare() or self._is_unusable()

    def _is_unusable(self) -> bool:
        try:
            self._index.health()
        except IndexUnusable:
            return True
        return False

    def _must_rebuild(self) -> bool:
        with Session(self._database) as session:
            asked = session.scalar(_waiting(REBUILD).with_only_columns(OutboxTask.id).limit(1))
            state = session.get(IndexState, 1)
            cut_short = state is not None and state.is_rebuilding
        return asked is not None or cut_short or self._is_unusable()

    def _promises(self) -> list[_Promise]:
        """Return the promises to keep now: none while they are still being gathered."""
        with Session(self._database) as session:
            found = [_promise(task) for task in session.scalars(_waiting(REFRESH).limit(MOST_AT_ONCE))]
        just_written = self._written_at is not None and clock.now() - self._written_at < GATHER
        return [] if just_written and len(found) < MOST_AT_ONCE else found

    def _keep(self, promises: Sequence[_Promise]) -> None:
        """Write what was promised; where one thing cannot be made a document, it is put off, and the others are written."""
        try:
            self._write(promises)
        except (DBAPIError, IndexUnusable):
            raise
        except Exception as error:
            if len(promises) == 1:
                self._put_off(promises[0], error)
            else:
                for promise in promises:
                    self._keep([promise])

    def _write(self, promises: Sequence[_Promise]) -> None:
        with Session(self._database) as session:
            told = ((promise.kind, promise.thing_id) for promise in promises if promise.kind is not None)
            wanted = with_related(session, told)
            documents = list(documents_of(session, wanted))
            analyser = lexicon_of(session).analyser
        self._index.upsert([analyser.entry(document) for document in documents])
        self._index.delete(wanted - {(document.kind, document.id) for document in documents})
        self._index.commit()
        self._strike_off([promise.task_id for promise in promises])
        self._written_at = clock.now()
        self._writer.note(written_at=self._written_at)

    def _put_off(self, promise: _Promise, error: Exception) -> None:
        """Try it again later, and leave it to staff after the last attempt."""
        log.warning("not indexed", extra={"task_id": promise.task_id, "error": type(error).__name__})
        with Session(self._database) as session, working(session, ACTOR) as work:
            task = session.get(OutboxTask, promise.task_id, with_for_update=True)
            if task is not None:
                task.attempts += 1
                task.last_error = f"{type(error).__name__}: {error}"[:2000]
                task.due_at = work.now + wait_after(task.attempts)
                if task.attempts >= MOST_ATTEMPTS:
                    task.state = TaskState.PARKED

    def _is_time_to_compare(self) -> bool:
        return self._compared_at is None or clock.now() - self._compared_at > COMPARE_EVERY

    def _compare_some(self) -> None:
        """Compare the next documents of the database with the index, and write what differs."""
        comparison, self._comparison = self._comparison or Comparison(self._database, self._index), None
        if comparison.step():
            self._comparison = comparison
            return
        self._compared_at = clock.now()
        self._writer.note(compared_at=self._compared_at)

    def _strike_off(self, tasks: Sequence[int]) -> None:
        for at in range(0, len(tasks), MOST_AT_ONCE):
            these = OutboxTask.id.in_(tasks[at : at + MOST_AT_ONCE])
            with Session(self._database) as session, working(session, ACTOR):
                session.execute(delete(OutboxTask).where(these).execution_options(synchronize_session=False))

    def _noted(self, entries: Iterator[Entry], total: int) -> Iterator[Entry]:
        """Pass entries on, and write down now and then how many there were."""
        for done, entry in enumerate(entries):
            if done % MOST_AT_ONCE == 0:
                self._writer.note(rebuild_done=done)
                self._told(done, total)
            yield entry


def _waiting(*tasks: str) -> Select[OutboxTask]:
    due = (OutboxTask.task.in_(tasks), OutboxTask.state == TaskState.WAITING, OutboxTask.due_at <= clock.now())
    return select(OutboxTask).where(*due).order_by(OutboxTask.id)


def _promise(task: OutboxTask) -> _Promise:
    word = task.payload["kind"]
    return _Promise(task.id, Kind(word) if word in _KINDS else None, int(task.payload["id"]))


def _entries(session: Session) -> Iterator[Entry]:
    analyser = lexicon_of(session).analyser
    session.rollback()
    for documents in every_document(session):
        yield from map(analyser.entry, documents)
