"""How a contender waits for SQLite's write lock: it says when it has been refused, and then asks often.

SQLite's own back-off ends with a try every 100 ms. With 64 contenders the lock then lies idle for most of a round, and few
of them meet; so they ask again after 15 ms at most. The lock and the statement are the portal's.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Any

LONGEST = 120  # seconds; a person waits 20, but the first contender waits here until the last has come to the gate
AT_ONCE, SOON = 0, 33  # milliseconds; SQLite tries after 1, 2, 5, 10 and 15 and then gives up


class KnockingConnection(sqlite3.Connection):
    """A connection that calls ``knock`` whenever the write lock is held by somebody else."""

    def __init__(self, *args: Any, knock: Callable[[], None], **more: Any) -> None:
        super().__init__(*args, **more)
        self.knock = knock

    def cursor(self, factory: type[sqlite3.Cursor] | None = None) -> sqlite3.Cursor:
        return super().cursor(factory or KnockingCursor)


class KnockingCursor(sqlite3.Cursor):
    """A cursor that waits for the write lock in short steps."""

    connection: KnockingConnection

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        if sql != "BEGIN IMMEDIATE":
            return super().execute(sql, parameters)
        if not self._try(AT_ONCE):
            self.connection.knock()
            end = time.monotonic() + LONGEST
            while not self._try(SOON):
                if time.monotonic() > end:
                    raise sqlite3.OperationalError("database is locked")
        super().execute(f"PRAGMA busy_timeout={LONGEST * 1000}")
        return self

    def _try(self, milliseconds: int) -> bool:
        super().execute(f"PRAGMA busy_timeout={milliseconds}")
        try:
            super().execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as refused:
            if refused.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True
