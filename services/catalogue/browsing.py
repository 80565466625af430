"""Finding modules by words and facets.

All attributes that can be chosen are read in one query and compared in memory: a catalogue has some hundred modules, and
the counts beside nine facets, each with the other choices applied, would otherwise take a query each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, String, cast, func, literal, select
from sqlalchemy.orm import Session

from services.catalogue.cards import Card, cards, shown_modules
from services.catalogue.models import (
    ModuleField,
    ModuleKind,
    ModuleMarket,
    ModuleProduct,
    ModuleState,
    PriceVersion,
    ProductClass,
    Provider,
    ProviderCluster,
    ServiceModule,
)
from services.catalogue.search_words import Word, fold, squeeze, words_of
from services.organisations.models import Cluster, Organisation

MOST_MODULES = 5000


class Facet(StrEnum):
    """By what a list of modules can be narrowed."""

    FIELD = "field"
    CENTER = "center"
    CLUSTER = "cluster"
    PRODUCT = "product"
    MARKET = "market"
    PRICE = "price"
    DAYS = "days"
    RECOGNITION = "recognition"
    PROVIDER = "provider"


class Sort(StrEnum):
    """In which order modules are listed."""

    RELEVANCE = "relevance"
    PRICE = "price"
    DAYS = "days"


class PriceBand(StrEnum):
    """What a unit costs, roughly."""

    FREE = "free"
    TO_100 = "to-100"
    TO_300 = "to-300"
    TO_1000 = "to-1000"
    MORE = "more"


class DaysBand(StrEnum):
    """How long it takes, roughly; ``appointment`` is over when the booked time is over."""

    APPOINTMENT = "appointment"
    TO_2 = "to-2"
    TO_5 = "to-5"
    TO_10 = "to-10"
    MORE = "more"


@dataclass(frozen=True)
class Wish:
    """What a visitor is looking for: a typed line, at most one choice of each facet, and an order."""

    line: str = ""
    choices: Mapping[Facet, str] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE


@dataclass(frozen=True)
class Found:
    """One page of what was found. ``counts`` holds per facet how many there are with all other choices applied."""

    cards: list[Card]
    total: int
    number: int
    pages: int
    counts: Mapping[Facet, Mapping[str, int]]
    names: Mapping[Facet, Mapping[str, str]]


_KIND_ORDER = {kind: place for place, kind in enumerate(dict.fromkeys([ModuleKind.PACKAGE, *ModuleKind]))}


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is compared of one module."""

    id: int
    code: str
    values: Mapping[Facet, Sequence[str]]
    order: tuple[Any, ...]
    fen: int
    days: int
    score: int = 0


