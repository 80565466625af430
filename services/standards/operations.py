"""Entering and changing standards, and taking in a table of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.core.errors import ChangedMeanwhile, NotFound, RuleBroken, RulesBroken
from services.core.permissions import Permission
from services.core.work import Work
from services.standards.errors import (
    EffectBeforeIssue,
    EffectMissing,
    NumberTaken,
    NumberWrong,
    SuccessionLoops,
    SuccessorOlder,
    SuccessorUnknown,
    TextTooLong,
    TitleMissing,
    WithdrawnBeforeEffect,
)
from services.standards.models import Standard
from services.standards.rules import is_number, key_of, number_of

LONGEST = {"number": 60, "title": 160, "title_en": 200, "summary": 1000, "source": 200}


@dataclass(frozen=True)
class StandardEntry:
    """A standard as staff enter it; ``successor`` is the number of what replaces it, in any spelling."""

    number: str
    title: str
    title_en: str = ""
    summary: str = ""
    source: str = ""
    issued_on: date | None = None
    effective_on: date | None = None
    withdrawn_on: date | None = None
    successor: str = ""


def add_standard(work: Work, entry: StandardEntry) -> Standard:
    """Enter an edition. Raises all the rules it breaks together.

    Where a successor is named and no day of withdrawal, the edition holds until the successor takes effect.
    """
    work.require(Permission.STANDARD_EDIT)
    standard = put(work, entry, None)
    work.later("laboratory.check_capabilities")
    return standard


def change_standard(work: Work, standard_id: int, version: int, entry: StandardEntry) -> Standard:
    """Replace what is said about an edition. Raises ChangedMeanwhile when ``version`` is not the present one."""
    work.require(Permission.STANDARD_EDIT)
    standard = work.session.get(Standard, standard_id, with_for_update={"of": Standard})
    if standard is None:
        raise NotFound
    if standard.version != version:
        raise ChangedMeanwhile
    put(work, entry, standard)
    work.later("laboratory.check_capabilities")
    return standard


def put(work: Work, entry: StandardEntry, standard: Standard | None) -> Standard:
    """Write an edition, new or known; whoever calls promises to look at the items that are tested by it."""
    successor = _checked(work, entry, standard)
    if standard is None:
        standard = Standard(updated_at=work.now)
        _fill(work, standard, entry, successor)
        work.session.add(standard)
        _flush(work)
        work.record("standard.added", standard, **asdict(entry))
        work.changed("standard", standard.id)
        return standard
    before = entry_of(standard)
    _fill(work, standard, entry, successor)
    _flush(work)
    changes = differences(before, entry_of(standard))
    work.record("standard.changed", standard, number=standard.number, changed=changes)
    work.changed("standard", standard.id)
    return standard


def entry_of(standard: Standard) -> StandardEntry:
    """Return a standard as it would be entered."""
    return StandardEntry(
        number=standard.number,
        title=standard.title,
        title_en=standard.title_en,
        summary=standard.summary,
        source=standard.source,
        issued_on=standard.issued_on,
        effective_on=standard.effective_on,
        withdrawn_on=standard.withdrawn_on,
        successor=standard.successor.number if standard.successor else "",
    )


def differences(before: StandardEntry, after: StandardEntry) -> dict[str, list[object]]:
    """Return what differs as ``{name: [before, after]}``."""
    old, new = asdict(before), asdict(after)
    return {name: [old[name], value] for name, value in new.items() if old[name] != value}


def entry_errors(entry: StandardEntry) -> list[RuleBroken]:
    """Return the rules that an entry breaks by itself."""
    errors: list[RuleBroken] = []
    if not is_number(entry.number):
        errors.append(NumberWrong())
    if not entry.title:
        errors.append(TitleMissing())
    texts = asdict(entry)
    errors.extend(TextTooLong(field=name) for name, most in LONGEST.items() if len(texts[name]) > most)
    if entry.effective_on is None:
        errors.append(EffectMissing())
        return errors
    if entry.issued_on and entry.issued_on > entry.effective_on:
        errors.append(EffectBeforeIssue())
    if entry.withdrawn_on and entry.withdrawn_on < entry.effective_on:
        errors.append(WithdrawnBeforeEffect())
    return errors


def _checked(work: Work, entry: StandardEntry, standard: Standard | None) -> Standard | None:
    """Return the successor, having raised everything that is wrong with the entry."""
    errors = entry_errors(entry)
    namesake = with_number(work, entry.number)
    if namesake is not None and namesake is not standard:
        errors.append(NumberTaken())
    successor = with_number(work, entry.successor) if entry.successor else None
    if entry.successor and successor is None:
        errors.append(SuccessorUnknown())
    if successor is not None:
        errors.extend(_succession_errors(entry, successor, standard))
    if errors:
        raise RulesBroken(errors)
    return successor


def _succession_errors(entry: StandardEntry, successor: Standard, standard: Standard | None) -> list[RuleBroken]:
    if key_of(entry.number) == successor.key or (standard is not None and _leads_to(successor, standard)):
        return [SuccessionLoops()]
    if entry.effective_on and successor.effective_on and successor.effective_on < entry.effective_on:
        return [SuccessorOlder()]
    return []


def _leads_to(start: Standard, goal: Standard) -> bool:
    """Whether the chain from ``start`` on passes ``goal``; the database holds no loops."""
    one: Standard | None = start
    while one is not None:
        if one is goal:
            return True
        one = one.successor
    return False


def with_number(work: Work, number: str) -> Standard | None:
    """Return the edition with this number in any spelling."""
    return work.session.scalars(select(Standard).where(Standard.key == key_of(number))).one_or_none()


def _fill(work: Work, standard: Standard, entry: StandardEntry, successor: Standard | None) -> None:
    standard.number, standard.key = number_of(entry.number), key_of(entry.number)
    for name in ("title", "title_en", "summary", "source", "issued_on", "effective_on"):
        setattr(standard, name, getattr(entry, name))
    standard.withdrawn_on = entry.withdrawn_on or (successor.effective_on if successor else None)
    standard.successor = successor
    standard.updated_at = work.now


def _flush(work: Work) -> None:
    try:
        work.session.flush()  # the database decides who was first with a number, and that no chain is a circle
    except IntegrityError as clash:
        raise (SuccessionLoops if "without_loops" in str(clash.orig) else NumberTaken) from clash
