"""The audit log: who did what to which row, when, and the facts worth keeping. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.core.base import Base, Facts, Instant


class AuditEntry(Base):
    """One thing that happened. Triggers refuse its change or removal."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_table", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    kind: Mapped[str] = mapped_column(String(80), index=True)
    subject_table: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int | None]
    person_id: Mapped[int | None]
    person_name: Mapped[str] = mapped_column(String(80), default="")
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(45), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
