"""Takes in a table of test items: what each row would do is told first, and all of it is done or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from services.catalogue.models import ModuleKind, ServiceModule
from services.core.characters import narrow
from services.core.errors import RuleBroken
from services.core.permissions import Permission
from services.core.sheets import Columns, TableRow, raise_first, rows_of
from services.core.work import Work
from services.laboratory.capability_errors import (
    CellTooLong,
    CodeUnknown,
    StandardUnknown,
    TwiceInTable,
    WholeNumberExpected,
    WordUnknown,
)
from services.laboratory.models.capability import ItemMethod, ResultKind, TestField, TestItem
from services.laboratory.operations.capability import (
    ItemParticulars,
    add_method,
    change_item,
    define_item,
    particular_errors,
)
from services.standards.models import Standard
from services.standards.rules import key_of

COLUMNS: Columns = {
    "code": ("项目编号", "编号"),
    "field": ("领域",),
    "result_kind": ("结果类型",),
    "unit": ("单位",),
    "decimals": ("小数位数",),
    "lod": ("检出限",),
    "range_low": ("量程下限",),
    "range_high": ("量程上限",),
    "specimens": ("试样数",),
    "sample_amount": ("样品量",),
    "minutes_per_sample": ("每样占用分钟",),
    "run_hours": ("试验小时",),
    "retained_days": ("留样天数",),
    "may_subcontract": ("可分包",),
    "name_en": ("英文名称",),
    "methods": ("检测依据", "方法标准"),
}
NEEDED = ("code", "field", "result_kind")
FIELD_WORDS = {
    "玻璃": TestField.GLASS,
    "化学": TestField.CHEMISTRY,
    "包装": TestField.PACKAGING,
    "电气": TestField.ELECTRICAL,
    "金属": TestField.METAL,
    "纺织": TestField.TEXTILE,
    "食品": TestField.FOOD,
}
KIND_WORDS = {"数值": ResultKind.NUMBER, "等级": ResultKind.GRADE, "文字": ResultKind.TEXT}
YES = {"1", "yes", "y", "是", "可"}
BOUNDS = {
    "decimals": (0, 6, 0),
    "specimens": (1, 50, 1),
    "minutes_per_sample": (0, 1440, 0),
    "run_hours": (0, 5000, 0),
    "retained_days": (0, 3650, 30),
}
"""The least, the most and the usual value of each whole number."""

LONGEST = {"unit": 20, "lod": 20, "range_low": 20, "range_high": 20, "sample_amount": 60, "name_en": 120}
_CLAUSE = re.compile(r"(?P<number>[^（(]+)(?:[（(](?P<clause>[^）)]*)[）)])?\Z")
W = TypeVar("W", bound=StrEnum)


class Change(StrEnum):
    """What a row of the table does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class PlannedItem:
    """A row of the table that can be taken in; ``methods`` are numbers of standards with their clauses."""

    row: TableRow
    module: ServiceModule
    particulars: ItemParticulars
    methods: tuple[tuple[str, str], ...]
    change: Change


@dataclass(frozen=True)
class ItemPlan:
    """What a table would do: the rows that can be taken in, and what is wrong with the others."""

    rows: list[PlannedItem]
    errors: list[RuleBroken]


def plan_items(session: Session, provider_id: int | None, table: str) -> ItemPlan:
    """Return what taking in ``table`` would do. Raises RulesBroken when it is no table with the needed columns."""
    rows = rows_of(table, COLUMNS, needed=NEEDED)
    modules = _modules(session, provider_id, [narrow(row["code"]).upper() for row in rows])
    items = _items(session, [module.id for module in modules.values()])
    read = [(row, _read(row)) for row in rows]
    keys = {key_of(number) for _, (_, methods, _) in read for number, _ in methods}
    known = set(session.scalars(select(Standard.key).where(Standard.key.in_(keys))))
    plan, seen = ItemPlan([], []), set[str]()
    for row, (particulars, methods, own_faults) in read:
        code = narrow(row["code"]).upper()
        module = modules.get(code)
        item = items.get(module.id) if module else None
        whole = None if particulars is None else _completed(particulars, item, row)
        faults = [*own_faults, *([] if whole is None else particular_errors(whole))]
        faults += [CodeUnknown()] if module is None else []
        faults += [TwiceInTable()] if code in seen else []
        faults += [StandardUnknown() for number, _ in methods if key_of(number) not in known]
        seen.add(code)
        plan.errors.extend(row.wrong(fault) for fault in faults)
        if whole is not None and module is not None and not faults:
            plan.rows.append(PlannedItem(row, module, whole, methods, _change(item, whole, methods)))
    return plan


