"""Price versions and extras: what is in force or past never changes, and running orders keep what they agreed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from services.catalogue.errors import DateInThePast, PriceBegun, PriceDateTaken, TooManyExtras, Unfit
from services.catalogue.models import ModuleKind, ModuleState, PriceExtra, PriceUnit, PriceVersion, ServiceModule
from services.catalogue.operations.records import changed, own_module, raise_all
from services.catalogue.operations.states import STATE_NAMES
from services.core.errors import NotFound, RuleBroken, WrongState
from services.core.messages import N_
from services.core.numbering import next_in
from services.core.work import Work

MOST_EXTRAS = 20
URGENT_KINDS = frozenset({ModuleKind.TEST, ModuleKind.PACKAGE})


@dataclass(frozen=True)
class PriceEntry:
    """A price version as staff enter it. ``tiers`` are ``(from_quantity, unit_fen)``."""

    effective_on: date
    unit: PriceUnit
    unit_fen: int
    minimum_fen: int = 0
    tiers: tuple[tuple[int, int], ...] = ()
    urgent_percent: int | None = None
    very_urgent_percent: int | None = None
    member_discount_percent: int = 0


def add_price(work: Work, module_id: int, entry: PriceEntry) -> PriceVersion:
    """Give the module a price from a day on; only the very first may lie in the past.

    Raises all the rules it breaks together, PriceDateTaken among them.
    """
    module = _priced_module(work, module_id)
    raise_all([*_date_errors(module, entry, work.today), *_tier_errors(entry), *_percent_errors(module, entry)])
    version = PriceVersion(
        module_id=module.id,
        created_at=work.now,
        created_by_id=work.actor.person_id,
        **(asdict(entry) | {"tiers": [list(tier) for tier in entry.tiers]}),
    )
    work.session.add(version)
    try:
        work.session.flush()  # the database decides who was first with a day
    except IntegrityError as clash:
        raise PriceDateTaken from clash
    work.session.expire(module, ["prices"])
    work.record("price.added", version, module_id=module.id, price=asdict(entry))
    work.changed("module", module.id)
    return version


def remove_price(work: Work, module_id: int, price_id: int) -> None:
    """Take back a price that has not begun. Raises PriceBegun for any other."""
    module = own_module(work, module_id)
    version = work.session.get(PriceVersion, price_id)
    if version is None or version.module_id != module.id:
        raise NotFound
    if version.effective_on <= work.today:
        raise PriceBegun
    work.record(
        "price.removed", version, module_id=module.id, effective_on=version.effective_on, unit_fen=version.unit_fen
    )
    work.changed("module", module.id)
    work.session.delete(version)
    work.session.flush()  # the module's prices are read again
    work.session.expire(module, ["prices"])


def add_extra(work: Work, module_id: int, name: str, amount_fen: int) -> PriceExtra:
    """Offer an extra with the module."""
    module = _priced_module(work, module_id)
    held = work.session.scalar(select(func.count()).where(PriceExtra.module_id == module.id)) or 0
    if held >= MOST_EXTRAS:
        raise TooManyExtras(most=MOST_EXTRAS)
    code = f"x{next_in(work.session, f'extra-{module.id}')}"
    extra = PriceExtra(module_id=module.id, code=code, name=name, amount_fen=amount_fen)
    work.session.add(extra)
    work.record("extra.added", extra, module_id=module.id, name=name, amount_fen=amount_fen)
    return extra


def edit_extra(work: Work, module_id: int, extra_id: int, name: str, amount_fen: int) -> PriceExtra:
    """Change an extra for new orders; those that have it keep what they agreed."""
    extra = _own_extra(work, module_id, extra_id)
    before = {"name": extra.name, "amount_fen": extra.amount_fen}
    extra.name, extra.amount_fen = name, amount_fen
    facts = changed(before, {"name": name, "amount_fen": amount_fen})
    work.record("extra.edited", extra, module_id=extra.module_id, changed=facts)
    return extra


def remove_extra(work: Work, module_id: int, extra_id: int) -> None:
    """Offer an extra no longer; orders that have it keep it."""
    extra = _own_extra(work, module_id, extra_id)
    work.record("extra.removed", extra, module_id=extra.module_id, name=extra.name, amount_fen=extra.amount_fen)
    work.session.delete(extra)


def _priced_module(work: Work, module_id: int) -> ServiceModule:
    module = own_module(work, module_id)
    if module.state is ModuleState.WITHDRAWN:
        raise WrongState(state=STATE_NAMES[module.state])
    return module


def _own_extra(work: Work, module_id: int, extra_id: int) -> PriceExtra:
    module = own_module(work, module_id)
    extra = work.session.get(PriceExtra, extra_id)
    if extra is None or extra.module_id != module.id:
        raise NotFound
    return extra


def _date_errors(module: ServiceModule, entry: PriceEntry, today: date) -> list[RuleBroken]:
    if any(version.effective_on == entry.effective_on for version in module.prices):
        return [PriceDateTaken()]
    if module.prices and entry.effective_on < today:
        return [DateInThePast(field="effective_on")]
    return []


def _tier_errors(entry: PriceEntry) -> list[RuleBroken]:
    starts = [start for start, _ in entry.tiers]
    if any(start < 2 for start in starts) or any(a >= b for a, b in pairwise(starts)):
        message = N_("Quantities of the steps begin at 2 and rise from row to row.")
        return [Unfit(message, field="tiers")]
    return []


def _percent_errors(module: ServiceModule, entry: PriceEntry) -> list[RuleBroken]:
    errors: list[RuleBroken] = []
    urgent, very_urgent = entry.urgent_percent, entry.very_urgent_percent
    if module.kind not in URGENT_KINDS and (urgent or very_urgent):
        errors.append(Unfit(N_("Only tests and test packages can be urgent."), field="urgent_percent"))
    if very_urgent and very_urgent < (urgent or very_urgent + 1):
        message = N_("The factor for “very urgent” is at least the one for “urgent”, which must be there too.")
        errors.append(Unfit(message, field="very_urgent_percent"))
    if entry.member_discount_percent and not module.is_discountable:
        message = N_("The member discount is for tests and machine hours only.")
        errors.append(Unfit(message, field="member_discount_percent"))
    return errors
