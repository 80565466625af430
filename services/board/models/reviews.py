"""Tables of the review desk: decisions, reports of abuse, suspensions, and what may not be traded."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.board.models.posts import Post
from services.core.base import Base, Instant, Words
from services.organisations.models import Organisation

OPEN_REPORT = text("state = 'open'")


class ReviewOutcome(StrEnum):
    """What a reviewer decided."""

    PUBLISHED = "published"
    HELD = "held"
    RETURNED = "returned"


class PostReview(Base):
    """A decision of the association on one version of a post, with its checklist. Never changed or removed.

    The four scores (0 to 5 each, 20 together) are given together or not at all.
    """

    __tablename__ = "post_review"
    __table_args__ = (
        CheckConstraint("score_clear IS NULL OR score_clear BETWEEN 0 AND 5", name="score_clear"),
        CheckConstraint("score_feasible IS NULL OR score_feasible BETWEEN 0 AND 5", name="score_feasible"),
        CheckConstraint("score_useful IS NULL OR score_useful BETWEEN 0 AND 5", name="score_useful"),
        CheckConstraint("score_serious IS NULL OR score_serious BETWEEN 0 AND 5", name="score_serious"),
        CheckConstraint(
            "outcome <> 'published' OR (direction_right AND goods_allowed AND detail_enough AND not_misleading"
            " AND no_contact AND no_brand)",
            name="checklist",
        ),
        CheckConstraint("outcome = 'published' OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    post_version: Mapped[int]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[ReviewOutcome] = mapped_column(Words(ReviewOutcome))
    direction_right: Mapped[bool]
    goods_allowed: Mapped[bool]
    detail_enough: Mapped[bool]
    not_misleading: Mapped[bool]
    no_contact: Mapped[bool]
    no_brand: Mapped[bool]
    score_clear: Mapped[int | None]
    score_feasible: Mapped[int | None]
    score_useful: Mapped[int | None]
    score_serious: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(300), default="")

    post: Mapped[Post] = relationship()
    reviewer: Mapped[Person] = relationship()


class AbuseReason(StrEnum):
    """Why somebody reports a post (举报)."""

    FALSE = "false"
    FORBIDDEN = "forbidden"
    FRAUD = "fraud"
    CONTACT = "contact"
    BRAND = "brand"
    DISCRIMINATION = "discrimination"
    OTHER = "other"


class AbuseState(StrEnum):
    """Where a report of abuse stands."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class AbuseReport(Base):
    """A report (举报) of a post by a firm: at most one open one for a post and a firm."""

    __tablename__ = "abuse_report"
    __table_args__ = (
        Index(
            "uq_abuse_report_open",
            "post_id",
            "organisation_id",
            unique=True,
            sqlite_where=OPEN_REPORT,
            postgresql_where=OPEN_REPORT,
        ),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[AbuseReason] = mapped_column(Words(AbuseReason))
    text: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[AbuseState] = mapped_column(Words(AbuseState), default=AbuseState.OPEN)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(300), default="")

    post: Mapped[Post] = relationship()
    organisation: Mapped[Organisation] = relationship()


class PostingSuspension(Base):
    """An organisation posts nothing from one day to another, both included."""

    __tablename__ = "posting_suspension"
    __table_args__ = (CheckConstraint("from_on <= until_on", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)


class ForbiddenWord(Base):
    """A word of goods that may not be traded here, and why. Kept by staff."""

    __tablename__ = "forbidden_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(30), unique=True)
    reason: Mapped[str] = mapped_column(String(200))
