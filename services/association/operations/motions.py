"""Motions before the vote: brought, proposed, put on an agenda or declined, withdrawn; and who steps aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from services.association.meeting_errors import (
    AnswerMissing,
    DraftBeforeMeeting,
    DraftBegun,
    MatterIsDecided,
    NoReceiptsForNamed,
    NotByCorrespondence,
    SecretOnly,
    WrongBody,
)
from services.association.models.meetings import (
    Meeting,
    MeetingState,
    Mode,
    Motion,
    MotionState,
    MotionSubject,
    Recusal,
)
from services.association.models.register import Member, Representation
from services.association.operations.meeting_steps import (
    locked_motion,
    meeting_of_secretariat,
    motion_of_secretariat,
    own_member,
    step_motion,
)
from services.association.operations.telling import people_of, tell_office
from services.association.queries.meetings import is_before_body
from services.association.rules.majority import BODIES, GATHERED_ONLY, SECRET_ONLY
from services.association.rules.motions import BEFORE_VOTE, MEETING_NAMES, MOTION_NAMES
from services.core import links
from services.core.base import Base
from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

LONGEST_TEXT = 3000


@dataclass(frozen=True)
class Listing:
    """How a motion is put on an agenda."""

    meeting_id: int
    is_secret: bool = False
    gives_receipts: bool = False


def bring(
    work: Work,
    association_id: int,
    about: MotionSubject,
    about_id: int | None,
    *,
    title: str,
    text: str = "",
    recused: Iterable[int] = (),
    proposer_id: int | None = None,
) -> Motion:
    """A matter waits to be put on an agenda; ``recused`` are the members that will step aside from it.

    For other operations, which have asked for the permission themselves. Raises MatterIsDecided when the same matter is
    before a body already, or was passed by one.
    """
    motion = Motion(
        association_id=association_id,
        about=about,
        about_id=about_id,
        title=title[:80],
        text=text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…",
        proposer_id=proposer_id,
        is_secret=about in SECRET_ONLY,
        state=MotionState.PROPOSED,
        state_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(motion)
    except IntegrityError as clash:
        raise MatterIsDecided from clash
    for member_id in sorted(set(recused)):
        step_aside(work, motion, member_id, N_("The matter is about this member."))
    work.record("motion.proposed", motion, about=about, about_id=about_id, title=title)
    return motion


def refuse_before_body(work: Work, about: MotionSubject, about_id: int) -> None:
    """Raise DraftBeforeMeeting while a body is to vote on a matter as it is; the caller has locked its row."""
    if is_before_body(work.session, about, about_id):
        raise DraftBeforeMeeting


def add_draft(work: Work, draft: Base) -> None:
    """Keep the draft of what a body is to adopt. Raises DraftBegun when somebody else has begun one in this moment."""
    try:
        with work.session.begin_nested():
            work.session.add(draft)
    except IntegrityError as clash:
        raise DraftBegun from clash


def drop_waiting(work: Work, about: MotionSubject, about_id: int, reason: str) -> None:
    """A matter is not to be decided any more: a motion whose vote was not opened is withdrawn; for other operations."""
    waiting = select(Motion.id).where(
        Motion.about == about, Motion.about_id == about_id, Motion.state.in_(sorted(BEFORE_VOTE))
    )
    motion_id = work.session.scalar(waiting)
    motion = locked_motion(work, motion_id) if motion_id is not None else None
    if motion is not None and motion.state in BEFORE_VOTE:
        step_motion(work, motion, "withdraw", reason=reason)


def propose(work: Work, member_id: int, *, title: str, text: str) -> Motion:
    """A member proposes a motion on a matter of its own choice; the secretariat learns of it."""
    association_id = work.session.scalar(select(Member.association_id).where(Member.id == member_id))
    if association_id is None:
        raise NotFound
    own_member(work, member_id, association_id)
    motion = bring(work, association_id, MotionSubject.GENERAL, None, title=title, text=text, proposer_id=member_id)
    message = N_("A member proposes the motion “%(title)s”.")
    tell_office(work, association_id, message, links.motions_desk(), title=title)
    return motion


def draft_motion(work: Work, association_id: int, *, about: MotionSubject, title: str, text: str) -> Motion:
    """The secretariat brings a motion of its own."""
    work.require(Permission.MEETING_RUN, scope=association_id)
    return bring(work, association_id, about, None, title=title, text=text)


def put_on_agenda(work: Work, motion_id: int, listing: Listing) -> None:
    """The motion is the last on the agenda of a meeting that nobody was called to yet.

    Raises RulesBroken with everything that is wrong: the body, the way of meeting, the kind of ballot.
    """
    meeting = meeting_of_secretariat(work, listing.meeting_id)
    motion = motion_of_secretariat(work, motion_id)
    if motion.association_id != meeting.association_id:
        raise NotFound
    if meeting.state is not MeetingState.PLANNED:
        raise WrongState(state=MEETING_NAMES[meeting.state])
    if faults := _faults(motion, meeting, listing):
        raise RulesBroken(faults)
    last = work.session.scalar(select(func.max(Motion.position)).where(Motion.meeting_id == meeting.id)) or 0
    step_motion(
        work,
        motion,
        "list",
        meeting_id=meeting.id,
        position=last + 1,
        is_secret=listing.is_secret,
        gives_receipts=listing.gives_receipts,
    )


def take_off_agenda(work: Work, motion_id: int) -> None:
    """The motion waits for another meeting; once the members were told of it, only withdrawing is left."""
    motion = motion_of_secretariat(work, motion_id)
    if motion.state is not MotionState.LISTED:
        raise WrongState(state=MOTION_NAMES[motion.state])
    step_motion(work, motion, "unlist", meeting_id=None, position=0)


def decline(work: Work, motion_id: int, reason: str) -> None:
    """The motion is not put on any agenda; whoever proposed it reads why."""
    motion = motion_of_secretariat(work, motion_id)
    if not reason.strip():
        raise RulesBroken([AnswerMissing()])
    step_motion(work, motion, "decline", reason=reason.strip())
    _tell_proposer(work, motion, N_("Your motion “%(title)s” is not put on an agenda: %(reason)s"))


def withdraw(work: Work, motion_id: int, reason: str) -> None:
    """The motion is not voted on: taken back by the member that proposed it, otherwise by the secretariat."""
    motion = locked_motion(work, motion_id)
    is_office = motion.proposer_id is None or work.actor.may(Permission.MEETING_RUN, motion.association_id)
    if is_office:
        work.require(Permission.MEETING_RUN, scope=motion.association_id)
    else:
        own_member(work, motion.proposer_id or 0, motion.association_id)
    if not reason.strip():
        raise RulesBroken([AnswerMissing()])
    step_motion(work, motion, "withdraw", reason=reason.strip())
    if is_office:
        _tell_proposer(work, motion, N_("The secretariat has withdrawn your motion “%(title)s”: %(reason)s"))


def recuse(work: Work, motion_id: int, member_id: int, reason: str) -> None:
    """A member steps aside before the vote opens, by itself or on the secretariat's word; a second time changes nothing."""
    motion = locked_motion(work, motion_id)
    if not work.actor.may(Permission.MEETING_RUN, motion.association_id):
        own_member(work, member_id, motion.association_id)
    member = work.session.get(Member, member_id)
    if member is None or member.association_id != motion.association_id:
        raise NotFound
    if motion.state not in BEFORE_VOTE:
        raise WrongState(state=MOTION_NAMES[motion.state])
    if not reason.strip():
        raise RulesBroken([AnswerMissing()])
    step_aside(work, motion, member_id, reason.strip())


