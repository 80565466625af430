"""What every operation of the board shares: loading rows locked, stepping a state once, history, promises, messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update

from services.board.models.interests import Interest, InterestEvent, InterestState
from services.board.models.posts import Post, PostEvent, PostState
from services.board.queries.visibility import reviews_for_nobody
from services.board.rules.states import INTEREST_NAMES, INTEREST_STEPS, POST_NAMES, POST_STEPS
from services.core import links
from services.core.errors import NotFound, WrongState
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import holders_of


def post_of_firm(work: Work, post_id: int) -> Post:
    """Return a post of the actor's own organisation, locked; NotFound for any other."""
    post = locked_post(work, post_id)
    work.require(Permission.POST_WRITE, scope=post.organisation_id)
    return post


def post_of_association(work: Work, post_id: int) -> Post:
    """Return a post that the actor reviews, locked; drafts and posts of other associations do not exist for them."""
    post = locked_post(work, post_id)
    require_review(work, post.association_id)
    if post.state is PostState.DRAFT:
        raise NotFound
    return post


def require_review(work: Work, association_id: int | None) -> None:
    """Return when the actor reviews for that association; without one, the platform's administrators do."""
    if association_id is not None:
        work.require(Permission.POST_REVIEW, scope=association_id)
        return
    work.require(Permission.POST_REVIEW)
    if not reviews_for_nobody(work.actor):
        raise NotFound


def locked_post(work: Work, post_id: int) -> Post:
    """Return a post, locked until the end of this work. Raises NotFound."""
    post = work.session.get(Post, post_id, with_for_update={"of": Post})
    if post is None:
        raise NotFound
    return post


def locked_interest(work: Work, interest_id: int) -> Interest:
    """Return an interest, locked until the end of this work. Raises NotFound."""
    interest = work.session.get(Interest, interest_id, with_for_update={"of": Interest})
    if interest is None:
        raise NotFound
    return interest


def step(work: Work, post: Post, name: str, *, reason: str = "", **facts: Any) -> None:
    """Take the named step of a post, once; WrongState when it does not start from the present state.

    The row in the database decides. History, audit log and search index carry it afterwards.
    """
    starts, after = POST_STEPS[name]
    before = post.state
    if before not in starts:
        raise WrongState(state=POST_NAMES[before])
    if not _swapped(work, Post, post.id, before, after, reason):
        raise WrongState(state=POST_NAMES[before])
    note(work, post, name, reason=reason, **facts)
    work.record(f"post.{name}", post, before=before, after=after, no=post.no, reason=reason)
    refresh_search(work, post)


def step_interest(work: Work, interest: Interest, name: str, *, reason: str = "") -> None:
    """Take the named step of an interest, once; its history and the audit log carry it afterwards."""
    starts, after = INTEREST_STEPS[name]
    before = interest.state
    if before not in starts:
        raise WrongState(state=INTEREST_NAMES[before])
    if not _swapped(work, Interest, interest.id, before, after, reason):
        raise WrongState(state=INTEREST_NAMES[before])
    note_interest(work, interest, name, reason=reason)
    work.record(f"interest.{name}", interest, before=before, after=after, no=interest.no, reason=reason)


def note(work: Work, post: Post, kind: str, *, reason: str = "", **facts: Any) -> None:
    """Add a line to the post's history."""
    event = PostEvent(
        post_id=post.id, at=work.now, person_id=work.actor.person_id, kind=kind, note=reason[:300], facts=facts
    )
    work.session.add(event)


def note_interest(work: Work, interest: Interest, kind: str, *, reason: str = "") -> None:
    """Add a line to the interest's history."""
    event = InterestEvent(
        interest_id=interest.id, at=work.now, person_id=work.actor.person_id, kind=kind, note=reason[:300]
    )
    work.session.add(event)


def refresh_search(work: Work, post: Post) -> None:
    """Promise that the index follows the post."""
    work.changed("post", post.id)


def tell_poster(work: Work, post: Post, letter: str, message: str, **facts: Any) -> None:
    """Tell whoever posted it, in the portal and by letter."""
    work.tell(post.posted_by_id, message, link=links.post(post.no or ""), no=post.no or "", title=post.title, **facts)
    work.later(f"mail.{letter}", post_id=post.id)


def tell_association(work: Work, association_id: int | None, message: str, *, link: str, **facts: Any) -> None:
    """Tell everybody who reviews for the association, in the portal; nobody where there is none."""
    if association_id is None:
        return
    for person_id in work.session.scalars(holders_of(Permission.POST_REVIEW, association_id)).all():
        work.tell(person_id, message, link=link, **facts)


def _swapped(
    work: Work,
    model: type[Post] | type[Interest],
    row_id: int,
    before: PostState | InterestState,
    after: PostState | InterestState,
    reason: str,
) -> bool:
    """Set the state if the row still stands where it was read; the loaded object follows."""
    work.session.flush()  # what was changed with it goes first
    moved: datetime = work.now
    statement = (
        update(model)
        .where(model.id == row_id, model.state == before)
        .values(state=after, state_at=moved, state_reason=reason)
        .execution_options(synchronize_session="evaluate")
    )
    return cast("CursorResult[Any]", work.session.execute(statement)).rowcount == 1
