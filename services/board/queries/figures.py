"""Figures of a firm on the board: how many interests it answered, and how its deals were rated."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from services.board.models.interests import Deal, DealRating, Interest, InterestState
from services.board.models.posts import Post
from services.core import clock

YEAR = timedelta(days=365)
FEWEST = 3
"""A share of fewer interests, or the mean of fewer ratings, says nothing and is not shown."""


@dataclass(frozen=True)
class Figures:
    """``answered`` of ``received`` interests of the last 365 days; the mean of ``ratings`` in tenths of a star."""

    received: int = 0
    answered: int = 0
    deals: int = 0
    ratings: int = 0
    tenths: int = 0

    @property
    def answer_percent(self) -> int | None:
        """The answer rate, None while it says nothing."""
        return round(100 * self.answered / self.received) if self.received >= FEWEST else None

    @property
    def stars(self) -> float | None:
        """The mean rating, None while it says nothing."""
        return self.tenths / 10 if self.ratings >= FEWEST else None


def answer_rates(session: Session, organisation_ids: Collection[int], today: date) -> dict[int, float]:
    """Return the share of interests that each firm answered in time; firms that received none are missing.

    Received is what reached the firm in the last 365 days and was answered, or ended without an answer. What was taken
    back before counts neither way.
    """
    statement = (
        select(Post.organisation_id, func.count(), func.sum(case((_ANSWERED, 1), else_=0)))
        .join(Post, Post.id == Interest.post_id)
        .where(Post.organisation_id.in_(sorted(set(organisation_ids))), *_received(today))
        .group_by(Post.organisation_id)
    )
    return {firm: answered / received for firm, received, answered in session.execute(statement)}


def figures_of(session: Session, organisation_id: int, today: date) -> Figures:
    """Return the figures of one firm."""
    counts = select(func.count(), func.sum(case((_ANSWERED, 1), else_=0))).join(Post, Post.id == Interest.post_id)
    received, answered = session.execute(counts.where(Post.organisation_id == organisation_id, *_received(today))).one()
    dealt = (
        select(func.count(Deal.id))
        .join(Interest, Interest.id == Deal.interest_id)
        .join(Post, Post.id == Interest.post_id)
        .where(or_(Post.organisation_id == organisation_id, Interest.organisation_id == organisation_id))
    )
    about = DealRating.about_organisation_id == organisation_id
    ratings, stars = session.execute(select(func.count(), func.sum(DealRating.stars)).where(about)).one()
    tenths = round(10 * int(stars) / ratings) if ratings else 0
    return Figures(received, int(answered or 0), session.scalar(dealt) or 0, ratings, tenths)


_ANSWERED = and_(Interest.answered_at.is_not(None), Interest.state != InterestState.UNANSWERED)


def _received(today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Interest.forwarded_at.is_not(None),
        Interest.sent_at >= clock.at(today, 0) - YEAR,
        or_(Interest.answered_at.is_not(None), Interest.state == InterestState.UNANSWERED),
    )
