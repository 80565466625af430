"""Tables of reports, who fetched and who verified them, and objections.

That an issued report's contents never change stands in the migrations as a trigger.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.core.base import Base, Facts, Instant, Words
from services.core.files import Attachment
from services.laboratory.models.commissions import Commission, ReportLanguage


class ReportState(StrEnum):
    """Where a report stands; the transitions are in ``rules.states``."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"


class Report(Base):
    """One report of a commission. An amendment is a new one that names and voids the old (RB/T 214 4.5.26).

    ``contents`` is everything the PDF prints, frozen when it is issued; ``code`` the random verification code.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("commission_id", "edition"),
        CheckConstraint("edition >= 1", name="edition"),
        CheckConstraint("(edition > 1) = (replaces_id IS NOT NULL)", name="replaces"),
        CheckConstraint("replaces_id IS NULL OR length(change_reason) > 0", name="amended_with_reason"),
        CheckConstraint(
            "state NOT IN ('issued', 'superseded', 'withdrawn') OR"
            " (issued_at IS NOT NULL AND issued_by_id IS NOT NULL AND file_id IS NOT NULL)",
            name="issued",
        ),
        CheckConstraint("state <> 'withdrawn' OR length(state_reason) > 0", name="withdrawn_with_reason"),
        Index(
            "uq_report_replaces",
            "replaces_id",
            unique=True,
            sqlite_where=text("state <> 'dropped'"),
            postgresql_where=text("state <> 'dropped'"),
        ),
        Index(
            "uq_report_valid",
            "commission_id",
            unique=True,
            sqlite_where=text("state = 'issued'"),
            postgresql_where=text("state = 'issued'"),
        ),
        Index(
            "uq_report_working",
            "commission_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'in_review', 'reviewed')"),
            postgresql_where=text("state IN ('draft', 'in_review', 'reviewed')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(30), unique=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"))
    edition: Mapped[int] = mapped_column(default=1)
    language: Mapped[ReportLanguage] = mapped_column(Words(ReportLanguage), default=ReportLanguage.CHINESE)
    state: Mapped[ReportState] = mapped_column(Words(ReportState), default=ReportState.DRAFT, index=True)
    state_at: Mapped[datetime] = mapped_column(Instant)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    change_reason: Mapped[str] = mapped_column(String(300), default="")
    changed_parts: Mapped[str] = mapped_column(String(300), default="")
    conclusion: Mapped[str] = mapped_column(String(1000), default="")
    remarks: Mapped[str] = mapped_column(String(1000), default="")
    code: Mapped[str] = mapped_column(String(32), unique=True)
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime | None] = mapped_column(Instant)
    contents: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"), unique=True)
    collected_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    commission: Mapped[Commission] = relationship()
    replaces: Mapped[Report | None] = relationship(remote_side="Report.id")
    file: Mapped[Attachment | None] = relationship()
    prepared_by: Mapped[Person] = relationship(foreign_keys=[prepared_by_id])
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=[reviewed_by_id])
    issued_by: Mapped[Person | None] = relationship(foreign_keys=[issued_by_id])


class ReportLine(Base):
    """A report states the result of a line; ``contents`` is how it is printed, marks included."""

    __tablename__ = "report_line"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("test_line.id"), primary_key=True, index=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("test_result.id"))
    contents: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)


class ReportDownload(Base):
    """Somebody fetched a report."""

    __tablename__ = "report_download"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class VerificationOutcome(StrEnum):
    """What a verification was told."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    NOT_FOUND = "not_found"


class ReportCheck(Base):
    """Somebody verified a report (验真), or tried to; ``asked`` is what was typed, shortened."""

    __tablename__ = "report_check"
    __table_args__ = (Index("ix_report_check_address", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[VerificationOutcome] = mapped_column(Words(VerificationOutcome))
    asked: Mapped[str] = mapped_column(String(60), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ObjectionState(StrEnum):
    """Where an objection (异议) stands."""

    LODGED = "lodged"
    INVESTIGATING = "investigating"
    RETESTING = "retesting"
    ANSWERED = "answered"
    CLOSED = "closed"


class ObjectionOutcome(StrEnum):
    """What an objection came to: 维持 or 更正."""

    UPHELD = "upheld"
    AMENDED = "amended"


class Objection(Base):
    """The client doubts a result. While one is open no sample of the commission is disposed of."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("state <> 'answered' OR (length(answer) > 0 AND outcome IS NOT NULL)", name="answered"),
        Index(
            "uq_objection_open",
            "report_id",
            unique=True,
            sqlite_where=text("state IN ('lodged', 'investigating', 'retesting')"),
            postgresql_where=text("state IN ('lodged', 'investigating', 'retesting')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"), index=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    state: Mapped[ObjectionState] = mapped_column(Words(ObjectionState), default=ObjectionState.LODGED)
    state_at: Mapped[datetime] = mapped_column(Instant)
    text: Mapped[str] = mapped_column(String(1000))
    line_ids: Mapped[list[Any]] = mapped_column(Facts, default=list)
    lodged_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lodged_at: Mapped[datetime] = mapped_column(Instant)
    answer_due_on: Mapped[date]
    investigator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[ObjectionOutcome | None] = mapped_column(Words(ObjectionOutcome))
    lab_at_fault: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    commission: Mapped[Commission] = relationship()
    report: Mapped[Report] = relationship()
    investigator: Mapped[Person | None] = relationship(foreign_keys=[investigator_id])
