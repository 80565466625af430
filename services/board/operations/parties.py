"""The three sides of an interest: loading it for one of them, telling them, and counting the days for an answer."""

from __future__ import annotations

from datetime import date

from services.board.models.interests import Interest
from services.board.models.posts import Visibility
from services.board.operations.steps import locked_interest
from services.board.queries.visibility import reviews_for_nobody
from services.board.rules.answering import PartyRole
from services.core import links
from services.core.calendar import working_days
from services.core.errors import NotAllowed, NotFound
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.organisations.queries import acts_for, holders_of

MOST_READERS = 20


def of_poster(work: Work, interest_id: int) -> Interest:
    """Return an interest in a post of the actor's firm, locked; NotFound before the association has passed it on."""
    interest, role = of_either(work, interest_id)
    if role is not PartyRole.POSTER:
        raise NotFound
    return interest


def of_sender(work: Work, interest_id: int) -> Interest:
    """Return an interest that the actor's firm sent, locked; NotFound for any other."""
    interest, role = of_either(work, interest_id)
    if role is not PartyRole.SENDER:
        raise NotFound
    return interest


def of_association(work: Work, interest_id: int) -> Interest:
    """Return an interest in an anonymous post of the actor's association, locked; NotFound for any other."""
    interest, role = of_either(work, interest_id)
    if role is not PartyRole.ASSOCIATION or interest.post.visibility is not Visibility.ANONYMOUS:
        raise NotFound
    return interest


def of_either(work: Work, interest_id: int) -> tuple[Interest, PartyRole]:
    """Return an interest, locked, and the side on which the actor stands. NotFound for everybody else.

    NotAllowed is for people who can have nothing to do with interests at all.
    """
    if not any(
        work.actor.may(one) for one in (Permission.INTEREST_SEND, Permission.POST_WRITE, Permission.POST_REVIEW)
    ):
        raise NotAllowed
    interest = locked_interest(work, interest_id)
    role = role_in(work, interest)
    if role is None:
        raise NotFound
    return interest, role


def role_in(work: Work, interest: Interest) -> PartyRole | None:
    """Return the side of the actor in an interest, None for a stranger and for an anonymous poster before forwarding."""
    post, actor = interest.post, work.actor
    if actor.organisation_id is not None:
        if interest.organisation_id == actor.organisation_id and actor.may(Permission.INTEREST_SEND):
            return PartyRole.SENDER
        if post.organisation_id == actor.organisation_id and actor.may(Permission.POST_WRITE):
            return PartyRole.POSTER if interest.forwarded_at is not None else None
    if not actor.may(Permission.POST_REVIEW, post.association_id):
        return None
    if post.association_id is None and not reviews_for_nobody(actor):
        return None
    return PartyRole.ASSOCIATION


def answer_days(work: Work) -> tuple[date, date]:
    """Return the day by which an interest of today should be answered, and the one on which it ends without."""
    due, last = setting(work.session, "board.answer_days"), setting(work.session, "board.close_days")
    calendar = working_days(work.session, work.today, max(due, last))
    return calendar.after(work.today, due).day, calendar.after(work.today, last).day


def people_of(work: Work, organisation_id: int, person_id: int, permission: Permission) -> list[int]:
    """Return whom to tell: the person who did it, or else everybody of the firm who could have."""
    if acts_for(work.session, person_id, organisation_id):
        return [person_id]
    return list(work.session.scalars(holders_of(permission, organisation_id).limit(MOST_READERS)))


def tell_sender(work: Work, interest: Interest, letter: str, message: str) -> None:
    """Tell the firm that sent it, in the portal and by letter."""
    for person_id in _senders(work, interest):
        _say(work, interest, person_id, message)
        work.later(f"mail.{letter}", interest_id=interest.id, person_id=person_id)


def tell_receiver(work: Work, interest: Interest, letter: str, message: str) -> None:
    """Tell the firm that posted, in the portal and by letter."""
    for person_id in _receivers(work, interest):
        _say(work, interest, person_id, message)
        work.later(f"mail.{letter}", interest_id=interest.id, person_id=person_id)


def tell_secretariat(work: Work, interest: Interest, letter: str, message: str) -> None:
    """Tell the secretariat of the association, in the portal and by letter; nobody where there is none."""
    association_id = interest.post.association_id
    if association_id is None:
        return
    for person_id in work.session.scalars(holders_of(Permission.POST_REVIEW, association_id).limit(MOST_READERS)).all():
        _say(work, interest, person_id, message)
        work.later(f"mail.{letter}", interest_id=interest.id, person_id=person_id)


def say_to_other(work: Work, interest: Interest, role: PartyRole, message: str) -> None:
    """Tell the side that ``role`` is not, in the portal alone."""
    people = _senders(work, interest) if role is PartyRole.POSTER else _receivers(work, interest)
    for person_id in people:
        _say(work, interest, person_id, message)


def _senders(work: Work, interest: Interest) -> list[int]:
    return people_of(work, interest.organisation_id, interest.sent_by_id, Permission.INTEREST_SEND)


def _receivers(work: Work, interest: Interest) -> list[int]:
    post = interest.post
    return people_of(work, post.organisation_id, post.posted_by_id, Permission.POST_WRITE)


def _say(work: Work, interest: Interest, person_id: int, message: str) -> None:
    work.tell(person_id, message, link=links.interest(interest.no), no=interest.no, title=interest.post.title)
