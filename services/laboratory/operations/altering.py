"""Tests that a version of a quotation adds to a commission or drops from it, before any of them has begun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from services.catalogue.models import ServiceModule
from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.work import Work
from services.laboratory.models.commissions import Commission, CommissionCharge
from services.laboratory.models.lines import TestLine
from services.laboratory.models.samples import Sample
from services.laboratory.operations.agreeing import GONE
from services.laboratory.operations.planning import release_lines
from services.laboratory.operations.steps import step_line
from services.laboratory.operations.wishes import Chosen, items_in, modules_of, names_of, new_lines, too_much
from services.laboratory.ordering_errors import ChosenTwice, NotATest, OtherLaboratory, SampleWithoutTest
from services.laboratory.queries.demands import demands_for, items_of
from services.laboratory.queries.faults import limit_faults, test_faults
from services.laboratory.queries.surveys import (
    DROPPED,
    ChargedModule,
    charged_for,
    charges_of,
    live_lines_of,
    samples_of,
)
from services.laboratory.rules.editions import method_on
from services.laboratory.rules.places import Demand


@dataclass(frozen=True)
class Alteration:
    """What is tested otherwise: ``added`` by the positions of samples; ``dropped`` are pairs of sample and module."""

    added: tuple[Chosen, ...] = ()
    dropped: frozenset[tuple[int, int]] = frozenset()

    @property
    def is_any(self) -> bool:
        """Whether anything is tested otherwise at all."""
        return bool(self.added or self.dropped)


@dataclass(frozen=True)
class Outlook:
    """A commission as it would be: lines that stay, go and come (not in the database yet), and what is charged then."""

    kept: list[TestLine]
    gone: list[TestLine]
    new: list[TestLine]
    charged: list[ChargedModule]

    def demands(self, work: Work) -> list[Demand]:
        """Return what the lines that stay and come ask of the instruments."""
        return self._demands(work, [*self.kept, *self.new])

    def new_demands(self, work: Work) -> list[Demand]:
        """Return what the lines that come ask of the instruments."""
        return self._demands(work, self.new)

    def _demands(self, work: Work, lines: Sequence[TestLine]) -> list[Demand]:
        wanted = [(number, one.item_id, one.quantity, one.package_id) for number, one in enumerate(lines)]
        return demands_for(work.session, wanted, work.today)


def foresee(work: Work, commission: Commission, alteration: Alteration) -> Outlook:
    """Return the commission as it would be with the alteration; nothing is changed.

    Raises NotFound for what is not tested or does not exist, RulesBroken with everything that is wrong with it.
    """
    lines = live_lines_of(work.session, commission.id)
    if not alteration.dropped <= {_unit(one) for one in lines}:
        raise NotFound
    kept = [one for one in lines if _unit(one) not in alteration.dropped]
    gone = [one for one in lines if _unit(one) in alteration.dropped]
    samples = [
        one for one in samples_of(work.session, commission.id) if one.parent_id is None and one.state not in GONE
    ]
    positions = {one.position for one in samples}
    if any(not set(one.samples) <= positions for one in alteration.added):
        raise NotFound
    modules = modules_of(work.session, alteration.added)
    items = items_in(work.session, modules)
    known = {key: parts for key, parts in items.items() if modules[key].provider_id == commission.provider_id}
    new = list(new_lines(work, commission, [one for one in alteration.added if one.module_id in known], samples, known))
    broken = [
        *_not_offered(commission, modules.values(), items),
        *too_much(alteration.added, max(positions, default=0), modules, items),
    ]
    if alteration.is_any:
        broken += [*_misplaced(work, samples, kept, new), *_unfit(work, commission, modules, kept, new)]
    if broken:
        raise RulesBroken(broken)
    return Outlook(kept, gone, new, _charged(work, commission, modules, gone, new))


def _unit(line: TestLine) -> tuple[int, int]:
    """Return what a line was ordered as: its package on its sample, or itself."""
    return line.sample_id, line.package_id or line.item_id


def _not_offered(commission: Commission, modules: Any, items: Mapping[int, Any]) -> Iterator[RuleBroken]:
    for module in modules:
        if module.id not in items:
            yield NotATest(name=module.name)
        elif module.provider_id != commission.provider_id:
            yield OtherLaboratory(name=module.name)


def _misplaced(
    work: Work, samples: Sequence[Sample], kept: Sequence[TestLine], new: Sequence[TestLine]
) -> Iterator[RuleBroken]:
    """Yield items that would be tested twice on a sample, and samples that would be left without a test."""
    seen = {(one.sample_id, one.item_id): one for one in kept}
    twice: dict[int, tuple[int, int]] = {}
    for line in new:
        first = seen.setdefault((line.sample_id, line.item_id), line)
        if first is not line:
            twice.setdefault(line.item_id, (_unit(first)[1], _unit(line)[1]))
    wanted = {module_id for pair in twice.values() for module_id in pair} | twice.keys()
    names = names_of(work.session, wanted, {})
    for item_id, (one, other) in sorted(twice.items()):
        yield ChosenTwice(item=names[item_id], first=names[one], second=names[other])
    tested = {sample_id for sample_id, _ in seen}
    for sample in samples:
        if sample.id not in tested:
            yield SampleWithoutTest(name=sample.name)


def _unfit(
    work: Work,
    commission: Commission,
    modules: Mapping[int, ServiceModule],
    kept: Sequence[TestLine],
    new: Sequence[TestLine],
) -> Iterator[RuleBroken]:
    """Yield what is closed or not for the product among the new tests, and limits that judge none of all tests."""
    items = items_of(work.session, {one.item_id for one in new})
    charged = [ChargedModule(one, 1) for one in modules.values()]
    yield from test_faults(work.session, commission, charged, items, work.today)
    yield from limit_faults(work.session, commission, {one.item_id for one in [*kept, *new]})


def _charged(
    work: Work,
    commission: Commission,
    modules: Mapping[int, ServiceModule],
    gone: Sequence[TestLine],
    new: Sequence[TestLine],
) -> list[ChargedModule]:
    before = charges_of(work.session, commission.id)
    less, more = charged_for(work.session, gone), charged_for(work.session, new)
    known = {one.module.id for one in before}
    there = [ChargedModule(one.module, one.quantity - less[one.module.id] + more[one.module.id]) for one in before]
    come = [ChargedModule(module, more[key]) for key, module in modules.items() if key not in known]
    return sorted((one for one in [*there, *come] if one.quantity > 0), key=lambda one: one.module.code)


def terms_with(work: Work, commission: Commission, alteration: Alteration) -> dict[str, Any]:
    """Return the alteration as a quotation keeps it, with the names that people read."""
    if not alteration.is_any:
        return {}
    samples = {one.id: one for one in samples_of(work.session, commission.id)}
    names = names_of(work.session, _modules_in(alteration), {})
    by_position = {one.position: one.name for one in samples.values() if one.parent_id is None}
    added = [
        {
            "module_id": one.module_id,
            "name": names[one.module_id],
            "quantity": one.quantity,
            "positions": list(one.samples),
            "samples": [by_position[position] for position in one.samples],
        }
        for one in alteration.added
    ]
    dropped = [
        {"sample_id": sample_id, "module_id": module_id, "name": names[module_id], "sample": samples[sample_id].name}
        for sample_id, module_id in sorted(alteration.dropped)
    ]
    return {"tests": {"added": added, "dropped": dropped}}


def _modules_in(alteration: Alteration) -> set[int]:
    return {one.module_id for one in alteration.added} | {module_id for _, module_id in alteration.dropped}


def alteration_in(terms: Mapping[str, Any]) -> Alteration:
    """Return the alteration that the terms of a quotation carry."""
    tests = terms.get("tests", {})
    return Alteration(
        tuple(
            Chosen(int(one["module_id"]), int(one["quantity"]), tuple(one["positions"]))
            for one in tests.get("added", ())
        ),
        frozenset((int(one["sample_id"]), int(one["module_id"])) for one in tests.get("dropped", ())),
    )


def alter(work: Work, commission: Commission, terms: Mapping[str, Any]) -> None:
    """Let the commission have the tests that the accepted quotation names: lines, editions in force, and charges.

    Dropped lines stay as cancelled ones, and their slots are free; the new lines wait for slots. Raises RulesBroken when
    a test has been closed since it was offered.
    """
    alteration = alteration_in(terms)
    if not alteration.is_any:
        return
    after = foresee(work, commission, alteration)
    for line in after.gone:
        step_line(work, line, "cancel", reason=DROPPED)
    release_lines(work, after.gone, reason=DROPPED)
    items = items_of(work.session, {one.item_id for one in after.new})
    for line in after.new:
        method = method_on(items[line.item_id], work.today)
        line.method_id = None if method is None else method.id
    work.session.add_all(after.new)
    write_charges(work, commission, after.charged)
    work.session.flush()  # who reads the commission next finds them
    work.record("commission.altered", commission, added=len(after.new), dropped=len(after.gone))


def write_charges(work: Work, commission: Commission, charged: Sequence[ChargedModule]) -> None:
    """Let the commission be charged for this and nothing else."""
    left = {one.module.id: one.quantity for one in charged}
    rows = select(CommissionCharge).where(CommissionCharge.commission_id == commission.id)
    for row in work.session.scalars(rows).all():
        if row.module_id in left:
            row.quantity = left.pop(row.module_id)
        else:
            work.session.delete(row)
    work.session.add_all(
        CommissionCharge(commission_id=commission.id, module_id=module_id, quantity=quantity)
        for module_id, quantity in left.items()
    )
