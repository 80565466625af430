"""Tables of cases: a complaint, its clocks, what was said and shown, and the agreement it came to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.core.base import Base, Fen, Instant, Words
from services.core.files import Attachment
from services.organisations.models import Organisation


class CaseKind(StrEnum):
    """What the complaint is about: the points of conduct of a pact. Prices and markets are none."""

    COPYING = "copying"
    POACHING = "poaching"
    FALSE_CLAIM = "false_claim"
    QUALITY = "quality"
    SAFETY = "safety"
    PAYMENT = "payment"
    OTHER = "other"


class CaseState(StrEnum):
    """Where a case stands; the steps are in ``services.association.rules.cases``."""

    SUBMITTED = "submitted"
    REFUSED = "refused"
    ANSWERING = "answering"
    INVESTIGATING = "investigating"
    MEDIATING = "mediating"
    PERFORMING = "performing"
    PERFORMED = "performed"
    BREACHED = "breached"
    FAILED = "failed"
    REFERRED = "referred"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


ENDED = text("state NOT IN ('refused', 'performed', 'referred', 'closed', 'withdrawn')")


class Party(StrEnum):
    """One of the two sides of a case."""

    CLAIMANT = "claimant"
    RESPONDENT = "respondent"


class Case(Base):
    """A complaint of one firm about another, before the association (投诉/维权申请).

    Seen by its two sides, its panel and the secretariat, and by nobody else. A respondent that is not on the portal
    has a name only.
    """

    __tablename__ = "association_case"
    __table_args__ = (
        CheckConstraint("respondent_id IS NULL OR respondent_id <> claimant_id", name="two_sides"),
        CheckConstraint("association_id <> claimant_id", name="neutral"),
        CheckConstraint("respondent_id IS NULL OR respondent_id <> association_id", name="impartial"),
        CheckConstraint("claimed_fen IS NULL OR claimed_fen > 0", name="claimed"),
        Index(
            "uq_association_case_open",
            "association_id",
            "claimant_id",
            "respondent_id",
            "kind",
            unique=True,
            sqlite_where=ENDED,
            postgresql_where=ENDED,
        ),
        Index("ix_association_case_desk", "association_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(24), unique=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    claimant_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    respondent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    respondent_name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[CaseKind] = mapped_column(Words(CaseKind))
    title: Mapped[str] = mapped_column(String(60))
    facts: Mapped[str] = mapped_column(String(3000))
    demand: Mapped[str] = mapped_column(String(1000))
    claimed_fen: Mapped[int | None] = mapped_column(Fen)
    happened_on: Mapped[date | None]
    state: Mapped[CaseState] = mapped_column(Words(CaseState), default=CaseState.SUBMITTED)
    state_reason: Mapped[str] = mapped_column(String(500), default="")
    state_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    """From then on the other side knows of it."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    association: Mapped[Organisation] = relationship(foreign_keys=association_id)
    claimant: Mapped[Organisation] = relationship(foreign_keys=claimant_id)
    respondent: Mapped[Organisation | None] = relationship(foreign_keys=respondent_id)
    clocks: Mapped[list[CaseClock]] = relationship(order_by="CaseClock.id")
    remarks: Mapped[list[CaseRemark]] = relationship(order_by="CaseRemark.id")
    evidence: Mapped[list[Evidence]] = relationship(order_by="Evidence.id")
    sittings: Mapped[list[Sitting]] = relationship(order_by="Sitting.starts_at, Sitting.id")

    @property
    def clock(self) -> CaseClock | None:
        """The clock that runs now."""
        return next((one for one in self.clocks if one.stopped_at is None), None)


class CaseClock(Base):
    """Somebody has so many working days for what a case waits for; at most one clock of a case runs.

    ``is_certain`` is False when the days reach into a year whose holidays are not published yet.
    """

    __tablename__ = "case_clock"
    __table_args__ = (
        Index(
            "uq_case_clock_running",
            "case_id",
            unique=True,
            sqlite_where=text("stopped_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL"),
        ),
        Index("ix_case_clock_due", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("association_case.id"), index=True)
    state: Mapped[CaseState] = mapped_column(Words(CaseState))
    """The state that has this clock."""
    started_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    """Its last day: what comes on it is in time."""
    is_certain: Mapped[bool]
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)


