"""Reads of the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.audit import AuditEntry


@dataclass(frozen=True)
class Wanted:
    """Which entries are wanted; what is empty does not narrow."""

    kind: str = ""
    person: str = ""
    organisation_id: int | None = None
    first: date | None = None
    last: date | None = None


def entries(wanted: Wanted) -> Select[AuditEntry]:
    """Return the query for the wanted entries, newest first. ``kind`` may be a whole subject: ``booking``."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc())
    if wanted.kind:
        exactly = AuditEntry.kind == wanted.kind
        statement = statement.where(exactly | AuditEntry.kind.startswith(f"{wanted.kind}.", autoescape=True))
    if wanted.person:
        statement = statement.where(AuditEntry.person_name.contains(wanted.person, autoescape=True))
    if wanted.organisation_id is not None:
        statement = statement.where(AuditEntry.organisation_id == wanted.organisation_id)
    if wanted.first:
        statement = statement.where(AuditEntry.at >= clock.at(wanted.first, 0))
    if wanted.last:
        statement = statement.where(AuditEntry.at < clock.at(wanted.last, 1440))
    return statement


def kinds(session: Session) -> list[str]:
    """Return the kinds of entries that exist, in alphabetical order."""
    return list(session.scalars(select(AuditEntry.kind).distinct().order_by(AuditEntry.kind).limit(300)))
