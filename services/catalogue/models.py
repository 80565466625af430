"""Tables of providers, service modules, prices, resources and opening hours."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.base import Base, Facts, Fen, Instant, Words
from services.organisations.models import Cluster, Organisation


class CenterType(StrEnum):
    """The four centres of the source; a third party has none."""

    RD = "rd"
    TEST = "test"
    INFO = "info"
    TRAIN = "train"


class ServiceField(StrEnum):
    """The six service fields (六类服务) of the source."""

    GUARANTEE = "guarantee"
    CONSULTING = "consulting"
    INFORMATION = "information"
    MARKET = "market"
    TRAINING = "training"
    TECHNOLOGY = "technology"


class ModuleKind(StrEnum):
    """What is bought."""

    TEST = "test"
    PACKAGE = "package"
    MACHINE_HOUR = "machine_hour"
    CONSULT = "consult"
    PROJECT = "project"
    ROOM = "room"
    INFO = "info"
    AGENT = "agent"


class BookingMode(StrEnum):
    """How a module is booked: an hour of a resource, a quantity on a day, or a promised date only."""

    SLOT = "slot"
    BATCH = "batch"
    PROJECT = "project"


class Recognition(StrEnum):
    """Whether a report carries a mark."""

    CMA = "cma"
    CNAS = "cnas"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"


class ModuleState(StrEnum):
    """Where a module stands between draft and withdrawal."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"


class Market(StrEnum):
    """For which market a service is bought."""

    DOMESTIC = "domestic"
    EU = "eu"
    US = "us"


class PriceUnit(StrEnum):
    """What the unit price is for."""

    SAMPLE = "sample"
    HOUR = "hour"
    HALF_HOUR = "half_hour"
    HALF_DAY = "half_day"
    DAY = "day"
    TIME = "time"
    PIECE = "piece"
    MONTH = "month"
    QUARTER = "quarter"


class Urgency(StrEnum):
    """How fast the client wants it."""

    NORMAL = "normal"
    URGENT = "urgent"
    VERY_URGENT = "very_urgent"


class Provider(Base):
    """An organisation that offers services: one of the four centres, or a third party."""

    __tablename__ = "provider"

    id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, autoincrement=False)
    center_type: Mapped[CenterType | None] = mapped_column(Words(CenterType))
    summary: Mapped[str] = mapped_column(String(200), default="")
    introduction: Mapped[str] = mapped_column(String(1000), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[str] = mapped_column(String(120), default="")
    opening_text: Mapped[str] = mapped_column(String(120), default="")
    qualification: Mapped[str] = mapped_column(String(120), default="")
    qualified_until: Mapped[date | None]
    funding_text: Mapped[str] = mapped_column(String(120), default="")

    organisation: Mapped[Organisation] = relationship()
    clusters: Mapped[list[Cluster]] = relationship(secondary="provider_cluster", order_by=Cluster.id)


class ProviderCluster(Base):
    """A provider serves a cluster."""

    __tablename__ = "provider_cluster"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), primary_key=True, index=True)


