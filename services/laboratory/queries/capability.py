"""Reads of what a laboratory can do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from services.accounts.models import Person
from services.catalogue.models import ModuleKind, ModuleResource, ModuleState, Provider, Resource, ServiceModule
from services.core.errors import NotFound, RuleBroken
from services.core.permissions import Permission
from services.laboratory.models.capability import (
    Calibration,
    ItemMethod,
    Limit,
    LimitSet,
    PackageItem,
    ScopeEntry,
    Signatory,
    TestField,
    TestItem,
)
from services.laboratory.rules.editions import closed_because
from services.laboratory.rules.packages import Worth, package_price
from services.organisations.queries import holders_of
from services.standards.models import Standard

MOST_ITEMS = 2000
MOST_CHOICES = 500

WHOLE: tuple[ORMOption, ...] = (
    joinedload(TestItem.module, innerjoin=True),
    selectinload(TestItem.methods).options(
        joinedload(ItemMethod.standard, innerjoin=True).joinedload(Standard.successor),
        selectinload(ItemMethod.scopes),
    ),
)
"""Loads items with their modules, editions and scope in three queries, however many there are."""


@dataclass(frozen=True)
class Closed:
    """An item that cannot be ordered today, and every reason for it."""

    item: TestItem
    reasons: list[RuleBroken]


# Items --------------------------------------------------------------------------------------------------------------


def items_found(
    provider_id: int | None, *, words: str = "", field: TestField | None = None, only: Collection[int] | None = None
) -> Select[TestItem]:
    """Return the statement for a laboratory's items by code: those of a field, those whose code or name has words."""
    statement = select(TestItem).join(ServiceModule, ServiceModule.id == TestItem.id)
    statement = statement.where(ServiceModule.provider_id == provider_id)
    if field is not None:
        statement = statement.where(TestItem.field == field)
    if only is not None:
        statement = statement.where(TestItem.id.in_(only))
    if words:
        named = ServiceModule.name.icontains(words, autoescape=True)
        statement = statement.where(or_(named, ServiceModule.code.icontains(words, autoescape=True)))
    return statement.options(*WHOLE).order_by(ServiceModule.code, TestItem.id)


def closed_items(session: Session, items: Iterable[TestItem], day: date) -> dict[int, Closed]:
    """Return which of the items cannot be ordered on ``day``, with the reasons, by id; one query more."""
    items = list(items)
    groups = groups_of(session, [item.id for item in items])
    found = {item.id: Closed(item, closed_because(item, day, groups.get(item.id, []))) for item in items}
    return {key: closed for key, closed in found.items() if closed.reasons}


def all_closed_items(session: Session, provider_id: int | None, day: date) -> dict[int, Closed]:
    """Return every item of a laboratory that cannot be ordered on ``day``, by id."""
    live = items_found(provider_id).where(ServiceModule.state.in_({ModuleState.PUBLISHED, ModuleState.PAUSED}))
    return closed_items(session, session.scalars(live.limit(MOST_ITEMS)), day)


def undefined_tests(provider_id: int | None) -> Select[ServiceModule]:
    """Return the statement for a laboratory's services of kind test that are no items yet, by code."""
    return (
        select(ServiceModule)
        .outerjoin(TestItem, TestItem.id == ServiceModule.id)
        .where(ServiceModule.provider_id == provider_id, ServiceModule.kind == ModuleKind.TEST, TestItem.id.is_(None))
        .order_by(ServiceModule.code, ServiceModule.id)
    )


def item_of(session: Session, provider_id: int | None, item_id: int) -> TestItem:
    """Return an item of the laboratory with everything. Raises NotFound for one of another."""
    item = session.scalars(items_found(provider_id).where(TestItem.id == item_id)).one_or_none()
    if item is None:
        raise NotFound
    return item


def test_module(session: Session, provider_id: int | None, module_id: int) -> ServiceModule:
    """Return a service of kind test of the laboratory, item or not yet. Raises NotFound."""
    module = session.get(ServiceModule, module_id)
    if module is None or module.provider_id != provider_id or module.kind is not ModuleKind.TEST:
        raise NotFound
    return module


def items_with_ids(session: Session, item_ids: Collection[int]) -> dict[int, TestItem]:
    """Return items with everything by id."""
    statement = select(TestItem).where(TestItem.id.in_(item_ids)).options(*WHOLE)
    return {item.id: item for item in session.scalars(statement)}


