"""Words that the trades of the clusters use for the same thing, so that the search knows them from the start."""

from __future__ import annotations

from sqlalchemy import select

from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import words
from services.search.models import SynonymGroup, SynonymTerm
from services.search.operations.synonyms import terms_of


def load_synonyms(loading: Loading) -> None:
    """Add the groups none of whose words stands in a group yet."""
    session = loading.work.session
    known = set(session.scalars(select(SynonymTerm.term).order_by(SynonymTerm.term)))
    for row in loading.sheet("synonyms"):
        terms = terms_of(" ".join(words(row["terms"])))
        if known.isdisjoint(terms):
            group = SynonymGroup(changed_at=loading.work.now)
            group.terms = [SynonymTerm(term=term, position=place) for place, term in enumerate(terms)]
            session.add(group)
            loading.count([group])
