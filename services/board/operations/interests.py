"""Expressions of interest (意向): sent by a firm, answered by the poster, for anonymous posts through the association."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from services.board.errors import OwnPost
from services.board.interest_errors import (
    AlreadyForwarded,
    InterestOpen,
    NotExchanged,
    PostNotOpen,
    ReasonMissing,
    SenderNotVerified,
    TooManyInterests,
)
from services.board.models.interests import ContactReveal, Interest, InterestState
from services.board.models.posts import Post, PostState, Visibility
from services.board.operations.parties import (
    answer_days,
    of_association,
    of_either,
    of_poster,
    of_sender,
    say_to_other,
    tell_receiver,
    tell_secretariat,
    tell_sender,
)
from services.board.operations.steps import locked_post, note_interest, step_interest
from services.board.operations.wording import refuse_contact_data
from services.board.queries.visibility import mine_or, reader_of, visible_to
from services.board.rules.answering import CONTACTS_SHOWN, PartyRole
from services.board.rules.states import INTEREST_NAMES, OPEN_INTERESTS, UNANSWERED_INTERESTS
from services.core import clock
from services.core.errors import NotFound, WrongState
from services.core.locks import hold
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.organisations.models import Organisation


@dataclass(frozen=True)
class WishInterest:
    """What a firm says to a post: three answers, and whom the poster may call once it has accepted."""

    wish: str
    abilities: str
    contact_name: str
    contact_phone: str
    questions: str = ""


@dataclass(frozen=True)
class Contact:
    """Whom one side calls."""

    firm: str
    name: str
    phone: str


def send(work: Work, post_id: int, said: WishInterest) -> Interest:
    """Send an interest in an open post that the firm may read; whoever posted it is told, or its association.

    A firm has at most one open interest in a post, and sends a limited number in a day.
    """
    work.require(Permission.INTEREST_SEND)
    post = _readable(work, post_id)
    sender_id = _may_send(work, post)
    _refuse_contacts(work, post, said)
    answer_due_on, closes_on = answer_days(work)
    is_forwarded = post.visibility is not Visibility.ANONYMOUS or post.association_id is None
    interest = Interest(
        no=work.number("YX"),
        post_id=post.id,
        organisation_id=sender_id,
        sent_by_id=work.actor.person_id,
        wish=said.wish,
        questions=said.questions,
        abilities=said.abilities,
        contact_name=said.contact_name,
        contact_phone=said.contact_phone,
        state_at=work.now,
        sent_at=work.now,
        answer_due_on=answer_due_on,
        closes_on=closes_on,
        forwarded_at=work.now if is_forwarded else None,
    )
    work.session.add(interest)
    try:
        work.session.flush()  # the database holds one open interest for a post and a firm
    except IntegrityError as clash:
        raise InterestOpen(no="–") from clash
    note_interest(work, interest, "send")
    work.record("interest.send", interest, no=interest.no, post=post.no)
    if is_forwarded:
        tell_receiver(work, interest, "interest_received", N_("A firm is interested in your post “%(title)s”."))
    else:
        message = N_("There is an interest in the anonymous post “%(title)s”: please look at it and pass it on.")
        tell_secretariat(work, interest, "interest_to_forward", message)
    return interest


def forward(work: Work, interest_id: int) -> None:
    """Pass an interest in an anonymous post on to its firm, once; the days for its answer begin."""
    interest = of_association(work, interest_id)
    if interest.forwarded_at is not None:
        raise AlreadyForwarded
    if interest.state not in UNANSWERED_INTERESTS:
        raise WrongState(state=INTEREST_NAMES[interest.state])
    interest.forwarded_at = work.now
    interest.answer_due_on, interest.closes_on = answer_days(work)
    interest.reminded_at = None
    note_interest(work, interest, "forward")
    work.record("interest.forward", interest, no=interest.no)
    tell_receiver(work, interest, "interest_received", N_("A firm is interested in your post “%(title)s”."))


def see(work: Work, interest_id: int) -> None:
    """Mark an interest as seen by the poster; seen ones stay as they are."""
    interest = of_poster(work, interest_id)
    if interest.state is not InterestState.SUBMITTED:
        return
    interest.seen_at = work.now
    step_interest(work, interest, "see")


def accept(work: Work, interest_id: int) -> None:
    """Accept an interest: both sides know each other from now on, and may have the other's contact shown."""
    interest = of_poster(work, interest_id)
    _answered(work, interest, "accept")
    message = N_("Your interest in “%(title)s” has been accepted; you can now see the contact.")
    tell_sender(work, interest, "interest_accepted", message)


