"""How the index stands beside the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.core.outbox import GATHERED, REBUILD, OutboxTask, TaskState
from services.search.engine import Engine, IndexUnusable
from services.search.gathering import count_all
from services.search.models import IndexState


@dataclass(frozen=True)
class IndexHealth:
    """``documents`` is None while the index cannot be used. ``behind_since`` is the oldest change it does not show yet."""

    documents: int | None
    sequence: int
    expected: int
    waiting: int
    behind_since: datetime | None
    rebuild_waits: bool
    state: IndexState | None

    @property
    def is_usable(self) -> bool:
        """Whether searches are answered from the index."""
        return self.documents is not None


def index_health(session: Session, engine: Engine) -> IndexHealth:
    """Return how many documents the index has and should have, and what it has still to catch up with."""
    tasks = (OutboxTask.task.in_(GATHERED), OutboxTask.state == TaskState.WAITING)
    waiting, oldest = session.execute(select(func.count(), func.min(OutboxTask.created_at)).where(*tasks)).one()
    rebuilds = session.scalar(select(OutboxTask.id).where(*tasks, OutboxTask.task == REBUILD).limit(1))
    try:
        health = engine.health()
        documents, sequence = health.documents, health.sequence
    except IndexUnusable:
        documents, sequence = None, 0
    return IndexHealth(
        documents=documents,
        sequence=sequence,
        expected=count_all(session),
        waiting=waiting,
        behind_since=oldest,
        rebuild_waits=rebuilds is not None,
        state=session.get(IndexState, 1),
    )
