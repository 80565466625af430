"""Tables of a vote: the frozen roll, named votes, and for secret ones the slips in the box and the counted ballots.

A slip and a ballot carry no member, no person, no time and no number that rises. On SQLite both tables are kept in the order
of their random keys and have no row numbers.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.association.models.register import Member
from services.core.base import Base, Instant, Words

KEY_LENGTH = 32
RECEIPT_LENGTH = 9


class Choice(StrEnum):
    """What a vote says."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class RollEntry(Base):
    """A member entitled to vote on a motion (表决名册), with the one person who may cast its vote.

    The roll is frozen when the vote opens. ``agent_id`` is the member that votes by proxy. ``has_voted`` turns once.
    """

    __tablename__ = "roll_entry"
    __table_args__ = (CheckConstraint("is_present OR NOT has_voted", name="present"),)

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    is_present: Mapped[bool] = mapped_column(default=False)
    has_voted: Mapped[bool] = mapped_column(default=False)

    member: Mapped[Member] = relationship(foreign_keys=member_id)
    agent: Mapped[Member | None] = relationship(foreign_keys=agent_id)


class NamedVote(Base):
    """What a member voted where votes are named (记名); never changed or removed."""

    __tablename__ = "named_vote"

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    choice: Mapped[Choice] = mapped_column(Words(Choice))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who cast it; for a show of hands that the secretariat wrote down, the secretariat."""
    by_hand: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)


class Slip(Base):
    """A secret vote in the box (票箱) while the vote is open; the box is emptied when it closes."""

    __tablename__ = "slip"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    motion_id: Mapped[int]
    choice: Mapped[Choice] = mapped_column(Words(Choice))
    receipt: Mapped[str] = mapped_column(String(RECEIPT_LENGTH), default="")


class Ballot(Base):
    """A secret vote after the close (选票), under a new random key; never changed or removed.

    ``receipt`` is the code that its voter was shown once, where the body wanted receipts.
    """

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), index=True)
    choice: Mapped[Choice] = mapped_column(Words(Choice))
    receipt: Mapped[str] = mapped_column(String(RECEIPT_LENGTH), default="")
