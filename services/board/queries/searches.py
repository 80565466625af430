"""Reads what people look for on the board again and again, and what is new for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.board.models.matches import SavedSearch
from services.board.models.posts import Post
from services.board.queries.browsing import BoardWish, Facet, newest
from services.board.queries.visibility import Reader, reader_of_firm
from services.core import clock
from services.organisations.models import Organisation
from services.organisations.queries import acts_for

MOST_NEW = 10
_LOOKED_AT = 60


def searches_of(person_id: int | None, organisation_id: int | None) -> Select[SavedSearch]:
    """Select what a person has saved on their own or while acting for this organisation, newest first."""
    whose = or_(SavedSearch.organisation_id.is_(None), SavedSearch.organisation_id == organisation_id)
    return select(SavedSearch).where(SavedSearch.person_id == person_id, whose).order_by(SavedSearch.id.desc())


def wish_of(search: SavedSearch) -> BoardWish:
    """Return what a saved search looks for; facets that do not exist any more are left out."""
    known = {facet.value: facet for facet in Facet}
    return BoardWish(search.words, {known[name]: str(value) for name, value in search.choices.items() if name in known})


def reader_behind(session: Session, search: SavedSearch, now: datetime) -> Reader:
    """Return the reader who saved a search: its firm's, while the person still acts for it; else the public's."""
    today = clock.local_day(now)
    firm_id = search.organisation_id
    if firm_id is None or not acts_for(session, search.person_id, firm_id):
        return Reader(None, today)
    return reader_of_firm(session, session.get_one(Organisation, firm_id), today)


def new_for(session: Session, search: SavedSearch, now: datetime) -> list[Post]:
    """Return the posts of others that a saved search finds and that were published since it last told, newest first."""
    reader = reader_behind(session, search, now)
    posts = newest(session, reader, wish_of(search), most=_LOOKED_AT)
    found = [
        post
        for post in posts
        if post.published_at is not None and post.published_at > search.told_up_to and not reader.owns(post)
    ]
    return found[:MOST_NEW]
