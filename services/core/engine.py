"""Opens the database: the settings that SQLite and PostgreSQL need are here and nowhere else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

IMMEDIATE = {"portal_immediate": True}
_TRANSIENT = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available


def engine_options(url: str) -> dict[str, Any]:
    """Return the create_engine options for ``url``. Errors do not carry parameters: those are people's data."""
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 20, "check_same_thread": False}}
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 10,
        "isolation_level": "READ COMMITTED",
        "connect_args": {"connect_timeout": 3, "options": "-c timezone=UTC -c lock_timeout=20s"},
    }


def make_engine(url: str, **options: Any) -> Engine:
    """Return an engine for ``url`` with the connection rules of this portal applied."""
    engine = create_engine(url, **(engine_options(url) | options))
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Apply the connection rules to ``engine``: on SQLite foreign keys, WAL and explicit BEGIN."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=20000",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("portal_immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def is_transient(error: DBAPIError) -> bool:
    """Tell whether running the same transaction again may succeed (deadlock, serialization failure)."""
    return getattr(error.orig, "sqlstate", None) in _TRANSIENT


def is_unreachable(error: DBAPIError) -> bool:
    """Tell whether the database itself cannot be reached or is too busy to answer."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state)[:2] in {"08", "53", "57"} or state == "55P03"
    words = str(error.orig).lower()
    return any(
        sign in words for sign in ("locked", "unable to open", "connection", "readonly", "disk", "no such table")
    )
