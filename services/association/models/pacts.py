"""Tables of the self-discipline pact (自律公约): its versions, and who has signed which."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.association.models.meetings import Motion
from services.core.base import Base, Instant, Words
from services.organisations.models import Organisation

LONGEST_PACT = 12_000


class PactState(StrEnum):
    """A pact is written, then adopted by a meeting, then replaced by its next version."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    REPLACED = "replaced"


class Pact(Base):
    """One version of an association's pact. Once adopted, its words never change; ``sha256`` is what is signed."""

    __tablename__ = "pact"
    __table_args__ = (
        UniqueConstraint("association_id", "version"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("(state = 'draft') = (adopted_on IS NULL)", name="adopted"),
        CheckConstraint("(state = 'draft') = (sha256 = '')", name="sealed"),
        Index(
            "uq_pact_adopted",
            "association_id",
            unique=True,
            sqlite_where=text("state = 'adopted'"),
            postgresql_where=text("state = 'adopted'"),
        ),
        Index(
            "uq_pact_draft",
            "association_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(String(LONGEST_PACT))
    state: Mapped[PactState] = mapped_column(Words(PactState), default=PactState.DRAFT)
    adopted_on: Mapped[date | None]
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"), index=True)
    """The motion that adopted it; None where a meeting on paper did, before the portal kept the minutes."""
    sha256: Mapped[str] = mapped_column(String(64), default="")
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)

    association: Mapped[Organisation] = relationship()
    motion: Mapped[Motion | None] = relationship()


class PactSignature(Base):
    """A member has signed a version, electronically; only its end is ever added."""

    __tablename__ = "pact_signature"
    __table_args__ = (
        Index(
            "uq_pact_signature_live",
            "pact_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= signed_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pact_id: Mapped[int] = mapped_column(ForeignKey("pact.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(40))
    """As it was typed in place of a signature."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the words that were signed."""
    signed_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)

    pact: Mapped[Pact] = relationship()
    organisation: Mapped[Organisation] = relationship()
