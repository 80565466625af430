"""A post as a row of a spreadsheet, and back: the columns, and what their cells mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from services.board.models.posts import Direction, PostType, Visibility
from services.board.rules.wishes import SpecWish, WishPost
from services.core.characters import narrow
from services.core.money import parse_yuan, yuan_text
from services.core.sheets import Columns, day_in

COLUMNS: Columns = {
    "type": ("类型",),
    "direction": ("方向",),
    "title": ("标题",),
    "body": ("详细说明", "说明"),
    "product_code": ("产品类别",),
    "node_id": ("产业链环节",),
    "keywords": ("关键词",),
    "quantity": ("数量",),
    "unit": ("单位",),
    "standard_text": ("质量标准", "执行标准"),
    "price_from": ("最低价",),
    "price_to": ("最高价",),
    "price_unit": ("计价单位",),
    "price_note": ("价格说明",),
    "includes_tax": ("含税",),
    "is_negotiable": ("面议",),
    "place": ("地点", "交货地点", "工作地点"),
    "wanted_on": ("交货日期",),
    "payment_terms": ("付款方式",),
    "working_hours": ("工作时间",),
    "has_sample": ("可供样品",),
    "is_urgent": ("加急",),
    "visibility": ("可见范围",),
    "contact_name": ("联系人",),
    "contact_phone": ("联系电话",),
    "gathers_until": ("用量申报截止",),
    "validity_days": ("有效天数",),
    "specs": ("规格",),
}
NEEDED = ("type", "title", "body", "contact_name", "contact_phone")
TYPES = {
    "求购": PostType.PURCHASE,
    "供应": PostType.SUPPLY,
    "外协加工": PostType.PROCESSING,
    "加工能力": PostType.CAPACITY,
    "设备": PostType.EQUIPMENT,
    "库存": PostType.STOCK,
    "物流": PostType.LOGISTICS,
    "招工求职": PostType.RECRUITMENT,
    "技术需求": PostType.TECHNOLOGY,
    "合作": PostType.COOPERATION,
}
DIRECTIONS = {"需求": Direction.NEED, "供应": Direction.OFFER}
VISIBILITIES = {
    "公开": Visibility.PUBLIC,
    "认证企业": Visibility.VERIFIED,
    "会员": Visibility.MEMBERS,
    "匿名": Visibility.ANONYMOUS,
}
"""Selected readers are chosen on the form; a table does not name them."""
_YES, _NO = {"是", "yes", "y", "1", "含税", "√"}, {"否", "no", "n", "0", "不含税", ""}
_SEVERAL = re.compile(r"[、,，;；|]")
_ROWS = re.compile(r"[;；\n|]")
_SPEC = re.compile(
    r"(?P<name>[^=＝:：]+)[=＝:：](?P<value>[^\[\]（）]+?)(?:\[(?P<unit>[^\]]*)\])?(?:（(?P<tolerance>[^）]*)）)?\Z"
)
_QUANTITY = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?\Z")


def quantity_in(cell: str) -> int | None:
    """Return thousandths. Raises ValueError."""
    plain = narrow(cell).replace(",", "")
    if not plain:
        return None
    if not _QUANTITY.match(plain):
        raise ValueError(cell)
    return int(Decimal(plain) * 1000)


def yes_in(cell: str) -> bool:
    """Return whether a cell says yes. Raises ValueError."""
    plain = narrow(cell).lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise ValueError(cell)


def specs_in(cell: str) -> tuple[SpecWish, ...]:
    """Return the rows of ``外径=6–22[mm]（±0.1）；长度=1500[mm]``. Raises ValueError."""
    rows = []
    for part in filter(None, (piece.strip() for piece in _ROWS.split(cell))):
        match = _SPEC.match(part)
        if match is None:
            raise ValueError(cell)
        rows.append(SpecWish(*(said.strip() for said in match.groups(default=""))))
    return tuple(rows)


def keywords_in(cell: str) -> tuple[str, ...]:
    """Return the keywords between commas."""
    return tuple(filter(None, (piece.strip() for piece in _SEVERAL.split(cell))))


def _one_of(words: Mapping[str, Any], usual: Any = None) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        plain = narrow(cell)
        if not plain and usual is not None:
            return usual
        if plain not in words:
            raise ValueError(cell)
        return words[plain]

    return read


def _fen(cell: str) -> int | None:
    return parse_yuan(cell) if narrow(cell) else None


def _days(cell: str) -> int:
    plain = narrow(cell) or "60"
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 3):
        raise ValueError(cell)
    return int(plain)


def _tax(cell: str) -> bool | None:
    return yes_in(cell) if narrow(cell) else None


READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "type": ("type", _one_of(TYPES)),
    "keywords": ("keywords", keywords_in),
    "quantity": ("quantity_milli", quantity_in),
    "price_from": ("price_from_fen", _fen),
    "price_to": ("price_to_fen", _fen),
    "includes_tax": ("includes_tax", _tax),
    "is_negotiable": ("is_negotiable", yes_in),
    "wanted_on": ("wanted_on", day_in),
    "has_sample": ("has_sample", yes_in),
    "is_urgent": ("is_urgent", yes_in),
    "visibility": ("visibility", _one_of(VISIBILITIES, Visibility.PUBLIC)),
    "gathers_until": ("gathers_until", day_in),
    "validity_days": ("validity_days", _days),
    "specs": ("specs", specs_in),
}
"""What reads the cells of a column, and the part of a wish that it gives. Other columns are text as it stands."""


def cells_of(wish: WishPost, *, product: str, node: str) -> list[str]:
    """Return a post as a row of the same columns."""
    said: dict[str, object] = {
        "type": _key(TYPES, wish.type),
        "direction": _key(DIRECTIONS, wish.direction),
        "product_code": product,
        "node_id": node,
        "keywords": "、".join(wish.keywords),
        "quantity": "" if wish.quantity_milli is None else f"{Decimal(wish.quantity_milli) / 1000:f}",
        "price_from": "" if wish.price_from_fen is None else yuan_text(wish.price_from_fen),
        "price_to": "" if wish.price_to_fen is None else yuan_text(wish.price_to_fen),
        "includes_tax": "" if wish.includes_tax is None else _yes(wish.includes_tax),
        "visibility": _key(VISIBILITIES, wish.visibility) or "定向",
        "specs": "；".join(_spec(row) for row in wish.specs),
    }
    return [_cell(said.get(name, getattr(wish, name, ""))) for name in COLUMNS]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return _yes(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _key(words: Mapping[str, object], value: object) -> str:
    return next((word for word, meant in words.items() if meant == value), "")


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _spec(row: SpecWish) -> str:
    unit = f"[{row.unit}]" if row.unit else ""
    return f"{row.name}={row.value}{unit}" + (f"（{row.tolerance}）" if row.tolerance else "")
