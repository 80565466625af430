"""Keeps the best counterparts of each open post: after it was published or changed, and every night."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select

from services.board.models.matches import PostMatch
from services.board.models.posts import Post, PostState, Visibility
from services.board.queries.sides import Scored, counterparts, open_post, scored
from services.board.queries.visibility import reader_of_firm, readers_of, tokens_of
from services.board.rules.matching import MOST_SUGGESTED
from services.core.locks import hold
from services.core.work import Work

MOST_REVERSED = 50
"""Of so many counterparts at most, the best first, the post becomes a suggestion too."""
BATCH = 50


def match(work: Work, post_id: int) -> int:
    """Find the counterparts of a post anew, and offer it to those who may read it; return how many it has now.

    A post that is not open keeps none. One post is matched at a time.
    """
    hold(work.session, "board.match")
    work.session.execute(delete(PostMatch).where(PostMatch.post_id == post_id))
    post = open_post(work.session, post_id, work.today)
    if post is None:
        work.session.execute(delete(PostMatch).where(PostMatch.other_id == post_id))
        return 0
    others = counterparts(work.session, post, work.today)
    forth, back = scored(work.session, post, others, work.today)
    best = forth[:MOST_SUGGESTED]
    _keep(work, ((post.id, one) for one in best))
    _offer(work, post, {other.id: other for other in others}, back[:MOST_REVERSED])
    return len(best)


def match_all(work: Work, after: int = 0) -> None:
    """Match every open post once more, a batch at a time: scores grow old, and what has closed makes room."""
    statement = (
        select(Post.id)
        .where(Post.id > after, Post.state == PostState.PUBLISHED, Post.valid_until >= work.today)
        .order_by(Post.id)
        .limit(BATCH)
    )
    post_ids = work.session.scalars(statement).all()
    for post_id in post_ids:
        work.later("board.match", post_id=post_id)
    if len(post_ids) == BATCH:
        work.later("board.match_all", after=post_ids[-1])


def _offer(work: Work, post: Post, others: dict[int, Post], back: Sequence[Scored]) -> None:
    """Put the post among the counterparts of others, where it is good enough for their five."""
    work.session.execute(delete(PostMatch).where(PostMatch.other_id == post.id))
    readable = [one for one in back if _may_read(work, others[one.id], post)]
    _keep(work, ((one.id, Scored(post.id, one.parts)) for one in readable))
    for one in readable:
        ranked = (
            select(PostMatch.other_id)
            .where(PostMatch.post_id == one.id)
            .order_by(PostMatch.percent.desc(), PostMatch.other_id)
        )
        beyond = work.session.scalars(ranked).all()[MOST_SUGGESTED:]
        work.session.execute(delete(PostMatch).where(PostMatch.post_id == one.id, PostMatch.other_id.in_(beyond)))


def _may_read(work: Work, other: Post, post: Post) -> bool:
    """Tell whether the firm of ``other`` may read ``post``."""
    if post.visibility in {Visibility.PUBLIC, Visibility.ANONYMOUS}:
        return True
    reader = reader_of_firm(work.session, other.organisation, work.today)
    return not set(tokens_of(reader)).isdisjoint(readers_of(post))


def _keep(work: Work, found: Iterable[tuple[int, Scored]]) -> None:
    rows = [
        {
            "post_id": post_id,
            "other_id": one.id,
            "percent": one.parts.percent,
            "parts": {name: round(value, 3) for name, value in vars(one.parts).items()},
            "found_at": work.now,
        }
        for post_id, one in found
    ]
    if rows:
        work.session.execute(insert(PostMatch), rows)
