"""The arena: processes full of threads that wait at a gate, and the gate itself, a write lock on the database.

Random load does not find races. Here the write lock is held from outside while every contender comes up to it, and is
then let go, so that all of them meet at the same place.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from services.core.engine import IMMEDIATE, make_engine

Contender = Callable[[Session, dict], str]
"""Tries something on a fresh session and says how it went: ``won``, or why not."""

SETTLE = 0.05  # seconds for the contenders to reach the lock after they have said they start


@contextmanager
def gate(engine: Engine, table: str = "claim") -> Iterator[None]:
    """Hold the lock that every writer of ``table`` needs, for as long as the block runs."""
    with engine.connect().execution_options(**IMMEDIATE) as connection:
        connection.execute(text("SELECT 1"))
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))
        yield
        connection.rollback()


class Arena:
    """``processes`` processes of ``threads`` threads each, kept for all rounds."""

    def __init__(self, url: str, processes: int, threads: int) -> None:
        self.size = processes * threads
        self._engine = make_engine(url)
        context = multiprocessing.get_context("spawn")
        self._started = context.Semaphore(0)
        self._pipes: list[Connection] = []
        self._processes = []
        for _ in range(processes):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(url, threads, there, self._started), daemon=True)
            process.start()
            self._pipes.append(here)
            self._processes.append(process)

    def round(self, contender: Contender, tasks: list[dict], table: str = "claim") -> Counter[str]:
        """Release one contender for each task at once; return how often each outcome came."""
        shares = [tasks[number :: len(self._pipes)] for number in range(len(self._pipes))]
        with gate(self._engine, table):
            for pipe, share in zip(self._pipes, shares, strict=True):
                pipe.send((contender, share))
            for _ in tasks:
                assert self._started.acquire(timeout=60)
            time.sleep(SETTLE)
        return Counter(outcome for pipe in self._pipes for outcome in pipe.recv())

    def close(self) -> None:
        """Send everybody home."""
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join(timeout=20)
        self._engine.dispose()


def _serve(url: str, threads: int, pipe: Connection, started) -> None:
    engine = make_engine(url, pool_size=threads, max_overflow=0)
    while (order := pipe.recv()) is not None:
        contender, tasks = order
        outcomes: list[str] = []
        crowd = [threading.Thread(target=_try, args=(engine, contender, task, started, outcomes)) for task in tasks]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        pipe.send(outcomes)
    engine.dispose()


def _try(engine: Engine, contender: Contender, task: dict, started, outcomes: list[str]) -> None:
    with Session(engine) as session:
        try:
            session.connection()  # connected before the gun, so that the race is for the lock alone
            session.rollback()
        finally:
            started.release()
        try:
            outcomes.append(contender(session, task))
        except Exception as error:  # noqa: BLE001 - whatever it was, the round must count it
            outcomes.append(f"{type(error).__name__}: {error}"[:200])
