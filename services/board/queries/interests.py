"""Reads interests for each of their sides, with the names that the side may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from services.board.models.interests import Deal, DealRating, Interest, InterestEvent
from services.board.models.posts import Post, Visibility
from services.board.queries.visibility import Face, Reader, face_of
from services.board.rules.answering import (
    CONTACTS_SHOWN,
    PartyRole,
    poster_is_named,
    sender_is_named,
    steps_of,
)
from services.board.rules.states import OPEN_INTERESTS, UNANSWERED_INTERESTS
from services.core.errors import NotFound
from services.organisations.models import Organisation

MOST_EVENTS = 200
HIDDEN = Face("", "", is_anonymous=True)
"""What is shown of a firm whose name is not told yet."""


class Box(StrEnum):
    """Which interests are listed."""

    RECEIVED = "received"
    SENT = "sent"
    FORWARD = "forward"
    LATE = "late"


@dataclass(frozen=True)
class InterestView:
    """An interest as one side sees it. The faces are hidden while their names are not told."""

    interest: Interest
    role: PartyRole
    poster: Face
    sender: Face
    steps: frozenset[str]
    can_forward: bool = False
    shows_contact: bool = False
    deal: Deal | None = None
    ratings: Sequence[DealRating] = ()
    events: Sequence[InterestEvent] = field(default_factory=tuple)

    @property
    def other(self) -> Face:
        """The face of the other side; for the association, of the sender."""
        return self.poster if self.role is PartyRole.SENDER else self.sender

    @property
    def is_poster(self) -> bool:
        """Whether this is the side of the post."""
        return self.role is PartyRole.POSTER

    @property
    def is_party(self) -> bool:
        """Whether this is one of the two firms, not the association between them."""
        return self.role is not PartyRole.ASSOCIATION

    @property
    def is_held(self) -> bool:
        """Whether the sender's interest still waits for the association to pass it on."""
        waits = self.interest.forwarded_at is None and self.interest.state in UNANSWERED_INTERESTS
        return self.role is PartyRole.SENDER and waits

    @property
    def own_rating(self) -> DealRating | None:
        """How this side rated the deal."""
        mine = self.interest.post.organisation_id
        if self.role is PartyRole.SENDER:
            mine = self.interest.organisation_id
        return next((one for one in self.ratings if one.by_organisation_id == mine), None)

    @property
    def has_given_amount(self) -> bool:
        """Whether this side has given its exact amount."""
        if self.deal is None:
            return False
        return self.deal.sender_gives_amount if self.role is PartyRole.SENDER else self.deal.poster_gives_amount


def interests_in(reader: Reader, box: Box) -> Select[Interest]:
    """Select the interests of a box, what waits for an answer first and the most urgent of it."""
    waiting = case((Interest.state.in_(UNANSWERED_INTERESTS), 0), (Interest.state.in_(OPEN_INTERESTS), 1), else_=2)
    return (
        select(Interest)
        .join(Interest.post)
        .options(
            contains_eager(Interest.post).options(joinedload(Post.organisation), joinedload(Post.association)),
            joinedload(Interest.organisation),
        )
        .where(*_of(reader, box))
        .order_by(waiting, case((waiting == 0, Interest.answer_due_on), else_=None), Interest.id.desc())
    )


def counts(session: Session, reader: Reader) -> dict[Box, int]:
    """Return how many interests of each box wait for somebody's answer."""
    return {box: waiting(session, reader, box)[0] for box in Box}


def waiting(session: Session, reader: Reader, box: Box) -> tuple[int, datetime | None, bool]:
    """Return how many interests of a box wait for an answer, since when, and whether one is late."""
    statement = (
        select(func.count(), func.min(Interest.sent_at), func.min(Interest.answer_due_on))
        .join(Interest.post)
        .where(*_of(reader, box), Interest.state.in_(UNANSWERED_INTERESTS))
    )
    count, since, due_on = session.execute(statement).one()
    first_due: date | None = due_on
    return count, since, first_due is not None and first_due < reader.today


