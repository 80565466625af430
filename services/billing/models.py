"""Tables of quotations, orders, payments, refunds, accounts and invoice requests."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, exists, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from services.accounts.models import Person
from services.catalogue.models import Provider
from services.core.base import Base, Facts, Fen, Instant, Words
from services.organisations.models import Organisation


class LineKind(StrEnum):
    """What a line of an order is."""

    BASE = "base"
    EXTRA = "extra"
    URGENT = "urgent"
    DISCOUNT = "discount"
    MINIMUM = "minimum"
    ADJUSTMENT = "adjustment"
    CANCELLATION = "cancellation"


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


class Order(Base):
    """What one organisation, or one person, owes one provider. ``due_fen`` is the sum of the lines.

    ``lapsed_fen`` is what it owed before it lapsed unpaid: it is owed no more, but money that comes late is still taken up.
    """

    __tablename__ = "service_order"
    __table_args__ = (
        CheckConstraint("due_fen >= 0", name="due"),
        CheckConstraint("refunded_fen >= 0 AND refunded_fen <= paid_fen", name="refund_within_paid"),
        CheckConstraint("paid_fen >= 0", name="paid"),
        CheckConstraint("lapsed_fen >= 0", name="lapsed"),
        CheckConstraint("(organisation_id IS NULL) <> (person_id IS NULL)", name="owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    due_fen: Mapped[int] = mapped_column(Fen)
    paid_fen: Mapped[int] = mapped_column(Fen, default=0)
    refunded_fen: Mapped[int] = mapped_column(Fen, default=0)
    lapsed_fen: Mapped[int] = mapped_column(Fen, default=0)
    on_account: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    was_charged: Mapped[bool] = column_property(
        exists().where(OrderLine.order_id == id, OrderLine.amount_fen > 0)  # noqa: A003 - the column above
    )

    organisation: Mapped[Organisation | None] = relationship(viewonly=True)
    person: Mapped[Person | None] = relationship(viewonly=True)
    provider: Mapped[Provider] = relationship(viewonly=True)
    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.id")
    payments: Mapped[list[Payment]] = relationship(order_by="Payment.id")
    refunds: Mapped[list[Refund]] = relationship(order_by="Refund.id")

    @property
    def balance_fen(self) -> int:
        """What is still to pay; negative when a refund is owed."""
        return self.due_fen - self.paid_fen + self.refunded_fen

    @property
    def payable_fen(self) -> int:
        """What can be recorded as paid: what is owed, or came late for what has lapsed."""
        return max(self.balance_fen + self.lapsed_fen, 0)

    @property
    def payer(self) -> str:
        """The name of who owes it."""
        owner = self.organisation or self.person
        assert owner is not None, "the table checks it"
        return owner.name


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


class QuotationState(StrEnum):
    """Where a quotation stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"


