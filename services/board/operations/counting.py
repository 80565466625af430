"""Counts how often posts are read, and keeps nothing of who read them."""

from __future__ import annotations

from sqlalchemy import select, update

from services.board.models.posts import Post
from services.board.queries.visibility import reader_of, visible_to
from services.core.work import Work


def count_view(work: Work, no: str) -> None:
    """The post was read once more; by its own firm or its reviewers counts nothing, nor does what one may not read."""
    reader = reader_of(work.session, work.actor, work.today)
    found = work.session.scalars(select(Post).where(Post.no == no, visible_to(reader))).one_or_none()
    if found is None or reader.owns(found) or reader.reviews(found):
        return
    work.session.execute(update(Post).where(Post.id == found.id).values(views=Post.views + 1))
