"""In-site messages (站内消息): always written, whatever else goes out by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from services.core.base import Base, Facts, Instant


class Notification(Base):
    """One message to one person. ``message`` is a marked English sentence, filled from ``facts`` when shown."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_person", "person_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    message: Mapped[str] = mapped_column(String(300))
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    link: Mapped[str] = mapped_column(String(200), default="")
    read_at: Mapped[datetime | None] = mapped_column(Instant)


def own_messages(person_id: int) -> Select[Notification]:
    """Return the query for a person's messages: the unread first, then the newest."""
    statement = select(Notification).where(Notification.person_id == person_id)
    return statement.order_by(Notification.read_at.is_not(None), Notification.id.desc())
