"""What the page tests of accounts share."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.config import Settings
from services.accounts.vault import Vault
from services.core.outbox import OutboxTask


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return Vault(settings.secret_key, "second factor")


@pytest.fixture
def sent(session):
    """Return a function that gives the payloads of the promised tasks of one name, oldest first."""

    def payloads(task: str) -> list[dict]:
        session.rollback()
        return list(session.scalars(select(OutboxTask.payload).where(OutboxTask.task == task).order_by(OutboxTask.id)))

    return payloads


@pytest.fixture
def other_client(app: Flask):
    """Return a second browser."""
    return app.test_client()
