"""Counting how a list can be narrowed: for each facet, how many things each of its values would leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, desc, func
from sqlalchemy.orm import InstrumentedAttribute, Session

MOST_CHOICES = 60

F = TypeVar("F")


def facet_counts(
    session: Session,
    base: Select[Any],
    thing: InstrumentedAttribute[int],
    attributes: Mapping[F, ColumnElement[Any]],
    conditions: Mapping[F, ColumnElement[bool]],
) -> dict[F, dict[str, int]]:
    """Return the counts of every facet with the choices of all the others applied; one query a facet.

    ``thing`` is the id that is counted, each once; ``attributes`` hold what each facet compares, as text.
    """
    return {
        facet: _counts(session, base.where(*(one for other, one in conditions.items() if other != facet)), thing, key)
        for facet, key in attributes.items()
    }


def _counts(
    session: Session, base: Select[Any], thing: InstrumentedAttribute[int], key: ColumnElement[Any]
) -> dict[str, int]:
    number = func.count(thing.distinct()).label("facet_count")
    statement = base.with_only_columns(key.label("facet_key"), number).group_by("facet_key")
    rows = session.execute(statement.order_by(desc("facet_count"), "facet_key").limit(MOST_CHOICES))
    return {str(value): count for value, count in rows if value}
