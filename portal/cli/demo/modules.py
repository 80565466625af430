"""Third stage, second half: test items, packages and other services with their prices, told in the same columns."""

from __future__ import annotations

from datetime import timedelta

from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import Row, fen, number, sheet, words
from portal.cli.demo.wording import package_row, test_row
from services.catalogue.models import (
    BookingMode,
    Market,
    ModuleField,
    ModuleKind,
    ModuleMarket,
    ModuleProduct,
    ModuleResource,
    ModuleState,
    PriceExtra,
    PriceUnit,
    PriceVersion,
    Recognition,
    Resource,
    ServiceField,
    ServiceModule,
)
from services.organisations.models import Organisation

TESTED = {ModuleKind.TEST, ModuleKind.PACKAGE}
MINIMUM_ORDER_FEN = 5000
URGENT, VERY_URGENT, MEMBER_DISCOUNT = 150, 200, 10
PRICED_SINCE, PUBLISHED_SINCE = timedelta(days=90), timedelta(days=80)

EXTRAS = (("english-report", "英文报告", 10000), ("extra-copy", "加印报告一份", 2000))
PICK_UP = {"C02": (("pick-up", "县内上门取样", 5000),), "C06": (("pick-up", "区内上门取样", 5000),)}
OWN_EXTRAS = {"TA01": (("machining", "试样加工（3 根）", 24000),)}
OTHER_PRICES = {"TG01": (-400, 110), "TG16": (30, 720)}
"""What these cost before, or will cost: days from the day of loading, and yuan."""

OUT_OF_SERVICE = {
    "TG14": (ModuleState.PAUSED, "热膨胀仪 E-G08 校准到期，复校后恢复受理。"),
    "TG20": (ModuleState.PAUSED, "所依据的 GB/T 21170-2007 已废止。请改做 TG07、TG08（内销）或 TG10（出口）。"),
}


def load_modules(loading: Loading) -> None:
    """Enter every service of this size: what it is, who answers for it, what it costs, on what it runs."""
    rows = _rows(loading)
    providers = loading.ids(Organisation.key, Organisation.id)
    made = loading.add_missing(
        rows, ServiceModule.code, "code", lambda row: _module(loading, row, providers[row["provider"]])
    )
    resources = loading.ids(Resource.code, Resource.id)
    session = loading.work.session
    for row, module in made:
        session.add_all(ModuleField(module_id=module.id, field=ServiceField(word)) for word in words(row["fields"]))
        session.add_all(ModuleMarket(module_id=module.id, market=Market(word)) for word in words(row["markets"]))
        session.add_all(ModuleProduct(module_id=module.id, product_code=word) for word in words(row["products"]))
        session.add_all(
            ModuleResource(module_id=module.id, resource_id=resources[word]) for word in words(row["resources"])
        )
        session.add_all(_prices(loading, row, module))
        session.add_all(_extras(row, module))


def _rows(loading: Loading) -> list[Row]:
    """Return tests and packages in the columns of the other services, then these."""
    items = {row["code"]: row for row in sheet("tests")}
    resources = {row["code"]: row for row in sheet("resources")}
    addresses = {row["key"]: row["address"] for row in sheet("bodies")}
    owners = {row["key"]: row for row in sheet("owners")}
    rows = [test_row(row, resources) for row in loading.sheet("tests")]
    rows += [package_row(row, items) for row in loading.sheet("packages")]
    rows += loading.sheet("services")
    for row in rows:
        row["place"] = "企业现场" if row.get("onsite") else addresses[row["provider"]]
        row["owner_name"] = owners[row["owner"]]["name"]
        row["owner_phone"] = owners[row["owner"]]["phone"]
    return rows


def _module(loading: Loading, row: Row, provider_id: int) -> ServiceModule:
    state, reason = OUT_OF_SERVICE.get(row["code"], (ModuleState(row.get("state") or ModuleState.PUBLISHED), ""))
    was_published = state in {ModuleState.PUBLISHED, ModuleState.PAUSED}
    return ServiceModule(
        code=row["code"],
        provider_id=provider_id,
        name=row["name"],
        kind=ModuleKind(row["kind"]),
        booking_mode=BookingMode(row["mode"]),
        summary=row["summary"],
        description=row["description"],
        audience=row["audience"],
        bring=row["bring"],
        output=row["output"],
        method=row.get("method", ""),
        place=row["place"],
        recognition=Recognition(row.get("recognition") or Recognition.NOT_APPLICABLE),
        recognition_note=row.get("recognition_note", ""),
        working_days=number(row["days"]),
        owner_name=row["owner_name"],
        owner_phone=row["owner_phone"],
        is_public_benefit=bool(row.get("free")),
        is_negotiable=bool(row.get("negotiable")),
        minimum_order_fen=_minimum_order(row),
        state=state,
        state_reason=reason,
        published_at=loading.work.now - PUBLISHED_SINCE if was_published else None,
    )


def _minimum_order(row: Row) -> int:
    if row.get("free"):
        return 0
    return fen(row["price"]) if row.get("negotiable") else MINIMUM_ORDER_FEN


def _prices(loading: Loading, row: Row, module: ServiceModule) -> list[PriceVersion]:
    today = loading.days.loaded_on
    told = [(today - PRICED_SINCE, fen(row["price"]))]
    if row["code"] in OTHER_PRICES:
        days, yuan = OTHER_PRICES[row["code"]]
        told.append((today + timedelta(days=days), yuan * 100))
    is_tested = module.kind in TESTED
    return [
        PriceVersion(
            module_id=module.id,
            effective_on=effective_on,
            unit=PriceUnit(row["unit"]),
            unit_fen=unit_fen,
            minimum_fen=fen(row.get("minimum", "")),
            urgent_percent=URGENT if is_tested else None,
            very_urgent_percent=VERY_URGENT if row.get("rush") else None,
            member_discount_percent=MEMBER_DISCOUNT if module.is_discountable else 0,
            created_at=loading.work.now - PRICED_SINCE,
        )
        for effective_on, unit_fen in told
    ]


def _extras(row: Row, module: ServiceModule) -> list[PriceExtra]:
    if module.kind not in TESTED:
        return []
    offered = EXTRAS + PICK_UP[row["provider"]] + OWN_EXTRAS.get(row["code"], ())
    return [PriceExtra(module_id=module.id, code=code, name=name, amount_fen=amount) for code, name, amount in offered]
