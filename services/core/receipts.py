"""Idempotent forms: a token is spent once, and a repeated POST finds what the first one did (domain.md 4.4 rule 4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.core.base import Base, Instant
from services.core.errors import AlreadyDone
from services.core.insertion import insert_unless_taken

LONGEST_OUTCOME = 300


class FormReceipt(Base):
    """One spent form token, the digest of what was sent, and where its sender was sent on to."""

    __tablename__ = "form_receipt"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(LONGEST_OUTCOME), default="")
    at: Mapped[datetime] = mapped_column(Instant, index=True)


_OF_TOKEN = FormReceipt.__table__.c.token == bindparam("spent")
_FIRST = select(FormReceipt.__table__.c.digest, FormReceipt.__table__.c.outcome).where(_OF_TOKEN)
_LEAD = update(FormReceipt.__table__).where(_OF_TOKEN)


class Repeated(Exception):
    """The same form came again; ``outcome`` is the address the first one led to."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def spend(session: Session, token: str, digest: str, at: datetime) -> None:
    """Spend ``token`` inside the running transaction.

    Raises Repeated when the same content was sent before, AlreadyDone when other content was.
    """
    if not insert_unless_taken(session, FormReceipt, token=token, digest=digest, outcome="", at=at):
        first_digest, outcome = session.execute(_FIRST, {"spent": token}).one()
        if first_digest != digest:
            raise AlreadyDone
        raise Repeated(outcome)


def lead_to(session: Session, token: str, outcome: str) -> None:
    """Keep the address that a repeated sending of ``token`` is sent on to."""
    session.execute(_LEAD, {"spent": token, "outcome": outcome})