def groups_of(session: Session, item_ids: Iterable[int]) -> dict[int, list[list[Resource]]]:
    """Return the resources of items by group, in one query; an item without any is left out."""
    statement = (
        select(ModuleResource.module_id, ModuleResource.group_no, Resource)
        .join(Resource, Resource.id == ModuleResource.resource_id)
        .where(ModuleResource.module_id.in_(set(item_ids)))
        .order_by(ModuleResource.module_id, ModuleResource.group_no, Resource.code)
    )
    groups: dict[int, dict[int, list[Resource]]] = defaultdict(lambda: defaultdict(list))
    for module_id, group_no, resource in session.execute(statement):
        groups[module_id][group_no].append(resource)
    return {module_id: list(by_group.values()) for module_id, by_group in groups.items()}


def items_by_standard(session: Session, standard_id: int) -> list[ServiceModule]:
    """Return the published or paused modules of all laboratories that are tested by an edition, by code."""
    statement = (
        select(ServiceModule)
        .join(ItemMethod, ItemMethod.item_id == ServiceModule.id)
        .where(ItemMethod.standard_id == standard_id, ItemMethod.ended_at.is_(None))
        .where(ServiceModule.state.in_({ModuleState.PUBLISHED, ModuleState.PAUSED}))
        .options(joinedload(ServiceModule.provider).joinedload(Provider.organisation))
        .order_by(ServiceModule.code)
    )
    return list(session.scalars(statement.limit(MOST_CHOICES)))


def choosable_items(session: Session, provider_id: int | None) -> list[TestItem]:
    """Return the items of a laboratory that limits and packages can name, by code."""
    statement = select(TestItem).join(TestItem.module).where(ServiceModule.provider_id == provider_id)
    statement = statement.options(joinedload(TestItem.module, innerjoin=True)).order_by(ServiceModule.code)
    return list(session.scalars(statement.limit(MOST_ITEMS)))


def limits_of_item(session: Session, item_id: int) -> list[tuple[LimitSet, Limit]]:
    """Return by which limits an item is judged, by name."""
    statement = select(LimitSet, Limit).join(Limit, Limit.limit_set_id == LimitSet.id)
    statement = statement.where(Limit.item_id == item_id).order_by(LimitSet.name)
    return [(limits, limit) for limits, limit in session.execute(statement.limit(MOST_CHOICES))]


def packages_of_item(session: Session, item_id: int) -> list[ServiceModule]:
    """Return the packages that hold an item, by code."""
    statement = select(ServiceModule).join(PackageItem, PackageItem.package_id == ServiceModule.id)
    statement = statement.where(PackageItem.item_id == item_id).order_by(ServiceModule.code)
    return list(session.scalars(statement.limit(MOST_CHOICES)))


# Limits -------------------------------------------------------------------------------------------------------------


def limit_sets_found(provider_id: int | None, *, words: str = "") -> Select[LimitSet]:
    """Return the statement for a laboratory's limits by name, those whose name has words."""
    statement = select(LimitSet).where(LimitSet.provider_id == provider_id)
    if words:
        statement = statement.where(LimitSet.name.icontains(words, autoescape=True))
    parts = (joinedload(LimitSet.standard), selectinload(LimitSet.limits))
    return statement.options(*parts).order_by(LimitSet.name, LimitSet.id)


def limit_set_of(session: Session, provider_id: int | None, limit_set_id: int) -> LimitSet:
    """Return limits of the laboratory with their items. Raises NotFound for those of another."""
    items = selectinload(LimitSet.limits).joinedload(Limit.item).joinedload(TestItem.module)
    statement = select(LimitSet).where(LimitSet.provider_id == provider_id, LimitSet.id == limit_set_id)
    limits = session.scalars(statement.options(joinedload(LimitSet.standard), items)).one_or_none()
    if limits is None:
        raise NotFound
    return limits


# Packages -----------------------------------------------------------------------------------------------------------


def packages_found(provider_id: int | None) -> Select[ServiceModule]:
    """Return the statement for a laboratory's packages by code."""
    statement = select(ServiceModule).where(
        ServiceModule.provider_id == provider_id, ServiceModule.kind == ModuleKind.PACKAGE
    )
    return statement.options(selectinload(ServiceModule.prices)).order_by(ServiceModule.code, ServiceModule.id)


def package_of(session: Session, provider_id: int | None, package_id: int) -> ServiceModule:
    """Return a package of the laboratory. Raises NotFound for one of another."""
    package = session.scalars(packages_found(provider_id).where(ServiceModule.id == package_id)).one_or_none()
    if package is None:
        raise NotFound
    return package


def contents_of(session: Session, package_ids: Collection[int]) -> dict[int, list[PackageItem]]:
    """Return what packages hold, by the codes of the items, in two queries."""
    statement = (
        select(PackageItem)
        .join(ServiceModule, ServiceModule.id == PackageItem.item_id)
        .where(PackageItem.package_id.in_(package_ids))
        .options(joinedload(PackageItem.item).joinedload(TestItem.module).selectinload(ServiceModule.prices))
        .order_by(PackageItem.package_id, ServiceModule.code)
    )
    contents: dict[int, list[PackageItem]] = defaultdict(list)
    for row in session.scalars(statement):
        contents[row.package_id].append(row)
    return contents


