"""Tables of what the association tells its members: notices and documents with read receipts, and mailings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.core.base import Base, Facts, Instant, Words
from services.core.files import Attachment
from services.organisations.models import Organisation


class NoticeKind(StrEnum):
    """A notice tells of something; a document is kept to be looked up."""

    NOTICE = "notice"
    DOCUMENT = "document"


class Audience(StrEnum):
    """Who reads it: everybody, the members, or the members that sit on the council."""

    PUBLIC = "public"
    MEMBERS = "members"
    COUNCIL = "council"


class NoticeState(StrEnum):
    """A notice is written, published, and perhaps withdrawn."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Notice(Base):
    """A notice or a document of an association. What has been published is not changed, but withdrawn."""

    __tablename__ = "association_notice"
    __table_args__ = (
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published"),
        CheckConstraint("state <> 'withdrawn' OR withdrawn_reason <> ''", name="withdrawn"),
        CheckConstraint("NOT wants_receipt OR audience <> 'public'", name="receipt"),
        Index("ix_association_notice_shown", "association_id", "state", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[NoticeKind] = mapped_column(Words(NoticeKind))
    audience: Mapped[Audience] = mapped_column(Words(Audience))
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(5000), default="")
    wants_receipt: Mapped[bool] = mapped_column(default=False)
    """Whether each member is to confirm that it has read it."""
    state: Mapped[NoticeState] = mapped_column(Words(NoticeState), default=NoticeState.DRAFT)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_reason: Mapped[str] = mapped_column(String(300), default="")
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    association: Mapped[Organisation] = relationship()
    files: Mapped[list[NoticeFile]] = relationship(order_by="NoticeFile.id")


class NoticeFile(Base):
    """A file that a notice carries."""

    __tablename__ = "notice_file"
    __table_args__ = (UniqueConstraint("notice_id", "attachment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("association_notice.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), unique=True)

    attachment: Mapped[Attachment] = relationship()


class NoticeReceipt(Base):
    """A person confirms for a member to have read a notice (已阅回执). Never changed or removed."""

    __tablename__ = "notice_receipt"

    notice_id: Mapped[int] = mapped_column(ForeignKey("association_notice.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()


class MailTemplate(Base):
    """A letter that the secretariat uses again, with places such as {firm} to be filled in."""

    __tablename__ = "mail_template"
    __table_args__ = (UniqueConstraint("association_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(2000))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class MailingState(StrEnum):
    """A mailing is prepared, then under way with its readers fixed, then sent; or given up before."""

    DRAFT = "draft"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given_up"


class Mailing(Base):
    """One letter to a part of the members (群发). Its words and its readers are fixed when it goes out."""

    __tablename__ = "mailing"
    __table_args__ = (
        CheckConstraint("(state IN ('sending', 'sent')) = (started_at IS NOT NULL)", name="started"),
        CheckConstraint("(state = 'sent') = (finished_at IS NOT NULL)", name="finished"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(2000))
    segment: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    state: Mapped[MailingState] = mapped_column(Words(MailingState), default=MailingState.DRAFT)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    association: Mapped[Organisation] = relationship()


class MailingReader(Base):
    """One person to whom a mailing goes, once. ``values`` are what the places of the letter are filled with."""

    __tablename__ = "mailing_reader"
    __table_args__ = (UniqueConstraint("mailing_id", "person_id"), Index("ix_mailing_reader_next", "mailing_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    values: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    at: Mapped[datetime | None] = mapped_column(Instant)
    """When the letter was promised to the postman; never a second time."""

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
