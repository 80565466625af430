"""Reads what people write into specification rows, and tells whether what one side needs fits what the other offers.

``Φ6–Φ22``, ``≤1%``, ``3.3±0.1``, ``4级以上`` and ``580×400×420`` become spans of numbers in one unit of measure; what is
no number is compared as words. Two values are comparable when their names and their kinds of measure are the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

INFINITY = Decimal("Infinity")
_UNITS: dict[str, dict[str, str]] = {
    "length": {
        "um": "0.001",
        "μm": "0.001",
        "丝": "0.01",
        "mm": "1",
        "毫米": "1",
        "cm": "10",
        "厘米": "10",
        "dm": "100",
    }
    | {"m": "1000", "米": "1000", "km": "1000000", "公里": "1000000"},
    "mass": {"mg": "0.000001", "g": "0.001", "克": "0.001", "kg": "1", "公斤": "1", "千克": "1", "斤": "0.5"}
    | {"t": "1000", "吨": "1000"},
    "area": {"mm2": "0.000001", "cm2": "0.0001", "m2": "1", "平方": "1", "平方米": "1", "平米": "1", "亩": "666.67"},
    "volume": {"ml": "0.001", "毫升": "0.001", "l": "1", "升": "1", "m3": "1000", "立方": "1000", "立方米": "1000"},
    "time": {"s": "0.000277778", "秒": "0.000277778", "min": "0.0166667", "分钟": "0.0166667", "h": "1", "小时": "1"}
    | {"d": "24", "天": "24", "日": "24", "周": "168", "月": "720", "年": "8760"},
    "ratio": {"%": "1", "‰": "0.1"},
    "pressure": {"pa": "0.000001", "kpa": "0.001", "mpa": "1", "n/mm2": "1", "gpa": "1000"},
    "force": {"n": "1", "kn": "1000"},
    "temperature": {"°c": "1", "度": "1", "摄氏度": "1"},
    "piece": dict.fromkeys(("只", "个", "件", "枚", "支", "根", "条", "片", "pcs", "pc"), "1"),
}
_FACTORS = {unit: (kind, Decimal(factor)) for kind, units in _UNITS.items() for unit, factor in units.items()}
_MANY = {"万": Decimal(10_000), "千": Decimal(1_000), "百": Decimal(100), "亿": Decimal(100_000_000)}
_ALIKE = {
    name: first
    for first, *names in (
        ("直径", "外径", "管径", "棒径", "口径", "φ"),
        ("壁厚", "管壁厚", "管壁"),
        ("长度", "长", "定尺"),
        ("幅宽", "门幅", "布幅"),
        ("克重", "面密度"),
        ("膨胀系数", "线膨胀系数", "热膨胀系数"),
        ("材质", "材料"),
    )
    for name in names
}
_NUMBER = r"([+-]?\d+(?:\.\d+)?)([万千百亿]?)"
_UNIT = r"(?:[^\d~±]|(?<=m)[23])*?"
_ONE = re.compile(rf"(<=|>=)?{_NUMBER}(.*)\Z")
_RANGE = re.compile(rf"{_NUMBER}({_UNIT})~{_NUMBER}(.*)\Z")
_AROUND = re.compile(rf"{_NUMBER}({_UNIT})±(\d+(?:\.\d+)?)(.*)\Z")
_SIGNED = re.compile(r"\+(\d+(?:\.\d+)?)[/,]?-(\d+(?:\.\d+)?)")
_DASH = re.compile(r"(?<=[\d万千百亿a-z%°])\s*(?:[-–—−~〜至到]|\.\.)\s*(?=\d)")
_WORDS = (
    (re.compile(r"(?:不超过|不大于|不高于|小于等于|至多|最大|≤|≦|<=?)"), "<="),
    (re.compile(r"(?:不低于|不小于|不少于|大于等于|至少|最小|≥|≧|>=?)"), ">="),
    (re.compile(r"(.+?)(?:以上|及以上|起)\Z"), r">=\1"),
    (re.compile(r"(.+?)(?:以下|以内|及以下)\Z"), r"<=\1"),
)
_DIMENSIONS = re.compile(r"(?<=[\da-z])[×x*](?=\d)")


class Row(Protocol):
    """One row of a specification."""

    @property
    def name(self) -> str:
        """What is specified."""

    @property
    def value(self) -> str:
        """As it was typed."""

    @property
    def unit(self) -> str:
        """May be empty, or stand within the value."""

    @property
    def tolerance(self) -> str:
        """E.g. ``±0.1``."""


@dataclass(frozen=True)
class Span:
    """The numbers from ``low`` to ``high``, both included, of one kind of measure (``length``, ``mass/time``, ``级``)."""

    low: Decimal
    high: Decimal
    kind: str = ""

    def meets(self, other: Span) -> bool:
        """Tell whether some number lies in both."""
        return self.low <= other.high and other.low <= self.high


def folded(text: str) -> str:
    """Return ``text`` in compatibility form and small letters, without blanks and diameter signs."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ø", "φ").replace("−", "-")
    return re.sub(r"\s|(?<=\d),(?=\d{3})|约", "", plain)


