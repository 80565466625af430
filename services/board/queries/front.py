"""What the home page tells of the board: how much is open, and how much came of it this month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from services.board.models.interests import Deal, Interest
from services.board.models.posts import Post
from services.board.queries.visibility import Reader, visible_to
from services.core import clock

FEWEST_FIRMS = 5
"""Deals of fewer firms are not told (domain.md 8)."""


@dataclass(frozen=True)
class BoardFigures:
    """The board in two numbers; ``deals`` of this month is None where too few firms made them."""

    open_posts: int
    deals: int | None


def board_figures(session: Session, reader: Reader, now: datetime) -> BoardFigures:
    """Return the figures of the board as the public sees it."""
    open_posts = session.scalar(select(func.count()).select_from(Post).where(visible_to(reader))) or 0
    since = clock.at(clock.local_day(now).replace(day=1), 0)
    made = (
        select(Deal)
        .join(Interest, Interest.id == Deal.interest_id)
        .join(Post, Post.id == Interest.post_id)
        .where(Deal.recorded_at >= since)
    )
    firms = union(
        made.with_only_columns(Post.organisation_id), made.with_only_columns(Interest.organisation_id)
    ).subquery()
    are_enough = (session.scalar(select(func.count()).select_from(firms)) or 0) >= FEWEST_FIRMS
    deals = session.scalar(made.with_only_columns(func.count(Deal.id))) if are_enough else None
    return BoardFigures(open_posts, deals)
