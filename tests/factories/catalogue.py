"""Providers, service modules, prices and resources for tests; everything is flushed, so it has an id."""

from collections.abc import Iterable
from datetime import date
from itertools import count

from sqlalchemy.orm import Session

from services.catalogue.models import (
    BookingMode,
    BookingPolicy,
    CapacityKind,
    CenterType,
    Market,
    ModuleField,
    ModuleKind,
    ModuleMarket,
    ModuleState,
    OpeningRule,
    PriceExtra,
    PriceUnit,
    PriceVersion,
    ProductClass,
    Provider,
    Recognition,
    Resource,
    ResourceKind,
    ServiceField,
    ServiceModule,
)
from services.core import clock
from services.organisations.models import Cluster, Organisation, OrgKind, OrgState, OrgType, Region

_numbers = count(1)
WORKDAYS = range(5)


def make_cluster(session: Session, **over) -> Cluster:
    """Make a cluster in a region of its own."""
    number = next(_numbers)
    region = Region(code=f"9{number:05d}", name=f"County {number}")
    values = {"key": f"CL-{number}", "name": f"玻璃产业集群{number}", "short_name": f"集群{number}"} | over
    cluster = Cluster(region_code=region.code, **values)
    session.add(region)
    session.flush()
    session.add(cluster)
    session.flush()
    return cluster


def make_provider(
    session: Session,
    name: str = "",
    *,
    clusters: Iterable[Cluster] = (),
    organisation: Organisation | None = None,
    **over,
) -> Provider:
    """Make a centre with its organisation; a testing centre unless ``center_type`` says otherwise."""
    number = next(_numbers)
    organisation = organisation or Organisation(
        key=f"P{number}",
        name=name or f"检测中心{number}",
        short_name=name or f"中心{number}",
        name_key=name or f"检测中心{number}",
        org_type=OrgType.INTERMEDIARY,
        kind=OrgKind.CENTRE,
        level=2,
        state=OrgState.VERIFIED,
        created_at=clock.now(),
    )
    values = {"center_type": CenterType.TEST, "phone": "0514-88000001", "address": "演示路1号"} | over
    provider = Provider(organisation=organisation, clusters=list(clusters), **values)
    session.add(provider)
    session.flush()
    return provider


def make_module(
    session: Session,
    provider: Provider | None = None,
    *,
    fields: Iterable[ServiceField] = (ServiceField.TECHNOLOGY,),
    markets: Iterable[Market] = (),
    products: Iterable[ProductClass] = (),
    resources: Iterable[Resource] = (),
    price: dict | None = None,
    **over,
) -> ServiceModule:
    """Make a published test of five working days; ``price`` goes to ``make_price``, and {} makes none."""
    number = next(_numbers)
    values = {
        "code": f"T{number:04d}",
        "name": f"检测项目{number}",
        "kind": ModuleKind.TEST,
        "booking_mode": BookingMode.BATCH,
        "bring": "样品3件",
        "recognition": Recognition.CMA,
        "working_days": 5,
        "owner_name": "王工",
        "owner_phone": "0514-88000002",
        "state": ModuleState.PUBLISHED,
        "published_at": clock.now(),
    } | over
    module = ServiceModule(
        provider=provider or make_provider(session),
        fields=[ModuleField(field=field) for field in fields],
        markets=[ModuleMarket(market=market) for market in markets],
        products=list(products),
        resources=list(resources),
        **values,
    )
    session.add(module)
    session.flush()
    if price is None or price:
        make_price(session, module, **(price or {}))
    return module


def make_price(session: Session, module: ServiceModule, **over) -> PriceVersion:
    """Make a price version of 120 yuan a sample, in force for long."""
    values = {
        "effective_on": date(2020, 1, 1),
        "unit": PriceUnit.SAMPLE,
        "unit_fen": 12000,
        "urgent_percent": 150,
        "member_discount_percent": 10,
        "created_at": clock.now(),
    } | over
    version = PriceVersion(module_id=module.id, **values)
    session.add(version)
    session.flush()
    session.expire(module, ["prices"])
    return version


def make_extra(session: Session, module: ServiceModule, **over) -> PriceExtra:
    """Make an extra: an English report for 100 yuan."""
    extra = PriceExtra(module_id=module.id, **{"code": "english", "name": "英文报告", "amount_fen": 10000} | over)
    session.add(extra)
    session.flush()
    session.expire(module, ["extras"])
    return extra


def make_product(session: Session, **over) -> ProductClass:
    """Make a product class."""
    product = ProductClass(**{"code": f"glass/{next(_numbers)}", "name": "玻璃圣诞工艺品"} | over)
    session.add(product)
    session.flush()
    return product


def make_policy(session: Session, provider: Provider, **over) -> BookingPolicy:
    """Make booking rules with the defaults of the table."""
    policy = BookingPolicy(provider_id=provider.id, **{"name": "一般规则"} | over)
    session.add(policy)
    session.flush()
    return policy


def make_resource(
    session: Session, provider: Provider | None = None, *, policy: BookingPolicy | None = None, **over
) -> Resource:
    """Make an instrument that one firm at a time uses; it is never open before ``open_weekly``."""
    number = next(_numbers)
    provider = provider or make_provider(session)
    values = {
        "code": f"E-{number:04d}",
        "name": f"设备{number}",
        "kind": ResourceKind.INSTRUMENT,
        "capacity_kind": CapacityKind.EXCLUSIVE,
    } | over
    resource = Resource(provider=provider, policy=policy or make_policy(session, provider), **values)
    session.add(resource)
    session.flush()
    return resource


def open_weekly(session: Session, resource: Resource, hours: str, weekdays: Iterable[int] = WORKDAYS) -> None:
    """Open ``resource`` at ``hours`` such as ``08:30-11:30,13:30-17:00`` on ``weekdays`` (0 is Monday)."""
    for span in hours.split(","):
        opens, closes = (_minute(text) for text in span.split("-"))
        session.add_all(
            OpeningRule(resource_id=resource.id, weekday=weekday, opens_min=opens, closes_min=closes)
            for weekday in weekdays
        )
    session.flush()


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
