"""What everybody may read of the catalogue: modules, price lists, providers and clusters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from services.catalogue.cards import SHOWN, Card, card_statement, is_shown
from services.catalogue.errors import NoPriceYet, NoSuchModule
from services.catalogue.models import (
    CenterType,
    ModuleProduct,
    ModuleState,
    PriceExtra,
    PriceVersion,
    Provider,
    ProviderCluster,
    Resource,
    ServiceModule,
)
from services.catalogue.rules import price_on
from services.core.errors import NotFound
from services.organisations.models import Cluster, Organisation, OrgState

CODE = re.compile(r"[A-Za-z0-9-]{1,12}\Z")
KEY = re.compile(r"[A-Za-z0-9-]{1,20}\Z")
MOST_COMPARED = 4
MOST_PRICES = 2000
MOST_PROVIDERS = 200
MOST_RELATED = 4

_PRICED = (
    select(ServiceModule)
    .join(ServiceModule.provider)
    .join(Provider.organisation)
    .options(
        contains_eager(ServiceModule.provider).contains_eager(Provider.organisation),
        joinedload(ServiceModule.prices),
        joinedload(ServiceModule.extras),
    )
    .where(ServiceModule.code == bindparam("code"), is_shown())
)


def module_shown_to(session: Session, code: str, organisation_id: int | None) -> ServiceModule:
    """Return the module with everything its page shows.

    Drafts and withdrawn modules exist for the people of their own provider only. Raises NoSuchModule.
    """
    if not CODE.match(code):
        raise NoSuchModule
    visible = is_shown()
    if organisation_id is not None:
        visible = or_(visible, ServiceModule.provider_id == organisation_id)
    statement = (
        select(ServiceModule)
        .join(ServiceModule.provider)
        .join(Provider.organisation)
        .options(
            contains_eager(ServiceModule.provider).contains_eager(Provider.organisation),
            selectinload(ServiceModule.fields),
            selectinload(ServiceModule.markets),
            selectinload(ServiceModule.products),
            selectinload(ServiceModule.prices),
            selectinload(ServiceModule.extras),
            selectinload(ServiceModule.resources),
        )
        .where(ServiceModule.code == code, visible)
    )
    module = session.scalars(statement).one_or_none()
    if module is None:
        raise NoSuchModule
    return module


def priced_module(session: Session, code: str) -> ServiceModule:
    """Return a module that visitors see with its provider, prices and extras. Raises NoSuchModule."""
    found = session.scalars(_PRICED, {"code": code}).unique().one_or_none() if CODE.match(code) else None
    if found is None:
        raise NoSuchModule
    return found


def is_visible(module: ServiceModule) -> bool:
    """Tell whether visitors see this module."""
    return module.state in SHOWN


def price_in_force(module: ServiceModule, day: date) -> PriceVersion | None:
    """Return the price of ``day``, or None before the first one."""
    try:
        return price_on(module.prices, day)
    except NoPriceYet:
        return None


def coming_prices(module: ServiceModule, day: date) -> list[PriceVersion]:
    """Return the prices that are announced for later, the next first."""
    later = [version for version in module.prices if version.effective_on > day]
    return sorted(later, key=lambda version: version.effective_on)


def uncalibrated(resources: Iterable[Resource], day: date) -> list[Resource]:
    """Return the resources whose calibration has expired; what runs on them cannot be booked (domain.md F03)."""
    return [one for one in resources if one.calibration_due_on is not None and one.calibration_due_on < day]


def related(session: Session, module: ServiceModule, day: date) -> list[Card]:
    """Return the few modules nearest to this one: for the same products, of the same provider, of the same kind."""
    same_products = (
        select(ModuleProduct.module_id)
        .where(ModuleProduct.product_code.in_([product.code for product in module.products]))
        .scalar_subquery()
    )
    shares = ServiceModule.id.in_(same_products)
    nearness = (
        case((shares, 3), else_=0)
        + case((ServiceModule.provider_id == module.provider_id, 2), else_=0)
        + case((ServiceModule.kind == module.kind, 1), else_=0)
    )
    statement = (
        card_statement(day)
        .where(
            ServiceModule.id != module.id,
            ServiceModule.state == ModuleState.PUBLISHED,
            or_(shares, ServiceModule.provider_id == module.provider_id),
        )
        .order_by(None)
        .order_by(nearness.desc(), ServiceModule.code)
        .limit(MOST_RELATED)
    )
    return [Card(*row) for row in session.execute(statement)]


def compared(session: Session, codes: Sequence[str]) -> list[ServiceModule]:
    """Return up to four modules visitors may see, in the order asked for; each once."""
    wanted = [code for code in dict.fromkeys(codes) if CODE.match(code)][:MOST_COMPARED]
    statement = (
        select(ServiceModule)
        .join(ServiceModule.provider)
        .join(Provider.organisation)
        .options(
            contains_eager(ServiceModule.provider).contains_eager(Provider.organisation),
            selectinload(ServiceModule.extras),
        )
        .where(ServiceModule.code.in_(wanted), is_shown())
        .order_by(ServiceModule.code)
    )
    found = {module.code: module for module in session.scalars(statement)}
    return [found[code] for code in wanted if code in found]


@dataclass(frozen=True)
class PriceSheet:
    """The prices of one provider: its modules by code, and the extras that may be added to them."""

    provider_id: int
    provider_name: str
    cards: list[Card]
    extras: list[tuple[str, int]]


def price_sheets(session: Session, day: date, provider_id: int | None = None) -> list[PriceSheet]:
    """Return the published prices of one provider, or of all, the four centres first."""
    prices = card_statement(day).where(ServiceModule.state == ModuleState.PUBLISHED)
    extras = (
        select(ServiceModule.provider_id, PriceExtra.name, PriceExtra.amount_fen)
        .join(ServiceModule, ServiceModule.id == PriceExtra.module_id)
        .where(ServiceModule.state == ModuleState.PUBLISHED)
        .distinct()
        .order_by(ServiceModule.provider_id, PriceExtra.amount_fen, PriceExtra.name)
        .limit(MOST_PRICES)
    )
    if provider_id is not None:
        prices = prices.where(ServiceModule.provider_id == provider_id)
        extras = extras.where(ServiceModule.provider_id == provider_id)
    sheets: dict[int, PriceSheet] = {}
    centres_first = prices.order_by(None).order_by(
        Provider.center_type.is_(None), ServiceModule.provider_id, ServiceModule.code
    )
    for row in session.execute(centres_first.limit(MOST_PRICES)):
        card = Card(*row)
        sheet = sheets.setdefault(card.provider_id, PriceSheet(card.provider_id, card.provider_name, [], []))
        sheet.cards.append(card)
    for owner, name, amount_fen in session.execute(extras):
        if owner in sheets:
            sheets[owner].extras.append((name, amount_fen))
    return list(sheets.values())


def provider(session: Session, provider_id: int) -> Provider:
    """Return a provider with its clusters. Raises NotFound for one that is suspended."""
    found: Provider | None = session.scalars(_providers().where(Provider.id == provider_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def providers(
    session: Session, *, center_type: CenterType | None = None, cluster_id: int | None = None
) -> list[Provider]:
    """Return the providers of one kind of centre, or of one cluster, or all; the four centres first."""
    statement = _providers()
    if center_type is not None:
        statement = statement.where(Provider.center_type == center_type)
    if cluster_id is not None:
        serving = select(ProviderCluster.provider_id).where(ProviderCluster.cluster_id == cluster_id)
        statement = statement.where(Provider.id.in_(serving))
    ordered = statement.order_by(Provider.center_type.is_(None), Provider.id).limit(MOST_PROVIDERS)
    return list(session.scalars(ordered))


def _providers() -> Select[Any]:
    return (
        select(Provider)
        .join(Provider.organisation)
        .options(contains_eager(Provider.organisation), selectinload(Provider.clusters))
        .where(Organisation.state != OrgState.SUSPENDED)
    )


def provider_cards(provider_id: int, day: date) -> Select[Any]:
    """Select the cards of one provider, those that can be booked first; give each row to ``Card(*row)``."""
    by_provider = card_statement(day).where(ServiceModule.provider_id == provider_id)
    return by_provider.order_by(None).order_by(ServiceModule.state == ModuleState.PAUSED, ServiceModule.code)


def module_counts(session: Session, provider_ids: Sequence[int]) -> dict[int, int]:
    """Return how many published modules each of the providers has; those without any are left out."""
    statement = (
        select(ServiceModule.provider_id, func.count())
        .where(ServiceModule.provider_id.in_(provider_ids), ServiceModule.state == ModuleState.PUBLISHED)
        .group_by(ServiceModule.provider_id)
        .order_by(ServiceModule.provider_id)
    )
    return dict(session.execute(statement).all())


def cluster(session: Session, key: str) -> Cluster:
    """Return the cluster of that key. Raises NotFound."""
    found = session.scalars(select(Cluster).where(Cluster.key == key)).one_or_none() if KEY.match(key) else None
    if found is None:
        raise NotFound
    return found


def clusters(session: Session) -> list[Cluster]:
    """Return every cluster."""
    return list(session.scalars(select(Cluster).order_by(Cluster.id).limit(MOST_PROVIDERS)))


def resources_shown(session: Session, provider_id: int) -> list[Resource]:
    """Return what a provider has for use, by code."""
    statement = (
        select(Resource).where(Resource.provider_id == provider_id).order_by(Resource.code).limit(MOST_PROVIDERS)
    )
    return list(session.scalars(statement))
