"""What of meetings, votes and notices waits for a person, and for a secretariat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from services.association.models.ballots import RollEntry
from services.association.models.meetings import (
    Challenge,
    ChallengeState,
    Meeting,
    MeetingNotice,
    MeetingState,
    Motion,
    MotionState,
    MotionSubject,
)
from services.association.models.notices import NoticeReceipt
from services.association.queries.notices import shown_notices
from services.association.queries.readers import notice_reader
from services.core.actor import Actor


@dataclass(frozen=True)
class Waits:
    """How much waits, and since when."""

    count: int
    since: datetime | None = None


def open_votes(session: Session, person_id: int | None, now: datetime) -> Waits:
    """Return the votes that a person can still cast: it is on the roll, has not voted, and the vote is open."""
    statement = (
        select(func.count(), func.min(Motion.opened_at))
        .select_from(RollEntry)
        .join(Motion, Motion.id == RollEntry.motion_id)
        .where(
            RollEntry.person_id == person_id,
            RollEntry.has_voted.is_(False),
            Motion.state == MotionState.OPEN,
            or_(Motion.closes_at.is_(None), Motion.closes_at > now),
        )
    )
    return _waits(session, statement)


def unanswered_calls(session: Session, person_id: int | None) -> Waits:
    """Return the meetings to which a person was called and has not said whether it comes."""
    statement = (
        select(func.count(), func.min(MeetingNotice.sent_at))
        .select_from(MeetingNotice)
        .join(Meeting, Meeting.id == MeetingNotice.meeting_id)
        .where(
            MeetingNotice.person_id == person_id,
            MeetingNotice.answer.is_(None),
            Meeting.state == MeetingState.CONVENED,
        )
    )
    return _waits(session, statement)


def unconfirmed_notices(session: Session, actor: Actor, today: date) -> Waits:
    """Return the notices that the actor's firm has been asked to confirm and has not."""
    wanted = shown_notices(notice_reader(session, actor, today)).order_by(None).subquery()
    confirmed = select(NoticeReceipt.notice_id).where(NoticeReceipt.organisation_id == actor.organisation_id)
    statement = select(func.count(), func.min(wanted.c.published_at)).where(
        wanted.c.wants_receipt, wanted.c.association_id != actor.organisation_id, wanted.c.id.not_in(confirmed)
    )
    return _waits(session, statement)


@dataclass(frozen=True)
class MeetingDesk:
    """What of meetings and votes waits for a secretariat."""

    motions: int
    """Motions that wait for an agenda."""
    elections: int
    """Elections among them."""
    votes: int
    """Votes that are open, or closed and not counted."""
    challenges: int


def meeting_desk(session: Session, association_id: int) -> MeetingDesk:
    """Return what of meetings and votes waits for the secretariat of an association."""
    waits, votes = Motion.state == MotionState.PROPOSED, Motion.state.in_([MotionState.OPEN, MotionState.CLOSED])
    is_election = Motion.about == MotionSubject.ELECTION
    ours = Motion.association_id == association_id
    counts = select(
        func.count().filter(waits), func.count().filter(waits & is_election), func.count().filter(votes)
    ).select_from(Motion)
    challenges = (
        select(func.count(Challenge.id))
        .join(Motion, Motion.id == Challenge.motion_id)
        .where(ours, Challenge.state == ChallengeState.OPEN)
    )
    motions, elections, running = session.execute(counts.where(ours)).one()
    return MeetingDesk(motions, elections, running, session.scalar(challenges) or 0)


def _waits(session: Session, statement: Select[int, datetime | None]) -> Waits:
    count, since = session.execute(statement).one()
    return Waits(count, since)
