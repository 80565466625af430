"""Saved searches (订阅搜索): kept by a person, with or without alerts."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from services.board.interest_errors import NothingToSave, TooManySearches
from services.board.models.matches import SavedSearch
from services.board.queries.browsing import Facet
from services.core.errors import NotAllowed, NotFound
from services.core.work import Work

MOST_SEARCHES = 20
LONGEST_NAME = 60
LONGEST_WORDS = 100


def save_search(work: Work, *, name: str, words: str, choices: Mapping[str, str], alerts: bool = True) -> SavedSearch:
    """Keep what the person looks for; only what is published from now on is told."""
    if work.actor.person_id is None:
        raise NotAllowed
    known = {facet.value for facet in Facet}
    kept = {facet: value[:LONGEST_WORDS] for facet, value in choices.items() if facet in known and value}
    if not words and not kept:
        raise NothingToSave
    mine = select(func.count()).where(SavedSearch.person_id == work.actor.person_id)
    if (work.session.scalar(mine) or 0) >= MOST_SEARCHES:
        raise TooManySearches(most=MOST_SEARCHES)
    search = SavedSearch(
        person_id=work.actor.person_id,
        organisation_id=work.actor.organisation_id,
        name=name[:LONGEST_NAME],
        words=words[:LONGEST_WORDS],
        choices=kept,
        alerts=alerts,
        created_at=work.now,
        told_up_to=work.now,
    )
    work.session.add(search)
    work.record("search.save", search)
    return search


def set_alerts(work: Work, search_id: int, *, alerts: bool) -> None:
    """Switch the alerts of one's own search; what came while they were off is not told."""
    search = _own(work, search_id)
    if alerts and not search.alerts:
        search.told_up_to = work.now
    search.alerts = alerts
    work.record("search.alerts", search, alerts=alerts)


def delete_search(work: Work, search_id: int) -> None:
    """Forget one's own search."""
    search = _own(work, search_id)
    work.record("search.delete", search)
    work.session.delete(search)


def _own(work: Work, search_id: int) -> SavedSearch:
    search = work.session.get(SavedSearch, search_id, with_for_update=True)
    if search is None or search.person_id != work.actor.person_id:
        raise NotFound
    return search
