"""Finding posts by words and facets in the database itself; the counts of each facet leave its own choice out.

Nothing here tells of an anonymous post where its firm is or what it is called: those attributes are blank for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from services.board.models.posts import Post, Visibility
from services.board.queries.posts import CARD
from services.board.queries.visibility import Reader, visible_to
from services.catalogue.models import ProductClass
from services.core.facets import facet_counts
from services.organisations.chain import ChainNode
from services.organisations.models import Cluster, ClusterOrganisation, Organisation

MOST_WORDS = 8


class Facet(StrEnum):
    """By what the board can be narrowed."""

    TYPE = "type"
    DIRECTION = "direction"
    PRODUCT = "product"
    NODE = "node"
    TOWN = "town"
    CLUSTER = "cluster"
    DEADLINE = "deadline"
    PRICE = "price"
    LEVEL = "level"
    URGENT = "urgent"


class Sort(StrEnum):
    """In which order posts are listed."""

    BEST = "best"
    NEWEST = "newest"
    DEADLINE = "deadline"
    PRICE = "price"


class DeadlineBand(StrEnum):
    """How long a post is still open."""

    TO_7 = "to-7"
    TO_30 = "to-30"
    MORE = "more"


class PriceBand(StrEnum):
    """What one unit costs, roughly."""

    OPEN = "open"
    TO_10 = "to-10"
    TO_100 = "to-100"
    TO_1000 = "to-1000"
    TO_10000 = "to-10000"
    MORE = "more"


@dataclass(frozen=True)
class BoardWish:
    """What a reader looks for: a typed line, at most one choice of each facet, and an order.

    ``among`` holds the posts that the search has found for the line, the best first; without it each word of the line must
    stand in the texts, and the newest come first for the best.
    """

    line: str = ""
    choices: Mapping[Facet, str] = field(default_factory=dict)
    sort: Sort = Sort.NEWEST
    among: Sequence[int] | None = None


@dataclass(frozen=True)
class FoundPosts:
    """One page of what was found. ``counts`` holds per facet how many there are with all other choices applied."""

    posts: Sequence[Post]
    total: int
    number: int
    pages: int
    counts: Mapping[Facet, Mapping[str, int]]
    names: Mapping[Facet, Mapping[str, str]]


_ANONYMOUS = Post.visibility == Visibility.ANONYMOUS
_FRONT: ColumnElement[int] = case((_ANONYMOUS, Post.association_id), else_=Post.organisation_id)
"""Whoever is seen to stand behind a post."""
_PRICE = func.coalesce(Post.price_from_fen, Post.price_to_fen)
_PRICE_KEY = func.coalesce(_PRICE, literal(2**62)).label("price_key")
_BANDS = ((PriceBand.TO_10, 1_000), (PriceBand.TO_100, 10_000), (PriceBand.TO_1000, 100_000))


def found(session: Session, reader: Reader, wish: BoardWish, *, page: int = 1, per_page: int = 20) -> FoundPosts:
    """Return the asked page of the posts that fit ``wish`` and that the reader may read; the same number of queries
    however many there are."""
    attributes = _attributes(reader)
    conditions = {facet: attributes[facet] == value for facet, value in wish.choices.items()}
    base = _base(reader, wish)
    fitting = base.where(*conditions.values())
    total = session.scalar(fitting.with_only_columns(func.count(Post.id.distinct())).order_by(None)) or 0
    pages = max(1, -(-total // per_page))
    number = min(max(page, 1), pages)
    page_of_ids = _sorted(fitting, wish.sort, wish.among).limit(per_page).offset((number - 1) * per_page)
    shown = [row[0] for row in session.execute(page_of_ids)]
    counts = facet_counts(session, base, Post.id, attributes, conditions)
    return FoundPosts(_in_order(session, shown), total, number, pages, counts, _names(session, counts))


def newest(session: Session, reader: Reader, wish: BoardWish, *, most: int) -> list[Post]:
    """Return the newest posts that fit, whatever order is asked for: for feeds and the home page."""
    attributes = _attributes(reader)
    fitting = _base(reader, wish).where(*(attributes[facet] == value for facet, value in wish.choices.items()))
    return _in_order(session, [row[0] for row in session.execute(_sorted(fitting, Sort.NEWEST).limit(most))])


def _base(reader: Reader, wish: BoardWish) -> Select[Any]:
    """Select what the reader may read and fits the line; a firm of several clusters counts once."""
    if wish.among is not None:
        fits: list[ColumnElement[bool]] = [Post.id.in_(wish.among)]
    else:
        fits = [_has(word) for word in wish.line.split()[:MOST_WORDS]]
    return (
        select(Post.id)
        .select_from(Post)
        .join(Post.organisation)
        .outerjoin(ClusterOrganisation, ClusterOrganisation.organisation_id == _FRONT)
        .where(visible_to(reader), *fits)
    )


def _has(word: str) -> ColumnElement[bool]:
    """Tell whether a word is in what everybody reads of the post."""
    named = and_(
        ~_ANONYMOUS, or_(*(_contains(column, word) for column in (Organisation.name, Organisation.short_name)))
    )
    texts = [_contains(column, word) for column in (Post.no, Post.title, Post.body, Post.standard_text)]
    keyword = _contains(cast(Post.keywords, String), json.dumps(word)[1:-1])  # as the column spells it
    return or_(*texts, keyword, named)


def _contains(column: Any, word: str) -> ColumnElement[bool]:
    return func.lower(column).contains(word.lower(), autoescape=True)


def _attributes(reader: Reader) -> dict[Facet, ColumnElement[Any]]:
    """Return what each facet compares, as text."""
    soon, later = reader.today + timedelta(days=7), reader.today + timedelta(days=30)
    return {
        Facet.TYPE: Post.type.expression,
        Facet.DIRECTION: Post.direction.expression,
        Facet.PRODUCT: Post.product_code.expression,
        Facet.NODE: cast(Post.node_id, String),
        Facet.TOWN: case((_ANONYMOUS, literal("")), else_=Organisation.town),
        Facet.CLUSTER: cast(ClusterOrganisation.cluster_id, String),
        Facet.DEADLINE: case(
            (Post.valid_until <= soon, literal(DeadlineBand.TO_7.value)),
            (Post.valid_until <= later, literal(DeadlineBand.TO_30.value)),
            else_=literal(DeadlineBand.MORE.value),
        ),
        Facet.PRICE: case(
            (_PRICE.is_(None), literal(PriceBand.OPEN.value)),
            *((most >= _PRICE, literal(band.value)) for band, most in _BANDS),
            (_PRICE <= 1_000_000, literal(PriceBand.TO_10000.value)),
            else_=literal(PriceBand.MORE.value),
        ),
        Facet.LEVEL: case((_ANONYMOUS, literal("")), else_=cast(Organisation.level, String)),
        Facet.URGENT: case((Post.is_urgent, literal("yes")), else_=literal("no")),
    }


def _sorted(fitting: Select[Any], sort: Sort, among: Sequence[int] | None = None) -> Select[Any]:
    """Select the ids of what fits, each once, in their order; the best are the newest where the search found nothing."""
    keys: dict[Sort, ColumnElement[Any]] = {Sort.DEADLINE: Post.valid_until.expression, Sort.PRICE: _PRICE_KEY}
    if among:
        keys[Sort.BEST] = case({ident: place for place, ident in enumerate(among)}, value=Post.id).label("best_key")
    key = keys.get(sort, Post.published_at.expression)
    order = (key, Post.id) if sort in keys else (key.desc(), Post.id.desc())
    return fitting.with_only_columns(Post.id, key).distinct().order_by(*order)


def _in_order(session: Session, ids: Sequence[int]) -> list[Post]:
    posts = {post.id: post for post in session.scalars(select(Post).options(*CARD).where(Post.id.in_(ids)))}
    return [posts[post_id] for post_id in ids]


def _names(session: Session, counts: Mapping[Facet, Mapping[str, int]]) -> dict[Facet, dict[str, str]]:
    """Return what the counted classes, nodes and clusters are called."""
    nodes = [int(key) for key in counts[Facet.NODE]]
    clusters = [int(key) for key in counts[Facet.CLUSTER]]
    products = list(counts[Facet.PRODUCT])
    return {
        Facet.PRODUCT: dict(
            session.execute(select(ProductClass.code, ProductClass.name).where(ProductClass.code.in_(products))).all()
        ),
        Facet.NODE: _called(session, select(ChainNode.id, ChainNode.name).where(ChainNode.id.in_(nodes))),
        Facet.CLUSTER: _called(session, select(Cluster.id, Cluster.short_name).where(Cluster.id.in_(clusters))),
    }


def _called(session: Session, statement: Select[int, str]) -> dict[str, str]:
    return {str(key): name for key, name in session.execute(statement)}
