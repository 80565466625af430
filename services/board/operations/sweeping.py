"""What time does to posts: a reminder three days before the end, and the end."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from services.board.models.posts import Post, PostEvent, PostState
from services.board.operations.steps import note, step, tell_poster
from services.core.messages import N_
from services.core.work import Work

REMIND_BEFORE = timedelta(days=3)
MOST_AT_ONCE = 500
_REMINDED = "reminded"


def expire_due(work: Work) -> int:
    """End the published posts whose last day has passed; their firms are told how to renew them."""
    statement = (
        select(Post)
        .where(Post.state == PostState.PUBLISHED, Post.valid_until < work.today)
        .order_by(Post.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True, of=Post)
    )
    ended = work.session.scalars(statement).all()
    for post in ended:
        step(work, post, "expire")
        tell_poster(work, post, "post_expired", N_("Post %(no)s “%(title)s” has expired. You can renew it."))
    return len(ended)


def remind_of_end(work: Work) -> int:
    """Tell firms of posts that end within three days, once for each time of validity."""
    last = work.today + REMIND_BEFORE
    reminded = select(PostEvent.id).where(
        PostEvent.post_id == Post.id,
        PostEvent.kind == _REMINDED,
        PostEvent.at > work.now - 2 * REMIND_BEFORE,
    )
    statement = (
        select(Post)
        .where(
            Post.state == PostState.PUBLISHED,
            Post.valid_until.between(work.today, last),
            ~reminded.exists(),
        )
        .order_by(Post.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True, of=Post)
    )
    ending = work.session.scalars(statement).all()
    for post in ending:
        note(work, post, _REMINDED)
        tell_poster(
            work,
            post,
            "post_expiring",
            N_("Post %(no)s “%(title)s” ends on %(until)s. You can renew it now."),
            until=str(post.valid_until),
        )
    return len(ending)
