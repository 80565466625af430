"""INSERT … ON CONFLICT DO NOTHING, which both databases have under different SQLAlchemy constructs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.core.base import Base


def insert_unless_taken(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert one row unless a unique or exclusion constraint refuses it; tell whether a row came.

    The statement waits for a rival transaction that holds the same key, and never deadlocks on it.
    """
    if session.get_bind().dialect.name == "postgresql":
        statement: Any = postgresql.insert(model).values(**values).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(model).values(**values).on_conflict_do_nothing()
    result = session.execute(statement, execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def lock_key(session: Session, key: str) -> None:
    """Wait until no other transaction holds ``key``; it is held until this one ends.

    On SQLite a writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
