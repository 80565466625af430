"""Takes tasks from the outbox and settles them; every statement names the lease it acts for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from services.core.outbox import GATHERED, LEASE, MOST_ATTEMPTS, OutboxTask, TaskState, wait_after

LONGEST_ERROR = 2000


class LeaseLost(Exception):
    """Another worker has taken the task, because this one needed longer than its lease."""


@dataclass(frozen=True)
class Leased:
    """A task that this worker has until its lease lapses. ``attempts`` counts this one and names the lease."""

    id: int
    task: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


def next_due(now: datetime) -> Select[int]:
    """Return the query for the task to take next: waiting and due, or left behind by a worker that died."""
    lapsed = and_(OutboxTask.state == TaskState.RUNNING, OutboxTask.leased_until < now)
    waiting = and_(OutboxTask.state == TaskState.WAITING, OutboxTask.due_at <= now)
    mine = OutboxTask.task.not_in(GATHERED)
    return select(OutboxTask.id).where(mine, or_(waiting, lapsed)).order_by(OutboxTask.due_at, OutboxTask.id).limit(1)


def take(session: Session, now: datetime) -> Leased | None:
    """Lease the next due task inside the running transaction; None when nothing is due."""
    chosen = next_due(now).with_for_update(skip_locked=True).scalar_subquery()
    statement = (
        update(OutboxTask)
        .where(OutboxTask.id == chosen)
        .values(state=TaskState.RUNNING, leased_until=now + LEASE, attempts=OutboxTask.attempts + 1)
        .returning(OutboxTask.id, OutboxTask.task, OutboxTask.payload, OutboxTask.attempts, OutboxTask.created_at)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else Leased(*row)


def finish(session: Session, leased: Leased, now: datetime, *, forget: bool = False) -> None:
    """Mark the task done; with ``forget`` its payload, which held a secret, is emptied. Raises LeaseLost."""
    values: dict[str, Any] = {"state": TaskState.DONE, "finished_at": now, "last_error": ""}
    if forget:
        values["payload"] = {}
    _settle(session, leased, **values)


def put_back(session: Session, leased: Leased, now: datetime, error: str, *, park: bool = False) -> TaskState:
    """Let the task wait for its next attempt, or park it after the last one. Raises LeaseLost."""
    parked = park or leased.attempts >= MOST_ATTEMPTS
    state = TaskState.PARKED if parked else TaskState.WAITING
    due_at = now + wait_after(leased.attempts)
    _settle(session, leased, state=state, due_at=due_at, last_error=error.replace("\0", " ")[:LONGEST_ERROR])
    return state


def _settle(session: Session, leased: Leased, **values: Any) -> None:
    held: ColumnElement[bool] = and_(
        OutboxTask.id == leased.id,
        OutboxTask.state == TaskState.RUNNING,
        OutboxTask.attempts == leased.attempts,
    )
    statement = update(OutboxTask).where(held).values(leased_until=None, **values)
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise LeaseLost