class ServiceModule(Base):
    """A service with an owner, a price and a promised number of working days."""

    __tablename__ = "service_module"
    __table_args__ = (
        CheckConstraint("working_days IS NULL OR working_days BETWEEN 0 AND 400", name="working_days"),
        CheckConstraint("minimum_order_fen >= 0", name="minimum_order"),
        CheckConstraint("state <> 'paused' OR length(state_reason) > 0", name="paused_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[ModuleKind] = mapped_column(Words(ModuleKind))
    booking_mode: Mapped[BookingMode] = mapped_column(Words(BookingMode))
    summary: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(String(2000), default="")
    audience: Mapped[str] = mapped_column(String(200), default="")
    bring: Mapped[str] = mapped_column(String(500), default="")
    output: Mapped[str] = mapped_column(String(300), default="")
    method: Mapped[str] = mapped_column(String(120), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    recognition: Mapped[Recognition] = mapped_column(Words(Recognition), default=Recognition.NOT_APPLICABLE)
    recognition_note: Mapped[str] = mapped_column(String(200), default="")
    working_days: Mapped[int | None]
    owner_name: Mapped[str] = mapped_column(String(40), default="")
    owner_phone: Mapped[str] = mapped_column(String(20), default="")
    is_public_benefit: Mapped[bool] = mapped_column(default=False)
    is_negotiable: Mapped[bool] = mapped_column(default=False)
    minimum_order_fen: Mapped[int] = mapped_column(Fen, default=0)
    state: Mapped[ModuleState] = mapped_column(Words(ModuleState), default=ModuleState.DRAFT, index=True)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    state_at: Mapped[datetime | None] = mapped_column(Instant)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resumes_on: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    provider: Mapped[Provider] = relationship()
    fields: Mapped[list[ModuleField]] = relationship(cascade="all, delete-orphan", order_by="ModuleField.field")
    markets: Mapped[list[ModuleMarket]] = relationship(cascade="all, delete-orphan", order_by="ModuleMarket.market")
    products: Mapped[list[ProductClass]] = relationship(secondary="module_product", order_by="ProductClass.code")
    resources: Mapped[list[Resource]] = relationship(secondary="module_resource", order_by="Resource.code")
    prices: Mapped[list[PriceVersion]] = relationship(order_by="PriceVersion.effective_on.desc()")
    extras: Mapped[list[PriceExtra]] = relationship(order_by="PriceExtra.id")

    @property
    def is_discountable(self) -> bool:
        """Whether member discount and urgency apply: test lines and machine hours only (domain.md F11)."""
        return self.kind in {ModuleKind.TEST, ModuleKind.PACKAGE, ModuleKind.MACHINE_HOUR}


class ModuleField(Base):
    """A module belongs to one or more of the six fields."""

    __tablename__ = "module_field"

    module_id: Mapped[int] = mapped_column(ForeignKey("service_module.id"), primary_key=True)
    field: Mapped[ServiceField] = mapped_column(Words(ServiceField), primary_key=True)


class ModuleMarket(Base):
    """A module is bought for a market."""

    __tablename__ = "module_market"

    module_id: Mapped[int] = mapped_column(ForeignKey("service_module.id"), primary_key=True)
    market: Mapped[Market] = mapped_column(Words(Market), primary_key=True)


class ProductClass(Base):
    """A class of products, e.g. ``glass/1`` 玻璃圣诞工艺品."""

    __tablename__ = "product_class"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


class ModuleProduct(Base):
    """A module serves a class of products."""

    __tablename__ = "module_product"

    module_id: Mapped[int] = mapped_column(ForeignKey("service_module.id"), primary_key=True)
    product_code: Mapped[str] = mapped_column(ForeignKey("product_class.code"), primary_key=True, index=True)


class PriceVersion(Base):
    """What a module costs from a date on; running orders keep the version they were agreed with.

    ``tiers`` is a list of ``[from_quantity, unit_fen]`` in rising order; percentages are whole numbers (150 = ×1.5).
    """

    __tablename__ = "price_version"
    __table_args__ = (
        UniqueConstraint("module_id", "effective_on"),
        CheckConstraint("unit_fen >= 0 AND minimum_fen >= 0", name="not_negative"),
        CheckConstraint("urgent_percent IS NULL OR urgent_percent BETWEEN 100 AND 1000", name="urgent"),
        CheckConstraint("very_urgent_percent IS NULL OR very_urgent_percent BETWEEN 100 AND 1000", name="very_urgent"),
        CheckConstraint("member_discount_percent BETWEEN 0 AND 100", name="discount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("service_module.id"))
    effective_on: Mapped[date]
    unit: Mapped[PriceUnit] = mapped_column(Words(PriceUnit))
    unit_fen: Mapped[int] = mapped_column(Fen)
    minimum_fen: Mapped[int] = mapped_column(Fen, default=0)
    tiers: Mapped[list[Any]] = mapped_column(Facts, default=list)
    urgent_percent: Mapped[int | None]
    very_urgent_percent: Mapped[int | None]
    member_discount_percent: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PriceExtra(Base):
    """An extra that can be added to an order of a module (加印报告, 英文报告, 上门取样 …)."""

    __tablename__ = "price_extra"
    __table_args__ = (UniqueConstraint("module_id", "code"), CheckConstraint("amount_fen >= 0", name="not_negative"))

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("service_module.id"))
    code: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(60))
    amount_fen: Mapped[int] = mapped_column(Fen)


class ResourceKind(StrEnum):
    """What a resource is."""

    INSTRUMENT = "instrument"
    BENCH = "bench"
    ROOM = "room"
    EXPERT = "expert"


class CapacityKind(StrEnum):
    """How much of a resource one booking takes: a whole unit, some seats, or part of a day's batch."""

    EXCLUSIVE = "exclusive"
    SEATS = "seats"
    BATCH = "batch"


class ResourceState(StrEnum):
    """Whether a resource can be booked."""

    NORMAL = "normal"
    REPAIR = "repair"
    STOPPED = "stopped"


class BookingPolicy(Base):
    """The rules by which the resources that refer to it are booked; times are minutes unless they say otherwise."""

    __tablename__ = "booking_policy"
    __table_args__ = (
        CheckConstraint("granularity_min BETWEEN 5 AND 1440", name="granularity"),
        CheckConstraint("minimum_min > 0 AND maximum_min >= minimum_min", name="length"),
        CheckConstraint("buffer_before_min >= 0 AND buffer_after_min >= 0", name="buffers"),
        CheckConstraint("lead_min >= 0 AND horizon_days BETWEEN 1 AND 400", name="window"),
        CheckConstraint("late_fee_percent BETWEEN 0 AND 100", name="late_fee"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    granularity_min: Mapped[int] = mapped_column(default=30)
    minimum_min: Mapped[int] = mapped_column(default=30)
    maximum_min: Mapped[int] = mapped_column(default=480)
    buffer_before_min: Mapped[int] = mapped_column(default=0)
    buffer_after_min: Mapped[int] = mapped_column(default=0)
    lead_min: Mapped[int] = mapped_column(default=120)
    horizon_days: Mapped[int] = mapped_column(default=60)
    quota_per_day: Mapped[int | None]
    needs_approval: Mapped[bool] = mapped_column(default=True)
    free_cancel_hours: Mapped[int] = mapped_column(default=24)
    late_fee_percent: Mapped[int] = mapped_column(default=30)
    version: Mapped[int] = mapped_column(default=1)


class Resource(Base):
    """Something that can be occupied. ``units`` equal units stand behind exclusive use and seats."""

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint("units BETWEEN 1 AND 500", name="units"),
        CheckConstraint("daily_capacity IS NULL OR daily_capacity BETWEEN 1 AND 100000", name="daily_capacity"),
        CheckConstraint("capacity_kind <> 'batch' OR daily_capacity IS NOT NULL", name="batch_has_capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[ResourceKind] = mapped_column(Words(ResourceKind))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("booking_policy.id"), index=True)
    capacity_kind: Mapped[CapacityKind] = mapped_column(Words(CapacityKind))
    units: Mapped[int] = mapped_column(default=1)
    daily_capacity: Mapped[int | None]
    crosses_midnight: Mapped[bool] = mapped_column(default=False)
    asset_no: Mapped[str] = mapped_column(String(40), default="")
    model: Mapped[str] = mapped_column(String(60), default="")
    accuracy: Mapped[str] = mapped_column(String(120), default="")
    keeper: Mapped[str] = mapped_column(String(40), default="")
    calibration_due_on: Mapped[date | None]
    state: Mapped[ResourceState] = mapped_column(Words(ResourceState), default=ResourceState.NORMAL)
    state_reason: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)

    provider: Mapped[Provider] = relationship()
    policy: Mapped[BookingPolicy] = relationship()


class ModuleResource(Base):
    """Resources a module can run on. Those of one ``group_no`` replace each other; one of each group is needed."""

    __tablename__ = "module_resource"

    module_id: Mapped[int] = mapped_column(ForeignKey("service_module.id"), primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True, index=True)
    group_no: Mapped[int] = mapped_column(default=1)


class OpeningRule(Base):
    """A weekly opening interval in minutes of the centres' day; ``weekday`` 0 is Monday."""

    __tablename__ = "opening_rule"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens_min >= 0 AND opens_min < closes_min AND closes_min <= 1440", name="interval"),
        Index("ix_opening_rule_resource", "resource_id", "weekday"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    weekday: Mapped[int]
    opens_min: Mapped[int]
    closes_min: Mapped[int]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class OpeningException(Base):
    """One date on which a resource is closed (no minutes) or open at other hours."""

    __tablename__ = "opening_exception"
    __table_args__ = (
        CheckConstraint(
            "(opens_min IS NULL AND closes_min IS NULL) OR"
            " (opens_min >= 0 AND opens_min < closes_min AND closes_min <= 1440)",
            name="interval",
        ),
        Index("ix_opening_exception_resource", "resource_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    day: Mapped[date]
    opens_min: Mapped[int | None]
    closes_min: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(100), default="")
