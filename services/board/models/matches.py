"""Tables of matches, saved searches, and what a digest has told already."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.board.models.posts import Post
from services.core.base import Base, Facts, Instant


class PostMatch(Base):
    """A counterpart of a post, by the formula of domain.md 6.11; ``percent`` is the score of 0 to 100.

    ``parts`` holds the six parts of the score, each 0 to 1: category, text, spec, place, trust, freshness.
    """

    __tablename__ = "post_match"
    __table_args__ = (
        CheckConstraint("post_id <> other_id", name="other"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        Index("ix_post_match_best", "post_id", "percent"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True, index=True)
    percent: Mapped[int]
    parts: Mapped[dict[str, Any]] = mapped_column(Facts)
    found_at: Mapped[datetime] = mapped_column(Instant)

    other: Mapped[Post] = relationship(foreign_keys=other_id)


class SavedSearch(Base):
    """What a person looks for again and again on the board; with ``alerts`` the digest tells what is new."""

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(String(100), default="")
    choices: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    alerts: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    told_up_to: Mapped[datetime] = mapped_column(Instant)
    """Posts published until then have been told."""


class ToldMatch(Base):
    """A post that a firm's digest has told of; it is not told twice."""

    __tablename__ = "told_match"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
