"""The table of members: a mark that the secretariat sets, until the association keeps its register."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.base import Base, Instant
from services.organisations.models import Organisation


class MemberMark(Base):
    """An organisation is a member of an association from one day on, until another day (included) if that is set."""

    __tablename__ = "member_mark"
    __table_args__ = (CheckConstraint("until_on IS NULL OR from_on <= until_on", name="order"),)

    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
