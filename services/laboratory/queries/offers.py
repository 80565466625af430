"""What anybody may see before ordering: items and packages with price and days, and what a choice of them comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.catalogue.cards import card_statement
from services.catalogue.models import (
    Market,
    ModuleKind,
    ModuleMarket,
    ModuleProduct,
    ModuleState,
    ProductClass,
    Provider,
    Recognition,
    ServiceModule,
    Urgency,
)
from services.catalogue.rules import Quote
from services.core import clock
from services.core.errors import RuleBroken
from services.laboratory.models.capability import Limit, LimitSet, PackageItem, TestField, TestItem
from services.laboratory.operations.planning import Plan, first_day, plan
from services.laboratory.ordering_errors import ItemClosed
from services.laboratory.queries.capability import groups_of
from services.laboratory.queries.demands import Wanted, demands_for, items_of
from services.laboratory.queries.surveys import ChargedModule, charge_of
from services.laboratory.rules.charging import price
from services.laboratory.rules.editions import closed_because, marks_on

MOST_CHOSEN = 20
MOST_PRODUCTS = 200
MOST_SETS = 100


def shown_tests(
    day: date, *, product_code: str | None = None, market: Market | None = None, words: str = ""
) -> Select[Any]:
    """Select the cards of the items and packages offered, packages first; give each row to ``Card(*row)``."""
    item = select(TestItem.id).where(TestItem.id == ServiceModule.id)
    package = select(PackageItem.package_id).where(PackageItem.package_id == ServiceModule.id)
    statement = card_statement(day).where(
        ServiceModule.state == ModuleState.PUBLISHED, or_(item.exists(), package.exists())
    )
    if product_code:
        any_product = select(ModuleProduct.module_id).where(ModuleProduct.module_id == ServiceModule.id)
        fits = any_product.where(ModuleProduct.product_code == product_code)
        statement = statement.where(or_(fits.exists(), ~any_product.exists()))
    if market is not None:
        any_market = select(ModuleMarket.module_id).where(ModuleMarket.module_id == ServiceModule.id)
        statement = statement.where(or_(any_market.where(ModuleMarket.market == market).exists(), ~any_market.exists()))
    if words:
        found = (ServiceModule.name, ServiceModule.code, ServiceModule.method, ServiceModule.summary)
        statement = statement.where(or_(*(column.icontains(words, autoescape=True) for column in found)))
    first = (ServiceModule.kind == ModuleKind.PACKAGE).desc()
    return statement.order_by(None).order_by(first, ServiceModule.code)


def products_tested(session: Session) -> list[ProductClass]:
    """Return the classes of products for which there are items or packages, by code."""
    tests = select(ServiceModule.id).where(
        ServiceModule.kind.in_([ModuleKind.TEST, ModuleKind.PACKAGE]), ServiceModule.state == ModuleState.PUBLISHED
    )
    served = select(ModuleProduct.product_code).where(ModuleProduct.module_id.in_(tests))
    statement = select(ProductClass).where(ProductClass.code.in_(served)).order_by(ProductClass.code)
    return list(session.scalars(statement.limit(MOST_PRODUCTS)))


@dataclass(frozen=True)
class Test:
    """An item or package with what is in it: its items and how many of each make one of it."""

    __test__ = False  # the name is the field's, pytest looks for tests elsewhere

    module: ServiceModule
    items: tuple[tuple[TestItem, int], ...]


def chosen_tests(session: Session, codes: Sequence[str] = (), *, module_ids: Sequence[int] = ()) -> list[Test]:
    """Return what was chosen, by code or id, in the order of its code; what is no test, or unknown, is left out."""
    wanted = or_(ServiceModule.code.in_(list(codes)[:MOST_CHOSEN]), ServiceModule.id.in_(list(module_ids)))
    statement = (
        select(ServiceModule)
        .options(
            joinedload(ServiceModule.provider).joinedload(Provider.organisation),
            selectinload(ServiceModule.prices),
            selectinload(ServiceModule.extras),
            selectinload(ServiceModule.products),
        )
        .where(wanted, ServiceModule.kind.in_([ModuleKind.TEST, ModuleKind.PACKAGE]))
        .order_by(ServiceModule.code)
        .limit(MOST_CHOSEN)
    )
    modules = list(session.scalars(statement))
    inside = select(PackageItem).where(PackageItem.package_id.in_([one.id for one in modules]))
    packed = list(session.scalars(inside.order_by(PackageItem.package_id, PackageItem.item_id)))
    items = items_of(session, {one.id for one in modules} | {one.item_id for one in packed})
    tests = []
    for module in modules:
        parts = [(items[one.item_id], one.quantity) for one in packed if one.package_id == module.id]
        if module.id in items:
            parts = [(items[module.id], 1)]
        if parts:
            tests.append(Test(module, tuple(parts)))
    return tests


@dataclass(frozen=True)
class Estimate:
    """What a choice would cost for some samples and when the report could be there, for somebody who is no member."""

    quote: Quote | None
    plan: Plan | None
    faults: list[RuleBroken]


def estimate(
    session: Session, tests: Sequence[Test], samples: int, now: datetime, urgency: Urgency = Urgency.NORMAL
) -> Estimate:
    """Return price and earliest date of a choice, each test on each sample."""
    today = clock.local_day(now)
    faults = closed_tests(session, tests, today)
    try:
        charges = [charge_of(ChargedModule(one.module, samples), today, {}) for one in tests]
        quote = price(charges, urgency=urgency) if charges else None
        if faults or not tests:
            return Estimate(quote, None, faults)
        return Estimate(quote, _plan(session, tests, samples, urgency, now), [])
    except RuleBroken as refusal:
        return Estimate(None, None, [*faults, refusal])


def _plan(session: Session, tests: Sequence[Test], samples: int, urgency: Urgency, now: datetime) -> Plan:
    wanted: list[Wanted] = []
    for test in tests:
        package_id = None if test.module.id == test.items[0][0].id else test.module.id
        for item, quantity in test.items:
            wanted += [(len(wanted) + number, item.id, quantity, package_id) for number in range(samples)]
    demands = demands_for(session, wanted, clock.local_day(now))
    return plan(session, demands, start=first_day(session, now), urgency=urgency, now=now)


def closed_tests(session: Session, tests: Sequence[Test], day: date) -> list[RuleBroken]:
    """Return why any of the items cannot be ordered for ``day``."""
    items = {item.id: item for test in tests for item, _ in test.items}
    groups = groups_of(session, items)
    faults: list[RuleBroken] = []
    for item in items.values():
        reasons = closed_because(item, day, groups.get(item.id, ()))
        faults += [ItemClosed(name=item.module.name), *reasons] if reasons else []
    return faults


def limit_sets_for(
    session: Session,
    provider_id: int,
    item_ids: Sequence[int],
    *,
    product_code: str | None = None,
    market: Market | None = None,
) -> list[LimitSet]:
    """Return the limits of a laboratory that judge at least one of the items, for this product and market."""
    judging = select(Limit.limit_set_id).where(Limit.item_id.in_(item_ids))
    statement = select(LimitSet).where(
        LimitSet.provider_id == provider_id, LimitSet.is_active.is_(True), LimitSet.id.in_(judging)
    )
    if product_code is not None:
        statement = statement.where(or_(LimitSet.product_code.is_(None), LimitSet.product_code == product_code))
    if market is not None:
        statement = statement.where(or_(LimitSet.market.is_(None), LimitSet.market == market))
    return list(session.scalars(statement.order_by(LimitSet.name).limit(MOST_SETS)))


def fields_of(session: Session, module_ids: Collection[int]) -> dict[int, TestField]:
    """Return the field to which each of the items belongs; packages are left out."""
    statement = select(TestItem.id, TestItem.field).where(TestItem.id.in_(module_ids))
    return {row.id: row.field for row in session.execute(statement)}


def limits_by_item(session: Session, provider_id: int, item_ids: Collection[int]) -> list[tuple[str, list[str]]]:
    """Return each item by name with what a laboratory's limits for it are called; none where nothing judges it."""
    named = select(ServiceModule.id, ServiceModule.name).where(ServiceModule.id.in_(item_ids))
    judging = (
        select(Limit.item_id, LimitSet.name)
        .join(LimitSet, LimitSet.id == Limit.limit_set_id)
        .where(LimitSet.provider_id == provider_id, LimitSet.is_active.is_(True), Limit.item_id.in_(item_ids))
        .order_by(LimitSet.name)
    )
    names: dict[int, list[str]] = defaultdict(list)
    for item_id, name in session.execute(judging.limit(MOST_SETS * MOST_CHOSEN)):
        names[item_id].append(name)
    return [(row.name, names[row.id]) for row in session.execute(named.order_by(ServiceModule.code))]


def is_ordered_as_test(session: Session, module_id: int) -> bool:
    """Tell whether a module is an item or a package of the laboratory, which is ordered with samples and not booked."""
    item = select(TestItem.id).where(TestItem.id == module_id)
    package = select(PackageItem.package_id).where(PackageItem.package_id == module_id)
    return session.scalar(select(or_(item.exists(), package.exists()))) or False


def recognitions(session: Session, module_ids: Sequence[int], day: date) -> dict[int, Recognition]:
    """Return what a report on each of the items may carry on ``day``, as the certificates say; packages are left out."""
    found = {}
    for item in items_of(session, module_ids).values():
        marks = marks_on(item, day)
        found[item.id] = Recognition(marks[0].value) if marks else Recognition.NONE
    return found


def english_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return what those of the items are called in English that have an English name."""
    named = select(TestItem.id, TestItem.name_en).where(TestItem.id.in_(ids), TestItem.name_en != "")
    return {row.id: row.name_en for row in session.execute(named)}
