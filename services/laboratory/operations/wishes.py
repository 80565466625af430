"""What a client wishes to have tested, as plain values, and the rows of a draft that follow from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.catalogue.models import Market, ServiceModule, Urgency
from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.work import Work
from services.laboratory.models.capability import PackageItem, TestItem
from services.laboratory.models.commissions import (
    Commission,
    CommissionCharge,
    DecisionRule,
    Leftover,
    Purpose,
    ReportLanguage,
)
from services.laboratory.models.lines import TestLine
from services.laboratory.models.samples import Sample
from services.laboratory.ordering_errors import (
    ChosenTwice,
    NoSample,
    NotATest,
    NothingChosen,
    OtherLaboratory,
    SampleTwice,
    SampleWithoutTest,
    TooMuch,
)

MOST_SAMPLES = 30
MOST_CHOSEN = 40
MOST_ON_LINE = 5_000
MOST_CHARGED = 100_000


@dataclass(frozen=True)
class Chosen:
    """An item or a package, ``quantity`` of its unit for each sample, on the samples at these positions (all when empty)."""

    module_id: int
    quantity: int = 1
    samples: tuple[int, ...] = ()

    def is_for(self, position: int) -> bool:
        """Whether the sample at ``position`` is tested for this."""
        return not self.samples or position in self.samples


@dataclass(frozen=True)
class SampleWish:
    """A sample as the client describes it."""

    name: str
    model: str = ""
    batch_no: str = ""
    brand: str = ""
    quantity: int = 1
    quantity_unit: str = "件"
    description: str = ""
    storage: str = ""
    hazard: str = ""


@dataclass(frozen=True)
class Options:
    """Everything an order says beside its samples and tests."""

    product_code: str | None = None
    market: Market | None = None
    purpose: Purpose = Purpose.RELEASE
    urgency: Urgency = Urgency.NORMAL
    extras: tuple[str, ...] = ()
    report_language: ReportLanguage = ReportLanguage.CHINESE
    paper_copies: int = 0
    wants_mark: bool = True
    is_judged: bool = False
    limit_set_id: int | None = None
    decision_rule: DecisionRule = DecisionRule.SIMPLE
    leftover: Leftover = Leftover.DISPOSE
    may_subcontract: bool = False
    payer_name: str = ""
    producer_name: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    remarks: str = ""
    wished_on: date | None = None


@dataclass(frozen=True)
class Wish:
    """What a firm wishes to order from a laboratory. ``placed_by_id`` names whom a clerk enters it for."""

    provider_id: int
    organisation_id: int
    chosen: tuple[Chosen, ...]
    samples: tuple[SampleWish, ...]
    options: Options = field(default_factory=Options)
    placed_by_id: int | None = None
    copied_from_id: int | None = None


def write_options(work: Work, commission: Commission, options: Options) -> None:
    """Let the commission say what the options say; consent to subcontracting keeps who gave it and when."""
    had_consent = commission.subcontract_consent_at is not None
    for name, value in vars(options).items():
        if name not in {"may_subcontract", "extras"}:
            setattr(commission, name, value)
    commission.extras = list(options.extras)
    if not options.is_judged:
        commission.limit_set_id = None
    if options.may_subcontract and not had_consent:
        commission.subcontract_consent_at = work.now
        commission.subcontract_consent_by_id = work.actor.person_id
    elif not options.may_subcontract:
        commission.subcontract_consent_at = commission.subcontract_consent_by_id = None


def write_rows(work: Work, commission: Commission, chosen: Sequence[Chosen], samples: Sequence[SampleWish]) -> None:
    """Let a draft have these samples, test lines and charges instead of those it had.

    Raises RulesBroken with everything that is wrong with them at once.
    """
    modules = modules_of(work.session, chosen)
    items = items_in(work.session, modules)
    broken = [*_broken(commission.provider_id, chosen, samples, modules, items, names_of(work.session, modules, items))]
    if broken:
        raise RulesBroken(broken)
    _clear(work, commission)
    rows = [_sample(commission, position, one) for position, one in enumerate(samples, 1)]
    work.session.add_all(rows)
    work.session.flush()  # the lines need their ids
    work.session.add_all(new_lines(work, commission, chosen, rows, items))
    charges: dict[int, int] = defaultdict(int)
    for one in chosen:
        charges[one.module_id] += one.quantity * sum(one.is_for(row.position) for row in rows)
    work.session.add_all(
        CommissionCharge(commission_id=commission.id, module_id=module_id, quantity=quantity)
        for module_id, quantity in charges.items()
    )
    work.session.flush()  # who reads the commission next finds them


Items = Mapping[int, Sequence[tuple[int, int]]]
"""The items of each chosen module with their quantity for one of the module: itself, or those of the package."""


def modules_of(session: Session, chosen: Sequence[Chosen]) -> dict[int, ServiceModule]:
    """Return the modules that are chosen. Raises NotFound for one that does not exist."""
    wanted = select(ServiceModule).where(ServiceModule.id.in_([one.module_id for one in chosen]))
    modules = {one.id: one for one in session.scalars(wanted)}
    if any(one.module_id not in modules for one in chosen):
        raise NotFound
    return modules


def items_in(session: Session, modules: Mapping[int, ServiceModule]) -> Items:
    """Return what is tested for each module; nothing for one that is no test."""
    alone = select(TestItem.id).where(TestItem.id.in_(modules))
    items: dict[int, list[tuple[int, int]]] = {key: [(key, 1)] for key in session.scalars(alone)}
    inside = select(PackageItem).where(PackageItem.package_id.in_(modules)).order_by(PackageItem.item_id)
    for one in session.scalars(inside):
        items.setdefault(one.package_id, []).append((one.item_id, one.quantity))
    return items


def names_of(session: Session, modules: Collection[int], items: Items) -> dict[int, str]:
    """Return what the chosen modules, and the items in them, are called."""
    wanted = {item_id for parts in items.values() for item_id, _ in parts}.union(modules)
    named = select(ServiceModule.id, ServiceModule.name).where(ServiceModule.id.in_(wanted))
    return {row.id: row.name for row in session.execute(named)}


def _broken(
    provider_id: int,
    chosen: Sequence[Chosen],
    samples: Sequence[SampleWish],
    modules: Mapping[int, ServiceModule],
    items: Items,
    names: Mapping[int, str],
) -> Iterator[RuleBroken]:
    if not samples:
        yield NoSample()
    if not chosen:
        yield NothingChosen()
    seen: set[tuple[str, str, str]] = set()
    for one in samples:
        key = (one.name, one.model, one.batch_no)
        if key in seen:
            yield SampleTwice(name=one.name)
        seen.add(key)
    for module in modules.values():
        if module.id not in items:
            yield NotATest(name=module.name)
        elif module.provider_id != provider_id:
            yield OtherLaboratory(name=module.name)
    yield from _unmatched(chosen, samples, items, names)
    yield from too_much(chosen, len(samples), modules, items)


def too_much(
    chosen: Sequence[Chosen], samples: int, modules: Mapping[int, ServiceModule], items: Items
) -> Iterator[RuleBroken]:
    """Yield what no row could hold: so many of an item for one sample, or of a module for all of them."""
    for one in chosen:
        most = max((quantity for _, quantity in items.get(one.module_id, ())), default=1)
        on = sum(one.is_for(position) for position in range(1, samples + 1))
        if one.quantity * most > MOST_ON_LINE or one.quantity * on > MOST_CHARGED:
            yield TooMuch(name=modules[one.module_id].name, line=MOST_ON_LINE, whole=MOST_CHARGED)


def _unmatched(
    chosen: Sequence[Chosen], samples: Sequence[SampleWish], items: Items, names: Mapping[int, str]
) -> Iterator[RuleBroken]:
    """Yield samples without any test, and items that would be tested twice on one sample, each once."""
    twice: dict[int, tuple[int, int]] = {}
    for position, sample in enumerate(samples, 1):
        tested: dict[int, int] = {}
        for one in chosen:
            for item_id in _own(items, one) if one.is_for(position) else ():
                if item_id in tested:
                    twice.setdefault(item_id, (tested[item_id], one.module_id))
                tested.setdefault(item_id, one.module_id)
        if chosen and not tested:
            yield SampleWithoutTest(name=sample.name)
    for item_id, (first, second) in sorted(twice.items()):
        yield ChosenTwice(item=names[item_id], first=names[first], second=names[second])


def _own(items: Items, one: Chosen) -> set[int]:
    """Return the items of a choice; what is no test at all stands for itself, and is told of by itself."""
    return {item_id for item_id, _ in items.get(one.module_id, [(one.module_id, 1)])}


def _clear(work: Work, commission: Commission) -> None:
    for table in (TestLine, Sample, CommissionCharge):
        work.session.execute(delete(table).where(table.commission_id == commission.id))


def _sample(commission: Commission, position: int, wish: SampleWish) -> Sample:
    return Sample(commission_id=commission.id, position=position, **vars(wish))


def new_lines(
    work: Work, commission: Commission, chosen: Sequence[Chosen], samples: Sequence[Sample], items: Items
) -> Iterator[TestLine]:
    """Yield a line for each item that is chosen for each of these samples; they are not in the database yet."""
    for sample in samples:
        for one in chosen:
            for item_id, quantity in items[one.module_id] if one.is_for(sample.position) else ():
                is_alone = item_id == one.module_id
                yield TestLine(
                    commission_id=commission.id,
                    sample_id=sample.id,
                    item_id=item_id,
                    package_id=None if is_alone else one.module_id,
                    quantity=one.quantity if is_alone else quantity * one.quantity,
                    state_at=work.now,
                )
