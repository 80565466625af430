"""Service modules; those that are one test are the kind ``item``, everything else is the kind ``module``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from services.board.queries.visibility import Reader
from services.catalogue.cards import Card, cards, is_shown
from services.catalogue.models import Market, ModuleKind, ProductClass, Provider, ServiceModule
from services.catalogue.queries import MOST_PROVIDERS
from services.catalogue.rules import price_on
from services.laboratory.models.capability import ItemMethod, TestItem
from services.organisations.models import Cluster, Organisation
from services.search.documents import Document, Kind
from services.search.mappings.mapping import KindMapping, chosen, has_all, stamped, whole_numbers
from services.search.results import Shown
from services.standards.models import Standard

FACETS = ("field", "center", "cluster", "product", "market", "provider")

MARKET_WORDS: Mapping[Market, tuple[str, ...]] = {
    Market.EU: ("出口", "外贸", "出口欧盟", "出口欧洲", "欧盟", "欧洲", "eu", "europe", "export"),
    Market.US: ("出口", "外贸", "出口美国", "美国", "北美", "us", "usa", "export"),
    Market.DOMESTIC: ("内销", "国内", "domestic"),
}


def _is_item() -> ColumnElement[bool]:
    return ServiceModule.kind == ModuleKind.TEST


def _condition(kind: Kind) -> ColumnElement[bool]:
    return _is_item() if kind is Kind.ITEM else ~_is_item()


def _ids(kind: Kind) -> Select[int]:
    return (
        select(ServiceModule.id)
        .join(Provider, Provider.id == ServiceModule.provider_id)
        .join(Organisation, Organisation.id == Provider.id)
        .where(is_shown(), _condition(kind))
        .order_by(ServiceModule.id)
    )


def _documents(kind: Kind, session: Session, ids: Sequence[int], day: date) -> Iterable[Document]:
    statement = (
        select(ServiceModule)
        .join(ServiceModule.provider)
        .join(Provider.organisation)
        .options(
            contains_eager(ServiceModule.provider).contains_eager(Provider.organisation),
            contains_eager(ServiceModule.provider).selectinload(Provider.clusters),
            selectinload(ServiceModule.fields),
            selectinload(ServiceModule.markets),
            selectinload(ServiceModule.products),
            selectinload(ServiceModule.prices),
        )
        .where(ServiceModule.id.in_(ids), is_shown(), _condition(kind))
        .order_by(ServiceModule.id)
        .execution_options(populate_existing=True)
    )
    keys = _standards(session, ids)
    for module in session.scalars(statement):
        yield stamped(_document(kind, module, keys.get(module.id, ()), day))


def _document(kind: Kind, module: ServiceModule, numbers: Sequence[str], day: date) -> Document:
    provider = module.provider
    price = price_on(module.prices, day)
    markets = [one.market for one in module.markets]
    texts = (module.summary, module.description, module.audience, module.method, module.output, module.place)
    names = (provider.organisation.name, provider.organisation.short_name)
    return Document(
        kind=kind,
        id=module.id,
        version=0,
        title=module.name,
        body="\n".join(text for text in (*texts, *names) if text),
        keywords=(
            module.code,
            *(product.name for product in module.products),
            *dict.fromkeys(word for market in markets for word in MARKET_WORDS[market]),
        ),
        numbers=tuple(numbers),
        facets=chosen(
            field=(one.field for one in module.fields),
            center=provider.center_type,
            cluster=(cluster.key for cluster in provider.clusters),
            product=(product.code for product in module.products),
            market=markets,
            provider=str(provider.id),
        ),
        at=module.published_at,
        price_fen=price.unit_fen if price is not None and not module.is_negotiable else None,
    )


def _standards(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the numbers of the standards by which the items test."""
    statement = (
        select(ItemMethod.item_id, Standard.key)
        .join(TestItem, TestItem.id == ItemMethod.item_id)
        .join(Standard, Standard.id == ItemMethod.standard_id)
        .where(ItemMethod.item_id.in_(ids), ItemMethod.ended_at.is_(None))
        .order_by(ItemMethod.item_id, Standard.key)
    )
    found: dict[int, list[str]] = {}
    for item_id, key in session.execute(statement):
        found.setdefault(item_id, []).append(key)
    return found


def _shown(session: Session, _reader: Reader, ids: Sequence[int], day: date) -> Mapping[int, Shown]:
    return {card.id: Shown(card, card.name, _text(card)) for card in cards(session, ids, day)}


def _text(card: Card) -> str:
    return " · ".join(part for part in (card.summary, card.provider_name) if part)


def _found(kind: Kind, words: Sequence[str]) -> Select[int]:
    texts = (
        ServiceModule.name,
        ServiceModule.code,
        ServiceModule.summary,
        ServiceModule.audience,
        ServiceModule.method,
    )
    return _ids(kind).where(has_all(words, *texts)).order_by(None).order_by(ServiceModule.code)


def product_names(session: Session, codes: Sequence[str]) -> Mapping[str, str]:
    """Return what classes of products are called."""
    return _names(session, select(ProductClass.code, ProductClass.name).where(ProductClass.code.in_(codes)))


def cluster_names(session: Session, keys: Sequence[str]) -> Mapping[str, str]:
    """Return what clusters are called."""
    return _names(session, select(Cluster.key, Cluster.short_name).where(Cluster.key.in_(keys)))


def provider_names(session: Session, ids: Sequence[str]) -> Mapping[str, str]:
    """Return what providers are called."""
    wanted = whole_numbers(ids)[:MOST_PROVIDERS]
    statement = select(Organisation.id, Organisation.short_name, Organisation.name).where(Organisation.id.in_(wanted))
    return {str(row.id): row.short_name or row.name for row in session.execute(statement)}


def _names(session: Session, statement: Select[str, str]) -> Mapping[str, str]:
    return dict(session.execute(statement).all())


def _mapping(kind: Kind) -> KindMapping:
    return KindMapping(
        kind=kind,
        facets=FACETS,
        ids=lambda _day: _ids(kind),
        documents=lambda session, ids, day: _documents(kind, session, ids, day),
        shown=_shown,
        found=lambda _reader, words, _day: _found(kind, words),
        labels={"product": product_names, "cluster": cluster_names, "provider": provider_names},
    )


MODULES = _mapping(Kind.MODULE)
ITEMS = _mapping(Kind.ITEM)
