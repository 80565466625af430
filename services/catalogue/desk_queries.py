"""What the staff of a provider and the platform read of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.catalogue.models import (
    BookingPolicy,
    ModuleResource,
    ModuleState,
    OpeningException,
    OpeningRule,
    PriceVersion,
    ProductClass,
    Provider,
    Resource,
    ResourceState,
    ServiceModule,
)
from services.core import clock
from services.core.audit import AuditEntry
from services.core.calendar import WorkingDays
from services.core.errors import NotFound

CALIBRATION_WARNING = timedelta(days=30)
MOST_CHOICES = 500


# Modules ------------------------------------------------------------------------------------------------------------


def provider_modules(
    provider_id: int | None, *, state: ModuleState | None = None, words: str = ""
) -> Select[ServiceModule]:
    """Return the statement for a provider's modules by code, those in ``state`` whose code or name has ``words``."""
    statement = select(ServiceModule).where(ServiceModule.provider_id == provider_id)
    if state is not None:
        statement = statement.where(ServiceModule.state == state)
    if words:
        named = ServiceModule.name.icontains(words, autoescape=True)
        statement = statement.where(or_(named, ServiceModule.code.icontains(words, autoescape=True)))
    return statement.order_by(ServiceModule.code, ServiceModule.id)


def module_counts(session: Session, provider_id: int | None) -> dict[ModuleState, int]:
    """Return how many modules of a provider are in each state."""
    statement = (
        select(ServiceModule.state, func.count())
        .where(ServiceModule.provider_id == provider_id)
        .group_by(ServiceModule.state)
        .order_by(ServiceModule.state)
    )
    return dict.fromkeys(ModuleState, 0) | dict(session.execute(statement).all())


def provider_module(session: Session, provider_id: int | None, module_id: int) -> ServiceModule:
    """Return a module of the provider with its lists. Raises NotFound for one of another."""
    return _module(session, select(ServiceModule).where(ServiceModule.provider_id == provider_id), module_id)


def any_module(session: Session, module_id: int) -> ServiceModule:
    """Return a module of any provider with its lists, for the platform. Raises NotFound."""
    return _module(session, select(ServiceModule), module_id)


def _module(session: Session, statement: Select[ServiceModule], module_id: int) -> ServiceModule:
    lists = ("fields", "markets", "products", "resources", "prices", "extras")
    module = session.scalar(
        statement.where(ServiceModule.id == module_id).options(
            joinedload(ServiceModule.provider).joinedload(Provider.organisation),
            *(selectinload(getattr(ServiceModule, name)) for name in lists),
        )
    )
    if module is None:
        raise NotFound
    return module


@dataclass(frozen=True)
class Outlook:
    """The price of a module now, and the one that follows it."""

    now: PriceVersion | None = None
    then: PriceVersion | None = None


def price_outlook(prices: Iterable[PriceVersion], today: date) -> Outlook:
    """Return which of the versions is in force on ``today`` and which comes next."""
    ordered = sorted(prices, key=lambda version: version.effective_on)
    begun = [version for version in ordered if version.effective_on <= today]
    coming = [version for version in ordered if version.effective_on > today]
    return Outlook(begun[-1] if begun else None, coming[0] if coming else None)


def price_outlooks(session: Session, module_ids: Collection[int], today: date) -> dict[int, Outlook]:
    """Return the outlook of each of the modules, in one query."""
    statement = select(PriceVersion).where(PriceVersion.module_id.in_(module_ids)).order_by(PriceVersion.effective_on)
    versions: dict[int, list[PriceVersion]] = {key: [] for key in module_ids}
    for version in session.scalars(statement):
        versions[version.module_id].append(version)
    return {key: price_outlook(prices, today) for key, prices in versions.items()}


def resource_groups(session: Session, module_id: int) -> dict[int, int]:
    """Return the group of each resource of a module."""
    statement = select(ModuleResource.resource_id, ModuleResource.group_no).where(ModuleResource.module_id == module_id)
    return dict(session.execute(statement.order_by(ModuleResource.resource_id)).all())


def product_classes(session: Session) -> list[ProductClass]:
    """Return the classes of products by code."""
    return list(session.scalars(select(ProductClass).order_by(ProductClass.code).limit(MOST_CHOICES)))


def history_of(session: Session, table: str, row_id: int, *, most: int = 30) -> list[AuditEntry]:
    """Return the latest entries of the audit log about one row, newest first."""
    statement = select(AuditEntry).where(AuditEntry.subject_table == table, AuditEntry.subject_id == row_id)
    return list(session.scalars(statement.order_by(AuditEntry.id.desc()).limit(most)))


# Publication --------------------------------------------------------------------------------------------------------


