"""Letters of the supply and demand board. They never tell contacts, nor who stands behind an anonymous post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.board.models.interests import Interest
from services.board.models.matches import SavedSearch
from services.board.models.posts import Post
from services.board.models.reviews import PostingSuspension
from services.board.queries.searches import reader_behind
from services.board.queries.visibility import Reader, face_of, reader_of_firm, visible_to
from services.board.rules.states import UNANSWERED_INTERESTS
from services.board.words import DIRECTION_NAMES
from services.core import clock, links
from services.core.permissions import Permission
from services.core.work import Work
from services.mail.letters import Letter
from services.mail.readers import to_person
from services.organisations.models import Organisation
from services.organisations.queries import holders_of

ABOUT_INTERESTS = (
    "deal_recorded",
    "interest_accepted",
    "interest_declined",
    "interest_lapsed",
    "interest_late",
    "interest_received",
    "interest_to_forward",
    "interest_unanswered",
    "interest_waits",
)
ABOUT_POSTS = (
    "post_expired",
    "post_expiring",
    "post_published",
    "post_returned",
    "post_taken_down",
)
REASONED = frozenset({"interest_declined", "post_returned", "post_taken_down"})
"""Letters that repeat the reason which was written for the reader."""
MOST_READERS = 20
DUE = frozenset({"interest_received", "interest_to_forward"})
"""Letters that name the day by which an answer is expected."""


def about_interest(letter: str, session: Session, *, interest_id: int, person_id: int) -> Letter | None:
    """Return the letter about an interest to one person of one side; None for what has been answered meanwhile."""
    interest = session.get_one(Interest, interest_id)
    if letter in DUE and interest.state not in UNANSWERED_INTERESTS:
        return None
    facts = _facts(interest.no, interest.post.title, links.interest(interest.no))
    facts["due_on"] = interest.answer_due_on if letter in DUE else None
    facts["reason"] = interest.state_reason if letter in REASONED else ""
    return to_person(session, person_id, f"board/{letter}", **facts)


def about_post(letter: str, session: Session, *, post_id: int, person_id: int | None = None) -> Letter | None:
    """Return the letter about a post to whoever posted it, or to the named person."""
    post = session.get_one(Post, post_id)
    facts = _facts(post.no or "", post.title, links.post(post.no or ""))
    facts["until_on"] = post.valid_until if letter == "post_expiring" else None
    facts["reason"] = post.state_reason if letter in REASONED else ""
    return to_person(session, person_id or post.posted_by_id, f"board/{letter}", **facts)


def promise_suspension(work: Work, *, suspension_id: int) -> None:
    """Promise one letter to each person of a suspended firm who posts: until when it cannot."""
    suspension = work.session.get_one(PostingSuspension, suspension_id)
    people = work.session.scalars(holders_of(Permission.POST_WRITE, suspension.organisation_id).limit(MOST_READERS))
    facts = _facts("", "", "") | {"reason": suspension.reason, "until_on": suspension.until_on.isoformat()}
    del facts["link"]
    for person_id in people.all():
        link = links.my_posts()
        work.later("mail.send", name="board/posting_suspended", person_id=person_id, facts=facts, link=link)


def digest(session: Session, *, organisation_id: int, person_id: int, post_ids: Sequence[int]) -> Letter | None:
    """Somebody of a firm learns of new posts that fit; what it may not read any more is left out."""
    firm = session.get_one(Organisation, organisation_id)
    posts = _listed(session, post_ids, reader_of_firm(session, firm, clock.local_day(clock.now())))
    if not posts:
        return None
    return to_person(session, person_id, "board/board_digest", posts=posts, search="", link=links.matches())


def alerts(session: Session, *, search_id: int, post_ids: Sequence[int]) -> Letter | None:
    """Whoever saved a search learns of new posts that it finds; None when the search has been deleted."""
    search = session.get(SavedSearch, search_id)
    if search is None:
        return None
    posts = _listed(session, post_ids, reader_behind(session, search, clock.now()))
    if not posts:
        return None
    facts = {"posts": posts, "search": f"“{search.name}”", "link": links.saved_searches()}
    return to_person(session, search.person_id, "board/board_alerts", **facts)


def _listed(session: Session, post_ids: Sequence[int], reader: Reader) -> list[dict[str, Any]]:
    statement = (
        select(Post)
        .options(joinedload(Post.organisation), joinedload(Post.association))
        .where(Post.id.in_(post_ids), visible_to(reader))
        .order_by(Post.published_at.desc(), Post.id.desc())
    )
    return [
        {
            "title": post.title,
            "kind": DIRECTION_NAMES[post.direction],
            "by": face_of(post).label,
            "link": links.post(post.no or ""),
        }
        for post in session.scalars(statement)
    ]


def _facts(no: str, title: str, link: str) -> dict[str, Any]:
    """Return what any letter of the board may tell, and nothing where a letter has nothing to tell."""
    return {"no": no, "title": title, "link": link, "reason": "", "due_on": None, "until_on": None}
