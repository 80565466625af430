"""Group purchases (联合采购): firms add their quantities until a day."""

from __future__ import annotations

from sqlalchemy import select

from services.board.errors import NotGathering, NotVerified, ParticularWrong
from services.board.models.posts import Contribution, Post
from services.board.queries.visibility import reader_of, visible_to
from services.board.rules.particulars import MOST_QUANTITY
from services.core.errors import NotFound
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work


def contribute(work: Work, post_id: int, quantity_milli: int, *, text: str = "") -> Contribution:
    """The actor's firm needs that much; what it said before is replaced. Others see the sum alone."""
    post = _gathering(work, post_id)
    if not 0 < quantity_milli <= MOST_QUANTITY:
        raise ParticularWrong(N_("The quantity must be greater than 0."), field="quantity")
    key = {"post_id": post.id, "organisation_id": work.actor.organisation_id}
    said = {"person_id": work.actor.person_id, "quantity_milli": quantity_milli, "note": text, "at": work.now}
    insert_unless_taken(work.session, Contribution, **key, **said)
    made = work.session.get(Contribution, (post.id, work.actor.organisation_id), with_for_update={"of": Contribution})
    assert made is not None  # inserted above, or there before
    for name, value in said.items():
        setattr(made, name, value)
    work.record("contribution.set", post, quantity_milli=quantity_milli)
    return made


def take_back(work: Work, post_id: int) -> None:
    """The actor's firm needs nothing of it any more."""
    post = _gathering(work, post_id)
    made = work.session.get(Contribution, (post.id, work.actor.organisation_id), with_for_update={"of": Contribution})
    if made is None:
        raise NotFound
    work.session.delete(made)
    work.record("contribution.removed", post)


def _gathering(work: Work, post_id: int) -> Post:
    """Return the group purchase that a verified firm may read and add to."""
    work.require(Permission.INTEREST_SEND)
    reader = reader_of(work.session, work.actor, work.today)
    if work.actor.organisation_id is None:
        raise NotFound
    post = work.session.scalars(select(Post).where(Post.id == post_id, visible_to(reader))).one_or_none()
    if post is None:
        raise NotFound
    if not reader.is_verified:
        raise NotVerified
    if post.gathers_until is None or post.gathers_until < work.today:
        raise NotGathering
    return post
