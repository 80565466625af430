"""Tables of people, credentials and sign-ins."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.base import Base, Instant, Words


class PersonState(StrEnum):
    """Whether a person may sign in."""

    ACTIVE = "active"
    DISABLED = "disabled"


class Person(Base):
    """Somebody with an account. At least one of login name, mobile and e-mail is there; each is unique."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("login IS NOT NULL OR mobile IS NOT NULL OR email IS NOT NULL", name="reachable"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str | None] = mapped_column(String(40), unique=True)
    mobile: Mapped[str | None] = mapped_column(String(11), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[datetime] = mapped_column(Instant)
    locale: Mapped[str] = mapped_column(String(12), default="zh_Hans_CN")
    state: Mapped[PersonState] = mapped_column(Words(PersonState), default=PersonState.ACTIVE)
    created_at: Mapped[datetime] = mapped_column(Instant)
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    totp_last_step: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def has_second_factor(self) -> bool:
        """Whether signing in asks for a time-based code."""
        return self.totp_confirmed_at is not None


class RecoveryCode(Base):
    """A code on paper that replaces the second factor once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SignIn(Base):
    """One signed-in browser. The cookie carries a random token; only its hash is stored."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None]
    started_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    passed_second_factor: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(String(45), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship()


class AttemptKind(StrEnum):
    """What was tried."""

    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"
    CODE_SENT = "code_sent"


class Attempt(Base):
    """A failed or limited attempt, counted by its subject (account, contact, address) over a sliding window."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_count", "kind", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AttemptKind] = mapped_column(Words(AttemptKind))
    subject: Mapped[str] = mapped_column(String(330))
    at: Mapped[datetime] = mapped_column(Instant)


class CodePurpose(StrEnum):
    """What a contact code opens."""

    REGISTER = "register"
    RESET = "reset"
    CHANGE_CONTACT = "change_contact"


class ContactCode(Base):
    """A six-digit code sent to a mobile number or an e-mail address; it ends when it is used, or a newer one is sent.

    Where nobody may use one, a row without a code stands in, so that strangers cannot tell the difference.
    """

    __tablename__ = "contact_code"
    __table_args__ = (Index("ix_contact_code_contact", "contact", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact: Mapped[str] = mapped_column(String(254))
    purpose: Mapped[CodePurpose] = mapped_column(Words(CodePurpose))
    code_hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
