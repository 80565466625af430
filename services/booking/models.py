"""Tables of bookings, claims, day batches, outages and feeds.

The rule that no unit is taken twice stands in the migrations: an exclusion constraint on PostgreSQL, triggers on SQLite.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.billing.models import Order
from services.catalogue.models import Resource, ServiceModule, Urgency
from services.core.base import Base, Facts, Instant, Words
from services.core.files import Attachment
from services.organisations.models import Organisation


class BookingState(StrEnum):
    """Where a booking stands; the transitions are in ``services.booking.rules``."""

    HELD = "held"
    REQUESTED = "requested"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    IN_USE = "in_use"
    COMPLETED = "completed"
    EXPIRED = "expired"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    DISPLACED = "displaced"


class Booking(Base):
    """One order of a service module: an interval of resources, a quantity on a day, or a promised date only.

    A hold has no number yet; it gets one when it is sent. ``terms`` keeps the rules and the price version agreed with.
    A *reservation* is made by the centre itself for a test line: it has no order, and the client sees its commission
    instead.
    """

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 100000", name="quantity"),
        CheckConstraint("ends_at IS NULL OR starts_at < ends_at", name="interval"),
        CheckConstraint("(state IN ('held', 'proposed')) = (hold_expires_at IS NOT NULL)", name="hold_expires"),
        CheckConstraint("no IS NOT NULL OR state IN ('held', 'expired', 'cancelled')", name="numbered"),
        Index("ix_booking_organisation", "organisation_id", "state"),
        Index("ix_booking_provider", "provider_id", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str | None] = mapped_column(String(24), unique=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("service_module.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("service_order.id"), index=True)
    booked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    is_reservation: Mapped[bool] = mapped_column(default=False)
    state: Mapped[BookingState] = mapped_column(Words(BookingState))
    state_at: Mapped[datetime] = mapped_column(Instant)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    hold_expires_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    promised_on: Mapped[date | None]
    promise_certain: Mapped[bool] = mapped_column(default=True)
    quantity: Mapped[int] = mapped_column(default=1)
    urgency: Mapped[Urgency] = mapped_column(Words(Urgency), default=Urgency.NORMAL)
    extras: Mapped[list[Any]] = mapped_column(Facts, default=list)
    purpose: Mapped[str] = mapped_column(String(1000), default="")
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    override_reason: Mapped[str] = mapped_column(String(300), default="")
    terms: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    delivery_note: Mapped[str] = mapped_column(String(1000), default="")
    delivery_file_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    module: Mapped[ServiceModule] = relationship()
    organisation: Mapped[Organisation] = relationship()
    booked_by: Mapped[Person] = relationship()
    order: Mapped[Order | None] = relationship()
    claims: Mapped[list[Claim]] = relationship(order_by="Claim.id", viewonly=True)
    events: Mapped[list[BookingEvent]] = relationship(order_by="BookingEvent.id", viewonly=True)
    delivery_file: Mapped[Attachment | None] = relationship()


class Outage(Base):
    """A time in which units of a resource cannot be used (停机)."""

    __tablename__ = "outage"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="interval"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    unit: Mapped[int | None]
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(20), default="maintenance")
    reason: Mapped[str] = mapped_column(String(200))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    resource: Mapped[Resource] = relationship()


class Claim(Base):
    """A unit of a resource taken from ``busy_from`` to ``busy_to`` (buffers included). Releasing deletes the row."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("busy_from < busy_to", name="interval"),
        CheckConstraint("(booking_id IS NULL) <> (outage_id IS NULL)", name="one_holder"),
        CheckConstraint("unit >= 1", name="unit"),
        Index("ix_claim_resource_time", "resource_id", "busy_from", "busy_to"),
        Index("ix_claim_unit", "resource_id", "unit", "busy_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    unit: Mapped[int]
    busy_from: Mapped[datetime] = mapped_column(Instant)
    busy_to: Mapped[datetime] = mapped_column(Instant)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    outage_id: Mapped[int | None] = mapped_column(ForeignKey("outage.id"), index=True)

    resource: Mapped[Resource] = relationship()


class BatchDay(Base):
    """How much of a batch resource's day is taken; the CHECK is the capacity rule."""

    __tablename__ = "batch_day"
    __table_args__ = (CheckConstraint("used >= 0 AND used <= capacity", name="capacity"),)

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    capacity: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)


class BatchClaim(Base):
    """A quantity of a batch day taken by a booking. Releasing deletes the row and gives the quantity back."""

    __tablename__ = "batch_claim"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        Index("ix_batch_claim_day", "resource_id", "day"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    day: Mapped[date]
    quantity: Mapped[int]

    resource: Mapped[Resource] = relationship()


class BookingEvent(Base):
    """One line of a booking's history, as client and staff see it. Rows are only ever added."""

    __tablename__ = "booking_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_staff: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(300), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)


class CalendarFeed(Base):
    """A private iCalendar address of one person for one organisation; it can be revoked."""

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
