"""Tables of orders, lines, payments and refunds."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.base import Base, Facts, Fen, Instant, Words


class LineKind(StrEnum):
    """What a line of an order is."""

    BASE = "base"
    EXTRA = "extra"
    URGENT = "urgent"
    DISCOUNT = "discount"
    MINIMUM = "minimum"
    ADJUSTMENT = "adjustment"
    CANCELLATION = "cancellation"


class Order(Base):
    """What one organisation owes one provider. ``due_fen`` is the sum of the lines."""

    __tablename__ = "service_order"
    __table_args__ = (
        CheckConstraint("due_fen >= 0", name="due"),
        CheckConstraint("refunded_fen >= 0 AND refunded_fen <= paid_fen", name="refund_within_paid"),
        CheckConstraint("paid_fen >= 0", name="paid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    due_fen: Mapped[int] = mapped_column(Fen)
    paid_fen: Mapped[int] = mapped_column(Fen, default=0)
    refunded_fen: Mapped[int] = mapped_column(Fen, default=0)
    on_account: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)

    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.id")
    payments: Mapped[list[Payment]] = relationship(order_by="Payment.id")
    refunds: Mapped[list[Refund]] = relationship(order_by="Refund.id")

    @property
    def balance_fen(self) -> int:
        """What is still to pay; negative when a refund is owed."""
        return self.due_fen - self.paid_fen + self.refunded_fen


class OrderLine(Base):
    """One line of an order. ``label`` is a marked sentence filled from ``facts``."""

    __tablename__ = "order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"), index=True)
    kind: Mapped[LineKind] = mapped_column(Words(LineKind))
    label: Mapped[str] = mapped_column(String(120))
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    amount_fen: Mapped[int] = mapped_column(Fen)
    reason: Mapped[str] = mapped_column(String(200), default="")


class PaymentMethod(StrEnum):
    """How money came in."""

    TRANSFER = "transfer"
    CASH = "cash"
    SCAN = "scan"


class Payment(Base):
    """Money that staff saw arrive. ``receipt_no`` counts per provider and year without gaps."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("provider_id", "receipt_no"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    receipt_no: Mapped[str] = mapped_column(String(30))
    method: Mapped[PaymentMethod] = mapped_column(Words(PaymentMethod))
    amount_fen: Mapped[int] = mapped_column(Fen)
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(60), default="")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Refund(Base):
    """Money given back."""

    __tablename__ = "refund"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    method: Mapped[PaymentMethod] = mapped_column(Words(PaymentMethod))
    reason: Mapped[str] = mapped_column(String(200))
    refunded_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
