"""Tells firms once a day what is new for them: counterparts of their posts, posts of their node, saved searches.

A post is told to a firm once. Nothing here carries contact data; what is shown is read again with the reader's rights.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from services.board.models.interests import Interest
from services.board.models.matches import PostMatch, SavedSearch, ToldMatch
from services.board.models.posts import Post, PostState
from services.board.queries.searches import new_for
from services.board.queries.visibility import TRADING_KINDS, Reader, reader_of_firm, visible_to
from services.core import clock, links
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.organisations.models import Membership, Organisation, OrgState
from services.organisations.queries import holders_of

BATCH = 50
MOST_TOLD = 10
MOST_READERS = 20
NODE_DAYS = 7
"""Posts of a firm's node are news for so long."""


def start_digests(work: Work) -> None:
    """Begin the day's digests once their hour has come; whoever was told today is left out."""
    if clock.local(work.now).hour < setting(work.session, "board.digest_hour"):
        return
    work.later("board.digest_batch", after=0)
    work.later("board.alert_batch", after=0)


def digest_batch(work: Work, after: int) -> None:
    """Tell a batch of verified firms that have somebody to tell, and promise the next batch."""
    told_today = select(ToldMatch.post_id).where(
        ToldMatch.organisation_id == Organisation.id, ToldMatch.at >= _midnight(work)
    )
    staffed = select(Membership.id).where(Membership.organisation_id == Organisation.id, Membership.ended_at.is_(None))
    statement = (
        select(Organisation)
        .where(
            Organisation.id > after,
            Organisation.level >= 2,
            Organisation.state.in_((OrgState.VERIFIED, OrgState.CHANGING)),
            Organisation.kind.in_(TRADING_KINDS),
            staffed.exists(),
            ~told_today.exists(),
        )
        .order_by(Organisation.id)
        .limit(BATCH)
    )
    firms = work.session.scalars(statement).all()
    for firm in firms:
        _tell_firm(work, firm)
    if len(firms) == BATCH:
        work.later("board.digest_batch", after=firms[-1].id)


def alert_batch(work: Work, after: int) -> None:
    """Tell what is new for a batch of saved searches, each once a day, and promise the next batch."""
    statement = (
        select(SavedSearch)
        .where(SavedSearch.id > after, SavedSearch.alerts, SavedSearch.told_up_to < _midnight(work))
        .order_by(SavedSearch.id)
        .limit(BATCH)
    )
    searches = work.session.scalars(statement).all()
    for search in searches:
        posts = new_for(work.session, search, work.now)
        search.told_up_to = work.now
        if posts:
            message = N_("%(count)s new posts for your search “%(name)s”.")
            work.tell(search.person_id, message, link=links.saved_searches(), count=len(posts), name=search.name)
            work.later("mail.board_alerts", search_id=search.id, post_ids=[post.id for post in posts])
    if len(searches) == BATCH:
        work.later("board.alert_batch", after=searches[-1].id)


def news_for(work: Work, reader: Reader) -> list[int]:
    """Return the ids of the posts that the firm has not been told of yet, counterparts before posts of its node."""
    own = aliased(Post)
    counterparts = (
        select(Post.id)
        .join(PostMatch, PostMatch.other_id == Post.id)
        .join(own, own.id == PostMatch.post_id)
        .where(
            own.organisation_id == reader.organisation_id,
            own.state == PostState.PUBLISHED,
            own.valid_until >= reader.today,
            *_unheard(reader),
        )
        .order_by(PostMatch.percent.desc(), Post.id)
        .limit(MOST_TOLD * 5)
    )
    found = list(dict.fromkeys(work.session.scalars(counterparts)))
    if reader.node_ids:
        since = _midnight(work) - timedelta(days=NODE_DAYS)
        of_node = (
            select(Post.id)
            .where(Post.node_id.in_(sorted(reader.node_ids)), Post.published_at >= since, *_unheard(reader))
            .order_by(Post.published_at.desc(), Post.id.desc())
            .limit(MOST_TOLD)
        )
        found = list(dict.fromkeys([*found, *work.session.scalars(of_node)]))
    return found[:MOST_TOLD]


def _tell_firm(work: Work, firm: Organisation) -> None:
    reader = reader_of_firm(work.session, firm, work.today)
    news = [
        post_id
        for post_id in news_for(work, reader)
        if insert_unless_taken(work.session, ToldMatch, organisation_id=firm.id, post_id=post_id, at=work.now)
    ]
    if not news:
        return
    people = work.session.scalars(holders_of(Permission.INTEREST_SEND, firm.id).limit(MOST_READERS))
    for person_id in people.all():
        message = N_("%(count)s new posts on the board fit your organisation.")
        work.tell(person_id, message, link=links.matches(), count=len(news))
        work.later("mail.board_digest", organisation_id=firm.id, person_id=person_id, post_ids=news)


def _unheard(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on Post: readable, of others, not told before, and without an interest of the firm."""
    told = select(ToldMatch.at).where(ToldMatch.organisation_id == reader.organisation_id, ToldMatch.post_id == Post.id)
    answered = select(Interest.id).where(
        Interest.organisation_id == reader.organisation_id, Interest.post_id == Post.id
    )
    return visible_to(reader), Post.organisation_id != reader.organisation_id, ~told.exists(), ~answered.exists()


def _midnight(work: Work) -> datetime:
    return clock.at(work.today, 0)
