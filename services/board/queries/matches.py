"""Reads the counterparts that were found: for the poster, the reviewer, and the digest; read again with their rights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from services.board.models.interests import Interest
from services.board.models.matches import PostMatch
from services.board.models.posts import Direction, Post, PostState
from services.board.queries.visibility import Reader, visible_to
from services.board.rules.matching import MOST_SUGGESTED
from services.board.rules.suggesting import FirmSide, best_firms, telling
from services.organisations.chain import ChainEdge, ChainNode
from services.organisations.directory import is_public
from services.organisations.models import Organisation, OrgKind

MOST_FIRMS_READ = 200
MOST_TERMS = 12
ENDING = timedelta(days=3)
_MAKERS = (OrgKind.ENTERPRISE, OrgKind.CARRIER)


def counterparts_of(session: Session, post_id: int, reader: Reader) -> list[PostMatch]:
    """Return the counterparts of a post that ``reader`` may read and that are still open, the best first."""
    statement = _found(reader).where(PostMatch.post_id == post_id).limit(MOST_SUGGESTED)
    return list(session.scalars(statement))


def matches_of_firm(reader: Reader) -> Select[PostMatch]:
    """Select the open counterparts of the firm's open posts, by post and then the best first."""
    own = aliased(Post)
    return (
        _found(reader)
        .join(own, own.id == PostMatch.post_id)
        .where(*_own_open(own, reader))
        .order_by(None)
        .order_by(PostMatch.post_id.desc(), PostMatch.percent.desc(), PostMatch.other_id)
    )


def own_posts(session: Session, post_ids: Sequence[int]) -> dict[int, Post]:
    """Return posts by their ids."""
    statement = select(Post).where(Post.id.in_(sorted(set(post_ids)))).order_by(Post.id)
    return {post.id: post for post in session.scalars(statement)}


def unanswered_matches(session: Session, reader: Reader) -> int:
    """Return how many counterparts of the firm's open posts it has not sent an interest yet."""
    own = aliased(Post)
    answered = select(Interest.id).where(
        Interest.post_id == PostMatch.other_id, Interest.organisation_id == reader.organisation_id
    )
    statement = (
        select(func.count(PostMatch.other_id.distinct()))
        .join(Post, Post.id == PostMatch.other_id)
        .join(own, own.id == PostMatch.post_id)
        .where(visible_to(reader), *_own_open(own, reader), ~answered.exists())
    )
    return session.scalar(statement) or 0


def ending_soon(session: Session, reader: Reader) -> int:
    """Return how many posts of the firm end within three days."""
    statement = select(func.count(Post.id)).where(
        Post.organisation_id == reader.organisation_id,
        Post.state == PostState.PUBLISHED,
        Post.valid_until.between(reader.today, reader.today + ENDING),
    )
    return session.scalar(statement) or 0


def firms_for(session: Session, post: Post) -> list[Organisation]:
    """Return firms of the register that a post might interest: makers of what is needed, or users of what is offered."""
    nodes = _nodes(session, post)
    terms = telling(" ".join((post.title, *post.keywords)))[:MOST_TERMS] if post.direction is Direction.NEED else []
    likely: list[ColumnElement[bool]] = [Organisation.products.contains(term, autoescape=True) for term in terms]
    if nodes:
        likely.append(Organisation.chain_node.in_(nodes))
    if not likely:
        return []
    statement = (
        select(Organisation)
        .where(is_public(), Organisation.kind.in_(_MAKERS), Organisation.id != post.organisation_id, or_(*likely))
        .order_by(Organisation.level.desc(), Organisation.id)
        .limit(MOST_FIRMS_READ)
    )
    found = {firm.id: firm for firm in session.scalars(statement)}
    sides = [FirmSide(firm.id, firm.products, firm.chain_node) for firm in found.values()]
    wanted = " ".join((post.title, *post.keywords)) if post.direction is Direction.NEED else ""
    return [found[firm_id] for firm_id in best_firms(wanted, sides, nodes)]


def _found(reader: Reader) -> Select[PostMatch]:
    return (
        select(PostMatch)
        .join(PostMatch.other)
        .options(
            contains_eager(PostMatch.other).options(joinedload(Post.organisation), joinedload(Post.association)),
        )
        .where(visible_to(reader))
        .order_by(PostMatch.percent.desc(), PostMatch.other_id)
    )


def _own_open(own: type[Post], reader: Reader) -> tuple[ColumnElement[bool], ...]:
    return (
        own.organisation_id == reader.organisation_id,
        own.state == PostState.PUBLISHED,
        own.valid_until >= reader.today,
    )


def _nodes(session: Session, post: Post) -> list[str]:
    """Return the names of the nodes at which the counterpart stands: where it is made, or where it is used."""
    if post.node_id is None:
        return []
    if post.direction is Direction.NEED:
        statement = select(ChainNode.name).where(ChainNode.id == post.node_id)
    else:
        statement = (
            select(ChainNode.name)
            .join(ChainEdge, ChainEdge.to_id == ChainNode.id)
            .where(ChainEdge.from_id == post.node_id)
            .order_by(ChainNode.id)
        )
    return list(session.scalars(statement))
