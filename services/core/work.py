"""The unit of work: one transaction, its actor, its time, its audit entries and its promises.

``working`` is the only place in the code base that commits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.base import Base
from services.core.engine import IMMEDIATE
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound
from services.core.notices import Notification
from services.core.numbering import next_number
from services.core.outbox import REFRESH, OutboxTask
from services.core.permissions import Permission
from services.core.receipts import LONGEST_OUTCOME, lead_to, spend

_ENTRY = insert(AuditEntry.__table__).inline()
_PROMISE = insert(OutboxTask.__table__).inline()
_MESSAGE = insert(Notification.__table__).inline()


class Work:
    """What an operation needs to change something: a session, who asks, and when."""

    def __init__(self, session: Session, actor: Actor, now: datetime) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self._token: str | None = None
        self._changed: set[tuple[str, int]] = set()

    @property
    def today(self) -> date:
        """The centres' calendar day of this work."""
        return clock.local_day(self.now)

    def require(self, permission: Permission, scope: int | None = None) -> None:
        """Return when the actor holds ``permission`` for the organisation ``scope``.

        Raises NotFound when the permission is held, but for another organisation; otherwise NotAllowed.
        """
        if self.actor.may(permission, scope):
            return
        raise NotFound if self.actor.may(permission) else NotAllowed

    def record(self, kind: str, subject: Base, **facts: Any) -> None:
        """Leave an audit entry: ``kind`` happened to ``subject``, with the facts worth keeping."""
        if getattr(subject, "id", 0) is None:
            self.session.flush()  # a new subject has no id before
        entry = {
            "at": self.now,
            "kind": kind,
            "subject_table": subject.__tablename__,
            "subject_id": getattr(subject, "id", None),
            "person_id": self.actor.person_id,
            "person_name": self.actor.name,
            "organisation_id": self.actor.organisation_id,
            "address": self.actor.address,
            "facts": _plain(facts),
        }
        self.session.execute(_ENTRY, entry)

    def later(self, task: str, *, delay: timedelta | None = None, **payload: Any) -> None:
        """Promise ``task``: it is carried out by the worker if, and only if, this transaction commits."""
        due = self.now + delay if delay else self.now
        promise = {"task": task, "payload": _plain(payload), "created_at": self.now, "due_at": due}
        self.session.execute(_PROMISE, promise)

    def changed(self, kind: str, thing_id: int) -> None:
        """Promise that the search shows a thing as it is after this transaction; saying it twice promises it once."""
        if (kind, thing_id) not in self._changed:
            self._changed.add((kind, thing_id))
            self.later(REFRESH, kind=kind, id=thing_id)

    def tell(self, person_id: int, message: str, *, link: str = "", **facts: Any) -> None:
        """Write an in-site message; ``message`` is a marked sentence with ``%(name)s`` places for ``facts``."""
        sent = {"person_id": person_id, "at": self.now, "message": message, "facts": _plain(facts), "link": link}
        self.session.execute(_MESSAGE, sent)

    def number(self, module: str) -> str:
        """Return the next number of ``module`` today, e.g. ``YY-20261124-0001``."""
        return next_number(self.session, module, self.today)

    def once(self, token: str, digest: str) -> None:
        """Spend a form token. Raises Repeated or AlreadyDone when it was spent before (services.core.receipts)."""
        spend(self.session, token, digest, self.now)
        self._token = token

    def leads_to(self, address: str) -> None:
        """Remember where a repeated sending of the same form is sent on to; of what is too long, only the path."""
        if self._token is not None:
            kept = address if len(address) <= LONGEST_OUTCOME else address.partition("?")[0]
            lead_to(self.session, self._token, kept if len(kept) <= LONGEST_OUTCOME else "")


def _plain(value: Any) -> Any:
    """Return ``value`` as something JSON can hold."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


@contextmanager
def working(session: Session, actor: Actor, *, now: datetime | None = None) -> Iterator[Work]:
    """Open the only kind of writing transaction; commit at the end of the block, roll back when it raises.

    What ``session`` read before is forgotten and read again inside, under BEGIN IMMEDIATE on SQLite.
    """
    session.rollback()
    session.connection(execution_options=IMMEDIATE)
    try:
        yield Work(session, actor, now or clock.now())
        session.commit()
    except StaleDataError as stale:
        session.rollback()
        raise ChangedMeanwhile from stale
    except BaseException:
        session.rollback()
        raise
