"""The table of standards.

That a chain of successors never leads back to its start stands in the migrations, as a trigger on both databases.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.base import Base, Instant


class StandardState(StrEnum):
    """What a standard is on a day; computed by ``services.standards.rules.state_on``."""

    UPCOMING = "upcoming"
    CURRENT = "current"
    WITHDRAWN = "withdrawn"


class Standard(Base):
    """One edition of a standard. ``key`` is its number in the one spelling by which it is found, e.g. ``GBT3920-2008``.

    ``withdrawn_on`` is the first day on which it no longer holds.
    """

    __tablename__ = "standard"
    __table_args__ = (
        CheckConstraint("effective_on IS NULL OR issued_on IS NULL OR issued_on <= effective_on", name="effective"),
        CheckConstraint(
            "withdrawn_on IS NULL OR effective_on IS NULL OR effective_on <= withdrawn_on", name="withdrawn"
        ),
        CheckConstraint("successor_id IS NULL OR successor_id <> id", name="own_successor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    summary: Mapped[str] = mapped_column(String(1000), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    issued_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("standard.id"), index=True)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    successor: Mapped[Standard | None] = relationship(remote_side="Standard.id")
