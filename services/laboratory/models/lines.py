"""Tables of test lines: their raw records and results.

That raw records and results once checked are only added to stands in the migrations as triggers.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.booking.models import Booking
from services.catalogue.models import Resource
from services.core.base import Base, Facts, Instant, Words
from services.core.files import Attachment
from services.laboratory.models.capability import ItemMethod, TestItem
from services.laboratory.models.commissions import Commission
from services.laboratory.models.samples import Sample


class LineState(StrEnum):
    """Where a test line stands; the transitions are in ``rules.states``."""

    PENDING = "pending"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    SUBCONTRACTED = "subcontracted"
    CANCELLED = "cancelled"


class TestLine(Base):
    """One item tested on one sample, by the edition agreed at the order (``method``), which later editions leave alone.

    A line that was cancelled leaves its sample free for another one of the same item.
    ``quantity`` is in the unit of the item's price (colours, bars, hours). ``booking`` is the instrument's slot. ``round``
    counts retests: raw records and results of earlier rounds stay. ``instrument`` is the one it was begun on.
    """

    __test__ = False

    __tablename__ = "test_line"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 5000", name="quantity"),
        CheckConstraint("round >= 1", name="round"),
        CheckConstraint("state <> 'subcontracted' OR length(subcontractor) > 0", name="subcontractor"),
        CheckConstraint("state NOT IN ('submitted', 'checked') OR finished_at IS NOT NULL", name="finished"),
        Index(
            "uq_test_line_sample_item",
            "sample_id",
            "item_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_test_line_commission", "commission_id", "state"),
        Index("ix_test_line_analyst", "analyst_id", "state"),
        Index("ix_test_line_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"))
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("test_item.id"), index=True)
    method_id: Mapped[int | None] = mapped_column(ForeignKey("item_method.id"))
    package_id: Mapped[int | None] = mapped_column(ForeignKey("service_module.id"))
    quantity: Mapped[int] = mapped_column(default=1)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"))
    analyst_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[LineState] = mapped_column(Words(LineState), default=LineState.PENDING)
    state_at: Mapped[datetime] = mapped_column(Instant)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    round: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    subcontractor: Mapped[str] = mapped_column(String(80), default="")
    subcontractor_mark_no: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    commission: Mapped[Commission] = relationship()
    sample: Mapped[Sample] = relationship()
    item: Mapped[TestItem] = relationship()
    method: Mapped[ItemMethod | None] = relationship()
    booking: Mapped[Booking | None] = relationship()
    instrument: Mapped[Resource | None] = relationship()
    analyst: Mapped[Person | None] = relationship(foreign_keys=[analyst_id])
    results: Mapped[list[TestResult]] = relationship(order_by="(TestResult.round, TestResult.revision)")
    records: Mapped[list[RawRecord]] = relationship(
        order_by="(RawRecord.round, RawRecord.specimen, RawRecord.revision)", viewonly=True
    )


class RawRecord(Base):
    """A reading of one specimen as it was observed (原始记录). Rows are only ever added.

    A correction is a further ``revision`` with its reason; both stay. ``value`` is decimal text in the item's unit, a
    grade, or words; ``is_detected`` is False for a reading below the detection limit.
    """

    __tablename__ = "raw_record"
    __table_args__ = (
        UniqueConstraint("line_id", "round", "specimen", "revision"),
        CheckConstraint("specimen BETWEEN 1 AND 50", name="specimen"),
        CheckConstraint("revision = 1 OR length(reason) > 0", name="corrected_with_reason"),
        CheckConstraint("humidity IS NULL OR humidity BETWEEN 0 AND 1000", name="humidity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("test_line.id"))
    round: Mapped[int]
    specimen: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    value: Mapped[str] = mapped_column(String(200), default="")
    is_detected: Mapped[bool] = mapped_column(default=True)
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"))
    temperature: Mapped[int | None]
    humidity: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    observed_at: Mapped[datetime] = mapped_column(Instant)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    instrument: Mapped[Resource | None] = relationship()
    entered_by: Mapped[Person] = relationship()
    attachment: Mapped[Attachment | None] = relationship()


class Verdict(StrEnum):
    """What the comparison with the limits came to (判定)."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    NOT_JUDGED = "not_judged"


class TestResult(Base):
    """The result of one round of a line: computed from its raw records, rounded by the method, judged by the limits.

    ``text`` is what a report prints (``0.12``, ``3-4``, ``<0.05``). ``limits`` keeps what the verdict came from. What was
    sent back or tested again stays as a void row; a line has one result that is not void at most. The checker is never
    the one who submitted.
    """

    __test__ = False

    __tablename__ = "test_result"
    __table_args__ = (
        UniqueConstraint("line_id", "round", "revision"),
        CheckConstraint("NOT is_void OR length(void_reason) > 0", name="void_with_reason"),
        Index(
            "uq_test_result_standing",
            "line_id",
            unique=True,
            sqlite_where=text("NOT is_void"),
            postgresql_where=text("NOT is_void"),
        ),
        CheckConstraint("checked_by_id IS NULL OR checked_by_id <> submitted_by_id", name="checked_by_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("test_line.id"))
    round: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(String(200))
    value: Mapped[str] = mapped_column(String(200), default="")
    is_detected: Mapped[bool] = mapped_column(default=True)
    uncertainty: Mapped[str] = mapped_column(String(20), default="")
    verdict: Mapped[Verdict] = mapped_column(Words(Verdict), default=Verdict.NOT_JUDGED)
    limits: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    note: Mapped[str] = mapped_column(String(300), default="")
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    is_void: Mapped[bool] = mapped_column(default=False)
    void_reason: Mapped[str] = mapped_column(String(300), default="")

    submitted_by: Mapped[Person] = relationship(foreign_keys=[submitted_by_id])
    checked_by: Mapped[Person | None] = relationship(foreign_keys=[checked_by_id])