def worth_of(package: ServiceModule, contents: Iterable[PackageItem], day: date) -> Worth | None:
    """Return what a package costs and saves on ``day``; None where it has no contents or no price."""
    return package_price(package, [(row.item.module, row.quantity) for row in contents], day)


# Instruments and people ---------------------------------------------------------------------------------------------


def latest_calibrations(session: Session, resource_ids: Collection[int]) -> dict[int, Calibration]:
    """Return the latest calibration of each instrument."""
    statement = (
        select(Calibration)
        .where(Calibration.resource_id.in_(resource_ids))
        .order_by(Calibration.calibrated_on, Calibration.id)
    )
    return {one.resource_id: one for one in session.scalars(statement)}


def calibrations_of(resource_id: int) -> Select[Calibration]:
    """Return the statement for the calibrations of an instrument, newest first."""
    statement = select(Calibration).where(Calibration.resource_id == resource_id)
    statement = statement.options(joinedload(Calibration.file))
    return statement.order_by(Calibration.calibrated_on.desc(), Calibration.id.desc())


def calibration_of(session: Session, provider_id: int | None, calibration_id: int) -> Calibration:
    """Return a calibration of an instrument of the laboratory. Raises NotFound for one of another."""
    calibration = session.get(Calibration, calibration_id)
    if calibration is None or calibration.resource.provider_id != provider_id:
        raise NotFound
    return calibration


def instruments_found(provider_id: int | None, *, due_by: date | None = None) -> Select[Resource]:
    """Return the statement for a laboratory's calibrated instruments, those due first; or only those due by a day."""
    statement = select(Resource).where(Resource.provider_id == provider_id)
    if due_by is not None:
        statement = statement.where(Resource.calibration_due_on <= due_by)
    return statement.order_by(Resource.calibration_due_on.is_(None), Resource.calibration_due_on, Resource.code)


def signatories_found(provider_id: int | None) -> Select[Signatory]:
    """Return the statement for a laboratory's signatories by person and field."""
    statement = select(Signatory).join(Person, Person.id == Signatory.person_id)
    statement = statement.where(Signatory.provider_id == provider_id).options(joinedload(Signatory.person))
    return statement.order_by(Person.name, Signatory.field, Signatory.valid_from, Signatory.id)


def possible_signatories(session: Session, provider_id: int | None) -> list[Person]:
    """Return the people who hold the role of a signatory in the laboratory, by name."""
    holders = holders_of(Permission.REPORT_ISSUE, provider_id or 0)
    return list(session.scalars(select(Person).where(Person.id.in_(holders)).order_by(Person.name, Person.id)))


def signatory_of(session: Session, provider_id: int | None, signatory_id: int) -> Signatory:
    """Return an authorisation of the laboratory. Raises NotFound for one of another."""
    row = session.get(Signatory, signatory_id)
    if row is None or row.provider_id != provider_id:
        raise NotFound
    return row


def fields_held(session: Session, provider_id: int, person_id: int, day: date) -> set[TestField]:
    """Return the fields in which a person may sign reports of a laboratory on ``day``."""
    statement = select(Signatory.field).where(
        Signatory.provider_id == provider_id,
        Signatory.person_id == person_id,
        Signatory.valid_from <= day,
        Signatory.valid_until >= day,
    )
    return set(session.scalars(statement))


# What ends soon -----------------------------------------------------------------------------------------------------


def scopes_ending(provider_id: int | None, until: date) -> Select[ScopeEntry]:
    """Return the statement for the scope entries of editions in use that end by a day, the first to end first."""
    last = (
        select(func.max(ScopeEntry.valid_until).label("day"), ScopeEntry.method_id, ScopeEntry.mark)
        .group_by(ScopeEntry.method_id, ScopeEntry.mark)
        .subquery()
    )
    return (
        select(ScopeEntry)
        .join(last, (last.c.method_id == ScopeEntry.method_id) & (last.c.mark == ScopeEntry.mark))
        .join(ItemMethod, ItemMethod.id == ScopeEntry.method_id)
        .join(ServiceModule, ServiceModule.id == ItemMethod.item_id)
        .where(ServiceModule.provider_id == provider_id, ItemMethod.ended_at.is_(None))
        .where(ScopeEntry.valid_until == last.c.day, ScopeEntry.valid_until <= until)
        .options(joinedload(ScopeEntry.method).joinedload(ItemMethod.standard))
        .order_by(ScopeEntry.valid_until, ScopeEntry.id)
    )
