"""Asking for a rebuild of the index."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from services.core.outbox import REBUILD, OutboxTask, TaskState
from services.core.permissions import Permission
from services.core.work import Work

GATHER = timedelta(seconds=30)
"""How long changes of words are gathered before the index is made anew."""


def request_rebuild(work: Work) -> None:
    """Have the index made anew, as soon as its writer looks; the old one is read until then."""
    work.require(Permission.INDEX_MANAGE)
    work.later(REBUILD)


def promise_rebuild(work: Work) -> None:
    """Promise a rebuild in a while, unless one is promised already."""
    waiting = select(OutboxTask.id).where(OutboxTask.task == REBUILD, OutboxTask.state == TaskState.WAITING)
    if work.session.scalar(waiting.limit(1)) is None:
        work.later(REBUILD, delay=GATHER)
