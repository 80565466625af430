"""What is older than a month and of no use any more goes; the rest stays."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import Attempt, AttemptKind
from services.core import clock
from services.core.outbox import OutboxTask, TaskState
from services.core.receipts import FormReceipt
from services.core.work import Work
from services.jobs.cleaning import clean
from tests.factories.jobs import make_task


def test_only_old_and_settled_rows_go(session: Session, work: Work) -> None:
    old, new = clock.now() - timedelta(days=31), clock.now() - timedelta(days=29)
    make_task(session, "old", state=TaskState.DONE, finished_at=old)
    make_task(session, "new", state=TaskState.DONE, finished_at=new)
    make_task(session, "parked", state=TaskState.PARKED, created_at=old, due_at=old)
    make_task(session, "waiting", created_at=old, due_at=old)
    for name, at in (("old", old), ("new", new)):
        session.add(FormReceipt(token=name, digest="", outcome="", at=at))
        session.add(Attempt(kind=AttemptKind.SIGN_IN, subject=name, at=at))
    session.commit()

    clean(work)
    session.commit()

    assert set(session.scalars(select(OutboxTask.task))) == {"new", "parked", "waiting"}
    assert session.scalars(select(FormReceipt.token)).all() == ["new"]
    assert session.scalars(select(Attempt.subject)).all() == ["new"]
