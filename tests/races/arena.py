"""The arena: processes full of threads that wait at a gate, and the gate itself, a write lock on the database.

Random load does not find races. Here the write lock is held from outside until every contender has been seen waiting
for it, and is then let go, so that all of them meet at the same place.
"""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Semaphore
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from services.core.engine import IMMEDIATE, engine_options, make_engine
from tests.races.knocking import LONGEST, KnockingConnection

Contender = Callable[[Session, dict], str]
"""Tries something on a fresh session and says how it went: ``won``, or why not."""

PATIENCE = 60  # seconds until everybody must stand at the gate
LOOK = 0.004  # seconds between two looks at who stands there

KEPT = f"-c plan_cache_mode=force_generic_plan -c lock_timeout={LONGEST}s"
"""Each statement is planned once for all rounds, and whoever came first to the gate waits for the last."""

WAITING = text("""
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
AND wait_event_type = 'Lock' AND wait_event IN ('relation', 'transactionid', 'tuple')
""")


@contextmanager
def gate(engine: Engine, table: str = "claim") -> Iterator[None]:
    """Hold the lock that every writer of ``table`` needs, for as long as the block runs."""
    with engine.connect().execution_options(**IMMEDIATE) as connection:
        connection.execute(text("SELECT 1"))
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))
        yield
        connection.rollback()


class Crowd:
    """``processes`` processes of ``threads`` threads each, kept from test to test."""

    def __init__(self, processes: int, threads: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.knocks = context.Semaphore(0)
        self.pipes: list[Connection] = []
        self._processes = []
        for _ in range(processes):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(threads, there, self.knocks), daemon=True)
            process.start()
            self.pipes.append(here)
            self._processes.append(process)

    def close(self) -> None:
        """Send everybody home."""
        for pipe in self.pipes:
            pipe.send(None)
        for process in self._processes:
            process.join(timeout=20)


class Arena:
    """A crowd on one database, with connections that are kept from round to round."""

    def __init__(self, crowd: Crowd, url: str) -> None:
        self._crowd = crowd
        self._engine = make_engine(url)
        self._tell_all(url)

    def round(self, contender: Contender, tasks: list[dict], table: str = "claim") -> Counter[str]:
        """Release one contender for each task at once; return how often each outcome came."""
        pipes = self._crowd.pipes
        while self._crowd.knocks.acquire(block=False):
            pass  # what is left of a round that went wrong
        with gate(self._engine, table):
            for number, pipe in enumerate(pipes):
                pipe.send((contender, tasks[number :: len(pipes)]))
            standing = self._gather(len(tasks))
        outcomes = Counter(outcome for pipe in pipes for outcome in pipe.recv())
        assert standing == len(tasks), f"{standing} of {len(tasks)} stood at the gate: {outcomes}"
        return outcomes

    def _gather(self, wanted: int) -> int:
        """Wait until ``wanted`` contenders wait for the lock; return how many do."""
        end = time.monotonic() + PATIENCE
        if self._engine.dialect.name == "sqlite":
            return sum(self._crowd.knocks.acquire(timeout=max(0, end - time.monotonic())) for _ in range(wanted))
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watch:
            while (standing := watch.scalar(WAITING)) != wanted and time.monotonic() < end:
                time.sleep(LOOK)
        return standing

    def close(self) -> None:
        """Let go of the database."""
        self._tell_all("")
        self._engine.dispose()

    def _tell_all(self, url: str) -> None:
        for pipe in self._crowd.pipes:
            pipe.send(url)
        for pipe in self._crowd.pipes:
            assert pipe.recv() == url


def _serve(threads: int, pipe: Connection, knocks: Semaphore) -> None:
    import_module("tests.races.contenders")  # now and not in the first round
    gc.freeze()  # what is imported stays and need not be looked through again and again
    engine: Engine | None = None
    with ThreadPoolExecutor(threads) as pool:
        while (order := pipe.recv()) is not None:
            if isinstance(order, str):
                if engine is not None:
                    engine.dispose()
                engine = _connected(order, threads, knocks) if order else None
                pipe.send(order)
            else:
                contender, tasks = order
                pipe.send(list(pool.map(partial(_try, engine, contender), tasks)))


def _connected(url: str, threads: int, knocks: Semaphore) -> Engine:
    options = engine_options(url)["connect_args"]
    if url.startswith("sqlite"):
        options |= {"factory": partial(KnockingConnection, knock=knocks.release)}
        return make_engine(url, pool_size=threads, max_overflow=0, connect_args=options)
    options |= {"prepare_threshold": 0, "options": f"{options['options']} {KEPT}"}
    engine = make_engine(url, pool_size=threads, max_overflow=0, pool_pre_ping=False, connect_args=options)
    event.listen(engine, "connect", _keep_prepared)
    return engine


def _keep_prepared(connection: Any, _record: Any) -> None:
    """Keep prepared statements from round to round; psycopg forgets them all at every rollback, so at every loss."""
    connection._prepared.clear = lambda: False


def _try(engine: Engine, contender: Contender, task: dict) -> str:
    with Session(engine) as session:
        try:
            return contender(session, task)
        except Exception as error:  # noqa: BLE001 - whatever it was, the round must count it
            return f"{type(error).__name__}: {error}"[:200]
