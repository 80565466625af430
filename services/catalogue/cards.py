"""What is shown of a module in a list: one card, read with the price in force in a single query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from services.catalogue.models import (
    BookingMode,
    CenterType,
    ModuleKind,
    ModuleState,
    PriceUnit,
    PriceVersion,
    Provider,
    Recognition,
    ServiceModule,
)
from services.organisations.models import Organisation, OrgState

SHOWN = (ModuleState.PUBLISHED, ModuleState.PAUSED)


@dataclass(frozen=True, slots=True)
class Card:
    """A module as visitors see it in a list; the fields stand in the order of ``_COLUMNS``."""

    id: int
    code: str
    name: str
    kind: ModuleKind
    booking_mode: BookingMode
    summary: str
    bring: str
    recognition: Recognition
    working_days: int | None
    owner_name: str
    is_negotiable: bool
    is_public_benefit: bool
    minimum_order_fen: int
    state: ModuleState
    state_reason: str
    state_at: datetime | None
    provider_id: int
    provider_name: str
    center_type: CenterType | None
    unit: PriceUnit | None
    unit_fen: int | None
    minimum_fen: int | None
    tiers: Sequence[Sequence[int]] | None

    @property
    def is_paused(self) -> bool:
        """Whether it cannot be booked for the time being."""
        return self.state is ModuleState.PAUSED

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing."""
        return not self.is_negotiable and self.unit_fen == 0

    @property
    def from_fen(self) -> int | None:
        """The lowest price of a unit; by agreement, the least that is asked. None without a price in force."""
        if self.unit_fen is None:
            return None
        if self.is_negotiable:
            return max(self.unit_fen, self.minimum_fen or 0)
        return min([self.unit_fen, *(int(unit_fen) for _, unit_fen in self.tiers or ())])


_COLUMNS = (
    ServiceModule.id,
    ServiceModule.code,
    ServiceModule.name,
    ServiceModule.kind,
    ServiceModule.booking_mode,
    ServiceModule.summary,
    ServiceModule.bring,
    ServiceModule.recognition,
    ServiceModule.working_days,
    ServiceModule.owner_name,
    ServiceModule.is_negotiable,
    ServiceModule.is_public_benefit,
    ServiceModule.minimum_order_fen,
    ServiceModule.state,
    ServiceModule.state_reason,
    ServiceModule.state_at,
    ServiceModule.provider_id,
    Organisation.name,
    Provider.center_type,
    PriceVersion.unit,
    PriceVersion.unit_fen,
    PriceVersion.minimum_fen,
    PriceVersion.tiers,
)


def is_shown() -> ColumnElement[bool]:
    """Return the condition that visitors may see a module; it needs the organisation joined."""
    return and_(ServiceModule.state.in_(SHOWN), Organisation.state != OrgState.SUSPENDED)


def _in_force() -> ColumnElement[bool]:
    """Return the condition that a price version is the one in force for its module on the bound ``day``."""
    other = aliased(PriceVersion)
    newest = (
        select(func.max(other.effective_on))
        .where(other.module_id == ServiceModule.id, other.effective_on <= bindparam("day", type_=Date))
        .correlate(ServiceModule)
        .scalar_subquery()
    )
    return and_(PriceVersion.module_id == ServiceModule.id, PriceVersion.effective_on == newest)


def shown_modules(*columns: Any) -> Select[Any]:
    """Select ``columns`` of the modules visitors may see, with provider, organisation and price in force joined.

    Statements are put together once, when modules are loaded; ``day`` is given when they are run.
    """
    return (
        select(*columns)
        .select_from(ServiceModule)
        .join(Provider, Provider.id == ServiceModule.provider_id)
        .join(Organisation, Organisation.id == Provider.id)
        .outerjoin(PriceVersion, _in_force())
        .where(is_shown())
    )


_CARDS = shown_modules(*_COLUMNS).order_by(ServiceModule.code)
_CHOSEN = _CARDS.order_by(None).where(ServiceModule.id.in_(bindparam("chosen", expanding=True)))


def card_statement(day: date) -> Select[Any]:
    """Select what ``Card`` holds, by code; give each row to ``Card(*row)``."""
    return _CARDS.params(day=day)


def cards(session: Session, module_ids: Sequence[int], day: date) -> list[Card]:
    """Return the cards of the modules visitors may see, in the order of ``module_ids``."""
    if not module_ids:
        return []
    rows = session.execute(_CHOSEN, {"day": day, "chosen": list(module_ids)})
    found = {row.id: Card(*row) for row in rows}
    return [found[module_id] for module_id in module_ids if module_id in found]
