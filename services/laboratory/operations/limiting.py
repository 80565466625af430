"""Limits by which results are judged."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.catalogue.models import Market
from services.core.errors import ChangedMeanwhile, NotFound, RuleBroken
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.capability_errors import (
    ForeignItem,
    GradeExpected,
    LimitNameTaken,
    NeverJudged,
    NoLimits,
    NumberExpected,
    OutOfOrder,
    StandardUnknown,
)
from services.laboratory.models.capability import Limit, LimitSet, ResultKind, TestItem
from services.laboratory.operations.capability import raise_all
from services.laboratory.rules.readings import grade_scale
from services.laboratory.rules.rounding import read_grade, read_number
from services.standards.models import Standard
from services.standards.queries import standard_with


@dataclass(frozen=True)
class LimitSetEntry:
    """What limits are called, for which product and market they are, and the standard they come from, if any."""

    name: str
    standard: str = ""
    product_code: str | None = None
    market: Market | None = None
    is_active: bool = True


def add_limit_set(work: Work, entry: LimitSetEntry) -> LimitSet:
    """Open a set of limits of the actor's laboratory. Raises all the rules it breaks together."""
    work.require(Permission.CAPABILITY_EDIT)
    limits = LimitSet(provider_id=work.actor.organisation_id or 0)
    _fill(work, limits, entry)
    work.session.add(limits)
    _flush(work)
    work.record("limits.added", limits, **asdict(entry))
    return limits


def change_limit_set(work: Work, limit_set_id: int, version: int, entry: LimitSetEntry) -> LimitSet:
    """Replace what is said about a set of limits; verdicts that were given stand. Raises ChangedMeanwhile."""
    limits = own_limit_set(work, limit_set_id)
    if limits.version != version:
        raise ChangedMeanwhile
    _fill(work, limits, entry)
    _flush(work)
    work.record("limits.changed", limits, **asdict(entry))
    return limits


def set_limit(work: Work, limit_set_id: int, item_id: int, low: str, high: str) -> Limit:
    """Say what a result of an item may be, both ends included. Raises all the rules it breaks together."""
    limits = own_limit_set(work, limit_set_id)
    item = work.session.get(TestItem, item_id)
    if item is None or item.module.provider_id != limits.provider_id:
        raise ForeignItem(field="item_id")
    raise_all(limit_errors(item, low, high))
    limit = next((one for one in limits.limits if one.item_id == item_id), None)
    before = [limit.low, limit.high] if limit else None
    if limit is None:
        limit = Limit(limit_set_id=limits.id, item_id=item_id)
        work.session.add(limit)
    limit.low, limit.high = _plain(item, low), _plain(item, high)
    work.session.flush()  # the set is read again
    work.session.expire(limits, ["limits"])
    work.record("limits.limit_set", limits, item=item.module.code, before=before, after=[limit.low, limit.high])
    return limit


def remove_limit(work: Work, limit_set_id: int, limit_id: int) -> None:
    """Judge an item by this set no longer."""
    limits = own_limit_set(work, limit_set_id)
    limit = next((one for one in limits.limits if one.id == limit_id), None)
    if limit is None:
        raise NotFound
    work.record("limits.limit_removed", limits, item=limit.item.module.code, before=[limit.low, limit.high], after=None)
    limits.limits.remove(limit)


def own_limit_set(work: Work, limit_set_id: int) -> LimitSet:
    """Return a set of limits of the actor's laboratory, locked. Raises NotFound for one of another."""
    work.require(Permission.CAPABILITY_EDIT)
    limits = work.session.get(LimitSet, limit_set_id, with_for_update={"of": LimitSet})
    if limits is None:
        raise NotFound
    work.require(Permission.CAPABILITY_EDIT, scope=limits.provider_id)
    return limits


def limit_errors(item: TestItem, low: str, high: str) -> list[RuleBroken]:
    """Return the rules that a limit of an item breaks."""
    if item.result_kind is ResultKind.TEXT:
        return [NeverJudged()]
    if not low and not high:
        return [NoLimits()]
    wrong = GradeExpected if item.result_kind is ResultKind.GRADE else NumberExpected
    errors: list[RuleBroken] = [
        wrong(field=name) for name, text in (("low", low), ("high", high)) if text and not _plain(item, text)
    ]
    if not errors and low and high and _rank(item, low) > _rank(item, high):
        errors.append(OutOfOrder(field="high"))
    return errors


def _plain(item: TestItem, text: str) -> str:
    """Return a limit in its one spelling, nothing for what is none."""
    if item.result_kind is ResultKind.GRADE:
        return read_grade(text, grade_scale(item)) or ""
    number = read_number(text)
    return "" if number is None else f"{number:f}"


def _rank(item: TestItem, text: str) -> float:
    plain = _plain(item, text)
    return float(grade_scale(item).index(plain)) if item.result_kind is ResultKind.GRADE else float(plain)


def _fill(work: Work, limits: LimitSet, entry: LimitSetEntry) -> None:
    standard: Standard | None = standard_with(work.session, entry.standard) if entry.standard else None
    errors: list[RuleBroken] = [StandardUnknown()] if entry.standard and standard is None else []
    namesake = select(LimitSet.id).where(LimitSet.provider_id == limits.provider_id, LimitSet.name == entry.name)
    with work.session.no_autoflush:
        other = work.session.scalar(namesake)
    if other is not None and other != limits.id:
        errors.append(LimitNameTaken())
    raise_all(errors)
    limits.name, limits.product_code, limits.market = entry.name, entry.product_code, entry.market
    limits.is_active, limits.standard = entry.is_active, standard


def _flush(work: Work) -> None:
    try:
        work.session.flush()  # the database decides who was first with a name
    except IntegrityError as clash:
        raise LimitNameTaken from clash
