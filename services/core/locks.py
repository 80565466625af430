"""Locks named by what they protect, held until the transaction ends."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def hold(session: Session, subject: str) -> None:
    """Wait until nobody else holds ``subject``, and hold it until the transaction ends.

    On SQLite every work holds the whole database already (BEGIN IMMEDIATE).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))
