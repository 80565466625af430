"""Throws away what nobody needs after a month: done tasks, spent form tokens, counted attempts, old codes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from services.accounts.models import Attempt, ContactCode
from services.core.outbox import OutboxTask, TaskState
from services.core.receipts import FormReceipt
from services.core.work import Work

KEPT = timedelta(days=30)
AT_ONCE = 2000  # rows in one run, so that nobody waits long for the write lock


def clean(work: Work) -> None:
    """Delete the oldest rows past their time, a bounded number of each kind; the next run takes the rest."""
    before = work.now - KEPT
    done = select(OutboxTask.id).where(OutboxTask.state == TaskState.DONE, OutboxTask.finished_at < before)
    spent = select(FormReceipt.token).where(FormReceipt.at < before)
    counted = select(Attempt.id).where(Attempt.at < before)
    lapsed = select(ContactCode.id).where(ContactCode.expires_at < before)
    for statement in (
        delete(OutboxTask).where(OutboxTask.id.in_(done.limit(AT_ONCE))),
        delete(FormReceipt).where(FormReceipt.token.in_(spent.limit(AT_ONCE))),
        delete(Attempt).where(Attempt.id.in_(counted.limit(AT_ONCE))),
        delete(ContactCode).where(ContactCode.id.in_(lapsed.limit(AT_ONCE))),
    ):
        work.session.execute(statement.execution_options(synchronize_session=False))
