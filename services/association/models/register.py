"""Tables of the register: the charter and its parameters, council seats, members, representatives, applications."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.core.base import Base, Facts, Instant, Words
from services.organisations.models import Organisation


class Tier(StrEnum):
    """The levels of dues, four at most: what a member is in the association."""

    MEMBER = "member"
    DIRECTOR = "director"
    VICE_PRESIDENT = "vice_president"
    PRESIDENT = "president"


class Office(StrEnum):
    """A seat that an organisation, not a person, holds: in the council, among the supervisors or the delegates."""

    PRESIDENT = "president"
    VICE_PRESIDENT = "vice_president"
    STANDING_DIRECTOR = "standing_director"
    DIRECTOR = "director"
    SUPERVISOR = "supervisor"
    DELEGATE = "delegate"


FIGURES = {
    "notice_days": 15,
    "public_notice_days": 5,
    "dues_days": 30,
    "grace_days": 90,
    "lapse_days": 730,
    "reapply_months": 6,
    "proxy_limit": 1,
    "challenge_days": 5,
}
"""What a charter lays down unless it says otherwise."""


class Charter(Base):
    """What the charter of an association lays down in figures, with its registration and its bank account."""

    __tablename__ = "charter"
    __table_args__ = (
        CheckConstraint("notice_days BETWEEN 0 AND 90", name="notice"),
        CheckConstraint("public_notice_days BETWEEN 1 AND 60", name="public_notice"),
        CheckConstraint("dues_days BETWEEN 1 AND 180", name="dues"),
        CheckConstraint("grace_days BETWEEN 0 AND 365", name="grace"),
        CheckConstraint("lapse_days > grace_days AND lapse_days <= 3650", name="lapse"),
        CheckConstraint("reapply_months BETWEEN 0 AND 36", name="reapply"),
        CheckConstraint("proxy_limit BETWEEN 0 AND 20", name="proxies"),
        CheckConstraint("challenge_days BETWEEN 1 AND 60", name="challenge"),
    )

    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    business_scope: Mapped[str] = mapped_column(String(1000), default="")
    term_ends_on: Mapped[date | None]
    bank_holder: Mapped[str] = mapped_column(String(100), default="")
    bank_name: Mapped[str] = mapped_column(String(80), default="")
    bank_account: Mapped[str] = mapped_column(String(40), default="")
    notice_days: Mapped[int] = mapped_column(default=FIGURES["notice_days"])
    public_notice_days: Mapped[int] = mapped_column(default=FIGURES["public_notice_days"])
    dues_days: Mapped[int] = mapped_column(default=FIGURES["dues_days"])
    grace_days: Mapped[int] = mapped_column(default=FIGURES["grace_days"])
    lapse_days: Mapped[int] = mapped_column(default=FIGURES["lapse_days"])
    reapply_months: Mapped[int] = mapped_column(default=FIGURES["reapply_months"])
    proxy_limit: Mapped[int] = mapped_column(default=FIGURES["proxy_limit"])
    challenge_days: Mapped[int] = mapped_column(default=FIGURES["challenge_days"])
    version: Mapped[int] = mapped_column(default=1)

    association: Mapped[Organisation] = relationship(viewonly=True)


class CharterEdition(Base):
    """One edition of the charter's text. It is in force from the day on which a meeting adopted it."""

    __tablename__ = "charter_edition"
    __table_args__ = (
        UniqueConstraint("association_id", "edition"),
        CheckConstraint("edition >= 1", name="edition"),
        CheckConstraint("(adopted_on IS NULL) = (adopted_at_meeting = '')", name="adopted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    edition: Mapped[int]
    text: Mapped[str] = mapped_column(String(30000))
    adopted_on: Mapped[date | None]
    adopted_at_meeting: Mapped[str] = mapped_column(String(100), default="")
    motion_id: Mapped[int | None]
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class CouncilSeat(Base):
    """An organisation holds an office from one day on, until another day (included) if that is set."""

    __tablename__ = "council_seat"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR from_on <= until_on", name="order"),
        Index(
            "uq_council_seat_held",
            "association_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    office: Mapped[Office] = mapped_column(Words(Office))
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)


class Standing(StrEnum):
    """Where a member stands; computed from dates and payments by ``services.association.rules.standing``."""

    AWAITED = "awaited"
    ACTIVE = "active"
    DUE = "due"
    GRACE = "grace"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    EXITED = "exited"
    EXPELLED = "expelled"


class Ending(StrEnum):
    """How a membership ended."""

    LAPSED = "lapsed"
    EXITED = "exited"
    EXPELLED = "expelled"


class Member(Base):
    """An organisation in the register of an association, once and for all; its terms say when it was a member.

    ``standing``, ``rights_from`` and ``rights_until`` (included) are a cache of what the pure function says of its terms and
    dues; ``changes_on`` is the next day on which it says something else. ``ended_on`` is the first day that is outside.
    """

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("association_id", "organisation_id"),
        UniqueConstraint("association_id", "no"),
        CheckConstraint("(ended_on IS NULL) = (ended_as IS NULL)", name="ended"),
        CheckConstraint("rights_until IS NULL OR rights_from IS NOT NULL", name="rights"),
        CheckConstraint("rights_until IS NULL OR rights_from <= rights_until", name="rights_order"),
        Index("ix_member_organisation_rights", "organisation_id", "rights_from", "rights_until"),
        Index("ix_member_changes", "changes_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    no: Mapped[str] = mapped_column(String(24))
    tier: Mapped[Tier] = mapped_column(Words(Tier), default=Tier.MEMBER)
    joined_on: Mapped[date]
    since_on: Mapped[date]
    """When the present membership began: later than ``joined_on`` after a reinstatement."""
    shows_name: Mapped[bool] = mapped_column(default=False)
    shows_contact: Mapped[bool] = mapped_column(default=False)
    shows_phone: Mapped[bool] = mapped_column(default=False)
    shows_address: Mapped[bool] = mapped_column(default=False)
    shows_products: Mapped[bool] = mapped_column(default=False)
    barred_until: Mapped[date | None]
    """The last day on which a sanction suspends the rights."""
    exit_asked_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_as: Mapped[Ending | None] = mapped_column(Words(Ending))
    ended_reason: Mapped[str] = mapped_column(String(300), default="")
    standing: Mapped[Standing] = mapped_column(Words(Standing), default=Standing.AWAITED)
    rights_from: Mapped[date | None]
    rights_until: Mapped[date | None]
    changes_on: Mapped[date | None]
    computed_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
    association: Mapped[Organisation] = relationship(foreign_keys=association_id)


class MemberEvent(Base):
    """What happened to a membership. Never changed or removed, so the gap before a reinstatement stays in the record."""

    __tablename__ = "member_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)


class Representation(StrEnum):
    """What a person does for a member in the association."""

    VOTING = "voting"
    DUES = "dues"
    CONTACT = "contact"


class MemberRepresentative(Base):
    """A person represents a member from one day on, until another day (included) if that is set; one for each matter."""

    __tablename__ = "member_representative"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR from_on <= until_on", name="order"),
        Index(
            "uq_member_representative_present",
            "member_id",
            "role",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Representation] = mapped_column(Words(Representation))
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    person: Mapped[Person] = relationship()
    member: Mapped[Member] = relationship()


class ApplicationState(StrEnum):
    """Where an application stands; the steps are in ``services.association.rules.joining``."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLIC_NOTICE = "public_notice"
    COUNCIL = "council"
    AWAITING_DUES = "awaiting_dues"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


OPEN = "('submitted', 'returned', 'public_notice', 'council', 'awaiting_dues')"


class MembershipApplication(Base):
    """An organisation asks to become a member (入会申请): one that is open for an association and an organisation."""

    __tablename__ = "membership_application"
    __table_args__ = (
        Index(
            "uq_membership_application_open",
            "association_id",
            "organisation_id",
            unique=True,
            sqlite_where=text(f"state IN {OPEN}"),
            postgresql_where=text(f"state IN {OPEN}"),
        ),
        CheckConstraint("accepts_charter", name="accepts_charter"),
        CheckConstraint("state NOT IN ('returned', 'refused') OR length(state_reason) > 0", name="reason"),
        CheckConstraint(
            "state <> 'public_notice' OR (notice_from_on IS NOT NULL AND notice_until_on IS NOT NULL)", name="notice"
        ),
        CheckConstraint("state <> 'admitted' OR member_id IS NOT NULL", name="admitted"),
        CheckConstraint("state NOT IN ('awaiting_dues', 'admitted') OR decided_on IS NOT NULL", name="decided"),
        Index("ix_membership_application_state", "association_id", "state"),
        Index("ix_membership_application_dues", "state", "dues_until_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(24), unique=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    applied_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    representative_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who votes for the organisation once it is a member."""
    tier: Mapped[Tier] = mapped_column(Words(Tier), default=Tier.MEMBER)
    introduction: Mapped[str] = mapped_column(String(1000))
    contact_name: Mapped[str] = mapped_column(String(40))
    contact_phone: Mapped[str] = mapped_column(String(20))
    accepts_charter: Mapped[bool]
    shows_name: Mapped[bool] = mapped_column(default=False)
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[ApplicationState] = mapped_column(Words(ApplicationState), default=ApplicationState.SUBMITTED)
    state_at: Mapped[datetime] = mapped_column(Instant)
    state_reason: Mapped[str] = mapped_column(String(500), default="")
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    notice_from_on: Mapped[date | None]
    notice_until_on: Mapped[date | None]
    """The last day of the public notice."""
    decided_on: Mapped[date | None]
    motion_id: Mapped[int | None]
    reapply_on: Mapped[date | None]
    dues_until_on: Mapped[date | None]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """The entry in the register: that of a former member from the start, a new one once it is admitted."""
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
    association: Mapped[Organisation] = relationship(foreign_keys=association_id)
    representative: Mapped[Person] = relationship(foreign_keys=representative_id)


class ApplicationEvent(Base):
    """What happened to an application, for whoever asks. Never changed or removed."""

    __tablename__ = "application_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("membership_application.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)


class ApplicationObjection(Base):
    """An organisation objects to an application during its public notice, once; the secretariat answers."""

    __tablename__ = "application_objection"
    __table_args__ = (
        UniqueConstraint("application_id", "organisation_id"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("membership_application.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    organisation: Mapped[Organisation] = relationship()
