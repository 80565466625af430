"""Tables of what a laboratory can do: items, methods, limits, packages, scope, calibrations and signatories."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.catalogue.models import Market, Resource, ServiceModule
from services.core.base import Base, Instant, Words
from services.core.files import Attachment
from services.standards.models import Standard


class ResultKind(StrEnum):
    """What a result of an item is: a number, an ordered grade (色牢度 3-4级), or words."""

    NUMBER = "number"
    GRADE = "grade"
    TEXT = "text"


class TestField(StrEnum):
    """The fields (领域) in which signatories are authorised."""

    __test__ = False  # the name is the field's, pytest looks for tests elsewhere

    GLASS = "glass"
    CHEMISTRY = "chemistry"
    PACKAGING = "packaging"
    ELECTRICAL = "electrical"
    METAL = "metal"
    TEXTILE = "textile"
    FOOD = "food"


class Mark(StrEnum):
    """A mark of recognition on a report line."""

    CMA = "cma"
    CNAS = "cnas"


class TestItem(Base):
    """What makes a service module of kind test an item of a laboratory; it has the module's id.

    ``run_hours`` is how long the test itself runs (240 for salt spray), whatever the speed ordered; where the module is
    sold by the hour the quantity of a line decides instead. ``minutes_per_sample`` is the time on the instrument, and 0
    where none is reserved. ``decimals`` is what results are rounded to, ``lod`` the detection limit, decimal text both
    in ``unit``; ``range_low`` and ``range_high`` are what the instrument can measure. ``specimens`` is how many readings
    make one result. ``name_en`` is what English reports and pages call it; the name of the module where it is empty.
    """

    __test__ = False

    __tablename__ = "test_item"
    __table_args__ = (
        CheckConstraint("decimals BETWEEN 0 AND 6", name="decimals"),
        CheckConstraint("specimens BETWEEN 1 AND 50", name="specimens"),
        CheckConstraint("minutes_per_sample BETWEEN 0 AND 1440", name="minutes"),
        CheckConstraint("run_hours BETWEEN 0 AND 5000", name="run_hours"),
        CheckConstraint("retained_days BETWEEN 0 AND 3650", name="retained_days"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("service_module.id"), primary_key=True, autoincrement=False)
    name_en: Mapped[str] = mapped_column(String(120), default="")
    field: Mapped[TestField] = mapped_column(Words(TestField))
    result_kind: Mapped[ResultKind] = mapped_column(Words(ResultKind))
    unit: Mapped[str] = mapped_column(String(20), default="")
    decimals: Mapped[int] = mapped_column(default=0)
    lod: Mapped[str] = mapped_column(String(20), default="")
    range_low: Mapped[str] = mapped_column(String(20), default="")
    range_high: Mapped[str] = mapped_column(String(20), default="")
    specimens: Mapped[int] = mapped_column(default=1)
    sample_amount: Mapped[str] = mapped_column(String(60), default="")
    minutes_per_sample: Mapped[int] = mapped_column(default=0)
    run_hours: Mapped[int] = mapped_column(default=0)
    retained_days: Mapped[int] = mapped_column(default=30)
    may_subcontract: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    module: Mapped[ServiceModule] = relationship()
    methods: Mapped[list[ItemMethod]] = relationship(order_by="ItemMethod.id")


class ItemMethod(Base):
    """An item is tested by an edition of a standard, in one of its clauses. Which one holds on a day, the dates decide."""

    __tablename__ = "item_method"
    __table_args__ = (UniqueConstraint("item_id", "standard_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("test_item.id"))
    standard_id: Mapped[int] = mapped_column(ForeignKey("standard.id"), index=True)
    clause: Mapped[str] = mapped_column(String(40), default="")
    added_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    standard: Mapped[Standard] = relationship()
    scopes: Mapped[list[ScopeEntry]] = relationship(order_by="ScopeEntry.valid_from", back_populates="method")


class ScopeEntry(Base):
    """An item by an edition lies within the scope of a certificate from ``valid_from`` to ``valid_until``, both days in."""

    __tablename__ = "scope_entry"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_until", name="dates"),
        UniqueConstraint("method_id", "mark", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    method_id: Mapped[int] = mapped_column(ForeignKey("item_method.id"))
    mark: Mapped[Mark] = mapped_column(Words(Mark))
    certificate_no: Mapped[str] = mapped_column(String(40))
    restriction: Mapped[str] = mapped_column(String(120), default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    method: Mapped[ItemMethod] = relationship(back_populates="scopes")


class LimitSet(Base):
    """Limits by which results are judged (判定依据), e.g. ``GB 18401-2010 B 类``; for a product and market, or any."""

    __tablename__ = "limit_set"
    __table_args__ = (UniqueConstraint("provider_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    standard_id: Mapped[int | None] = mapped_column(ForeignKey("standard.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    product_code: Mapped[str | None] = mapped_column(ForeignKey("product_class.code"))
    market: Mapped[Market | None] = mapped_column(Words(Market))
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    standard: Mapped[Standard | None] = relationship()
    limits: Mapped[list[Limit]] = relationship(order_by="Limit.item_id", cascade="all, delete-orphan")


class Limit(Base):
    """What a result of an item may be: between ``low`` and ``high``, both included, in the item's unit or grades.

    At least one bound is set. Decimal text for numbers (``0.5``), a grade for grades (``3-4``).
    """

    __tablename__ = "item_limit"
    __table_args__ = (
        UniqueConstraint("limit_set_id", "item_id"),
        CheckConstraint("length(low) > 0 OR length(high) > 0", name="bounds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    limit_set_id: Mapped[int] = mapped_column(ForeignKey("limit_set.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("test_item.id"), index=True)
    low: Mapped[str] = mapped_column(String(20), default="")
    high: Mapped[str] = mapped_column(String(20), default="")

    item: Mapped[TestItem] = relationship()


class PackageItem(Base):
    """A package holds an item, ``quantity`` times over (three colours, 96 hours)."""

    __tablename__ = "package_item"
    __table_args__ = (CheckConstraint("quantity BETWEEN 1 AND 5000", name="quantity"),)

    package_id: Mapped[int] = mapped_column(ForeignKey("service_module.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("test_item.id"), primary_key=True, index=True)
    quantity: Mapped[int] = mapped_column(default=1)

    item: Mapped[TestItem] = relationship()


class Calibration(Base):
    """An instrument was calibrated (检定/校准) and holds until ``due_on``, that day included. Rows are only ever added."""

    __tablename__ = "calibration"
    __table_args__ = (
        CheckConstraint("calibrated_on <= due_on", name="dates"),
        Index("ix_calibration_resource", "resource_id", "calibrated_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    calibrated_on: Mapped[date]
    due_on: Mapped[date]
    certificate_no: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(String(80), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    resource: Mapped[Resource] = relationship()
    file: Mapped[Attachment | None] = relationship()


class Signatory(Base):
    """A person may sign reports of a laboratory in a field from ``valid_from`` to ``valid_until``, both days in."""

    __tablename__ = "signatory"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_until", name="dates"),
        UniqueConstraint("provider_id", "person_id", "field", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    field: Mapped[TestField] = mapped_column(Words(TestField))
    valid_from: Mapped[date]
    valid_until: Mapped[date]

    person: Mapped[Person] = relationship()


class Expiry(StrEnum):
    """What of a laboratory's capability ends on a day."""

    CERTIFICATE = "certificate"
    SCOPE = "scope"
    CALIBRATION = "calibration"
    SIGNATORY = "signatory"


class ExpiryNotice(Base):
    """The administrators of a laboratory have been told that something ends on a day; nobody is told that twice."""

    __tablename__ = "expiry_notice"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "ends_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Expiry] = mapped_column(Words(Expiry))
    subject_id: Mapped[int]
    ends_on: Mapped[date]
    told_at: Mapped[datetime] = mapped_column(Instant)
