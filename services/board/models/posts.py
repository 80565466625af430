"""Tables of posts: what a firm needs or offers, its specifications, pictures, readers and history."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.catalogue.models import ProductClass
from services.core.base import Base, Facts, Fen, Instant, Words
from services.core.files import Attachment
from services.organisations.chain import ChainNode
from services.organisations.models import Organisation


class PostType(StrEnum):
    """The ten kinds of posts."""

    PURCHASE = "purchase"
    SUPPLY = "supply"
    PROCESSING = "processing"
    CAPACITY = "capacity"
    EQUIPMENT = "equipment"
    STOCK = "stock"
    LOGISTICS = "logistics"
    RECRUITMENT = "recruitment"
    TECHNOLOGY = "technology"
    COOPERATION = "cooperation"


class Direction(StrEnum):
    """Which way the money flows: who needs pays, who offers is paid."""

    NEED = "need"
    OFFER = "offer"


class Visibility(StrEnum):
    """Who reads a post. ``anonymous`` is read by all, without a trace of its firm."""

    PUBLIC = "public"
    VERIFIED = "verified"
    MEMBERS = "members"
    SELECTED = "selected"
    ANONYMOUS = "anonymous"


class PostState(StrEnum):
    """Where a post stands; the steps are in ``services.board.rules.states``."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    DEALT = "dealt"
    CLOSED = "closed"
    EXPIRED = "expired"
    TAKEN_DOWN = "taken_down"


class Post(Base):
    """A need or an offer (供需信息). A draft has no number yet.

    Quantities are in thousandths of ``unit``; prices in fen for one ``price_unit`` (a month's pay, for recruitment).
    ``price_note`` says what fen cannot (another currency, FOB). ``gathers_until`` makes it a group purchase: others
    add their quantities until that day. ``version`` rises with every change of the content.
    """

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("no IS NOT NULL OR state = 'draft'", name="numbered"),
        CheckConstraint("quantity_milli IS NULL OR quantity_milli > 0", name="quantity"),
        CheckConstraint("price_from_fen IS NULL OR price_from_fen >= 0", name="price_from"),
        CheckConstraint("price_to_fen IS NULL OR price_to_fen >= 0", name="price_to"),
        CheckConstraint(
            "price_from_fen IS NULL OR price_to_fen IS NULL OR price_from_fen <= price_to_fen", name="price_order"
        ),
        CheckConstraint("validity_days IN (30, 60, 90)", name="validity"),
        CheckConstraint("renewals BETWEEN 0 AND 2", name="renewals"),
        CheckConstraint("state NOT IN ('published', 'expired') OR valid_until IS NOT NULL", name="valid_until"),
        Index("ix_post_open", "state", "type", "direction", "published_at"),
        Index(
            "ix_post_valid_until",
            "valid_until",
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str | None] = mapped_column(String(24), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    posted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_for: Mapped[bool] = mapped_column(default=False)
    """Whether the association's secretariat wrote it on the firm's behalf."""
    association_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The association that reviews it and stands in front of an anonymous poster; None where the cluster has none."""
    type: Mapped[PostType] = mapped_column(Words(PostType))
    direction: Mapped[Direction] = mapped_column(Words(Direction))
    title: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(String(2000), default="")
    product_code: Mapped[str | None] = mapped_column(ForeignKey("product_class.code"), index=True)
    node_id: Mapped[int | None] = mapped_column(ForeignKey("chain_node.id"), index=True)
    industry_code: Mapped[str] = mapped_column(String(4), default="")
    keywords: Mapped[list[str]] = mapped_column(Facts, default=list)
    quantity_milli: Mapped[int | None] = mapped_column(Fen)
    unit: Mapped[str] = mapped_column(String(20), default="")
    standard_text: Mapped[str] = mapped_column(String(200), default="")
    price_from_fen: Mapped[int | None] = mapped_column(Fen)
    price_to_fen: Mapped[int | None] = mapped_column(Fen)
    price_unit: Mapped[str] = mapped_column(String(20), default="")
    price_note: Mapped[str] = mapped_column(String(60), default="")
    includes_tax: Mapped[bool | None]
    is_negotiable: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(String(100), default="")
    """Where it is delivered; the place of work of a recruitment."""
    wanted_on: Mapped[date | None]
    """The day of delivery."""
    payment_terms: Mapped[str] = mapped_column(String(100), default="")
    working_hours: Mapped[str] = mapped_column(String(60), default="")
    has_sample: Mapped[bool] = mapped_column(default=False)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    """The preferred region of the counterpart; None means any (不限)."""
    is_urgent: Mapped[bool] = mapped_column(default=False)
    visibility: Mapped[Visibility] = mapped_column(Words(Visibility), default=Visibility.PUBLIC)
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    gathers_until: Mapped[date | None]
    validity_days: Mapped[int] = mapped_column(default=60)
    valid_until: Mapped[date | None]
    renewals: Mapped[int] = mapped_column(default=0)
    state: Mapped[PostState] = mapped_column(Words(PostState), default=PostState.DRAFT)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    state_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    review_due_on: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    """When a reviewer first accepted it; a pre-approved post is published before."""
    views: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
    association: Mapped[Organisation | None] = relationship(foreign_keys=association_id)
    posted_by: Mapped[Person] = relationship(foreign_keys=posted_by_id)
    product: Mapped[ProductClass | None] = relationship()
    node: Mapped[ChainNode | None] = relationship()
    specs: Mapped[list[PostSpec]] = relationship(
        order_by="PostSpec.position", cascade="all, delete-orphan", back_populates="post"
    )
    pictures: Mapped[list[PostPicture]] = relationship(order_by="PostPicture.position", cascade="all, delete-orphan")
    targets: Mapped[list[PostTarget]] = relationship(order_by="PostTarget.id", cascade="all, delete-orphan")


class PostSpec(Base):
    """One row of the specification, e.g. 外径 · 6–22 · mm · ±0.1."""

    __tablename__ = "post_spec"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    value: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(20), default="")
    tolerance: Mapped[str] = mapped_column(String(30), default="")

    post: Mapped[Post] = relationship(back_populates="specs")


class PostPicture(Base):
    """A picture of a post, at most six; re-encoded, under a random name."""

    __tablename__ = "post_picture"
    __table_args__ = (CheckConstraint("position BETWEEN 1 AND 6", name="position"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), unique=True)

    file: Mapped[Attachment] = relationship()


class PostTarget(Base):
    """A reader of a post for selected readers: all firms of a chain node, or one firm."""

    __tablename__ = "post_target"
    __table_args__ = (
        CheckConstraint("(node_id IS NULL) <> (organisation_id IS NULL)", name="one_target"),
        UniqueConstraint("post_id", "node_id"),
        UniqueConstraint("post_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    node_id: Mapped[int | None] = mapped_column(ForeignKey("chain_node.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)

    node: Mapped[ChainNode | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class PostEvent(Base):
    """What happened to a post. Never changed or removed; the poster and the association read it."""

    __tablename__ = "post_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(300), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)


class Contribution(Base):
    """The quantity that one firm adds to a group purchase (联合采购), until its day."""

    __tablename__ = "contribution"
    __table_args__ = (CheckConstraint("quantity_milli > 0", name="quantity"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quantity_milli: Mapped[int] = mapped_column(Fen)
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship()