def browse(session: Session, wish: Wish, *, day: date, page: int = 1, per_page: int = 20) -> Found:
    """Return the asked page of the modules that fit ``wish``: four queries, however many modules there are."""
    words = words_of(wish.line)
    fitting, counts = _narrow(_entries(session, day, words), wish.choices)
    pages = max(1, -(-len(fitting) // per_page))
    number = min(max(page, 1), pages)
    shown = sorted(fitting, key=_KEYS[wish.sort])[(number - 1) * per_page : number * per_page]
    return Found(
        cards=cards(session, [entry.id for entry in shown], day),
        total=len(fitting),
        number=number,
        pages=pages,
        counts=counts,
        names=_names(session),
    )


_KEYS: dict[Sort, Any] = {
    Sort.RELEVANCE: lambda entry: (entry.order[0], -entry.score, *entry.order[1:]),
    Sort.PRICE: lambda entry: (entry.order[0], entry.fen, entry.code),
    Sort.DAYS: lambda entry: (entry.order[0], entry.days, entry.code),
}


def _narrow(
    entries: Iterable[_Entry], choices: Mapping[Facet, str]
) -> tuple[list[_Entry], dict[Facet, Mapping[str, int]]]:
    """Return what fits every choice, and the counts of each facet among what fits all the other choices."""
    fitting: list[_Entry] = []
    gathered: dict[Facet, list[str]] = {facet: [] for facet in Facet}
    for entry in entries:
        missed = [facet for facet, value in choices.items() if value not in entry.values[facet]]
        if not missed:
            fitting.append(entry)
            for facet, values in entry.values.items():
                gathered[facet].extend(values)
        elif len(missed) == 1:
            gathered[missed[0]].extend(entry.values[missed[0]])
    return fitting, {facet: Counter(values) for facet, values in gathered.items()}


def _joined(key: Any, column: Any, condition: ColumnElement[bool]) -> ColumnElement[str]:
    """Return the values of a child table as one text with commas."""
    texts = func.aggregate_strings(cast(column, String), ",")
    return select(texts).where(condition).correlate(key).scalar_subquery()


_ATTRIBUTES = (
    ServiceModule.id,
    ServiceModule.code,
    ServiceModule.kind,
    ServiceModule.state,
    ServiceModule.recognition,
    ServiceModule.working_days,
    ServiceModule.is_negotiable,
    ServiceModule.provider_id,
    Provider.center_type,
    PriceVersion.unit_fen,
    PriceVersion.minimum_fen,
    _joined(ServiceModule, ModuleField.field, ModuleField.module_id == ServiceModule.id).label("fields"),
    _joined(ServiceModule, ModuleMarket.market, ModuleMarket.module_id == ServiceModule.id).label("markets"),
    _joined(ServiceModule, ModuleProduct.product_code, ModuleProduct.module_id == ServiceModule.id).label("products"),
    _joined(Provider, ProviderCluster.cluster_id, ProviderCluster.provider_id == Provider.id).label("clusters"),
)
_product_names = (
    select(func.aggregate_strings(ProductClass.name, " "))
    .join(ModuleProduct, ModuleProduct.product_code == ProductClass.code)
    .where(ModuleProduct.module_id == ServiceModule.id)
    .correlate(ServiceModule)
    .scalar_subquery()
)
_TEXTS = (
    ServiceModule.name,
    ServiceModule.summary,
    ServiceModule.audience,
    ServiceModule.method,
    Organisation.name.label("provider_name"),
    Organisation.short_name.label("provider_short_name"),
    _product_names.label("product_names"),
)
_WITHOUT_TEXTS = shown_modules(*_ATTRIBUTES).order_by(ServiceModule.id).limit(MOST_MODULES)
_WITH_TEXTS = shown_modules(*_ATTRIBUTES, *_TEXTS).order_by(ServiceModule.id).limit(MOST_MODULES)


def _entries(session: Session, day: date, words: Sequence[Word]) -> list[_Entry]:
    """Return every module visitors may see that has all of ``words``."""
    entries = []
    for row in session.execute(_WITH_TEXTS if words else _WITHOUT_TEXTS, {"day": day}).all():
        score = _score(row, words)
        if score is not None:
            entries.append(_entry(row, score))
    return entries


def _score(row: Row[Any], words: Sequence[Word]) -> int | None:
    """Return how well a module answers the words; None when one of them is nowhere in it."""
    if not words:
        return 0
    name, code = fold(row.name), fold(row.code)
    named = fold(f"{row.product_names or ''} {row.audience}")
    rest = fold(f"{row.summary} {row.method} {row.provider_name} {row.provider_short_name}")
    method, markets = squeeze(row.method), _parts(row.markets)
    score = 0
    for word in words:
        if word.is_in(name) or word.spellings[0] == code:
            score += 4
        elif word.is_in(named) or any(market.value in markets for market in word.markets):
            score += 2
        elif word.is_in(rest) or word.is_in(code) or (word.number and word.number in method):
            score += 1
        else:
            return None
    return score


def _entry(row: Row[Any], score: int) -> _Entry:
    fen = max(row.unit_fen, row.minimum_fen) if row.is_negotiable and row.unit_fen is not None else row.unit_fen
    values = {
        Facet.FIELD: _parts(row.fields),
        Facet.CENTER: (row.center_type.value,) if row.center_type else (),
        Facet.CLUSTER: _parts(row.clusters),
        Facet.PRODUCT: _parts(row.products),
        Facet.MARKET: _parts(row.markets),
        Facet.PRICE: (price_band(fen).value,) if fen is not None else (),
        Facet.DAYS: (days_band(row.working_days).value,),
        Facet.RECOGNITION: (row.recognition.value,),
        Facet.PROVIDER: (str(row.provider_id),),
    }
    return _Entry(
        id=row.id,
        code=row.code,
        values=values,
        order=(row.state is ModuleState.PAUSED, _KIND_ORDER[row.kind], row.code),
        fen=fen if fen is not None else 2**62,
        days=row.working_days if row.working_days is not None else 2**31,
        score=score,
    )


def _parts(text: str | None) -> Sequence[str]:
    return text.split(",") if text else ()


def price_band(fen: int) -> PriceBand:
    """Return the band of a unit price."""
    if fen == 0:
        return PriceBand.FREE
    limits = ((10_000, PriceBand.TO_100), (30_000, PriceBand.TO_300), (100_000, PriceBand.TO_1000))
    return next((band for limit, band in limits if fen <= limit), PriceBand.MORE)


def days_band(days: int | None) -> DaysBand:
    """Return the band of a number of working days."""
    if days is None:
        return DaysBand.APPOINTMENT
    limits = ((2, DaysBand.TO_2), (5, DaysBand.TO_5), (10, DaysBand.TO_10))
    return next((band for limit, band in limits if days <= limit), DaysBand.MORE)


_NAMES = select(
    literal(Facet.CLUSTER.value, String).label("facet"), cast(Cluster.id, String), Cluster.short_name
).union_all(
    select(literal(Facet.PRODUCT.value, String), ProductClass.code, ProductClass.name),
    select(literal(Facet.PROVIDER.value, String), cast(Provider.id, String), Organisation.name).join(
        Provider, Provider.id == Organisation.id
    ),
)


def _names(session: Session) -> Mapping[Facet, Mapping[str, str]]:
    """Return what clusters, product classes and providers are called."""
    names: dict[Facet, dict[str, str]] = {Facet.CLUSTER: {}, Facet.PRODUCT: {}, Facet.PROVIDER: {}}
    for facet, key, name in session.execute(_NAMES):
        names[Facet(facet)][key] = name
    return names