def import_items(work: Work, table: str) -> dict[Change, int]:
    """Define and change the items of a whole table; editions are added, never ended.

    Return how many rows did what. Raises RulesBroken with an error for each row that cannot be used.
    """
    work.require(Permission.CAPABILITY_EDIT)
    plan = plan_items(work.session, work.actor.organisation_id, table)
    raise_first(plan.errors)
    for planned in plan.rows:
        if planned.change is not Change.SAME:
            _take_in(work, planned)
    return {change: sum(one.change is change for one in plan.rows) for change in Change}


def _take_in(work: Work, planned: PlannedItem) -> None:
    item = work.session.get(TestItem, planned.module.id)
    if item is None:
        item = define_item(work, planned.module.id, planned.particulars)
    elif particulars_of(item) != planned.particulars:
        change_item(work, item.id, item.version, planned.particulars)
    held = {method.standard.key for method in item.methods if method.ended_at is None}
    for number, clause in planned.methods:
        if key_of(number) not in held:
            add_method(work, item.id, number, clause)


def particulars_of(item: TestItem) -> ItemParticulars:
    """Return an item as it would be entered."""
    return ItemParticulars(**{one.name: getattr(item, one.name) for one in fields(ItemParticulars)})


def _read(row: TableRow) -> tuple[ItemParticulars | None, tuple[tuple[str, str], ...], list[RuleBroken]]:
    methods = tuple(_method(part) for part in row["methods"].replace("；", "|").replace(";", "|").split("|") if part)
    field, kind = _word(TestField, FIELD_WORDS, row["field"]), _word(ResultKind, KIND_WORDS, row["result_kind"])
    numbers = {name: _whole(row[name], *bounds) for name, bounds in BOUNDS.items()}
    faults: list[RuleBroken] = []
    if field is None or kind is None:
        faults.append(WordUnknown())
    faults.extend(WholeNumberExpected(field=name) for name, number in numbers.items() if number is None)
    faults.extend(CellTooLong(field=name) for name, most in LONGEST.items() if len(row[name]) > most)
    if faults or field is None or kind is None:
        return None, methods, faults
    particulars = ItemParticulars(
        field=field,
        result_kind=kind,
        unit=row["unit"],
        decimals=numbers["decimals"] or 0,
        lod=row["lod"],
        range_low=row["range_low"],
        range_high=row["range_high"],
        specimens=numbers["specimens"] or 1,
        sample_amount=row["sample_amount"],
        minutes_per_sample=numbers["minutes_per_sample"] or 0,
        run_hours=numbers["run_hours"] or 0,
        retained_days=numbers["retained_days"] or 0,
        may_subcontract=row["may_subcontract"].lower() in YES,
        name_en=row["name_en"],
    )
    return particulars, methods, []


def _completed(particulars: ItemParticulars, item: TestItem | None, row: TableRow) -> ItemParticulars:
    """Let an item keep what the table has no column for; an empty cell is an answer."""
    if item is None:
        return particulars
    kept = [one.name for one in fields(ItemParticulars) if one.name not in row.heads]
    return replace(particulars, **{name: getattr(item, name) for name in kept})


def _method(text: str) -> tuple[str, str]:
    """Return ``GB/T 4545-2007（4.2）`` as number and clause."""
    match = _CLAUSE.match(text.strip())
    return (match["number"].strip(), (match["clause"] or "").strip()[:40]) if match else (text.strip(), "")


def _word(kind: type[W], words: dict[str, W], text: str) -> W | None:
    plain = text.strip().lower()
    return kind(plain) if plain in set(kind) else words.get(plain)


def _whole(text: str, least: int, most: int, usual: int) -> int | None:
    plain = narrow(text)
    if not plain:
        return usual
    is_whole = plain.isascii() and plain.isdigit() and len(plain) < 6
    return int(plain) if is_whole and least <= int(plain) <= most else None


def _modules(session: Session, provider_id: int | None, codes: Sequence[str]) -> dict[str, ServiceModule]:
    statement = select(ServiceModule).where(
        ServiceModule.provider_id == provider_id, ServiceModule.kind == ModuleKind.TEST, ServiceModule.code.in_(codes)
    )
    return {module.code: module for module in session.scalars(statement)}


def _items(session: Session, ids: Sequence[int]) -> dict[int, TestItem]:
    parts = selectinload(TestItem.methods).joinedload(ItemMethod.standard)
    statement = select(TestItem).where(TestItem.id.in_(ids)).options(parts)
    return {item.id: item for item in session.scalars(statement)}


def _change(item: TestItem | None, particulars: ItemParticulars, methods: tuple[tuple[str, str], ...]) -> Change:
    if item is None:
        return Change.NEW
    held = {method.standard.key for method in item.methods if method.ended_at is None}
    is_same = particulars_of(item) == particulars and {key_of(number) for number, _ in methods} <= held
    return Change.SAME if is_same else Change.CHANGED
