"""The tables of the search: synonyms, which staff maintain, and how the writing of the index stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.base import Base, Instant


class SynonymGroup(Base):
    """Words that mean the same: whoever looks for one of them finds the others. ``note`` says why, for colleagues."""

    __tablename__ = "synonym_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    terms: Mapped[list[SynonymTerm]] = relationship(order_by="SynonymTerm.position", cascade="all, delete-orphan")


class SynonymTerm(Base):
    """One word of a group, folded as queries are; a word stands in one group only."""

    __tablename__ = "synonym_term"
    __table_args__ = (CheckConstraint("length(term) BETWEEN 2 AND 12", name="length"),)

    term: Mapped[str] = mapped_column(String(12), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("synonym_group.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)


class IndexState(Base):
    """The one row about the index: who writes it, until when nobody else may, and how far a rebuild has come."""

    __tablename__ = "index_state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(120), default="")
    held_until: Mapped[datetime | None] = mapped_column(Instant)
    written_at: Mapped[datetime | None] = mapped_column(Instant)
    compared_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the index was last compared with the database as a whole."""
    rebuild_began_at: Mapped[datetime | None] = mapped_column(Instant)
    rebuild_ended_at: Mapped[datetime | None] = mapped_column(Instant)
    rebuild_done: Mapped[int] = mapped_column(default=0)
    rebuild_total: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")

    @property
    def is_rebuilding(self) -> bool:
        """Whether a rebuild is under way, or was cut short and will be begun again."""
        began, ended = self.rebuild_began_at, self.rebuild_ended_at
        return began is not None and (ended is None or ended < began)
