"""Tables of regions, clusters, organisations and memberships."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.core.base import Base, Facts, Instant, Words
from services.core.permissions import Role


class OrgType(StrEnum):
    """The five kinds of bodies (五大类机构) of the source."""

    SUPPLIER = "supplier"
    MAKER = "maker"
    TRADER = "trader"
    INTERMEDIARY = "intermediary"
    ADMINISTRATION = "administration"


class OrgKind(StrEnum):
    """What an organisation does on the portal."""

    ENTERPRISE = "enterprise"
    CENTRE = "centre"
    ASSOCIATION = "association"
    DEPARTMENT = "department"
    OPERATOR = "operator"
    FINANCIAL = "financial"
    INSTITUTE = "institute"
    CARRIER = "carrier"


class OrgState(StrEnum):
    """Where an organisation stands between entry and suspension."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    RETURNED = "returned"
    CHANGING = "changing"
    SUSPENDED = "suspended"


class Region(Base):
    """A county, district or town. Codes follow GB/T 2260 and its statistical extension; some demo keys do not."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))


class Cluster(Base):
    """An industrial cluster (产业集群): a field, an area and its organisations."""

    __tablename__ = "cluster"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    short_name: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    summary: Mapped[str] = mapped_column(String(500), default="")
    quoted_facts: Mapped[str] = mapped_column(String(1000), default="")


class Organisation(Base):
    """A body with one entry in the register (一企一档)."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 3", name="level"),
        CheckConstraint("employees IS NULL OR employees >= 0", name="employees"),
        CheckConstraint("credit_code IS NULL OR length(credit_code) = 18", name="credit_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    short_name: Mapped[str] = mapped_column(String(40), default="")
    name_key: Mapped[str] = mapped_column(String(100), index=True)
    org_type: Mapped[OrgType] = mapped_column(Words(OrgType))
    kind: Mapped[OrgKind] = mapped_column(Words(OrgKind), default=OrgKind.ENTERPRISE)
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    town: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(120), default="")
    industry_code: Mapped[str] = mapped_column(String(4), default="")
    founded_on: Mapped[date | None]
    employees: Mapped[int | None]
    products: Mapped[str] = mapped_column(String(200), default="")
    chain_node: Mapped[str] = mapped_column(String(40), default="")
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    shows_contact: Mapped[bool] = mapped_column(default=True)
    website: Mapped[str] = mapped_column(String(200), default="")
    introduction: Mapped[str] = mapped_column(String(1000), default="")
    directory_quote: Mapped[str] = mapped_column(String(300), default="")
    level: Mapped[int] = mapped_column(default=0)
    state: Mapped[OrgState] = mapped_column(Words(OrgState), default=OrgState.DRAFT)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    clusters: Mapped[list[Cluster]] = relationship(secondary="cluster_organisation", order_by=Cluster.id)

    @property
    def label(self) -> str:
        """The short name, or the full one where there is none."""
        return self.short_name or self.name

    @property
    def is_verified(self) -> bool:
        """Whether a person has checked the licence of the particulars shown (level 2 or 3), and it still holds."""
        return self.level >= 2 and self.state in {OrgState.VERIFIED, OrgState.CHANGING}

    @property
    def is_directory_entry(self) -> bool:
        """Whether this was loaded from a published source and nobody has claimed it yet (名录信息)."""
        return self.level == 0 and self.directory_quote != ""


class ClusterOrganisation(Base):
    """An organisation belongs to, or serves, a cluster."""

    __tablename__ = "cluster_organisation"

    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)


class Membership(Base):
    """A role a person holds in an organisation, from a day until it is ended."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_live",
            "person_id",
            "organisation_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_membership_organisation", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[Role] = mapped_column(Words(Role))
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    organisation: Mapped[Organisation] = relationship()


class Invitation(Base):
    """An invitation of a colleague, bound to a mobile number or an e-mail address."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    contact: Mapped[str] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(Words(Role))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship()
    invited_by: Mapped[Person] = relationship(foreign_keys=invited_by_id)

    def is_open(self, now: datetime) -> bool:
        """Tell whether it may still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at


class JoinKind(StrEnum):
    """How somebody asks for an organisation that is registered already."""

    JOIN = "join"
    CLAIM = "claim"


class JoinState(StrEnum):
    """Where such a request stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


class JoinRequest(Base):
    """A request to join an organisation (decided by its administrator) or to claim it (by the platform)."""

    __tablename__ = "join_request"
    __table_args__ = (
        Index(
            "uq_join_request_waiting",
            "person_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[JoinKind] = mapped_column(Words(JoinKind))
    state: Mapped[JoinState] = mapped_column(Words(JoinState), default=JoinState.WAITING)
    remark: Mapped[str] = mapped_column(String(300), default="")
    licence_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    organisation: Mapped[Organisation] = relationship()


class VerificationState(StrEnum):
    """Where the check of one submission stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class Verification(Base):
    """One submission of an organisation's particulars with its licence, and what the verifier decided.

    ``particulars`` are the name, code and type asked for, ``previous`` the verified ones they are to replace.
    """

    __tablename__ = "verification"
    __table_args__ = (
        Index(
            "uq_verification_waiting",
            "organisation_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[VerificationState] = mapped_column(Words(VerificationState), default=VerificationState.WAITING)
    particulars: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    previous: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    licence_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime] = mapped_column(Instant, index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(300), default="")

    organisation: Mapped[Organisation] = relationship()
    submitted_by: Mapped[Person] = relationship(foreign_keys=submitted_by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