class CaseEvent(Base):
    """What happened to a case. Never changed or removed."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("association_case.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    side: Mapped[str] = mapped_column(String(12), default="")
    """In which capacity: claimant, respondent, panel, desk or clock."""
    note: Mapped[str] = mapped_column(String(500), default="")
    is_internal: Mapped[bool] = mapped_column(default=False)


class RemarkKind(StrEnum):
    """The respondent's answer, what a side adds, or a note that the panel and the secretariat keep to themselves."""

    ANSWER = "answer"
    REMARK = "remark"
    INTERNAL = "internal"


class CaseRemark(Base):
    """Something said in a case, in writing. Never changed or removed."""

    __tablename__ = "case_remark"
    __table_args__ = (
        Index(
            "uq_case_remark_answer",
            "case_id",
            unique=True,
            sqlite_where=text("kind = 'answer'"),
            postgresql_where=text("kind = 'answer'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("association_case.id"), index=True)
    kind: Mapped[RemarkKind] = mapped_column(Words(RemarkKind))
    side: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(String(3000))
    at: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person] = relationship()


class Evidence(Base):
    """A file of a case. A secret one is seen by the side that brought it, by the panel and by the secretariat."""

    __tablename__ = "case_evidence"
    __table_args__ = (UniqueConstraint("case_id", "attachment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("association_case.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    side: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200), default="")
    is_secret: Mapped[bool] = mapped_column(default=False)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)

    attachment: Mapped[Attachment] = relationship()


class Sitting(Base):
    """A meeting of the mediation (调解会): planned, then held with its record."""

    __tablename__ = "case_sitting"
    __table_args__ = (CheckConstraint("(held_at IS NULL) = (record = '')", name="recorded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("association_case.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[str] = mapped_column(String(100))
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    record: Mapped[str] = mapped_column(String(2000), default="")
    held_at: Mapped[datetime | None] = mapped_column(Instant)


class AgreementState(StrEnum):
    """An agreement is proposed, then signed by both sides; a newer proposal replaces an unsigned one."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    REPLACED = "replaced"


class Agreement(Base):
    """What the two sides settle on (调解协议). Its words stay as they were proposed."""

    __tablename__ = "case_agreement"
    __table_args__ = (
        CheckConstraint(
            "state <> 'signed' OR (claimant_signed_at IS NOT NULL AND respondent_signed_at IS NOT NULL)", name="both"
        ),
        Index(
            "uq_case_agreement_live",
            "case_id",
            unique=True,
            sqlite_where=text("state <> 'replaced'"),
            postgresql_where=text("state <> 'replaced'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("association_case.id"), index=True)
    terms: Mapped[str] = mapped_column(String(3000))
    state: Mapped[AgreementState] = mapped_column(Words(AgreementState), default=AgreementState.PROPOSED)
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    claimant_signed_at: Mapped[datetime | None] = mapped_column(Instant)
    claimant_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    respondent_signed_at: Mapped[datetime | None] = mapped_column(Instant)
    respondent_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    case: Mapped[Case] = relationship()
    duties: Mapped[list[Duty]] = relationship(order_by="Duty.due_on, Duty.position")


class Duty(Base):
    """One thing that one side owes the other by a day: an instalment, or something to be done."""

    __tablename__ = "case_duty"
    __table_args__ = (
        UniqueConstraint("agreement_id", "position"),
        CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name="amount"),
        CheckConstraint("confirmed_at IS NULL OR done_at IS NOT NULL", name="done_first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("case_agreement.id"))
    position: Mapped[int]
    debtor: Mapped[Party] = mapped_column(Words(Party))
    text: Mapped[str] = mapped_column(String(200))
    amount_fen: Mapped[int | None] = mapped_column(Fen)
    due_on: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the side that owes it says that it is done."""
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the other side confirms it."""
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