class Quotation(Base):
    """One version of a price offered for ``subject_no`` (a commission's number); versions only ever follow each other.

    ``lines`` are the steps of the price: ``{"kind", "label", "facts", "amount_fen"}``; their sum is ``due_fen``. ``terms``
    is what else was agreed with it (promised date, what is tested), as plain facts.
    """

    __tablename__ = "quotation"
    __table_args__ = (
        UniqueConstraint("subject_no", "version"),
        CheckConstraint("due_fen >= 0", name="due"),
        CheckConstraint("version >= 1", name="version"),
        Index(
            "uq_quotation_offered",
            "subject_no",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
        Index(
            "uq_quotation_accepted",
            "subject_no",
            unique=True,
            sqlite_where=text("state = 'accepted'"),
            postgresql_where=text("state = 'accepted'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(30), unique=True)
    subject_no: Mapped[str] = mapped_column(String(24))
    version: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    lines: Mapped[list[Any]] = mapped_column(Facts)
    due_fen: Mapped[int] = mapped_column(Fen)
    terms: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    note: Mapped[str] = mapped_column(String(500), default="")
    valid_until: Mapped[date]
    state: Mapped[QuotationState] = mapped_column(Words(QuotationState), default=QuotationState.OFFERED)
    offered_at: Mapped[datetime] = mapped_column(Instant)
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class CreditAccount(Base):
    """An organisation may pay a provider later (记账月结), up to ``limit_fen`` of what is open at one time."""

    __tablename__ = "credit_account"
    __table_args__ = (CheckConstraint("limit_fen > 0", name="limit"), CheckConstraint("used_fen >= 0", name="used"))

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    limit_fen: Mapped[int] = mapped_column(Fen)
    used_fen: Mapped[int] = mapped_column(Fen, default=0)
    is_open: Mapped[bool] = mapped_column(default=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    organisation: Mapped[Organisation] = relationship(viewonly=True)


class AccountEntry(Base):
    """How an order stood with its firm's account after a change of it. Rows are only ever added.

    ``paid_fen`` is what was paid and not given back. The last entry before a moment says how the order stood then.
    """

    __tablename__ = "account_entry"
    __table_args__ = (Index("ix_account_entry_order", "order_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    on_account: Mapped[bool]
    due_fen: Mapped[int] = mapped_column(Fen)
    paid_fen: Mapped[int] = mapped_column(Fen)

    order: Mapped[Order] = relationship(viewonly=True)


class Statement(Base):
    """The monthly statement (月结对账单) of one organisation with one provider: what was open on account at its end."""

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("provider_id", "organisation_id", "month_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(30), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    month_on: Mapped[date]
    lines: Mapped[list[Any]] = mapped_column(Facts)
    total_fen: Mapped[int] = mapped_column(Fen)
    due_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    organisation: Mapped[Organisation] = relationship(viewonly=True)
    provider: Mapped[Provider] = relationship(viewonly=True)


class InvoiceKind(StrEnum):
    """普票 or 专票."""

    NORMAL = "normal"
    SPECIAL = "special"


class InvoiceState(StrEnum):
    """Where a request for a tax invoice stands."""

    ASKED = "asked"
    ISSUED = "issued"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class InvoiceRequest(Base):
    """A client asks for the tax invoice of an order; the provider issues it in the tax system and enters its number.

    ``corrected_fen`` is what red-letter invoices (红字发票) have taken back of an issued one. An order has one that is not
    taken back as a whole.
    """

    __tablename__ = "invoice_request"
    __table_args__ = (
        CheckConstraint("corrected_fen BETWEEN 0 AND amount_fen", name="corrected"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("state <> 'issued' OR (length(invoice_no) > 0 AND issued_on IS NOT NULL)", name="issued"),
        CheckConstraint("state <> 'refused' OR length(reason) > 0", name="refused_with_reason"),
        CheckConstraint(
            "kind <> 'special' OR (length(bank_name) > 0 AND length(bank_account) > 0 AND length(address) > 0)",
            name="special_particulars",
        ),
        Index(
            "uq_invoice_request_order",
            "order_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'issued') AND corrected_fen < amount_fen"),
            postgresql_where=text("state IN ('asked', 'issued') AND corrected_fen < amount_fen"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(24), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("service_order.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    kind: Mapped[InvoiceKind] = mapped_column(Words(InvoiceKind))
    title: Mapped[str] = mapped_column(String(80))
    tax_no: Mapped[str] = mapped_column(String(20))
    bank_name: Mapped[str] = mapped_column(String(80), default="")
    bank_account: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    amount_fen: Mapped[int] = mapped_column(Fen)
    corrected_fen: Mapped[int] = mapped_column(Fen, default=0)
    state: Mapped[InvoiceState] = mapped_column(Words(InvoiceState), default=InvoiceState.ASKED)
    reason: Mapped[str] = mapped_column(String(200), default="")
    invoice_no: Mapped[str] = mapped_column(String(30), default="")
    issued_on: Mapped[date | None]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handled_at: Mapped[datetime | None] = mapped_column(Instant)
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    order: Mapped[Order] = relationship(viewonly=True)
    corrections: Mapped[list[InvoiceCorrection]] = relationship(order_by="InvoiceCorrection.id", viewonly=True)

    @property
    def standing_fen(self) -> int:
        """What the invoice is over, red-letter invoices taken off; nothing before it is issued."""
        return self.amount_fen - self.corrected_fen if self.state is InvoiceState.ISSUED else 0


class InvoiceCorrection(Base):
    """A red-letter invoice: what was invoiced beyond what an order owes is taken back. Rows are only ever added."""

    __tablename__ = "invoice_correction"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("length(reason) > 0", name="with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("invoice_request.id"), index=True)
    invoice_no: Mapped[str] = mapped_column(String(30))
    amount_fen: Mapped[int] = mapped_column(Fen)
    reason: Mapped[str] = mapped_column(String(200))
    issued_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
