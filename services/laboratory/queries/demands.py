"""What test lines ask of the instruments: minutes, hours and working days, by item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.catalogue.models import PriceUnit, ServiceModule
from services.catalogue.rules import price_on
from services.laboratory.models.capability import ItemMethod, TestItem
from services.laboratory.models.lines import TestLine
from services.laboratory.rules.places import Demand
from services.laboratory.rules.promising import days_to_test, minutes_of, run_hours_of

Wanted = tuple[int, int, int, int | None]
"""A line's id (or place in a list), its item, the quantity, and the package it comes with."""


@dataclass(frozen=True)
class _Kind:
    """Lines that are tested alike."""

    item_id: int
    quantity: int
    package_id: int | None


def demands_of(
    session: Session, lines: Iterable[TestLine], day: date, *, items: Mapping[int, TestItem] | None = None
) -> list[Demand]:
    """Return what these lines ask for, those of one item together; ``items`` are theirs where they are read already."""
    wanted = [(one.id, one.item_id, one.quantity, one.package_id) for one in lines]
    return demands_for(session, wanted, day, items=items)


def demands_for(
    session: Session, wanted: Iterable[Wanted], day: date, *, items: Mapping[int, TestItem] | None = None
) -> list[Demand]:
    """Return what lines that need not exist yet ask for, those tested alike together."""
    by_kind: dict[_Kind, list[int]] = defaultdict(list)
    for line, item_id, quantity, package_id in wanted:
        by_kind[_Kind(item_id, quantity, package_id)].append(line)
    items = items_of(session, {kind.item_id for kind in by_kind}) if items is None else items
    packages = {kind.package_id for kind in by_kind if kind.package_id is not None}
    chosen = select(ServiceModule.id, ServiceModule.working_days).where(ServiceModule.id.in_(packages))
    days: dict[int, int | None] = {row.id: row.working_days for row in session.execute(chosen)} if packages else {}
    return [
        _demand(items[kind.item_id], kind, tuple(sorted(by_kind[kind])), day, days)
        for kind in sorted(by_kind, key=lambda one: (one.item_id, one.quantity, one.package_id or 0))
    ]


def items_of(session: Session, item_ids: Iterable[int]) -> dict[int, TestItem]:
    """Return items with their modules, prices, products and editions, in a constant number of queries."""
    statement = (
        select(TestItem)
        .options(
            joinedload(TestItem.module, innerjoin=True).options(
                selectinload(ServiceModule.prices), selectinload(ServiceModule.products)
            ),
            selectinload(TestItem.methods).options(
                joinedload(ItemMethod.standard, innerjoin=True), selectinload(ItemMethod.scopes)
            ),
        )
        .where(TestItem.id.in_(sorted(set(item_ids))))
    )
    return {one.id: one for one in session.scalars(statement)}


def _demand(item: TestItem, kind: _Kind, lines: tuple[int, ...], day: date, packages: dict[int, int | None]) -> Demand:
    begun = [one for one in item.module.prices if one.effective_on <= day]
    unit = price_on(begun, day).unit if begun else PriceUnit.SAMPLE
    own_days = days_to_test(item.module.working_days, unit, kind.quantity)
    of_package = packages.get(kind.package_id or 0)
    return Demand(
        item_id=item.id,
        name=item.module.name,
        lines=lines,
        minutes=minutes_of(unit, kind.quantity, item.minutes_per_sample),
        run_hours=run_hours_of(unit, kind.quantity, item.run_hours),
        working_days=own_days if of_package is None else of_package,
    )
