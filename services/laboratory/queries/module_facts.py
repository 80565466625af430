"""What the page of a service in the catalogue tells about the test behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.models import Recognition
from services.core.errors import RuleBroken
from services.laboratory.models.capability import ItemMethod, Mark, ScopeEntry, TestItem
from services.laboratory.queries.capability import WHOLE
from services.laboratory.rules.editions import holds, method_on, scope_on, upcoming_on, without_edition
from services.standards.models import StandardState
from services.standards.rules import state_on


@dataclass(frozen=True)
class ModuleFacts:
    """The editions of a test on a day, the one in force, the one announced, its scope, and why there may be none."""

    methods: list[ItemMethod]
    states: dict[int, StandardState]
    in_force: ItemMethod | None
    coming: ItemMethod | None
    scopes: list[ScopeEntry]
    reasons: list[RuleBroken]
    sample_amount: str
    name_en: str

    @property
    def recognition(self) -> Recognition:
        """Which mark a report of today may carry."""
        marks = {entry.mark for entry in self.scopes}
        if Mark.CMA in marks:
            return Recognition.CMA
        return Recognition.CNAS if Mark.CNAS in marks else Recognition.NONE


def module_facts(session: Session, module_id: int, day: date) -> ModuleFacts | None:
    """Return what is known of the test behind a service on ``day``; None for a service that is no test item."""
    item = session.scalars(select(TestItem).where(TestItem.id == module_id).options(*WHOLE)).one_or_none()
    return None if item is None else facts_of(item, day)


def facts_of(item: TestItem, day: date) -> ModuleFacts:
    """Return what is known of an item on ``day``."""
    methods = [one for one in item.methods if holds(one, day)]
    in_force = method_on(item, day)
    found = [scope_on(in_force, mark, day) for mark in Mark] if in_force else []
    return ModuleFacts(
        methods=sorted(methods, key=lambda one: one.standard.effective_on or date.min, reverse=True),
        states={one.id: state_on(one.standard, day) for one in methods},
        in_force=in_force,
        coming=upcoming_on(item, day),
        scopes=[entry for entry in found if entry is not None],
        reasons=[] if in_force else [without_edition(item, day)],
        sample_amount=item.sample_amount,
        name_en=item.name_en,
    )
