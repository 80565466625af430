"""The words of the estate: synonyms that staff maintain, names of products and of steps of the chain.

A lexicon is made once and kept until one of its tables changes; cutting needs its words in the dictionary.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.catalogue.models import ProductClass
from services.organisations.chain import ChainNode
from services.search.analysis import Analyser
from services.search.models import SynonymGroup, SynonymTerm

MOST_TERMS = 5000


@dataclass(frozen=True)
class Lexicon:
    """What a query is understood by."""

    analyser: Analyser
    synonyms: Mapping[str, Sequence[str]]


_lock = threading.Lock()
_known: WeakKeyDictionary[Any, tuple[Any, Lexicon]] = WeakKeyDictionary()

_STAMP = select(
    select(func.count(SynonymGroup.id)).scalar_subquery(),
    select(func.max(SynonymGroup.id)).scalar_subquery(),
    select(func.sum(SynonymGroup.version)).scalar_subquery(),
    select(func.count(ProductClass.code)).scalar_subquery(),
    select(func.count(ChainNode.id)).scalar_subquery(),
)


def lexicon_of(session: Session) -> Lexicon:
    """Return the lexicon of the database behind ``session``, as it is now: one small query when nothing has changed."""
    database, stamp = session.get_bind().engine, tuple(session.execute(_STAMP).one())
    with _lock:
        known = _known.get(database)
        if known is None or known[0] != stamp:
            known = _known[database] = (stamp, _read(session))
    return known[1]


def _read(session: Session) -> Lexicon:
    groups: dict[int, list[str]] = {}
    statement = select(SynonymTerm.group_id, SynonymTerm.term).order_by(SynonymTerm.group_id, SynonymTerm.position)
    for group_id, term in session.execute(statement.limit(MOST_TERMS)):
        groups.setdefault(group_id, []).append(term)
    synonyms = {term: tuple(other for other in terms if other != term) for terms in groups.values() for term in terms}
    products = session.scalars(select(ProductClass.name).order_by(ProductClass.code).limit(MOST_TERMS))
    nodes = session.scalars(select(ChainNode.name).order_by(ChainNode.id).limit(MOST_TERMS))
    return Lexicon(_analyser(frozenset((*synonyms, *products, *nodes))), synonyms)


@lru_cache(maxsize=4)
def _analyser(terms: frozenset[str]) -> Analyser:
    return Analyser(terms)
