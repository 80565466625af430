"""What test packages hold. A package never costs more than its items one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import selectinload

from services.catalogue.models import ModuleKind, ServiceModule
from services.core.errors import RuleBroken, RulesBroken
from services.core.money import yuan_text
from services.core.work import Work
from services.laboratory.capability_errors import EmptyPackage, ForeignItem, NotAPackage, PackageTooDear
from services.laboratory.models.capability import PackageItem, TestItem
from services.laboratory.operations.capability import own_module, raise_all
from services.laboratory.rules.packages import change_days, package_price


def set_package(work: Work, package_id: int, quantities: Mapping[int, int]) -> None:
    """Say what a package holds: items by id, each so many times. Raises all the rules it breaks together."""
    package = own_module(work, package_id)
    if package.kind is not ModuleKind.PACKAGE:
        raise NotAPackage
    if not quantities:
        raise RulesBroken([EmptyPackage()])
    own = select(TestItem.id).join(ServiceModule, ServiceModule.id == TestItem.id)
    own = own.where(ServiceModule.provider_id == package.provider_id, TestItem.id.in_(quantities))
    if set(work.session.scalars(own)) != set(quantities):
        raise RulesBroken([ForeignItem()])
    before = {row.item_id: row.quantity for row in _contents(work, package_id)}
    work.session.execute(delete(PackageItem).where(PackageItem.package_id == package_id))
    work.session.add_all(
        PackageItem(package_id=package_id, item_id=item_id, quantity=quantity)
        for item_id, quantity in quantities.items()
    )
    work.session.flush()  # the price is compared with what it holds now
    raise_all(_unfair(work, [package_id], work.today))
    after = dict(quantities)
    work.record("package.contents_set", package, code=package.code, before=before, after=after)


def keep_packages_fair(work: Work, module_id: int) -> None:
    """Return when no package that ``module_id`` is, or belongs to, costs more than its items, today or later.

    Called in the transaction that changes a price. Raises RulesBroken with PackageTooDear, which undoes it.
    """
    holding = select(PackageItem.package_id).where(
        or_(PackageItem.item_id == module_id, PackageItem.package_id == module_id)
    )
    package_ids = list(work.session.scalars(holding.distinct().order_by(PackageItem.package_id)))
    raise_all(_unfair(work, package_ids, work.today))


def _unfair(work: Work, package_ids: list[int], today: date) -> list[RuleBroken]:
    """Return an error for each package that costs more than its items on some day from today on."""
    errors: list[RuleBroken] = []
    for package_id in package_ids:
        contents = _contents(work, package_id)
        modules = _with_prices(work, [package_id, *(row.item_id for row in contents)])
        package = modules[package_id]
        parts = [(modules[row.item_id], row.quantity) for row in contents]
        for day in change_days(modules.values(), today):
            worth = package_price(package, parts, day)
            if worth is not None and worth.price_fen > worth.parts_fen:
                price, sum_of_parts = yuan_text(worth.price_fen), yuan_text(worth.parts_fen)
                errors.append(PackageTooDear(package=package.name, price=price, parts=sum_of_parts, day=day))
                break
    return errors


def _contents(work: Work, package_id: int) -> list[PackageItem]:
    statement = select(PackageItem).where(PackageItem.package_id == package_id).order_by(PackageItem.item_id)
    return list(work.session.scalars(statement))


def _with_prices(work: Work, module_ids: list[int]) -> dict[int, ServiceModule]:
    statement = select(ServiceModule).where(ServiceModule.id.in_(module_ids))
    statement = statement.options(selectinload(ServiceModule.prices)).execution_options(populate_existing=True)
    return {module.id: module for module in work.session.scalars(statement)}