def name_of(row: Row) -> str:
    """Return the name under which a row is compared: 外径 and 直径 are the same."""
    name = re.sub(r"[((].*?[))]|[::]", "", folded(row.name))
    return _ALIKE.get(name, name)


def measure(text: str) -> tuple[str, Decimal]:
    """Return the kind of measure of a unit, and how much one of it is: ``吨/月`` is 1000/720 of mass/time."""
    unit = folded(text).strip("/")
    if unit in _FACTORS:
        return _FACTORS[unit]
    many = Decimal(1)
    if len(unit) > 1 and unit[0] in _MANY:
        many, unit = _MANY[unit[0]], unit[1:]
    upper, _, lower = unit.partition("/")
    kind, factor = _FACTORS.get(upper, (upper, Decimal(1)))
    if lower:
        below, divisor = _FACTORS.get(lower, (lower, Decimal(1)))
        kind, factor = f"{kind}/{below}", factor / divisor
    return kind, factor * many


def spans(row: Row) -> tuple[Span, ...]:
    """Return the numbers of a row, one span for each dimension; nothing when it says no numbers."""
    text = folded(row.value).replace("φ", "")
    for pattern, plain in _WORDS:
        text = pattern.sub(plain, text)
    text = _DASH.sub("~", text)
    found = [_span(part, folded(row.unit), folded(row.tolerance)) for part in _DIMENSIONS.split(text)]
    whole = [span for span in found if span is not None]
    if len(whole) < len(found):
        return ()
    kind = whole[-1].kind
    return tuple(whole) if all(span.kind in {"", kind} for span in whole) else ()


def compatible(need: Row, offer: Row) -> bool | None:
    """Tell whether two rows of the same name can both be kept; None when they cannot be compared."""
    mine, theirs = spans(need), spans(offer)
    if mine and theirs:
        pairs = list(zip(mine, theirs, strict=False))
        if len(mine) != len(theirs) or any(one.kind != two.kind for one, two in pairs if one.kind and two.kind):
            return None
        return all(one.meets(two) for one, two in pairs)
    if mine or theirs:
        return None
    one, two = folded(need.value), folded(offer.value)
    return (one in two or two in one) if one and two else None


def enough(need: Decimal, need_unit: str, offer: Decimal, offer_unit: str) -> bool | None:
    """Tell whether a needed quantity is within the offered one; None when their units measure different things."""
    (kind, factor), (other_kind, other_factor) = measure(need_unit), measure(offer_unit)
    return need * factor <= offer * other_factor if kind == other_kind else None


def per_unit(price_unit: str) -> tuple[str, Decimal]:
    """Return what a price is for, and how much of it: ``元/kg``, ``/kg`` and ``kg`` are the same."""
    unit = re.sub(r"^(?:万?元|rmb|cny|¥)?[//每]", "", folded(price_unit))
    return measure(unit)


def _span(text: str, unit: str, tolerance: str) -> Span | None:
    for read in (_around, _range, _one):
        found = read(text, unit)
        if found is not None:
            return _widened(found, unit, tolerance)
    return None


def _around(text: str, unit: str) -> Span | None:
    match = _AROUND.match(text)
    if match is None:
        return None
    number, many, before, plus, after = match.groups()
    percent = after.startswith("%") and not before.startswith("%") and unit != "%"
    middle = _number(number, many)
    off = abs(middle) * Decimal(plus) / 100 if percent else Decimal(plus)
    return _scaled(middle - off, middle + off, before or ("" if percent else after), unit)


def _range(text: str, unit: str) -> Span | None:
    match = _RANGE.match(text)
    if match is None:
        return None
    low, low_many, before, high, high_many, after = match.groups()
    first = _scaled(*(_number(low, low_many or ("" if before else high_many)),) * 2, before or after, unit)
    last = _scaled(*(_number(high, high_many),) * 2, after or before, unit)
    return Span(min(first.low, last.low), max(first.low, last.low), last.kind)


def _one(text: str, unit: str) -> Span | None:
    match = _ONE.match(text)
    if match is None or re.search(r"\d", match[4].replace("m2", "").replace("m3", "")):
        return None
    sign, number, many, after = match.groups()
    value = _number(number, many)
    low = -INFINITY if sign == "<=" else value
    high = INFINITY if sign == ">=" else value
    return _scaled(low, high, after, unit)


def _number(digits: str, many: str) -> Decimal:
    return Decimal(digits) * _MANY.get(many, Decimal(1))


def _scaled(low: Decimal, high: Decimal, written: str, unit: str) -> Span:
    kind, factor = measure(written or unit)
    return Span(low * factor, high * factor, kind)


def _widened(span: Span, unit: str, tolerance: str) -> Span:
    """Add the tolerance that stands in a column of its own."""
    if not tolerance:
        return span
    factor = measure(unit)[1]
    if match := re.match(r"±(\d+(?:\.\d+)?)(%?)", tolerance):
        off = Decimal(match[1])
        below, above = (abs(span.low) * off / 100, abs(span.high) * off / 100) if match[2] else (off * factor,) * 2
        return Span(span.low - below, span.high + above, span.kind)
    if match := _SIGNED.match(tolerance):
        return Span(span.low - Decimal(match[2]) * factor, span.high + Decimal(match[1]) * factor, span.kind)
    return span