def submitted_modules() -> Select[ServiceModule]:
    """Return the statement for the modules that wait for publication, the longest waiting first."""
    return (
        select(ServiceModule)
        .where(ServiceModule.state == ModuleState.SUBMITTED)
        .options(joinedload(ServiceModule.provider, innerjoin=True).joinedload(Provider.organisation, innerjoin=True))
        .order_by(ServiceModule.state_at, ServiceModule.id)
    )


def days_waited(session: Session, modules: Collection[ServiceModule], now: datetime) -> dict[int, int]:
    """Return for how many working days each of the submitted modules has waited."""
    today = clock.local_day(now)
    since = {module.id: clock.local_day(module.state_at or now) for module in modules}
    calendar = WorkingDays.around(session, min(since.values(), default=today), today)
    return {key: calendar.between(day, today) for key, day in since.items()}


# Resources ----------------------------------------------------------------------------------------------------------


def provider_resources(
    provider_id: int | None, *, state: ResourceState | None = None, due_by: date | None = None
) -> Select[Resource]:
    """Return the statement for a provider's resources by code: those in ``state``, those to be calibrated by a day."""
    statement = select(Resource).where(Resource.provider_id == provider_id)
    if state is not None:
        statement = statement.where(Resource.state == state)
    if due_by is not None:
        statement = statement.where(Resource.calibration_due_on <= due_by)
    policy = joinedload(Resource.policy, innerjoin=True)
    return statement.options(policy).order_by(Resource.code, Resource.id)


def choosable_resources(session: Session, provider_id: int | None) -> list[Resource]:
    """Return the resources of a provider that a module can be given."""
    return list(session.scalars(provider_resources(provider_id).limit(MOST_CHOICES)))


def provider_resource(session: Session, provider_id: int | None, resource_id: int) -> Resource:
    """Return a resource of the provider with its policy. Raises NotFound for one of another."""
    resource = session.scalar(provider_resources(provider_id).where(Resource.id == resource_id))
    if resource is None:
        raise NotFound
    return resource


def modules_of_resource(session: Session, resource_id: int) -> list[ServiceModule]:
    """Return the modules that a resource serves, by code."""
    statement = select(ServiceModule).join(ModuleResource, ModuleResource.module_id == ServiceModule.id)
    statement = statement.where(ModuleResource.resource_id == resource_id).order_by(ServiceModule.code)
    return list(session.scalars(statement.limit(MOST_CHOICES)))


def calibration_tone(due_on: date | None, today: date) -> str:
    """Return ``overdue`` (closed to booking), ``soon`` (within 30 days), ``fine``, or ``none`` without a date."""
    if due_on is None:
        return "none"
    if due_on < today:
        return "overdue"
    return "soon" if due_on <= today + CALIBRATION_WARNING else "fine"


def opening_rules(session: Session, resource_id: int) -> list[OpeningRule]:
    """Return the weekly hours of a resource, by the days they hold for, weekday and hour."""
    statement = select(OpeningRule).where(OpeningRule.resource_id == resource_id)
    order = (OpeningRule.valid_from, OpeningRule.valid_to, OpeningRule.weekday, OpeningRule.opens_min)
    return list(session.scalars(statement.order_by(*order).limit(MOST_CHOICES)))


def coming_exceptions(resource_id: int, today: date) -> Select[OpeningException]:
    """Return the statement for the exceptions of a resource from ``today`` on."""
    return (
        select(OpeningException)
        .where(OpeningException.resource_id == resource_id, OpeningException.day >= today)
        .order_by(OpeningException.day, OpeningException.opens_min, OpeningException.id)
    )


# Policies -----------------------------------------------------------------------------------------------------------


def provider_policies(session: Session, provider_id: int | None) -> list[BookingPolicy]:
    """Return the booking policies of a provider by name."""
    statement = select(BookingPolicy).where(BookingPolicy.provider_id == provider_id)
    return list(session.scalars(statement.order_by(BookingPolicy.name, BookingPolicy.id).limit(MOST_CHOICES)))


def provider_policy(session: Session, provider_id: int | None, policy_id: int) -> BookingPolicy:
    """Return a policy of the provider. Raises NotFound for one of another."""
    policy = session.get(BookingPolicy, policy_id)
    if policy is None or policy.provider_id != provider_id:
        raise NotFound
    return policy


def resources_by_policy(session: Session, provider_id: int | None) -> dict[int, list[str]]:
    """Return the names of the resources that refer to each policy of a provider."""
    statement = select(Resource.policy_id, Resource.name).where(Resource.provider_id == provider_id)
    names: dict[int, list[str]] = {}
    for policy_id, name in session.execute(statement.order_by(Resource.code).limit(MOST_CHOICES)):
        names.setdefault(policy_id, []).append(name)
    return names


def submitted_count(session: Session) -> tuple[int, datetime | None]:
    """Return how many modules wait for publication, and since when."""
    statement = select(func.count(), func.min(ServiceModule.state_at)).where(
        ServiceModule.state == ModuleState.SUBMITTED
    )
    count, oldest = session.execute(statement).one()
    return count, oldest
