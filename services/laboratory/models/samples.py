"""Tables of samples and of who holds them: no custody without an event, no event out of order.

That events are only added, numbered without gaps per sample, stands in the migrations as triggers.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.core.base import Base, Instant, Words
from services.core.files import Attachment
from services.laboratory.models.commissions import Commission


class SampleState(StrEnum):
    """Where a sample is in its life; sub-samples have their own."""

    EXPECTED = "expected"
    RECEIVED = "received"
    DEVIATING = "deviating"
    IN_TEST = "in_test"
    TESTED = "tested"
    RETAINED = "retained"
    RETURNED = "returned"
    DISPOSED = "disposed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RefusalReason(StrEnum):
    """Why a sample is refused: the fixed list of domain.md F05 rule 4, and the client who declines a deviation."""

    TOO_LITTLE = "too_little"
    BROKEN = "broken"
    NOT_AS_ORDERED = "not_as_ordered"
    UNSTABLE = "unstable"
    CONTAMINATED = "contaminated"
    UNMARKED = "unmarked"
    CLIENT_DECLINED = "client_declined"


class Sample(Base):
    """One sample of a commission, or a part of one (``parent``). A draft's samples have no number yet.

    ``place`` and ``holder`` repeat the last custody event. It is kept until ``retained_until``, and may go from that day on.
    """

    __tablename__ = "sample"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 100000", name="quantity"),
        CheckConstraint(
            "disposal_asked_by_id IS NULL OR disposed_by_id IS NULL OR disposal_asked_by_id <> disposed_by_id",
            name="disposed_by_two",
        ),
        CheckConstraint("state <> 'disposed' OR disposal_asked_by_id IS NOT NULL", name="disposal_asked"),
        CheckConstraint("state <> 'disposed' OR disposed_by_id IS NOT NULL", name="disposal_confirmed"),
        CheckConstraint("state <> 'refused' OR refusal IS NOT NULL", name="refused_with_reason"),
        UniqueConstraint("commission_id", "parent_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str | None] = mapped_column(String(34), unique=True)
    commission_id: Mapped[int] = mapped_column(ForeignKey("commission.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("sample.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    model: Mapped[str] = mapped_column(String(80), default="")
    batch_no: Mapped[str] = mapped_column(String(60), default="")
    brand: Mapped[str] = mapped_column(String(60), default="")
    quantity: Mapped[int] = mapped_column(default=1)
    quantity_unit: Mapped[str] = mapped_column(String(10), default="件")
    description: Mapped[str] = mapped_column(String(300), default="")
    storage: Mapped[str] = mapped_column(String(80), default="")
    hazard: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[SampleState] = mapped_column(Words(SampleState), default=SampleState.EXPECTED)
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    condition: Mapped[str] = mapped_column(String(300), default="")
    deviation: Mapped[str] = mapped_column(String(300), default="")
    deviation_accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    deviation_accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refusal: Mapped[RefusalReason | None] = mapped_column(Words(RefusalReason))
    place: Mapped[str] = mapped_column(String(60), default="")
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    retained_until: Mapped[date | None]
    disposal_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    disposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    commission: Mapped[Commission] = relationship()
    parent: Mapped[Sample | None] = relationship(remote_side="Sample.id")
    holder: Mapped[Person | None] = relationship(foreign_keys=[holder_id])
    events: Mapped[list[CustodyEvent]] = relationship(order_by="CustodyEvent.seq", viewonly=True)


class CustodyKind(StrEnum):
    """What happened to a sample."""

    RECEIVED = "received"
    DEVIATION = "deviation"
    REFUSED = "refused"
    DIVIDED = "divided"
    TAKEN = "taken"
    BROUGHT_BACK = "brought_back"
    MOVED = "moved"
    RETAINED = "retained"
    RETURNED = "returned"
    DISPOSAL_ASKED = "disposal_asked"
    KEPT = "kept"
    DISPOSED = "disposed"


class CustodyEvent(Base):
    """One step of a sample's way: who gave it to whom, where, and in what state, at the server's time."""

    __tablename__ = "custody_event"
    __table_args__ = (
        UniqueConstraint("sample_id", "seq"),
        CheckConstraint("seq >= 1", name="seq"),
        Index("ix_custody_event_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[CustodyKind] = mapped_column(Words(CustodyKind))
    state_after: Mapped[SampleState] = mapped_column(Words(SampleState))
    place: Mapped[str] = mapped_column(String(60), default="")
    given_by: Mapped[str] = mapped_column(String(80), default="")
    taken_by: Mapped[str] = mapped_column(String(80), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    amount: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))

    photo: Mapped[Attachment | None] = relationship()