def interest_for(session: Session, reader: Reader, no: str) -> InterestView:
    """Return an interest to its sender, its poster once it has arrived there, and its association. Raises NotFound."""
    statement = (
        select(Interest)
        .options(
            joinedload(Interest.post).options(joinedload(Post.organisation), joinedload(Post.association)),
            joinedload(Interest.organisation),
        )
        .where(Interest.no == no)
    )
    interest = session.scalars(statement).one_or_none()
    role = role_of(reader, interest) if interest is not None else None
    if interest is None or role is None:
        raise NotFound
    deal = session.scalars(select(Deal).where(Deal.interest_id == interest.id)).one_or_none()
    rated = select(DealRating).where(DealRating.deal_id == (deal.id if deal else 0)).order_by(DealRating.id)
    happened = select(InterestEvent).where(InterestEvent.interest_id == interest.id).order_by(InterestEvent.id)
    return _view(
        reader,
        interest,
        role,
        deal=deal,
        ratings=session.scalars(rated.limit(2)).all(),
        events=session.scalars(happened.limit(MOST_EVENTS)).all(),
    )


def views_of(reader: Reader, interests: Sequence[Interest]) -> list[InterestView]:
    """Return listed interests as the reader's side sees them."""
    views = []
    for interest in interests:
        role = role_of(reader, interest)
        if role is not None:
            views.append(_view(reader, interest, role))
    return views


def role_of(reader: Reader, interest: Interest) -> PartyRole | None:
    """Return the reader's side, None for strangers and for an anonymous poster before the association has passed on."""
    if reader.organisation_id is not None and interest.organisation_id == reader.organisation_id:
        return PartyRole.SENDER
    if reader.owns(interest.post):
        return PartyRole.POSTER if interest.forwarded_at is not None else None
    return PartyRole.ASSOCIATION if reader.reviews(interest.post) else None


def open_interest(session: Session, organisation_id: int | None, post_id: int) -> Interest | None:
    """Return the open interest of a firm in a post, None where there is none."""
    statement = select(Interest).where(
        Interest.organisation_id == organisation_id,
        Interest.post_id == post_id,
        Interest.state.in_(OPEN_INTERESTS),
    )
    return session.scalars(statement).one_or_none()


def _view(
    reader: Reader,
    interest: Interest,
    role: PartyRole,
    *,
    deal: Deal | None = None,
    ratings: Sequence[DealRating] = (),
    events: Sequence[InterestEvent] = (),
) -> InterestView:
    post = interest.post
    told_poster = poster_is_named(role, interest.state, post.visibility)
    told_sender = sender_is_named(role, interest.state, post.visibility)
    is_forwarded = interest.forwarded_at is not None
    waits = interest.state in UNANSWERED_INTERESTS and not is_forwarded
    return InterestView(
        interest=interest,
        role=role,
        poster=_face(post.organisation) if told_poster else face_of(post),
        sender=_face(interest.organisation) if told_sender else HIDDEN,
        steps=steps_of(role, interest.state, is_forwarded=is_forwarded),
        can_forward=role is PartyRole.ASSOCIATION and waits,
        shows_contact=role is not PartyRole.ASSOCIATION and interest.state in CONTACTS_SHOWN,
        deal=deal,
        ratings=ratings,
        events=events,
    )


def _face(firm: Organisation) -> Face:
    return Face(firm.label, firm.name, organisation_id=firm.id, town=firm.town, level=firm.level)


def _of(reader: Reader, box: Box) -> tuple[ColumnElement[bool], ...]:
    own = Post.organisation_id == reader.organisation_id
    reviewed = Post.association_id.in_(sorted(reader.associations))
    waits = Interest.state.in_(UNANSWERED_INTERESTS)
    conditions: dict[Box, tuple[ColumnElement[bool], ...]] = {
        Box.RECEIVED: (own, Interest.forwarded_at.is_not(None)),
        Box.SENT: (Interest.organisation_id == reader.organisation_id,),
        Box.FORWARD: (reviewed, Post.visibility == Visibility.ANONYMOUS, Interest.forwarded_at.is_(None), waits),
        Box.LATE: (reviewed, ~own, waits, Interest.answer_due_on < reader.today),
    }
    return conditions[box]
