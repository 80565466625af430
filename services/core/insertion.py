"""INSERT … ON CONFLICT DO NOTHING, which both databases have under different SQLAlchemy constructs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult
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