def decline(work: Work, interest_id: int, *, reason: str) -> None:
    """Decline an interest with a reason; the association may decline what it has not passed on."""
    if not reason.strip():
        raise ReasonMissing
    refuse_contact_data({"reason": reason})
    interest, role = of_either(work, interest_id)
    if role is PartyRole.SENDER or (role is PartyRole.ASSOCIATION and interest.forwarded_at is not None):
        raise NotFound
    if role is PartyRole.POSTER:
        _answered(work, interest, "decline", reason=reason)
    else:
        step_interest(work, interest, "decline", reason=reason)
    tell_sender(work, interest, "interest_declined", N_("Your interest in “%(title)s” has been declined."))


def negotiate(work: Work, interest_id: int) -> None:
    """Note, on either side, that the two are in talks."""
    interest, role = between(work, interest_id)
    step_interest(work, interest, "negotiate")
    say_to_other(work, interest, role, N_("The other side notes talks about “%(title)s”."))


def fail(work: Work, interest_id: int, *, reason: str) -> None:
    """Note, on either side, that nothing came of it, and why; contacts are not shown any more."""
    if not reason.strip():
        raise ReasonMissing
    refuse_contact_data({"reason": reason})
    interest, role = between(work, interest_id)
    step_interest(work, interest, "fail", reason=reason)
    say_to_other(work, interest, role, N_("The other side notes that nothing came of “%(title)s”."))


def withdraw(work: Work, interest_id: int) -> None:
    """Take back an interest that has not been answered."""
    interest = of_sender(work, interest_id)
    step_interest(work, interest, "withdraw")
    if interest.forwarded_at is not None:
        message = N_("An interest in your post “%(title)s” has been taken back.")
        say_to_other(work, interest, PartyRole.SENDER, message)


def reveal(work: Work, interest_id: int) -> Contact:
    """Return the other side's contact after the interest was accepted; each time it is shown is kept."""
    interest, role = between(work, interest_id)
    if interest.state not in CONTACTS_SHOWN:
        raise NotExchanged
    post = interest.post
    shows_poster = role is PartyRole.SENDER
    firm = post.organisation if shows_poster else interest.organisation
    work.session.add(
        ContactReveal(
            interest_id=interest.id,
            of_organisation_id=firm.id,
            to_organisation_id=interest.organisation_id if shows_poster else post.organisation_id,
            person_id=work.actor.person_id,
            at=work.now,
        )
    )
    work.record("interest.contact_shown", interest, no=interest.no, of_organisation_id=firm.id)
    source: Post | Interest = post if shows_poster else interest
    return Contact(firm.name, source.contact_name, source.contact_phone)


def _answered(work: Work, interest: Interest, name: str, *, reason: str = "") -> None:
    interest.seen_at = interest.seen_at or work.now
    interest.answered_at = work.now
    step_interest(work, interest, name, reason=reason)


def _refuse_contacts(work: Work, post: Post, said: WishInterest) -> None:
    """Refuse contact data in the answers; names, too, where the post is anonymous."""
    own = work.session.get_one(Organisation, work.actor.organisation_id)
    names = (own.name, own.short_name) if post.visibility is Visibility.ANONYMOUS else ()
    answers = {"wish": said.wish, "questions": said.questions, "abilities": said.abilities}
    refuse_contact_data(answers, identity=names)


def between(work: Work, interest_id: int) -> tuple[Interest, PartyRole]:
    """Return an interest to one of its two firms; for the association it stays what it has passed on."""
    interest, role = of_either(work, interest_id)
    if role is PartyRole.ASSOCIATION:
        raise NotFound
    return interest, role


def _readable(work: Work, post_id: int) -> Post:
    """Return a post that the sender may read, locked against its being closed. Raises NotFound."""
    post = locked_post(work, post_id)
    reader = reader_of(work.session, work.actor, work.today)
    if reader.owns(post):
        raise OwnPost
    readable = select(Post.id).where(Post.id == post_id, mine_or(reader, visible_to(reader)))
    if work.session.scalar(readable) is None:
        raise NotFound
    if post.state is not PostState.PUBLISHED or post.valid_until is None or post.valid_until < work.today:
        raise PostNotOpen
    if not reader.is_verified:
        raise SenderNotVerified
    return post


def _may_send(work: Work, post: Post) -> int:
    """Return who sends; the interests of a firm are counted one after the other."""
    sender_id = work.actor.organisation_id
    if sender_id is None:
        raise SenderNotVerified
    hold(work.session, f"interests:{sender_id}")
    mine = select(Interest).where(Interest.organisation_id == sender_id)
    opened = mine.where(Interest.post_id == post.id, Interest.state.in_(OPEN_INTERESTS))
    if (before := work.session.scalars(opened).one_or_none()) is not None:
        raise InterestOpen(no=before.no)
    since = clock.at(work.today, 0)
    sent = work.session.scalar(
        select(func.count()).where(Interest.organisation_id == sender_id, Interest.sent_at >= since)
    )
    most = setting(work.session, "board.interests_per_day")
    if (sent or 0) >= most:
        raise TooManyInterests(most=most)
    return sender_id
