"""Reads of the standards library."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from services.core.errors import NotFound
from services.standards.models import Standard, StandardState
from services.standards.rules import key_of

MOST_CHAIN = 60
MOST_CHOICES = 1000


def standards_found(day: date, *, words: str = "", state: StandardState | None = None) -> Select[Standard]:
    """Return the statement for the editions in ``state`` on ``day`` whose number, in any spelling, or title fits."""
    statement = select(Standard).options(joinedload(Standard.successor))
    if words:
        statement = statement.where(or_(_has(words), and_(*(_has(word) for word in words.split()))))
    if state is not None:
        statement = statement.where(is_in(state, day))
    return statement.order_by(Standard.key, Standard.id)


def is_in(state: StandardState, day: date) -> ColumnElement[bool]:
    """Return the condition that a standard is in ``state`` on ``day``, as ``rules.state_on`` has it."""
    is_withdrawn = and_(Standard.withdrawn_on.is_not(None), Standard.withdrawn_on <= day)
    has_begun = and_(Standard.effective_on.is_not(None), Standard.effective_on <= day)
    not_withdrawn = or_(Standard.withdrawn_on.is_(None), Standard.withdrawn_on > day)
    if state is StandardState.WITHDRAWN:
        return is_withdrawn
    if state is StandardState.CURRENT:
        return and_(not_withdrawn, has_begun)
    return and_(not_withdrawn, or_(Standard.effective_on.is_(None), Standard.effective_on > day))


def standard(session: Session, standard_id: int) -> Standard:
    """Return a standard with its successor. Raises NotFound."""
    statement = select(Standard).where(Standard.id == standard_id).options(joinedload(Standard.successor))
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def standard_with(session: Session, number: str) -> Standard | None:
    """Return the edition with this number in any spelling, None when the library has none."""
    return session.scalars(select(Standard).where(Standard.key == key_of(number))).one_or_none()


def earlier_editions(session: Session, standard_id: int) -> list[Standard]:
    """Return everything that this edition replaces, directly or through others, the oldest first."""
    chain = select(Standard.id).where(Standard.successor_id == standard_id).cte("earlier", recursive=True)
    chain = chain.union(select(Standard.id).join(chain, Standard.successor_id == chain.c.id))
    return _in_order(session, select(Standard).where(Standard.id.in_(select(chain.c.id))))


def later_editions(session: Session, standard_id: int) -> list[Standard]:
    """Return what replaces this edition, and what replaces that, in order."""
    first = select(Standard.successor_id.label("id")).where(
        Standard.id == standard_id, Standard.successor_id.is_not(None)
    )
    chain = first.cte("later", recursive=True)
    onward = select(Standard.successor_id).join(chain, Standard.id == chain.c.id)
    chain = chain.union(onward.where(Standard.successor_id.is_not(None)))
    return _in_order(session, select(Standard).where(Standard.id.in_(select(chain.c.id))))


def _in_order(session: Session, statement: Select[Standard]) -> list[Standard]:
    ordered = statement.order_by(Standard.effective_on, Standard.key, Standard.id).limit(MOST_CHAIN)
    return list(session.scalars(ordered))


def _has(word: str) -> ColumnElement[bool]:
    key = key_of(word)
    titles = or_(Standard.title.icontains(word, autoescape=True), Standard.title_en.icontains(word, autoescape=True))
    return or_(Standard.key.contains(key, autoescape=True), titles) if key else titles