def _tell_proposer(work: Work, motion: Motion, message: str) -> None:
    """Tell the member whose motion it is, if it is one's, what became of it and why."""
    if motion.proposer is None:
        return
    for person_id in people_of(work, motion.proposer, Representation.VOTING):
        work.tell(person_id, message, link=links.own_motions(), title=motion.title, reason=motion.state_reason)


def step_aside(work: Work, motion: Motion, member_id: int, reason: str) -> None:
    """A member is not on the roll of a motion; for other operations. A second time changes nothing."""
    came = insert_unless_taken(
        work.session,
        Recusal,
        motion_id=motion.id,
        member_id=member_id,
        reason=reason[:200],
        declared_by_id=work.actor.person_id,
        at=work.now,
    )
    if came:
        work.record("motion.recused", motion, member_id=member_id, reason=reason)


def _faults(motion: Motion, meeting: Meeting, listing: Listing) -> list[RuleBroken]:
    """Return what keeps a motion off this agenda."""
    faults: list[RuleBroken] = []
    if meeting.body not in BODIES[motion.about]:
        faults.append(WrongBody())
    if meeting.mode is Mode.CORRESPONDENCE and motion.about in GATHERED_ONLY:
        faults.append(NotByCorrespondence())
    if motion.about in SECRET_ONLY and not listing.is_secret:
        faults.append(SecretOnly())
    if listing.gives_receipts and not listing.is_secret:
        faults.append(NoReceiptsForNamed())
    return faults
