"""Tasks, and a postman who remembers."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.core import clock
from services.core.outbox import OutboxTask
from services.mail.letters import Letter


def make_task(session: Session, task: str = "test.count", **over: Any) -> OutboxTask:
    """Make a task that is due now."""
    values = {"payload": {}, "created_at": clock.now(), "due_at": clock.now()} | over
    row = OutboxTask(task=task, **values)
    session.add(row)
    session.commit()
    return row


class Remembering:
    """A postman who remembers what was posted; ``trouble`` is raised after that, as if the answer got lost."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.posted: list[tuple[Letter, str]] = []
        self.trouble = trouble

    def post(self, letter: Letter, key: str, at: datetime) -> None:
        self.posted.append((letter, key))
        if self.trouble is not None:
            raise self.trouble
