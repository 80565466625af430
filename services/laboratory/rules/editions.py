"""Which edition of its standard an item is tested by on a day, what the certificates cover, and why it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from services.catalogue.models import ModuleState, Resource, ResourceState
from services.core import clock
from services.core.errors import RuleBroken
from services.laboratory.capability_errors import (
    CalibrationOverdue,
    EditionNotYetInForce,
    EditionWithdrawn,
    InstrumentStopped,
    NoEditionInForce,
    NotOffered,
    NotOfferedBecause,
)
from services.laboratory.models.capability import ItemMethod, Mark, ScopeEntry, TestItem
from services.standards.models import Standard, StandardState
from services.standards.rules import NOTICE_DAYS, is_announced, state_on


def holds(method: ItemMethod, day: date) -> bool:
    """Whether the item still uses this edition on ``day``, whatever the dates of the standard."""
    return method.ended_at is None or clock.local_day(method.ended_at) > day


def method_on(item: TestItem, day: date) -> ItemMethod | None:
    """Return the edition in force on ``day``, the newest if several are; None closes the item."""
    current = [one for one in item.methods if holds(one, day) and state_on(one.standard, day) is StandardState.CURRENT]
    return max(current, key=_newest, default=None)


def upcoming_on(item: TestItem, day: date, within: int = NOTICE_DAYS) -> ItemMethod | None:
    """Return the edition that takes effect next after ``day``, if it does so within so many days."""
    coming = [one for one in item.methods if holds(one, day) and is_announced(one.standard, day, within)]
    return min(coming, key=_newest, default=None)


def scope_on(method: ItemMethod, mark: Mark, day: date) -> ScopeEntry | None:
    """Return the entry that puts this edition in the scope of ``mark`` on ``day``, the one that lasts longest."""
    valid = [one for one in method.scopes if one.mark is mark and one.valid_from <= day <= one.valid_until]
    return max(valid, key=lambda one: one.valid_until, default=None)


def marks_on(item: TestItem, day: date) -> list[Mark]:
    """Return the marks that a result of ``day`` may carry by the edition in force then."""
    method = method_on(item, day)
    return [] if method is None else [mark for mark in Mark if scope_on(method, mark, day) is not None]


def closed_because(item: TestItem, day: date, groups: Iterable[Sequence[Resource]]) -> list[RuleBroken]:
    """Return every reason why the item cannot be ordered for ``day``; none means that it is open.

    ``groups`` are the item's resources by group: those of one group replace each other, one of each is needed
    (``services.laboratory.queries.capability.groups_of``).
    """
    reasons: list[RuleBroken] = []
    if item.module.state is not ModuleState.PUBLISHED:
        reason = item.module.state_reason
        reasons.append(NotOfferedBecause(reason=reason) if reason else NotOffered())
    if method_on(item, day) is None:
        reasons.append(without_edition(item, day))
    reasons.extend(broken for group in groups if (broken := _unusable(group, day)) is not None)
    return reasons


def without_edition(item: TestItem, day: date) -> RuleBroken:
    """Return why no edition of the item is in force on ``day``, naming what replaces it where that is known."""
    methods = [one.standard for one in item.methods if holds(one, day)]
    withdrawn = [one for one in methods if state_on(one, day) is StandardState.WITHDRAWN]
    replaced = max((one for one in withdrawn if one.successor is not None), key=_effect, default=None)
    if replaced is not None and replaced.successor is not None:
        return EditionWithdrawn(number=replaced.number, successor=_in_the_end(replaced.successor).number)
    coming = min((one for one in methods if one not in withdrawn and one.effective_on), key=_effect, default=None)
    if coming is not None and coming.effective_on is not None:
        return EditionNotYetInForce(number=coming.number, effective_on=coming.effective_on)
    return NoEditionInForce()


def _in_the_end(standard: Standard) -> Standard:
    """Return the last of the chain; the database holds no loops."""
    while standard.successor is not None:
        standard = standard.successor
    return standard


def _unusable(group: Sequence[Resource], day: date) -> RuleBroken | None:
    """Return why no resource of a group can be used on ``day``, told by the one that lasted longest."""
    in_service = [one for one in group if one.state is not ResourceState.STOPPED]
    if not in_service:
        return InstrumentStopped(instrument=group[0].name) if group else None
    if any(one.calibration_due_on is None or one.calibration_due_on >= day for one in in_service):
        return None
    last = max(in_service, key=lambda one: one.calibration_due_on or date.min)
    return CalibrationOverdue(instrument=last.name, due_on=last.calibration_due_on)


def _effect(standard: Standard) -> tuple[date, int]:
    return standard.effective_on or date.min, standard.id


def _newest(method: ItemMethod) -> tuple[date, int]:
    return method.standard.effective_on or date.min, method.id
