"""Reads posts as the score of a match sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from services.board.models.posts import Direction, Post, PostState, Visibility
from services.board.queries.figures import answer_rates
from services.board.queries.visibility import reader_of_firm, visible_to
from services.board.rules.matching import (
    MOST_SUGGESTED,
    Class,
    Corpus,
    Parts,
    Side,
    Spot,
    may_match,
    parts_of,
    text_likeness,
)
from services.core import clock
from services.organisations.chain import ChainEdge
from services.organisations.models import Organisation, Region

MOST_CANDIDATES = 2000
"""So many open posts of the other direction are compared with one; those of its class and node come first."""
MOST_EDGES = 2000
_TOWN_CODE = 6

_READ = (
    joinedload(Post.organisation, innerjoin=True),
    joinedload(Post.node),
    selectinload(Post.specs),
)


@dataclass(frozen=True)
class Scored:
    """A counterpart with its score."""

    id: int
    parts: Parts


def open_post(session: Session, post_id: int, today: date) -> Post | None:
    """Return a post that is published and within its days, with what a match needs; None for any other."""
    statement = select(Post).options(*_READ).where(Post.id == post_id, *_open(today))
    return session.scalars(statement).one_or_none()


def counterparts(session: Session, post: Post, today: date) -> list[Post]:
    """Return the open posts of the other direction and of other firms that the firm of ``post`` may read."""
    wanted = Direction.OFFER if post.direction is Direction.NEED else Direction.NEED
    reader = reader_of_firm(session, post.organisation, today)
    alike = [column == value for column, value in _classes(post) if value is not None]
    kinship = case((or_(*alike), 0), else_=1) if alike else literal(1)
    statement = (
        select(Post)
        .options(*_READ)
        .where(Post.direction == wanted, Post.organisation_id != post.organisation_id, visible_to(reader))
        .order_by(kinship, Post.published_at.desc(), Post.id.desc())
        .limit(MOST_CANDIDATES)
    )
    return list(session.scalars(statement))


def scored(session: Session, post: Post, others: Sequence[Post], today: date) -> tuple[list[Scored], list[Scored]]:
    """Return which of ``others`` are worth suggesting to ``post``, and to which it is itself; the best first."""
    mine, *theirs = sides_of(session, [post, *others], today)
    edges = neighbours(session)
    terms = [side.terms for side in (mine, *theirs)]
    corpus = Corpus.of(terms)
    vector = corpus.vector(terms[0])
    forth, back = [], []
    for other, words in zip(theirs, terms[1:], strict=True):
        if may_match(mine, other):
            text = text_likeness(vector, corpus.vector(words))
            forth.append(Scored(other.id, parts_of(mine, other, text=text, today=today, neighbours=edges)))
            back.append(Scored(other.id, parts_of(other, mine, text=text, today=today, neighbours=edges)))
    return _best(forth), _best(back)


def likely_counterparts(session: Session, post: Post, today: date) -> list[tuple[Post, Parts]]:
    """Return the best counterparts of a post that is not published yet, for its reviewer and its preview."""
    others = {other.id: other for other in counterparts(session, post, today)}
    best, _ = scored(session, post, list(others.values()), today)
    return [(others[one.id], one.parts) for one in best[:MOST_SUGGESTED]]


def sides_of(session: Session, posts: Sequence[Post], today: date) -> list[Side]:
    """Return ``posts`` as the score sees them."""
    rates = answer_rates(session, {post.organisation_id for post in posts}, today)
    codes = {post.region_code for post in posts if post.region_code and len(post.region_code) > _TOWN_CODE}
    statement = select(Region.code, Region.name).where(Region.code.in_(sorted(codes))).order_by(Region.code)
    towns: dict[str, str] = dict(session.execute(statement).all()) if codes else {}
    return [_side(post, rates.get(post.organisation_id), towns, today) for post in posts]


def neighbours(session: Session) -> frozenset[tuple[int, int]]:
    """Return which node supplies which."""
    statement = select(ChainEdge.from_id, ChainEdge.to_id).order_by(ChainEdge.from_id, ChainEdge.to_id)
    return frozenset((first, second) for first, second in session.execute(statement.limit(MOST_EDGES)))


def _best(found: Iterable[Scored]) -> list[Scored]:
    return sorted((one for one in found if one.parts.is_suggested), key=lambda one: (-one.parts.score, one.id))


def _classes(post: Post) -> tuple[tuple[InstrumentedAttribute[Any], Any], ...]:
    return ((Post.product_code, post.product_code), (Post.node_id, post.node_id))


def _open(today: date) -> tuple[ColumnElement[bool], ...]:
    return (Post.state == PostState.PUBLISHED, Post.valid_until >= today)


def _side(post: Post, rate: float | None, towns: dict[str, str], today: date) -> Side:
    firm = post.organisation
    quantity = Decimal(post.quantity_milli) / 1000 if post.quantity_milli is not None else None
    return Side(
        id=post.id,
        organisation_id=post.organisation_id,
        direction=post.direction,
        what=Class(post.product_code, post.node_id, post.node.parent_id if post.node else None),
        title=post.title,
        body=" ".join((post.body, post.standard_text, *post.keywords)),
        published_on=clock.local_day(post.published_at) if post.published_at else today,
        specs=post.specs,
        quantity=quantity,
        unit=post.unit,
        price_from_fen=post.price_from_fen,
        price_to_fen=post.price_to_fen,
        price_unit=post.price_unit,
        wanted=_wanted(post.region_code, firm, towns),
        spot=Spot((firm.region_code or "")[:_TOWN_CODE], firm.town),
        level=firm.level,
        answer_rate=rate,
        is_anonymous=post.visibility is Visibility.ANONYMOUS,
    )


def _wanted(code: str | None, firm: Organisation, towns: dict[str, str]) -> Spot | None:
    """Return where the counterpart should be: the named town, or one's own town within the named county."""
    if not code:
        return None
    county = code[:_TOWN_CODE]
    if len(code) > _TOWN_CODE:
        return Spot(county, towns.get(code, ""))
    return Spot(county, firm.town if (firm.region_code or "").startswith(county) else "")
