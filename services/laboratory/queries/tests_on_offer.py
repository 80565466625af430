"""The items and packages that a laboratory offers today, to choose from at the desk."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.catalogue.models import ModuleKind, ModuleProduct, ModuleState, ServiceModule
from services.laboratory.models.capability import PackageItem, TestItem

MOST_OFFERED = 200


def offered_tests(
    session: Session, provider_id: int | None, *, product_code: str | None = None, words: str = ""
) -> list[ServiceModule]:
    """Return published items and packages, packages first; those for a class of products, or found by words."""
    item = select(TestItem.id).where(TestItem.id == ServiceModule.id)
    package = select(PackageItem.package_id).where(PackageItem.package_id == ServiceModule.id)
    statement = select(ServiceModule).where(
        ServiceModule.provider_id == provider_id,
        ServiceModule.state == ModuleState.PUBLISHED,
        or_(item.exists(), package.exists()),
    )
    if words:
        found = (ServiceModule.name, ServiceModule.code, ServiceModule.method)
        statement = statement.where(or_(*(column.icontains(words, autoescape=True) for column in found)))
    elif product_code:
        any_product = select(ModuleProduct.module_id).where(ModuleProduct.module_id == ServiceModule.id)
        statement = statement.where(
            or_(any_product.where(ModuleProduct.product_code == product_code).exists(), ~any_product.exists())
        )
    order = ((ServiceModule.kind == ModuleKind.PACKAGE).desc(), ServiceModule.code)
    return list(session.scalars(statement.order_by(*order).limit(MOST_OFFERED)))
