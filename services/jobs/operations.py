"""What staff do with tasks that were parked."""

from __future__ import annotations

from sqlalchemy import CursorResult, delete, update

from services.core.errors import NotFound, WrongState
from services.core.messages import N_
from services.core.outbox import OutboxTask, TaskState
from services.core.permissions import Permission
from services.core.work import Work

STATE_NAMES = {
    TaskState.WAITING: N_("Waiting"),
    TaskState.RUNNING: N_("Running"),
    TaskState.DONE: N_("Done"),
    TaskState.PARKED: N_("Parked"),
}


def send_again(work: Work, task_id: int) -> None:
    """Let a parked task be tried again, from its first attempt. Raises WrongState when it is not parked any more."""
    task = _parked(work, task_id)
    work.session.execute(
        update(OutboxTask)
        .where(OutboxTask.id == task.id, OutboxTask.state == TaskState.PARKED)
        .values(state=TaskState.WAITING, attempts=0, due_at=work.now)
    )
    work.record("task.sent_again", task, task=task.task)


def send_all_again(work: Work) -> int:
    """Let every parked task be tried again and return how many there were."""
    work.require(Permission.OUTBOX_MANAGE)
    result = work.session.execute(
        update(OutboxTask)
        .where(OutboxTask.state == TaskState.PARKED)
        .values(state=TaskState.WAITING, attempts=0, due_at=work.now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    work.record("task.all_sent_again", OutboxTask(), count=result.rowcount)
    return result.rowcount


def drop(work: Work, task_id: int, *, reason: str) -> None:
    """Remove a parked task for good; the audit log keeps which one it was and why."""
    task = _parked(work, task_id)
    work.record("task.dropped", task, task=task.task, reason=reason, error=task.last_error[:200])
    work.session.execute(
        delete(OutboxTask)
        .where(OutboxTask.id == task.id, OutboxTask.state == TaskState.PARKED)
        .execution_options(synchronize_session=False)
    )


def _parked(work: Work, task_id: int) -> OutboxTask:
    work.require(Permission.OUTBOX_MANAGE)
    task = work.session.get(OutboxTask, task_id, with_for_update=True)
    if task is None:
        raise NotFound
    if task.state is not TaskState.PARKED:
        raise WrongState(state=STATE_NAMES[task.state])
    return task
