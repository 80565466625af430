"""Tables of trainees, registrations, groups, offers of a seat, and their history."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.core.base import Base, Facts, Instant, Words
from services.organisations.models import Organisation
from services.training.models.courses import TrainingClass

ENDED = "('rejected', 'expired', 'refund_due', 'withdrawn', 'lapsed', 'cancelled')"
ACTIVE = text(f"state NOT IN {ENDED}")
HOLDING = "('pending', 'awaiting_payment', 'offered', 'confirmed', 'no_show', 'completed', 'not_completed')"


class Sex(StrEnum):
    """As the identity number says."""

    MALE = "male"
    FEMALE = "female"


class Trainee(Base):
    """A person under a real name (学员). The identity number is sealed; its keyed hash finds the same person again."""

    __tablename__ = "trainee"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    identity_hash: Mapped[str] = mapped_column(String(64), unique=True)
    identity_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    identity_masked: Mapped[str] = mapped_column(String(18))
    born_on: Mapped[date]
    sex: Mapped[Sex] = mapped_column(Words(Sex))
    mobile: Mapped[str] = mapped_column(String(20), default="")
    education: Mapped[str] = mapped_column(String(30), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person | None] = relationship()


class IdentityView(Base):
    """Somebody read an identity number in full. Never changed or removed."""

    __tablename__ = "identity_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    trainee_id: Mapped[int] = mapped_column(ForeignKey("trainee.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)


class RegistrationState(StrEnum):
    """Where a registration stands; the steps are in ``services.training.rules.states``."""

    PENDING = "pending"
    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REFUND_DUE = "refund_due"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"


class Group(Base):
    """Registrations of one company that ask to be in the class together, or not at all."""

    __tablename__ = "registration_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    size: Mapped[int]


class Registration(Base):
    """A trainee in a class (报名): at most one that has not ended for a class and a trainee.

    ``holds_seat`` says whether it is counted in the class; it turns with the counter, in the same transaction. Whoever waits
    has a ``place``, a number that only rises, given when joining the list.
    """

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_active",
            "class_id",
            "trainee_id",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
        CheckConstraint(f"holds_seat = (state IN {HOLDING})", name="seat_with_state"),
        CheckConstraint("state <> 'waitlisted' OR place IS NOT NULL", name="place"),
        CheckConstraint("(state IN ('awaiting_payment', 'offered')) = (expires_at IS NOT NULL)", name="expires"),
        Index("ix_registration_queue", "class_id", "state", "place"),
        Index("ix_registration_expires", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(24), unique=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"))
    trainee_id: Mapped[int] = mapped_column(ForeignKey("trainee.id"), index=True)
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The company that registers and pays for its worker; None when the worker pays."""
    employer: Mapped[str] = mapped_column(String(100), default="")
    job: Mapped[str] = mapped_column(String(40), default="")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("registration_group.id"), index=True)
    state: Mapped[RegistrationState] = mapped_column(Words(RegistrationState))
    state_at: Mapped[datetime] = mapped_column(Instant)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    holds_seat: Mapped[bool]
    is_approved: Mapped[bool] = mapped_column(default=False)
    place: Mapped[int | None]
    skipped_reason: Mapped[str] = mapped_column(String(100), default="")
    """Why the last seat that was free went to somebody behind; a marked sentence."""
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("service_order.id"), index=True)
    registered_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    training_class: Mapped[TrainingClass] = relationship()
    trainee: Mapped[Trainee] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    registered_by: Mapped[Person] = relationship()


class OfferResult(StrEnum):
    """What became of an offer of a seat."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


UNANSWERED = text("result IS NULL")


class SeatOffer(Base):
    """A seat offered to somebody who waited, until ``expires_at``; one at a time. The letter's link carries the token."""

    __tablename__ = "seat_offer"
    __table_args__ = (
        Index(
            "uq_seat_offer_open", "registration_id", unique=True, sqlite_where=UNANSWERED, postgresql_where=UNANSWERED
        ),
        CheckConstraint("(result IS NULL) = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    result: Mapped[OfferResult | None] = mapped_column(Words(OfferResult))


class RegistrationEvent(Base):
    """What happened to a registration, for whoever asks why. Never changed or removed."""

    __tablename__ = "registration_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
