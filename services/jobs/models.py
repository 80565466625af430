"""The table of what is done again and again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.core.base import Base, Instant


class TimetableEntry(Base):
    """When a repeated task is due next. The row is locked while a worker runs it, so that no two do."""

    __tablename__ = "timetable_entry"

    task: Mapped[str] = mapped_column(String(80), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    last_run_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str] = mapped_column(Text, default="")
