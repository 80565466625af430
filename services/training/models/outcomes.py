"""Tables of attendance, assessment, certificates, subsidy claims and satisfaction."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.core.base import Base, Facts, Fen, Instant, Words
from services.core.files import Attachment
from services.training.models.courses import Level
from services.training.models.registrations import Registration


class Presence(StrEnum):
    """How somebody attended a lesson."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    LEAVE = "leave"
    ABSENT = "absent"


class SignMethod(StrEnum):
    """How an attendance came into the portal."""

    CODE = "code"
    TEACHER = "teacher"
    SHEET = "sheet"


class Attendance(Base):
    """Who attended a lesson, and how; the present state of it. ``minutes`` are those attended of the lesson."""

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("minutes >= 0", name="minutes"),)

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True, index=True)
    presence: Mapped[Presence] = mapped_column(Words(Presence))
    minutes: Mapped[int]
    method: Mapped[SignMethod] = mapped_column(Words(SignMethod))
    signed_in_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)

    registration: Mapped[Registration] = relationship()


class AttendanceChange(Base):
    """One entry or correction of an attendance: what it was before, and why. Never changed or removed."""

    __tablename__ = "attendance_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    method: Mapped[SignMethod] = mapped_column(Words(SignMethod))
    before: Mapped[Presence | None] = mapped_column(Words(Presence))
    after: Mapped[Presence] = mapped_column(Words(Presence))
    minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")


class Part(StrEnum):
    """What is examined."""

    THEORY = "theory"
    PRACTICE = "practice"


class Assessment(Base):
    """One attempt at one part of the examination: a score of 0 to 100. Never changed or removed; a resit is an attempt."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("registration_id", "part", "attempt"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("attempt >= 1", name="attempt"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    part: Mapped[Part] = mapped_column(Words(Part))
    attempt: Mapped[int]
    score: Mapped[int]
    examined_on: Mapped[date]
    examiner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(String(200), default="")

    void: Mapped[AssessmentVoid | None] = relationship(viewonly=True)


class AssessmentVoid(Base):
    """A score that was entered wrongly and does not count: who says so, and why. Never changed or removed."""

    __tablename__ = "assessment_void"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(200))

    person: Mapped[Person] = relationship()


class CertificateState(StrEnum):
    """Where a certificate stands; expired is no state but a date."""

    ISSUED = "issued"
    REPLACED = "replaced"
    REVOKED = "revoked"


STANDING = text("state = 'issued'")


class Certificate(Base):
    """What a graduate holds. ``contents`` and their hash are frozen when it is issued; its address lives on for ever.

    Replacing it gives a new number that names the old one. At most one of a registration stands.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "uq_certificate_standing",
            "registration_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        CheckConstraint("state = 'issued' OR state_reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(30), unique=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    contents: Mapped[dict[str, Any]] = mapped_column(Facts)
    sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    valid_until: Mapped[date | None]
    state: Mapped[CertificateState] = mapped_column(Words(CertificateState), default=CertificateState.ISSUED)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    state_at: Mapped[datetime] = mapped_column(Instant)

    registration: Mapped[Registration] = relationship()
    issued_by: Mapped[Person] = relationship()


class CertificateFile(Base):
    """The signed PDF of a certificate, made once, when somebody first asks for it. Never changed or removed."""

    __tablename__ = "certificate_file"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), unique=True)

    file: Mapped[Attachment] = relationship()


class CheckOutcome(StrEnum):
    """What somebody was told who verified a certificate."""

    VALID = "valid"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REVOKED = "revoked"
    ALTERED = "altered"
    NOT_FOUND = "not_found"


class CertificateCheck(Base):
    """Somebody verified a certificate, or tried to; ``asked`` is what was typed, shortened."""

    __tablename__ = "certificate_check"
    __table_args__ = (Index("ix_certificate_check_address", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[CheckOutcome] = mapped_column(Words(CheckOutcome))
    asked: Mapped[str] = mapped_column(String(60), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ClaimState(StrEnum):
    """Where a subsidy claim stands."""

    LISTED = "listed"
    SUBMITTED = "submitted"
    PAID = "paid"
    REFUSED = "refused"


LIVE_CLAIM = text("state <> 'refused'")


class SubsidyClaim(Base):
    """A claim for the subsidy of a training: once for a trainee, an occupation and a level, unless it was refused."""

    __tablename__ = "subsidy_claim"
    __table_args__ = (
        Index(
            "uq_subsidy_claim_once",
            "trainee_id",
            "occupation",
            "level",
            unique=True,
            sqlite_where=LIVE_CLAIM,
            postgresql_where=LIVE_CLAIM,
        ),
        CheckConstraint("amount_fen > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    trainee_id: Mapped[int] = mapped_column(ForeignKey("trainee.id"))
    occupation: Mapped[str] = mapped_column(String(60))
    level: Mapped[Level] = mapped_column(Words(Level))
    amount_fen: Mapped[int] = mapped_column(Fen)
    facts: Mapped[dict[str, Any]] = mapped_column(Facts)
    """Fee, standard and uplift that the amount was computed from."""
    listed_at: Mapped[datetime] = mapped_column(Instant)
    listed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ClaimState] = mapped_column(Words(ClaimState), default=ClaimState.LISTED)
    state_reason: Mapped[str] = mapped_column(String(300), default="")

    registration: Mapped[Registration] = relationship()
    certificate: Mapped[Certificate] = relationship()


class ClaimEvent(Base):
    """A step of a subsidy claim: who took it, when, and why. Never changed or removed."""

    __tablename__ = "claim_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("subsidy_claim.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    before: Mapped[ClaimState | None] = mapped_column(Words(ClaimState))
    after: Mapped[ClaimState] = mapped_column(Words(ClaimState))
    reason: Mapped[str] = mapped_column(String(300), default="")

    person: Mapped[Person] = relationship()


class Satisfaction(Base):
    """What somebody who was in the class says of it afterwards: one to five for each, and a sentence."""

    __tablename__ = "satisfaction"
    __table_args__ = (
        CheckConstraint("contents BETWEEN 1 AND 5", name="contents"),
        CheckConstraint("teaching BETWEEN 1 AND 5", name="teaching"),
        CheckConstraint("organisation BETWEEN 1 AND 5", name="organisation"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    contents: Mapped[int]
    teaching: Mapped[int]
    organisation: Mapped[int]
    text: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(Instant)
