"""The outbox: tasks promised inside a transaction and carried out by the worker afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.core.base import Base, Facts, Instant, Words

MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=5)
REFRESH = "search.refresh"
REBUILD = "search.rebuild"
GATHERED = (REFRESH, REBUILD)
"""Tasks that are not carried out one by one: the writer of the search index takes many at once."""


class TaskState(StrEnum):
    """Where a task stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"


class OutboxTask(Base):
    """One promise. ``due_at`` is when it may next be tried, ``leased_until`` when a killed worker's claim lapses."""

    __tablename__ = "outbox_task"
    __table_args__ = (Index("ix_outbox_task_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    state: Mapped[TaskState] = mapped_column(Words(TaskState), default=TaskState.WAITING)
    created_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


def wait_after(attempt: int) -> timedelta:
    """Return how long to wait after the ``attempt``-th failure: 30 s, 1, 2, 4 … minutes, at most six hours."""
    return min(timedelta(seconds=30 << (attempt - 1)), timedelta(hours=6))


def parked_count(session: Session) -> int:
    """Return how many tasks have been given up and wait for staff."""
    return session.scalar(select(func.count()).where(OutboxTask.state == TaskState.PARKED)) or 0
