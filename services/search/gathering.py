"""Reads documents from the database: all of them, or the named ones, a bounded number at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.board.models.posts import Post, PostState
from services.catalogue.models import ServiceModule
from services.core import clock
from services.laboratory.models.capability import ItemMethod
from services.search.documents import Document, Kind
from services.search.mappings.every import MAPPINGS
from services.search.mappings.mapping import MOST_READ
from services.training.models.courses import Course


def documents_of(session: Session, keys: Iterable[tuple[Kind, int]]) -> Iterator[Document]:
    """Yield the documents of those of ``keys`` that belong in the index now."""
    day = clock.local_day(clock.now())
    wanted = list(keys)
    for kind in Kind:
        ids = sorted(one for of_kind, one in wanted if of_kind is kind)
        for at in range(0, len(ids), MOST_READ):
            yield from MAPPINGS[kind].documents(session, ids[at : at + MOST_READ], day)


def with_related(session: Session, keys: Iterable[tuple[Kind, int]]) -> set[tuple[Kind, int]]:
    """Return ``keys`` with everything whose document says something of one of them."""
    of_kind: dict[Kind, list[int]] = {kind: [] for kind in Kind}
    for kind, one in keys:
        of_kind[kind].append(one)
    firms, standards = of_kind[Kind.ENTERPRISE], of_kind[Kind.STANDARD]
    modules = {*of_kind[Kind.MODULE], *of_kind[Kind.ITEM]}
    modules |= set(session.scalars(select(ServiceModule.id).where(ServiceModule.provider_id.in_(firms))))
    modules |= set(session.scalars(select(ItemMethod.item_id).where(ItemMethod.standard_id.in_(standards))))
    open_posts = select(Post.id).where(Post.organisation_id.in_(firms), Post.state == PostState.PUBLISHED)
    courses = {*of_kind[Kind.COURSE], *session.scalars(select(Course.id).where(Course.provider_id.in_(firms)))}
    posts = {*of_kind[Kind.POST], *session.scalars(open_posts)}
    either = ((kind, one) for one in modules for kind in (Kind.MODULE, Kind.ITEM))
    return {
        *either,
        *((Kind.POST, one) for one in posts),
        *((Kind.COURSE, one) for one in courses),
        *((Kind.ENTERPRISE, one) for one in firms),
        *((Kind.STANDARD, one) for one in standards),
    }


def every_document(session: Session) -> Iterator[list[Document]]:
    """Yield everything that belongs in the index, some at a time; between two of them no transaction is open."""
    day = clock.local_day(clock.now())
    for kind in Kind:
        statement = MAPPINGS[kind].ids(day)
        ids = list(session.scalars(statement))
        for at in range(0, len(ids), MOST_READ):
            documents = list(MAPPINGS[kind].documents(session, ids[at : at + MOST_READ], day))
            session.rollback()
            session.expunge_all()
            yield documents


def count_all(session: Session) -> int:
    """Return how many things belong in the index."""
    day = clock.local_day(clock.now())
    counts = (
        session.scalar(select(func.count()).select_from(MAPPINGS[kind].ids(day).order_by(None).subquery()))
        for kind in Kind
    )
    return sum(count or 0 for count in counts)
