"""Tables of the dues: tables with their adoption, terms, invoices, payments, waivers, reminders, bank statements."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.association.models.register import Member, Tier
from services.core.base import Base, Fen, Instant, Words


class TableState(StrEnum):
    """Whether a dues table is prepared, in force, or followed by another."""

    DRAFT = "draft"
    ACTIVE = "active"
    REPLACED = "replaced"


class DuesTable(Base):
    """The dues (会费标准) from one year on. Active only with the figures of the meeting that adopted it (F08 rule 2)."""

    __tablename__ = "dues_table"
    __table_args__ = (
        CheckConstraint("from_year BETWEEN 2000 AND 2100", name="year"),
        CheckConstraint(
            "entitled >= 0 AND present BETWEEN 0 AND entitled AND in_favour >= 0 AND against >= 0 AND abstained >= 0"
            " AND in_favour + against + abstained <= present",
            name="figures",
        ),
        CheckConstraint(
            "state = 'draft' OR (meeting_on IS NOT NULL AND is_secret AND present > 0"
            " AND present * 3 >= entitled * 2 AND in_favour * 2 > present)",
            name="adopted",
        ),
        Index(
            "uq_dues_table_active",
            "association_id",
            "from_year",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    from_year: Mapped[int]
    state: Mapped[TableState] = mapped_column(Words(TableState), default=TableState.DRAFT)
    meeting_on: Mapped[date | None]
    meeting_name: Mapped[str] = mapped_column(String(100), default="")
    entitled: Mapped[int] = mapped_column(default=0)
    present: Mapped[int] = mapped_column(default=0)
    in_favour: Mapped[int] = mapped_column(default=0)
    against: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    is_secret: Mapped[bool] = mapped_column(default=False)
    motion_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    levels: Mapped[list[DuesLevel]] = relationship(order_by="DuesLevel.amount_fen", cascade="all, delete-orphan")


class DuesLevel(Base):
    """One level of a dues table: a fixed amount a year. It stays as it is once its table has been adopted."""

    __tablename__ = "dues_level"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)

    table_id: Mapped[int] = mapped_column(ForeignKey("dues_table.id"), primary_key=True)
    tier: Mapped[Tier] = mapped_column(Words(Tier), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(Fen)


class InvoiceState(StrEnum):
    """Whether the dues of a year are still to be paid."""

    OPEN = "open"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class DuesInvoice(Base):
    """The dues of one member for one year (会费单). Settled when what was paid and waived makes up the amount.

    Once settled it gives the member exactly one term.
    """

    __tablename__ = "dues_invoice"
    __table_args__ = (
        UniqueConstraint("member_id", "year"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("paid_fen >= 0 AND waived_fen >= 0 AND paid_fen + waived_fen <= amount_fen", name="paid"),
        CheckConstraint(
            "state = 'cancelled' OR (state = 'settled') = (paid_fen + waived_fen = amount_fen)", name="settled"
        ),
        CheckConstraint("(state = 'settled') = (settled_on IS NOT NULL)", name="settled_on"),
        CheckConstraint("issued_on <= due_on", name="order"),
        Index("ix_dues_invoice_open", "association_id", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(24), unique=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    year: Mapped[int]
    tier: Mapped[Tier] = mapped_column(Words(Tier))
    table_id: Mapped[int] = mapped_column(ForeignKey("dues_table.id"))
    amount_fen: Mapped[int] = mapped_column(Fen)
    paid_fen: Mapped[int] = mapped_column(Fen, default=0)
    waived_fen: Mapped[int] = mapped_column(Fen, default=0)
    state: Mapped[InvoiceState] = mapped_column(Words(InvoiceState), default=InvoiceState.OPEN)
    is_joining: Mapped[bool] = mapped_column(default=False)
    """Whether it opens a membership: its term begins on the day of the payment, not with the year."""
    issued_on: Mapped[date]
    due_on: Mapped[date]
    settled_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)

    member: Mapped[Member] = relationship()
    payments: Mapped[list[DuesPayment]] = relationship(order_by="DuesPayment.id", viewonly=True)

    @property
    def open_fen(self) -> int:
        """What is still to be paid."""
        return 0 if self.state is InvoiceState.CANCELLED else self.amount_fen - self.paid_fen - self.waived_fen


class MembershipTerm(Base):
    """A stretch of days (both included) for which an organisation is a member (会籍期间).

    Terms of one member never overlap, and one invoice gives one term. A term is not deleted: it is revoked.
    """

    __tablename__ = "membership_term"
    __table_args__ = (
        CheckConstraint("from_on <= until_on", name="order"),
        Index(
            "uq_membership_term_invoice",
            "invoice_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    tier: Mapped[Tier] = mapped_column(Words(Tier))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("dues_invoice.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class LineState(StrEnum):
    """What became of a line of a bank statement."""

    WAITING = "waiting"
    BOOKED = "booked"
    SET_ASIDE = "set_aside"


class BankStatement(Base):
    """A bank statement that was taken in; the same file is not taken in twice."""

    __tablename__ = "bank_statement"
    __table_args__ = (UniqueConstraint("association_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    lines_new: Mapped[int] = mapped_column(default=0)
    lines_known: Mapped[int] = mapped_column(default=0)
    imported_at: Mapped[datetime] = mapped_column(Instant)
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class BankLine(Base):
    """Money that arrived on the association's account, known by the bank's serial number; never booked beyond its amount."""

    __tablename__ = "bank_line"
    __table_args__ = (
        UniqueConstraint("association_id", "serial"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("booked_fen >= 0 AND booked_fen <= amount_fen", name="booked"),
        CheckConstraint("length(serial) > 0", name="serial_given"),
        CheckConstraint("state <> 'set_aside' OR length(reason) > 0", name="set_aside"),
        Index("ix_bank_line_state", "association_id", "state", "arrived_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    serial: Mapped[str] = mapped_column(String(60))
    arrived_on: Mapped[date]
    payer: Mapped[str] = mapped_column(String(100))
    remark: Mapped[str] = mapped_column(String(200), default="")
    amount_fen: Mapped[int] = mapped_column(Fen)
    booked_fen: Mapped[int] = mapped_column(Fen, default=0)
    state: Mapped[LineState] = mapped_column(Words(LineState), default=LineState.WAITING)
    reason: Mapped[str] = mapped_column(String(200), default="")

    @property
    def open_fen(self) -> int:
        """What of it has not been booked."""
        return self.amount_fen - self.booked_fen


class DuesMethod(StrEnum):
    """How dues were paid."""

    TRANSFER = "transfer"
    CASH = "cash"
    SCAN = "scan"


class DuesPayment(Base):
    """Dues that arrived. ``receipt_no`` counts per association and year without gaps; a reversed payment keeps its own."""

    __tablename__ = "dues_payment"
    __table_args__ = (
        UniqueConstraint("association_id", "receipt_no"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("(method = 'transfer') = (bank_line_id IS NOT NULL)", name="line"),
        CheckConstraint("(reversed_at IS NULL) = (reversed_reason = '')", name="reversed"),
        Index(
            "uq_dues_payment_line",
            "bank_line_id",
            "invoice_id",
            unique=True,
            sqlite_where=text("reversed_at IS NULL"),
            postgresql_where=text("reversed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("dues_invoice.id"), index=True)
    receipt_no: Mapped[str] = mapped_column(String(30))
    method: Mapped[DuesMethod] = mapped_column(Words(DuesMethod))
    amount_fen: Mapped[int] = mapped_column(Fen)
    received_on: Mapped[date]
    payer: Mapped[str] = mapped_column(String(100))
    bank_line_id: Mapped[int | None] = mapped_column(ForeignKey("bank_line.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)
    reversed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reversed_reason: Mapped[str] = mapped_column(String(200), default="")

    invoice: Mapped[DuesInvoice] = relationship()
    bank_line: Mapped[BankLine | None] = relationship()


class WaiverState(StrEnum):
    """Where a request to waive dues stands."""

    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"


class DuesWaiver(Base):
    """Dues that need not be paid (减免), by a decision and for a reason; one that is open for an invoice."""

    __tablename__ = "dues_waiver"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("length(reason) > 0", name="with_reason"),
        CheckConstraint("(state = 'proposed') = (decided_on IS NULL)", name="decided"),
        CheckConstraint("state <> 'granted' OR motion_id IS NOT NULL", name="by_decision"),
        Index(
            "uq_dues_waiver_proposed",
            "invoice_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("dues_invoice.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    reason: Mapped[str] = mapped_column(String(300))
    state: Mapped[WaiverState] = mapped_column(Words(WaiverState), default=WaiverState.PROPOSED)
    motion_id: Mapped[int | None]
    decided_on: Mapped[date | None]
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    invoice: Mapped[DuesInvoice] = relationship()


class DuesReminder(Base):
    """A reminder of one stage has been sent for an invoice; never twice."""

    __tablename__ = "dues_reminder"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("dues_invoice.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
