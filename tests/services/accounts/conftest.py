"""What the tests of accounts share."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.vault import Vault
from services.core.outbox import OutboxTask


@pytest.fixture
def vault() -> Vault:
    return Vault("a secret of the tests, long enough to be one", "second factor")


@pytest.fixture
def promised(session: Session):
    """Return a function that gives the payloads of the promised tasks of one name, oldest first."""

    def payloads(task: str) -> list[dict]:
        return list(session.scalars(select(OutboxTask.payload).where(OutboxTask.task == task).order_by(OutboxTask.id)))

    return payloads
