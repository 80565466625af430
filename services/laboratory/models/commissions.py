"""Tables of commissions: what a client orders, how it is reviewed, its clock, and questions before it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.billing.models import Order
from services.catalogue.models import Market, Provider, ServiceModule, Urgency
from services.core.base import Base, Facts, Fen, Instant, Words
from services.core.files import Attachment
from services.laboratory.models.capability import LimitSet
from services.organisations.models import Organisation


class CommissionState(StrEnum):
    """Where a commission stands (booking-and-testing.md 4.4); the transitions are in ``rules.states``."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEED_INFO = "need_info"
    DECLINED = "declined"
    QUOTED = "quoted"
    LAPSED = "lapsed"
    REJECTED_BY_CLIENT = "rejected_by_client"
    AMENDING = "amending"
    AWAIT_PAYMENT = "await_payment"
    AWAIT_SAMPLE = "await_sample"
    CLIENT_CONFIRM = "client_confirm"
    SAMPLE_IN = "sample_in"
    TESTING = "testing"
    SUSPENDED = "suspended"
    DATA_REVIEW = "data_review"
    REPORTING = "reporting"
    REPORT_REVIEW = "report_review"
    ISSUED = "issued"
    DELIVERED = "delivered"
    CLOSED = "closed"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"


class Purpose(StrEnum):
    """What the client needs the report for."""

    RELEASE = "release"
    DEVELOPMENT = "development"
    EXPORT = "export"
    TENDER = "tender"
    DISPUTE = "dispute"


class ReportLanguage(StrEnum):
    """The language of the report."""

    CHINESE = "zh"
    ENGLISH = "en"
    BOTH = "both"


class Leftover(StrEnum):
    """What becomes of samples afterwards."""

    DISPOSE = "dispose"
    RETURN = "return"


class DecisionRule(StrEnum):
    """How a result is compared with a limit (判定规则): as rounded, or with the uncertainty counted against the product."""

    SIMPLE = "simple"
    GUARDED = "guarded"


class Commission(Base):
    """One commission. A draft has no number; its price is in the quotations of billing, its money in ``order``.

    ``promised_on`` is the day by which the report is promised; ``clock_started_at`` is when it began to run and
    ``stopped_days`` how many working days it has stood still since.
    """

    __tablename__ = "commission"
    __table_args__ = (
        CheckConstraint("no IS NOT NULL OR state IN ('draft', 'cancelled')", name="numbered"),
        CheckConstraint("paper_copies BETWEEN 0 AND 20", name="paper_copies"),
        CheckConstraint("NOT is_judged OR limit_set_id IS NOT NULL OR state = 'draft'", name="judged_by"),
        Index("ix_commission_organisation", "organisation_id", "state"),
        Index("ix_commission_provider", "provider_id", "state", "promised_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str | None] = mapped_column(String(24), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    payer_name: Mapped[str] = mapped_column(String(80), default="")
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("service_order.id"), index=True)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("commission.id"))
    state: Mapped[CommissionState] = mapped_column(Words(CommissionState), default=CommissionState.DRAFT)
    state_at: Mapped[datetime] = mapped_column(Instant)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    product_code: Mapped[str | None] = mapped_column(ForeignKey("product_class.code"))
    market: Mapped[Market | None] = mapped_column(Words(Market))
    purpose: Mapped[Purpose] = mapped_column(Words(Purpose), default=Purpose.RELEASE)
    producer_name: Mapped[str] = mapped_column(String(80), default="")
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    urgency: Mapped[Urgency] = mapped_column(Words(Urgency), default=Urgency.NORMAL)
    extras: Mapped[list[Any]] = mapped_column(Facts, default=list)
    report_language: Mapped[ReportLanguage] = mapped_column(Words(ReportLanguage), default=ReportLanguage.CHINESE)
    paper_copies: Mapped[int] = mapped_column(default=0)
    wants_mark: Mapped[bool] = mapped_column(default=True)
    is_judged: Mapped[bool] = mapped_column(default=False)
    limit_set_id: Mapped[int | None] = mapped_column(ForeignKey("limit_set.id"))
    decision_rule: Mapped[DecisionRule] = mapped_column(Words(DecisionRule), default=DecisionRule.SIMPLE)
    leftover: Mapped[Leftover] = mapped_column(Words(Leftover), default=Leftover.DISPOSE)
    subcontract_consent_at: Mapped[datetime | None] = mapped_column(Instant)
    subcontract_consent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    remarks: Mapped[str] = mapped_column(String(1000), default="")
    wished_on: Mapped[date | None]
    promised_on: Mapped[date | None]
    promise_certain: Mapped[bool] = mapped_column(default=True)
    samples_due_on: Mapped[date | None]
    clock_started_at: Mapped[datetime | None] = mapped_column(Instant)
    stopped_days: Mapped[int] = mapped_column(default=0)
    is_prepaid: Mapped[bool] = mapped_column(default=False)
    termination_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    termination_asked_by_staff: Mapped[bool] = mapped_column(default=False)
    termination_due_fen: Mapped[int | None] = mapped_column(Fen)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    provider: Mapped[Provider] = relationship()
    organisation: Mapped[Organisation] = relationship()
    placed_by: Mapped[Person] = relationship(foreign_keys=[placed_by_id])
    clerk: Mapped[Person | None] = relationship(foreign_keys=[clerk_id])
    order: Mapped[Order | None] = relationship()
    limit_set: Mapped[LimitSet | None] = relationship()


