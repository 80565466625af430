"""INSERT … ON CONFLICT DO NOTHING, which both databases have under different SQLAlchemy constructs."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.core.base import Base


def insert_unless_taken(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert one row unless a unique or exclusion constraint refuses it; tell whether a row came.

    The statement waits for a rival transaction that holds the same key, and never deadlocks on it.
    """
    result = session.execute(_statement(model, session.get_bind().dialect.name), values)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


@cache
def _statement(model: type[Base], dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement: Any = insert(model.__table__)
    return statement.on_conflict_do_nothing().inline().execution_options(preserve_rowcount=True)
