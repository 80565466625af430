"""Puts the sentences together that every test item and package says in the same way."""

from __future__ import annotations

from portal.cli.demo.sheets import Row, sheet, words
from services.catalogue.models import BookingMode, CapacityKind, ModuleKind, PriceUnit, Recognition

CENTRE_OF = {"TG": "C02", "TP": "C02", "TA": "C06", "TX": "C06", "TF": "C06"}
LABEL = "随样写明产品名称、型号和批号。"
REPORT = "检测报告一份（纸质盖章件与电子件）"


def test_row(row: Row, resources: dict[str, Row]) -> Row:
    """Return a test item in the columns of the services."""
    has_mark = bool(row["cma"])
    instrument = resources.get(row["resource"])
    mode = _mode(row, instrument)
    uses = f"使用设备：{instrument['name']}（{instrument['code']}）。" if instrument else ""
    return row | {
        "provider": CENTRE_OF[row["code"][:2]],
        "kind": ModuleKind.TEST,
        "mode": mode,
        "fields": "technology",
        "audience": _audience(row["products"]),
        "bring": f"样品：{row['bring']}。{LABEL}",
        "description": "\n".join(filter(None, (row["description"], uses))),
        "output": REPORT + ("，带 CMA 标志。" if has_mark else "，不带 CMA 标志。"),
        "resources": row["resource"],
        "recognition": Recognition.CMA if has_mark else Recognition.NONE,
        "recognition_note": _item_note(has_mark=has_mark),
    }


def package_row(row: Row, items: dict[str, Row]) -> Row:
    """Return a package in the columns of the services, with what it saves against its single items."""
    parts = [(items[code], count) for code, count in package_items(row)]
    marked = [item["code"] for item, _ in parts if item["cma"]]
    plain = [item["code"] for item, _ in parts if not item["cma"]]
    total = sum(int(item["price"]) * count for item, count in parts)
    contents = "、".join(_part(item, count) for item, count in parts)
    fields = "technology" if row["markets"] == "domestic" else "technology|market"
    saving = f"单项合计 {total:,} 元，方案价 {int(row['price']):,} 元，省 {total - int(row['price']):,} 元。"
    return row | {
        "kind": ModuleKind.PACKAGE,
        "mode": BookingMode.PROJECT,
        "unit": PriceUnit.SAMPLE,
        "fields": fields,
        "resources": "",
        "method": "",
        "bring": "；".join(f"{_short(item)}：{item['bring']}" for item, _ in parts) + f"。{LABEL}",
        "description": f"{row['description']}\n包含：{contents}。{saving}",
        "output": REPORT + ("，各项结论与依据的标准分行列出。"),
        "recognition": Recognition.NONE if plain else Recognition.CMA,
        "recognition_note": _package_note(marked, plain),
    }


def package_items(row: Row) -> list[tuple[str, int]]:
    """Return the items of a package with how many of each: ``TG12*3`` is three."""
    pairs = [item.partition("*") for item in row["items"].split()]
    return [(code, int(count or 1)) for code, _, count in pairs]


def _mode(row: Row, instrument: Row | None) -> BookingMode:
    """What is sold by the hour is booked by the hour, what runs in batches by day, the rest has a promised date."""
    if row["unit"] == PriceUnit.HOUR:
        return BookingMode.SLOT
    if instrument and instrument["capacity"] == CapacityKind.BATCH:
        return BookingMode.BATCH
    return BookingMode.PROJECT


def _audience(products: str) -> str:
    names = {row["code"]: row["name"] for row in sheet("product_classes")}
    return "生产或采购" + "、".join(names[code] for code in words(products)) + "的企业"


def _item_note(*, has_mark: bool) -> str:
    if has_mark:
        return "在演示资质范围内；以出具报告当日的有效范围为准。"
    return "不在资质认定范围内，报告不带 CMA 标志，供研发和质量控制参考。"


def _package_note(marked: list[str], plain: list[str]) -> str:
    if not plain:
        return "各项均在演示资质范围内；以出具报告当日的有效范围为准。"
    if not marked:
        return "各项均不在资质认定范围内，报告不带 CMA 标志。"
    return f"{'、'.join(marked)} 在演示资质范围内，{'、'.join(plain)} 不在；报告中分开列出，只有前者带 CMA 标志。"


def _short(item: Row) -> str:
    """Return the name of an item without what stands in brackets."""
    return item["name"].partition("（")[0]


def _part(item: Row, count: int) -> str:
    """Return an item with how much of it is in the package."""
    if count == 1:
        return f"{item['name']}（{item['code']}）"
    unit = " 小时" if item["unit"] == PriceUnit.HOUR else ""
    return f"{item['name']}（{item['code']}）×{count}{unit}"
