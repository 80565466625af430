"""Reads of the outbox and the timetable, for staff."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.core.outbox import OutboxTask, TaskState
from services.jobs.models import TimetableEntry


def tasks(state: TaskState) -> Select[OutboxTask]:
    """Return the query for the tasks in ``state``: what is due first comes first, what is done last comes first."""
    statement = select(OutboxTask).where(OutboxTask.state == state)
    if state is TaskState.DONE:
        return statement.order_by(OutboxTask.finished_at.desc(), OutboxTask.id.desc())
    return statement.order_by(OutboxTask.due_at, OutboxTask.id)


def state_counts(session: Session) -> dict[TaskState, int]:
    """Return how many tasks there are in each state."""
    found: dict[TaskState, int] = dict(
        session.execute(select(OutboxTask.state, func.count()).group_by(OutboxTask.state)).all()
    )
    return dict.fromkeys(TaskState, 0) | found


def timetable_entries(session: Session) -> list[TimetableEntry]:
    """Return what is done again and again, in alphabetical order."""
    return list(session.scalars(select(TimetableEntry).order_by(TimetableEntry.task).limit(100)))
