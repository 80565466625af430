"""Tables of expressions of interest, revealed contacts, deals and ratings."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.board.models.posts import Post
from services.core.base import Base, Fen, Instant, Words
from services.organisations.models import Organisation

OPEN_INTEREST = text("state IN ('submitted', 'seen', 'exchanged', 'negotiating')")


class InterestState(StrEnum):
    """Where an interest stands; the steps are in ``services.board.rules.states``."""

    SUBMITTED = "submitted"
    SEEN = "seen"
    EXCHANGED = "exchanged"
    DECLINED = "declined"
    NEGOTIATING = "negotiating"
    DEALT = "dealt"
    FAILED = "failed"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"


class Interest(Base):
    """An expression of interest (意向): the three answers of a firm to a post. At most one open for a post and a firm."""

    __tablename__ = "interest"
    __table_args__ = (
        Index(
            "uq_interest_open",
            "post_id",
            "organisation_id",
            unique=True,
            sqlite_where=OPEN_INTEREST,
            postgresql_where=OPEN_INTEREST,
        ),
        Index("ix_interest_answer_due", "state", "answer_due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(24), unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    wish: Mapped[str] = mapped_column(String(500))
    """您希望怎样合作？"""
    questions: Mapped[str] = mapped_column(String(500), default="")
    """还需要对方说明什么？"""
    abilities: Mapped[str] = mapped_column(String(500))
    """您的企业有哪些相关能力？"""
    contact_name: Mapped[str] = mapped_column(String(40))
    contact_phone: Mapped[str] = mapped_column(String(20))
    state: Mapped[InterestState] = mapped_column(Words(InterestState), default=InterestState.SUBMITTED)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    state_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer_due_on: Mapped[date]
    closes_on: Mapped[date]
    """Without an answer by then it ends as unanswered."""
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    forwarded_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it reached the poster: at once, or when the association passed it on to an anonymous one."""
    version: Mapped[int] = mapped_column(default=1)

    post: Mapped[Post] = relationship()
    organisation: Mapped[Organisation] = relationship()
    sent_by: Mapped[Person] = relationship()


class InterestEvent(Base):
    """What happened to an interest. Never changed or removed."""

    __tablename__ = "interest_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    interest_id: Mapped[int] = mapped_column(ForeignKey("interest.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(300), default="")


class ContactReveal(Base):
    """Somebody was shown the other side's contact. Never changed or removed."""

    __tablename__ = "contact_reveal"

    id: Mapped[int] = mapped_column(primary_key=True)
    interest_id: Mapped[int] = mapped_column(ForeignKey("interest.id"), index=True)
    of_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    to_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class AmountBand(StrEnum):
    """What a deal was worth, roughly."""

    TO_10K = "to-10k"
    TO_50K = "to-50k"
    TO_100K = "to-100k"
    TO_500K = "to-500k"
    TO_1M = "to-1m"
    MORE = "more"
    UNTOLD = "untold"


class Deal(Base):
    """What came of an interest. The exact amount is kept only when both sides gave the same one.

    ``proposed_fen`` is what one side gave, until the other gives its own; nobody is shown it.
    """

    __tablename__ = "deal"
    __table_args__ = (
        CheckConstraint("amount_fen IS NULL OR (poster_gives_amount AND sender_gives_amount)", name="both_wish"),
        CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name="amount"),
        CheckConstraint("proposed_fen IS NULL OR (proposed_fen > 0 AND amount_fen IS NULL)", name="proposed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interest_id: Mapped[int] = mapped_column(ForeignKey("interest.id"), unique=True)
    band: Mapped[AmountBand] = mapped_column(Words(AmountBand))
    poster_gives_amount: Mapped[bool] = mapped_column(default=False)
    sender_gives_amount: Mapped[bool] = mapped_column(default=False)
    amount_fen: Mapped[int | None] = mapped_column(Fen)
    proposed_fen: Mapped[int | None] = mapped_column(Fen)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    interest: Mapped[Interest] = relationship()


class DealRating(Base):
    """How one side of a deal rates the other (互评): one to five stars and a sentence, once."""

    __tablename__ = "deal_rating"
    __table_args__ = (
        UniqueConstraint("deal_id", "by_organisation_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("by_organisation_id <> about_organisation_id", name="other"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"))
    by_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    about_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stars: Mapped[int]
    text: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(Instant)
