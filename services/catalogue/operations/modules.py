"""Entering and editing service modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.catalogue.errors import CodeTaken, FixedOncePublished, Unfit
from services.catalogue.models import (
    BookingMode,
    Market,
    ModuleField,
    ModuleKind,
    ModuleMarket,
    ModuleResource,
    ModuleState,
    ProductClass,
    Recognition,
    Resource,
    ServiceField,
    ServiceModule,
)
from services.catalogue.operations.readiness import lacking, unfit_resources
from services.catalogue.operations.records import changed, own_module, own_provider, raise_all, take_version
from services.catalogue.operations.states import STATE_NAMES
from services.core.errors import RuleBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

EDITABLE = frozenset({ModuleState.DRAFT, ModuleState.PUBLISHED, ModuleState.PAUSED})
BOOKABLE = frozenset({ModuleState.PUBLISHED, ModuleState.PAUSED})


@dataclass(frozen=True)
class ModuleParticulars:
    """Everything the centre says about a module. ``resources`` maps a resource's id to its group."""

    name: str
    kind: ModuleKind
    booking_mode: BookingMode
    summary: str = ""
    description: str = ""
    audience: str = ""
    bring: str = ""
    output: str = ""
    method: str = ""
    place: str = ""
    recognition: Recognition = Recognition.NOT_APPLICABLE
    recognition_note: str = ""
    working_days: int | None = None
    owner_name: str = ""
    owner_phone: str = ""
    is_public_benefit: bool = False
    is_negotiable: bool = False
    minimum_order_fen: int = 0
    fields: frozenset[ServiceField] = frozenset()
    markets: frozenset[Market] = frozenset()
    products: frozenset[str] = frozenset()
    resources: Mapping[int, int] | None = None


_LISTS = frozenset({"fields", "markets", "products", "resources"})
_PLAIN = tuple(one.name for one in fields(ModuleParticulars) if one.name not in _LISTS)


def particulars_of(module: ServiceModule, groups: Mapping[int, int]) -> ModuleParticulars:
    """Return the particulars of a module as they stand."""
    return ModuleParticulars(
        **{name: getattr(module, name) for name in _PLAIN},
        fields=frozenset(one.field for one in module.fields),
        markets=frozenset(one.market for one in module.markets),
        products=frozenset(one.code for one in module.products),
        resources=dict(groups),
    )


def create_module(work: Work, code: str, particulars: ModuleParticulars) -> ServiceModule:
    """Enter a module as a draft of the actor's provider. Raises CodeTaken, or all the rules it breaks together."""
    provider = own_provider(work, Permission.MODULE_EDIT)
    module = ServiceModule(code=code, provider_id=provider.id, state=ModuleState.DRAFT, state_at=work.now)
    taken = work.session.scalar(select(ServiceModule.id).where(ServiceModule.code == code))
    chosen = _Chosen(work, provider.id, particulars)
    raise_all([*([CodeTaken()] if taken else []), *chosen.errors])
    chosen.write_to(module)
    work.session.add(module)
    try:
        work.session.flush()  # the database decides who was first with a code
    except IntegrityError as clash:
        raise CodeTaken from clash
    chosen.assign_resources(module)
    work.record("module.created", module, code=code, particulars=_facts(particulars))
    return module


def edit_module(work: Work, module_id: int, version: int, particulars: ModuleParticulars) -> ServiceModule:
    """Replace the particulars of a module; one that clients see stays complete.

    Raises ChangedMeanwhile when ``version`` is not the present one, WrongState while the platform looks at the module.
    """
    module = own_module(work, module_id)
    if module.state not in EDITABLE:
        raise WrongState(state=STATE_NAMES[module.state])
    take_version(module, version)
    before = particulars_of(module, group_numbers(work, module_id))
    chosen = _Chosen(work, module.provider_id, particulars)
    raise_all([*_fixed(module, particulars), *chosen.errors])
    chosen.write_to(module)
    chosen.assign_resources(module)
    if module.state in BOOKABLE:
        raise_all(lacking(module, work.today))
    work.record("module.edited", module, changed=changed(_facts(before), _facts(particulars)))
    work.changed("module", module.id)
    return module


def group_numbers(work: Work, module_id: int) -> dict[int, int]:
    """Return the group of each resource of a module."""
    statement = select(ModuleResource.resource_id, ModuleResource.group_no).where(ModuleResource.module_id == module_id)
    return dict(work.session.execute(statement).all())


def _fixed(module: ServiceModule, particulars: ModuleParticulars) -> list[RuleBroken]:
    if module.state not in BOOKABLE:
        return []
    return [
        FixedOncePublished(field=name)
        for name in ("kind", "booking_mode")
        if getattr(module, name) is not getattr(particulars, name)
    ]


def _facts(particulars: ModuleParticulars) -> dict[str, Any]:
    """Return the particulars as the audit log keeps them: plain, and lists in order."""
    facts = asdict(particulars)
    for name in ("fields", "markets", "products"):
        facts[name] = sorted(facts[name])
    facts["resources"] = {str(key): group for key, group in sorted((particulars.resources or {}).items())}
    return facts


class _Chosen:
    """The particulars together with the rows they name, and the rules they break."""

    def __init__(self, work: Work, provider_id: int, particulars: ModuleParticulars) -> None:
        self._session = work.session
        self._particulars = particulars
        self._groups = particulars.resources or {}
        products = select(ProductClass).where(ProductClass.code.in_(particulars.products))
        self._products = list(work.session.scalars(products.order_by(ProductClass.code)))
        resources = select(Resource).where(Resource.id.in_(self._groups), Resource.provider_id == provider_id)
        self._resources = list(work.session.scalars(resources.order_by(Resource.code)))

    @property
    def errors(self) -> list[RuleBroken]:
        """The rules that the particulars break."""
        errors = unfit_resources(self._particulars.kind, self._particulars.booking_mode, self._resources)
        if len(self._resources) != len(self._groups):
            errors.append(Unfit(N_("One of the chosen resources no longer exists."), field="resources"))
        if len(self._products) != len(self._particulars.products):
            errors.append(Unfit(N_("One of the chosen product classes no longer exists."), field="products"))
        if self._particulars.is_negotiable and not self._particulars.minimum_order_fen:
            message = N_("A price by agreement needs a minimum, so that clients know what to expect.")
            errors.append(Unfit(message, field="minimum_order_fen"))
        return errors

    def write_to(self, module: ServiceModule) -> None:
        """Give the module these particulars, all but its resources."""
        for name in _PLAIN:
            setattr(module, name, getattr(self._particulars, name))
        held_fields = {one.field: one for one in module.fields}
        module.fields = [held_fields.get(one) or ModuleField(field=one) for one in sorted(self._particulars.fields)]
        held_markets = {one.market: one for one in module.markets}
        module.markets = [
            held_markets.get(one) or ModuleMarket(market=one) for one in sorted(self._particulars.markets)
        ]
        module.products = self._products

    def assign_resources(self, module: ServiceModule) -> None:
        """Give the module these resources with their groups."""
        held = select(ModuleResource).where(ModuleResource.module_id == module.id)
        rows = {row.resource_id: row for row in self._session.scalars(held)}
        for key in rows.keys() - self._groups.keys():
            self._session.delete(rows[key])
        for key, group_no in self._groups.items():
            row = rows.get(key) or ModuleResource(module_id=module.id, resource_id=key)
            row.group_no = group_no
            self._session.add(row)
        self._session.flush()  # the module's list of resources is read again below
        self._session.expire(module, ["resources"])
