"""Figures of the board for its association and the department; a cell of fewer than five firms is not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import Session

from services.board.models.interests import AmountBand, Deal, Interest, InterestState
from services.board.models.posts import Post, PostType
from services.core import clock

FEWEST_FIRMS = 5
MONTHS = 12


@dataclass(frozen=True)
class Cell:
    """A count and how many firms are behind it."""

    count: int = 0
    firms: int = 0

    @property
    def shown(self) -> int | None:
        """The count, None where it would tell of too few firms; nothing at all tells of nobody."""
        return self.count if self.firms >= FEWEST_FIRMS or self.count == 0 else None


@dataclass(frozen=True)
class Statistics:
    """Published posts by kind and by month, deals by amount, and how interests were answered, of the last twelve months."""

    types: dict[PostType, Cell]
    months: list[tuple[date, Cell]]
    bands: dict[AmountBand, Cell]
    received: Cell
    answered: int

    @property
    def answer_percent(self) -> int | None:
        """The share of interests that were answered, None where it would tell of too few firms."""
        return round(100 * self.answered / self.received.count) if self.received.shown else None


def statistics_of(session: Session, today: date, *, association_id: int | None = None) -> Statistics:
    """Return the figures of one association, or of the whole board."""
    scope = Post.association_id == association_id if association_id is not None else true()
    starts = _month_starts(today)
    since = clock.at(starts[0], 0)
    return Statistics(
        types={PostType(key): cell for key, cell in _cells(session, Post.type.expression, scope, since).items()},
        months=_months(session, scope, starts),
        bands=_bands(session, scope, since),
        received=(received := _interests(session, scope, since))[0],
        answered=received[1],
    )


def _cells(session: Session, key: ColumnElement[Any], scope: ColumnElement[bool], since: datetime) -> dict[str, Cell]:
    statement = (
        select(key.label("cell"), func.count(Post.id), func.count(Post.organisation_id.distinct()))
        .where(scope, Post.published_at >= since)
        .group_by("cell")
    )
    return _by_key(session.execute(statement).all())


def _months(session: Session, scope: ColumnElement[bool], starts: Sequence[date]) -> list[tuple[date, Cell]]:
    """Count by the centres' months, whatever the database thinks of time zones."""
    latest_first = sorted(starts, reverse=True)
    month = case(*((Post.published_at >= clock.at(day, 0), literal(day.isoformat())) for day in latest_first))
    found = _cells(session, month, scope, clock.at(starts[0], 0))
    return [(day, found.get(day.isoformat(), Cell())) for day in starts]


def _bands(session: Session, scope: ColumnElement[bool], since: datetime) -> dict[AmountBand, Cell]:
    statement = (
        select(Deal.band, func.count(Deal.id), func.count(Post.organisation_id.distinct()))
        .join(Interest, Interest.id == Deal.interest_id)
        .join(Post, Post.id == Interest.post_id)
        .where(scope, Deal.recorded_at >= since)
        .group_by(Deal.band)
    )
    found = _by_key(session.execute(statement).all())
    return {band: found.get(band, Cell()) for band in AmountBand}


def _interests(session: Session, scope: ColumnElement[bool], since: datetime) -> tuple[Cell, int]:
    lapsed = Interest.state == InterestState.UNANSWERED
    ended = or_(Interest.answered_at.is_not(None), lapsed)
    answered = func.count(Interest.id).filter(and_(Interest.answered_at.is_not(None), ~lapsed))
    statement = (
        select(func.count(Interest.id), func.count(Post.organisation_id.distinct()), answered)
        .join(Post, Post.id == Interest.post_id)
        .where(scope, Interest.sent_at >= since, ended)
    )
    count, firms, number = session.execute(statement).one()
    return Cell(count, firms), number


def _by_key(rows: Sequence[Row[str, int, int]]) -> dict[str, Cell]:
    return {key: Cell(count, firms) for key, count, firms in rows}


def _month_starts(today: date) -> list[date]:
    """Return the first days of this month and the eleven before, in order."""
    last = today.year * 12 + today.month - 1
    return [date(index // 12, index % 12 + 1, 1) for index in range(last - MONTHS + 1, last + 1)]