class CommissionCharge(Base):
    """What a commission is charged for: a module (item or package) and how many of its unit, over all samples."""

    __tablename__ = "commission_charge"
    __table_args__ = (CheckConstraint("quantity BETWEEN 1 AND 100000", name="quantity"),)

    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("service_module.id"), primary_key=True, index=True)
    quantity: Mapped[int]

    module: Mapped[ServiceModule] = relationship()


class CommissionEvent(Base):
    """One line of a commission's history, as client and staff see it. Rows are only ever added."""

    __tablename__ = "commission_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_staff: Mapped[bool] = mapped_column(default=False)
    is_internal: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(300), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)


class ClockStop(Base):
    """A time in which the promised date stands still: the client must answer, or testing is suspended."""

    __tablename__ = "clock_stop"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR began_at <= ended_at", name="dates"),
        Index(
            "uq_clock_stop_open",
            "commission_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    why: Mapped[str] = mapped_column(String(40))


class ReviewDecision(StrEnum):
    """What a contract review came to."""

    ACCEPT = "accept"
    QUOTE = "quote"
    ASK = "ask"
    DECLINE = "decline"


class ContractReview(Base):
    """The record of one contract review (合同评审). Rows are only ever added.

    ``checks`` maps each question (scope, standard, calibration, amount, capacity, decision_rule, subcontract) to
    ``{"answer": "yes" | "no" | "not_applicable", "note": "…", "found": "yes" | "no" | ""}``; ``found`` is what the portal
    itself saw.
    """

    __tablename__ = "contract_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"), index=True)
    checks: Mapped[dict[str, Any]] = mapped_column(Facts)
    decision: Mapped[ReviewDecision] = mapped_column(Words(ReviewDecision))
    note: Mapped[str] = mapped_column(String(1000), default="")
    reviewed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime] = mapped_column(Instant)

    reviewed_by: Mapped[Person] = relationship()


class CommissionFile(Base):
    """A file that belongs to a commission: a photograph, a drawing, what the client sent with an answer."""

    __tablename__ = "commission_file"

    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)

    attachment: Mapped[Attachment] = relationship()


class ConsultationState(StrEnum):
    """Where a free question (检测咨询) stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    ORDERED = "ordered"
    CLOSED = "closed"


class Feasibility(StrEnum):
    """How a clerk judges what was asked for."""

    FEASIBLE = "feasible"
    DIFFICULT = "difficult"
    IMPOSSIBLE = "impossible"


class Consultation(Base):
    """A free question before an order, with photographs; the answer may carry a ready commission (a draft)."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint("state = 'asked' OR state = 'closed' OR length(answer) > 0", name="answered"),
        Index("ix_consultation_provider", "provider_id", "state", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(24), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    product_code: Mapped[str | None] = mapped_column(ForeignKey("product_class.code"))
    market: Mapped[Market | None] = mapped_column(Words(Market))
    question: Mapped[str] = mapped_column(String(2000))
    state: Mapped[ConsultationState] = mapped_column(Words(ConsultationState), default=ConsultationState.ASKED)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    feasibility: Mapped[Feasibility | None] = mapped_column(Words(Feasibility))
    answer: Mapped[str] = mapped_column(String(2000), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    commission_id: Mapped[int | None] = mapped_column(ForeignKey("commission.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    organisation: Mapped[Organisation] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    commission: Mapped[Commission | None] = relationship()
    photos: Mapped[list[Attachment]] = relationship(secondary="consultation_photo", order_by=Attachment.id)


class ConsultationPhoto(Base):
    """A photograph that came with a question."""

    __tablename__ = "consultation_photo"
    __table_args__ = (UniqueConstraint("attachment_id"),)

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), primary_key=True)
