"""Reads of synonyms."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from services.core.errors import NotFound
from services.search.analysis import fold
from services.search.models import SynonymGroup, SynonymTerm


def groups_found(words: str = "") -> Select[SynonymGroup]:
    """Return the statement for the groups one of whose words holds ``words``, those changed last first."""
    statement = select(SynonymGroup).options(selectinload(SynonymGroup.terms))
    if key := fold(words).strip():
        statement = statement.where(SynonymGroup.terms.any(SynonymTerm.term.contains(key, autoescape=True)))
    return statement.order_by(SynonymGroup.changed_at.desc(), SynonymGroup.id.desc())


def group(session: Session, group_id: int) -> SynonymGroup:
    """Return a group with its words. Raises NotFound."""
    found = session.scalars(groups_found().where(SynonymGroup.id == group_id)).one_or_none()
    if found is None:
        raise NotFound
    return found
