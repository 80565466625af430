"""Reads posts within the rights of a reader: one, one's own, similar ones, and what has gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from services.board.models.interests import Interest
from services.board.models.posts import Contribution, Post, PostEvent, PostState
from services.board.queries.visibility import Reader, mine_or, visible_to
from services.board.rules.duplicates import likeness
from services.board.rules.wishes import WishPost
from services.core.errors import NotFound

MOST_COMPARED = 300
MOST_SIMILAR = 5
MOST_EVENTS = 200
MOST_CONTRIBUTIONS = 500
SIMILAR_FROM = 0.3

CARD: tuple[ORMOption, ...] = (
    joinedload(Post.organisation),
    joinedload(Post.association),
    joinedload(Post.node),
    joinedload(Post.product),
    selectinload(Post.pictures),
)
"""What the card of a post shows."""


@dataclass(frozen=True)
class Gathered:
    """What a group purchase has gathered: the sum, how many firms, and what the reader's own firm gave."""

    total_milli: int
    firms: int
    own: Contribution | None


def readable_post(session: Session, reader: Reader, no: str) -> Post:
    """Return the post with that number to whoever may read it now: all its readers while it is published, its firm
    and its reviewers in any state. Raises NotFound."""
    statement = (
        select(Post)
        .options(*CARD, selectinload(Post.specs), selectinload(Post.targets))
        .where(Post.no == no, mine_or(reader, visible_to(reader)))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def own_post(session: Session, organisation_id: int | None, post_id: int) -> Post:
    """Return a post of the firm by its id, for drafts have no number. Raises NotFound."""
    statement = (
        select(Post)
        .options(*CARD, selectinload(Post.specs), selectinload(Post.targets))
        .where(Post.id == post_id, Post.organisation_id == organisation_id)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def own_posts(organisation_id: int | None, states: Sequence[PostState] = tuple(PostState)) -> Select[Post]:
    """Select the firm's posts in these states, what changed last first."""
    return (
        select(Post)
        .options(*CARD)
        .where(Post.organisation_id == organisation_id, Post.state.in_(states))
        .order_by(Post.state_at.desc(), Post.id.desc())
    )


def own_counts(session: Session, organisation_id: int | None) -> dict[PostState, int]:
    """Return how many posts of the firm stand in each state."""
    statement = select(Post.state, func.count()).where(Post.organisation_id == organisation_id).group_by(Post.state)
    return dict.fromkeys(PostState, 0) | dict(session.execute(statement).all())


def interest_counts(session: Session, posts: Sequence[Post]) -> dict[int, int]:
    """Return how many interests each of these posts has had."""
    statement = (
        select(Interest.post_id, func.count())
        .where(Interest.post_id.in_([post.id for post in posts]))
        .group_by(Interest.post_id)
    )
    return dict.fromkeys((post.id for post in posts), 0) | dict(session.execute(statement).all())


def similar_posts(session: Session, reader: Reader, wish: WishPost, *, except_id: int | None = None) -> list[Post]:
    """Return up to five posts the reader may read that say nearly the same, or are of the same class or node."""
    alike = [Post.type == wish.type]
    if wish.product_code:
        alike.append(Post.product_code == wish.product_code)
    if wish.node_id:
        alike.append(Post.node_id == wish.node_id)
    statement = (
        select(Post)
        .options(*CARD)
        .where(visible_to(reader), or_(*alike), Post.id != (except_id or 0))
        .order_by(Post.published_at.desc(), Post.id.desc())
        .limit(MOST_COMPARED)
    )
    scored = [(likeness(wish.title, post.title), post) for post in session.scalars(statement)]
    close = [(score, post) for score, post in scored if score >= SIMILAR_FROM]
    return [post for _, post in sorted(close, key=lambda pair: (-pair[0], pair[1].id))[:MOST_SIMILAR]]


def history_of(session: Session, post: Post) -> list[PostEvent]:
    """Return what happened to a post, oldest first; for its firm and its reviewers."""
    statement = select(PostEvent).where(PostEvent.post_id == post.id).order_by(PostEvent.id).limit(MOST_EVENTS)
    return list(session.scalars(statement))


def gathered(session: Session, post: Post, reader: Reader) -> Gathered:
    """Return the sum of a group purchase; never who gave how much."""
    total, firms = session.execute(
        select(func.coalesce(func.sum(Contribution.quantity_milli), 0), func.count()).where(
            Contribution.post_id == post.id
        )
    ).one()
    own = session.get(Contribution, (post.id, reader.organisation_id)) if reader.organisation_id else None
    return Gathered(int(total), firms, own)


def contributions_of(session: Session, post: Post) -> list[Contribution]:
    """Return who gave how much to a group purchase; for whoever gathers and its association."""
    statement = (
        select(Contribution)
        .options(joinedload(Contribution.organisation))
        .where(Contribution.post_id == post.id)
        .order_by(Contribution.at, Contribution.organisation_id)
        .limit(MOST_CONTRIBUTIONS)
    )
    return list(session.scalars(statement))
