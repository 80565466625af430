"""How often something may be tried: counted in rows, so that it holds over restarts and over several processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.accounts.models import Attempt, AttemptKind


@dataclass(frozen=True)
class Limit:
    """At most ``most`` attempts of ``kind`` at ``subject`` within ``window``."""

    kind: AttemptKind
    subject: str
    most: int
    window: timedelta

    def is_reached(self, session: Session, now: datetime) -> bool:
        """Tell whether no further attempt is possible now."""
        count = select(func.count()).where(
            Attempt.kind == self.kind, Attempt.subject == self.subject, Attempt.at > now - self.window
        )
        return (session.scalar(count) or 0) >= self.most


def any_reached(session: Session, limits: Iterable[Limit], now: datetime) -> bool:
    """Tell whether one of ``limits`` stands in the way."""
    return any(limit.is_reached(session, now) for limit in limits)


def queue(session: Session, limits: Iterable[Limit]) -> None:
    """Wait until nobody else is counting for the same subjects; the end of the transaction lets the next one in.

    SQLite needs nothing: its writing transactions come one after the other.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for subject in sorted({limit.subject for limit in limits}):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))


def count(session: Session, limits: Iterable[Limit], now: datetime) -> None:
    """Note one attempt at the subject of each limit."""
    session.add_all(Attempt(kind=limit.kind, subject=limit.subject, at=now) for limit in limits)


def forget(session: Session, limit: Limit) -> None:
    """Forget the attempts at the subject of ``limit``."""
    session.execute(
        delete(Attempt)
        .where(Attempt.kind == limit.kind, Attempt.subject == limit.subject)
        .execution_options(synchronize_session=False)
    )
