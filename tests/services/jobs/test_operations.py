"""Staff send parked tasks again, or drop them for a reason."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.errors import NotAllowed, NotFound, WrongState
from services.core.outbox import OutboxTask, TaskState
from services.core.permissions import Role
from services.core.work import Work
from services.jobs.operations import drop, send_again, send_all_again
from tests.factories.jobs import make_task


def test_a_parked_task_starts_again_from_its_first_attempt(session: Session, work: Work) -> None:
    task = make_task(session, state=TaskState.PARKED, attempts=8)
    send_again(work, task.id)
    session.commit()
    assert (task.state, task.attempts) == (TaskState.WAITING, 0)
    assert session.scalars(select(AuditEntry.kind)).all() == ["task.sent_again"]


def test_a_task_that_is_not_parked_is_left_alone(session: Session, work: Work) -> None:
    task = make_task(session, state=TaskState.DONE)
    with pytest.raises(WrongState):
        send_again(work, task.id)
    with pytest.raises(WrongState):
        drop(work, task.id, reason="old")
    with pytest.raises(NotFound):
        send_again(work, task.id + 1)


def test_all_parked_tasks_start_again_and_no_others(session: Session, work: Work) -> None:
    parked = [make_task(session, state=TaskState.PARKED, attempts=8) for _ in range(3)]
    done = make_task(session, state=TaskState.DONE)
    assert send_all_again(work) == 3
    session.commit()
    assert {task.state for task in parked} == {TaskState.WAITING}
    assert done.state is TaskState.DONE


def test_a_dropped_task_is_gone_and_its_reason_kept(session: Session, work: Work) -> None:
    task = make_task(session, "mail.send", state=TaskState.PARKED, last_error="550", payload={"contact": "13800000001"})
    number = task.id
    drop(work, task.id, reason="wrong address")
    session.commit()
    session.expunge_all()
    assert session.get(OutboxTask, number) is None
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.kind, entry.subject_id) == ("task.dropped", number)
    assert entry.facts == {"task": "mail.send", "reason": "wrong address", "error": "550"}


def test_only_staff_of_the_platform_may(session: Session) -> None:
    task = make_task(session, state=TaskState.PARKED)
    work = Work(session, Actor(1, "x", 1, frozenset({Role.PROVIDER_ADMIN})), clock.now())
    for deed in (
        lambda: send_again(work, task.id),
        lambda: send_all_again(work),
        lambda: drop(work, task.id, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            deed()
