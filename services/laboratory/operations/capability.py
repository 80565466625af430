"""Defining test items, and the editions of standards by which they are tested."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.catalogue.models import ModuleKind, ServiceModule
from services.core.errors import ChangedMeanwhile, NotFound, RuleBroken, RulesBroken
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.capability_errors import (
    DefinedAlready,
    KindFixed,
    MethodKnown,
    NotATest,
    NumberExpected,
    OnlyForNumbers,
    OutOfOrder,
    ScaleUnknown,
    StandardUnknown,
)
from services.laboratory.models.capability import ItemMethod, ResultKind, TestField, TestItem
from services.laboratory.models.lines import TestLine
from services.laboratory.rules.rounding import GRADE_SCALES, read_number
from services.standards.queries import standard_with

MEASURES = ("lod", "range_low", "range_high")


@dataclass(frozen=True)
class ItemParticulars:
    """Everything the laboratory says about an item besides what the catalogue shows."""

    field: TestField
    result_kind: ResultKind
    unit: str = ""
    decimals: int = 0
    lod: str = ""
    range_low: str = ""
    range_high: str = ""
    specimens: int = 1
    sample_amount: str = ""
    minutes_per_sample: int = 0
    run_hours: int = 0
    retained_days: int = 30
    may_subcontract: bool = False
    name_en: str = ""


def define_item(work: Work, module_id: int, particulars: ItemParticulars) -> TestItem:
    """Make a service module of kind test an item of the laboratory. Raises all the rules it breaks together."""
    module = own_module(work, module_id)
    if module.kind is not ModuleKind.TEST:
        raise NotATest
    if work.session.get(TestItem, module.id) is not None:
        raise DefinedAlready
    raise_all(particular_errors(particulars))
    item = TestItem(id=module.id, **asdict(particulars))
    work.session.add(item)
    try:
        work.session.flush()  # the database decides who was first
    except IntegrityError as clash:
        raise DefinedAlready from clash
    work.record("item.defined", item, code=module.code, particulars=asdict(particulars))
    return item


def change_item(work: Work, item_id: int, version: int, particulars: ItemParticulars) -> TestItem:
    """Replace the particulars of an item. Raises ChangedMeanwhile when ``version`` is not the present one.

    What has been tested keeps its results; their kind and unit stay once there are any.
    """
    item = own_item(work, item_id)
    if item.version != version:
        raise ChangedMeanwhile
    errors = particular_errors(particulars)
    is_other = (item.result_kind, item.unit) != (particulars.result_kind, particulars.unit)
    if is_other and work.session.scalar(select(TestLine.id).where(TestLine.item_id == item.id).limit(1)):
        errors.append(KindFixed())
    raise_all(errors)
    after = asdict(particulars)
    changed = {name: [getattr(item, name), value] for name, value in after.items() if getattr(item, name) != value}
    for name, value in after.items():
        setattr(item, name, value)
    work.session.flush()  # the version is the next one afterwards
    work.record("item.changed", item, code=item.module.code, changed=changed)
    return item


def add_method(work: Work, item_id: int, number: str, clause: str) -> ItemMethod:
    """Let the item be tested by an edition of the library, from the day on which that takes effect.

    An edition that was ended before is taken up again. Raises StandardUnknown or MethodKnown.
    """
    item = own_item(work, item_id)
    standard = standard_with(work.session, number)
    if standard is None:
        raise StandardUnknown
    method = next((one for one in item.methods if one.standard_id == standard.id), None)
    if method is not None and method.ended_at is None:
        raise MethodKnown
    if method is None:
        method = ItemMethod(item_id=item.id, standard_id=standard.id, added_at=work.now)
        work.session.add(method)
    method.clause, method.ended_at = clause, None
    try:
        work.session.flush()  # the database decides who was first
    except IntegrityError as clash:
        raise MethodKnown from clash
    work.session.expire(item, ["methods"])
    work.record("item.method_added", item, code=item.module.code, standard=standard.number, clause=clause)
    work.changed("item", item.id)
    return method


def end_method(work: Work, item_id: int, method_id: int) -> None:
    """Use an edition for this item no longer from tomorrow's orders on; running lines keep theirs."""
    item = own_item(work, item_id)
    method = own_method(work, method_id)
    if method.item_id != item.id:
        raise NotFound
    if method.ended_at is None:
        method.ended_at = work.now
        work.record("item.method_ended", item, code=item.module.code, standard=method.standard.number)
        work.changed("item", item.id)


def own_module(work: Work, module_id: int) -> ServiceModule:
    """Return a module of the actor's laboratory, locked. Raises NotFound for one of another."""
    work.require(Permission.CAPABILITY_EDIT)
    module = work.session.get(ServiceModule, module_id, with_for_update={"of": ServiceModule})
    if module is None:
        raise NotFound
    work.require(Permission.CAPABILITY_EDIT, scope=module.provider_id)
    return module


def own_item(work: Work, item_id: int) -> TestItem:
    """Return an item of the actor's laboratory, its module locked. Raises NotFound for one of another."""
    own_module(work, item_id)
    item = work.session.get(TestItem, item_id)
    if item is None:
        raise NotFound
    return item


def own_method(work: Work, method_id: int) -> ItemMethod:
    """Return an edition of an item of the actor's laboratory. Raises NotFound for one of another."""
    work.require(Permission.CAPABILITY_EDIT)
    method = work.session.get(ItemMethod, method_id)
    if method is None:
        raise NotFound
    own_module(work, method.item_id)
    return method


def particular_errors(particulars: ItemParticulars) -> list[RuleBroken]:
    """Return the rules that the particulars break."""
    given = {name: getattr(particulars, name) for name in MEASURES if getattr(particulars, name)}
    if particulars.result_kind is not ResultKind.NUMBER:
        scale = given.pop("range_high", "") if particulars.result_kind is ResultKind.GRADE else ""
        errors: list[RuleBroken] = [OnlyForNumbers(field=name) for name in given]
        errors += [ScaleUnknown()] if scale and scale not in GRADE_SCALES else []
        return errors + ([OnlyForNumbers(field="decimals")] if particulars.decimals else [])
    numbers = {name: read_number(text) for name, text in given.items()}
    errors = [NumberExpected(field=name) for name, number in numbers.items() if number is None]
    errors += [NumberExpected(field="lod")] if (numbers.get("lod") or Decimal(0)) < 0 else []
    low, high = numbers.get("range_low"), numbers.get("range_high")
    if low is not None and high is not None and low >= high:
        errors.append(OutOfOrder(field="range_high"))
    return errors


def raise_all(errors: list[RuleBroken]) -> None:
    """Raise the broken rules together; return when there are none."""
    if errors:
        raise RulesBroken(errors)
