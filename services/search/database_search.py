"""The search without an index: every word must stand in the texts as it was typed. Slower and plainer, never wrong."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.board.queries.visibility import Reader
from services.search.documents import Kind, Order
from services.search.mappings.every import MAPPINGS
from services.search.reading import finds_of
from services.search.results import Found, Group

MOST_WORDS = 6
MOST_COUNTED = 1000
PER_GROUP = 5


def found_in_database(
    session: Session, reader: Reader, kind: Kind | None, words: Sequence[str], *, page: int, per_page: int
) -> Found:
    """Return what the database has for ``words``; a count stops at MOST_COUNTED."""
    words = words[:MOST_WORDS]
    counts = {one: count for one in Kind if (count := _count(session, reader, one, words))}
    if kind is None:
        groups = [_group(session, reader, one, words, count, size=PER_GROUP) for one, count in counts.items()]
        total, pages = sum(counts.values()), 1
    else:
        total = counts.get(kind, 0)
        pages = max(1, -(-total // per_page))
        start = (min(page, pages) - 1) * per_page
        groups = [_group(session, reader, kind, words, total, size=per_page, start=start)]
    return Found(
        line=" ".join(words),
        kind=kind,
        order=Order.NEWEST,
        groups=groups,
        counts=counts,
        total=total,
        page=min(page, pages),
        pages=pages,
        is_from_database=True,
    )


def _count(session: Session, reader: Reader, kind: Kind, words: Sequence[str]) -> int:
    bounded = MAPPINGS[kind].found(reader, words, reader.today).order_by(None).limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(bounded)) or 0


def _group(
    session: Session, reader: Reader, kind: Kind, words: Sequence[str], count: int, *, size: int, start: int = 0
) -> Group:
    ids = session.scalars(MAPPINGS[kind].found(reader, words, reader.today).offset(start).limit(size)).all()
    return Group(kind, count, finds_of(session, reader, kind, ids, words))
