"""Brings a database to the present shape: numbered migrations, run from the code that needs them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 300  # seconds to wait for another start that migrates or loads
_LOCK = 0x706F7274616C  # any number nobody else locks in this database


def configuration(engine: Engine | None = None) -> Config:
    """Return Alembic's configuration; no ini file is needed."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database behind ``engine`` to ``revision``; each migration is a transaction of its own."""
    command.upgrade(configuration(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to ``revision``."""
    command.downgrade(configuration(engine), revision)


def head() -> str:
    """Return the newest revision that this code knows."""
    newest = ScriptDirectory.from_config(configuration()).get_current_head()
    assert newest is not None
    return newest


def revision_of(engine: Engine) -> str | None:
    """Return the revision the database is at, None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Hold the only right to prepare the database behind ``engine``; another start waits for its turn.

    The lock dies with its holder: an advisory lock on PostgreSQL, a locked file beside the database on SQLite.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK})")
            try:
                yield
            finally:
                connection.invalidate()  # ends the connection, and the lock with it
        return
    assert engine.url.database is not None
    lock = sqlite3.connect(f"{engine.url.database}.lock", timeout=PATIENCE, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()
