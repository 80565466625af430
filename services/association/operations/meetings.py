"""Meetings: planned, changed, convened with notices, answered, begun, closed, called off, and their minutes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from services.association.meeting_errors import (
    AnswerMissing,
    MinutesEmpty,
    NobodyToCall,
    NothingOnTheAgenda,
    NoticeTooShort,
    NotYetTime,
    PlaceMissing,
    StartsInThePast,
    TimesReversed,
    VotesAreOpen,
)
from services.association.models.meetings import (
    Answer,
    Body,
    Meeting,
    MeetingNotice,
    MeetingState,
    Mode,
    Motion,
    MotionState,
)
from services.association.operations.meeting_steps import meeting_of_secretariat, own_member, step_meeting, step_motion
from services.association.queries.electorate import electors
from services.association.queries.members import charter_of
from services.association.rules.motions import MEETING_NAMES
from services.core import clock, links
from services.core.errors import ChangedMeanwhile, NotFound, RuleBroken, RulesBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work


@dataclass(frozen=True)
class MeetingWish:
    """What the secretariat enters of a meeting; the fields are those of ``Meeting``."""

    body: Body
    mode: Mode
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    agenda: str = ""
    chair: str = ""


def plan_meeting(work: Work, association_id: int, wish: MeetingWish) -> Meeting:
    """Plan a meeting under the notice period and the proxy limit of the present charter; nobody is told yet."""
    work.require(Permission.MEETING_RUN, scope=association_id)
    _refuse_wrong(work, wish)
    charter = charter_of(work.session, association_id)
    meeting = Meeting(
        no=work.number("HUI"),
        association_id=association_id,
        held_on=clock.local_day(wish.starts_at),
        notice_days=charter.notice_days,
        proxy_limit=charter.proxy_limit,
        state=MeetingState.PLANNED,
        state_at=work.now,
        **asdict(wish),
    )
    work.session.add(meeting)
    work.session.flush()
    work.record("meeting.planned", meeting, no=meeting.no, body=wish.body)
    return meeting


def change_meeting(work: Work, meeting_id: int, wish: MeetingWish, version: int) -> Meeting:
    """Change a meeting of which nobody was told yet. Raises ChangedMeanwhile for another version than the present one."""
    meeting = meeting_of_secretariat(work, meeting_id)
    _refuse_unless(meeting, MeetingState.PLANNED)
    if meeting.version != version:
        raise ChangedMeanwhile
    _refuse_wrong(work, wish)
    for name, value in asdict(wish).items():
        setattr(meeting, name, value)
    meeting.held_on = clock.local_day(wish.starts_at)
    meeting.version += 1
    work.session.flush()
    work.record("meeting.changed", meeting, no=meeting.no)
    return meeting


def convene(work: Work, meeting_id: int) -> int:
    """Call everybody who sits in the body, with the motions on the agenda; return how many representatives were called.

    From now on the agenda is fixed. Raises RulesBroken with everything that is still missing.
    """
    meeting = meeting_of_secretariat(work, meeting_id)
    _refuse_unless(meeting, MeetingState.PLANNED)
    called = [
        one
        for one in electors(work.session, meeting.association_id, meeting.body, work.today)
        if one.person_id is not None
    ]
    listed = _motions(work, meeting, MotionState.LISTED)
    earliest = work.today + timedelta(days=meeting.notice_days)
    faults: list[RuleBroken] = []
    if not called:
        faults.append(NobodyToCall())
    if not listed and not meeting.agenda:
        faults.append(NothingOnTheAgenda())
    if meeting.held_on < earliest:
        faults.append(NoticeTooShort(days=meeting.notice_days, earliest=earliest.isoformat()))
    if faults:
        raise RulesBroken(faults)
    step_meeting(work, meeting, "convene", noticed_at=work.now, earliest_on=earliest)
    for motion in listed:
        step_motion(work, motion, "notify")
    work.session.add_all(
        MeetingNotice(meeting_id=meeting.id, member_id=one.member_id, person_id=one.person_id, sent_at=work.now)
        for one in called
    )
    _tell_called(work, meeting, N_("You are called to the meeting “%(title)s” on %(day)s. Please answer the notice."))
    for person_id in _called(work, meeting):
        work.later("mail.meeting_convened", meeting_id=meeting.id, person_id=person_id)
    return len(called)


def answer_notice(work: Work, meeting_id: int, member_id: int, answer: Answer) -> None:
    """A representative says whether the member comes; the last answer before the meeting counts."""
    meeting = work.session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound
    notice = work.session.get(MeetingNotice, (meeting_id, member_id, work.actor.person_id), with_for_update=True)
    if notice is None:
        raise NotFound
    own_member(work, member_id, meeting.association_id)
    _refuse_unless(meeting, MeetingState.CONVENED)
    notice.answer, notice.answered_at = answer, work.now
    work.record("meeting.answered", meeting, member_id=member_id, answer=answer)


def begin_meeting(work: Work, meeting_id: int) -> None:
    """The meeting is in session, from its announced time on; votes can be opened."""
    meeting = meeting_of_secretariat(work, meeting_id)
    if meeting.state is MeetingState.CONVENED and work.now < meeting.starts_at:
        raise NotYetTime
    step_meeting(work, meeting, "begin")


def close_meeting(work: Work, meeting_id: int) -> None:
    """The meeting is over; motions that were not voted on wait for another one. Raises VotesAreOpen."""
    meeting = meeting_of_secretariat(work, meeting_id)
    if _motions(work, meeting, MotionState.OPEN, MotionState.CLOSED):
        raise VotesAreOpen
    step_meeting(work, meeting, "close")
    _let_go(work, meeting)


def call_off(work: Work, meeting_id: int, reason: str) -> None:
    """The meeting does not take place; whoever was called is told why, and its motions wait for another one."""
    meeting = meeting_of_secretariat(work, meeting_id)
    if not reason.strip():
        raise RulesBroken([AnswerMissing()])
    step_meeting(work, meeting, "call_off", reason=reason.strip())
    _let_go(work, meeting)
    for person_id in _called(work, meeting):
        work.later("mail.meeting_called_off", meeting_id=meeting.id, person_id=person_id)
    message = N_("The meeting “%(title)s” on %(day)s is called off: %(reason)s")
    _tell_called(work, meeting, message, reason=reason.strip())


def write_minutes(work: Work, meeting_id: int, minutes: str, keeper: str, version: int) -> None:
    """Keep the text of the minutes, until they are published. Raises ChangedMeanwhile for another version."""
    meeting = meeting_of_secretariat(work, meeting_id)
    _refuse_unless(meeting, MeetingState.RUNNING, MeetingState.CLOSED)
    if meeting.minutes_at is not None:
        raise WrongState(state=N_("Minutes published"))
    if meeting.version != version:
        raise ChangedMeanwhile
    meeting.minutes, meeting.minutes_keeper = minutes.strip(), keeper.strip()
    meeting.version += 1
    work.session.flush()
    work.record("meeting.minutes_written", meeting, no=meeting.no)


def publish_minutes(work: Work, meeting_id: int) -> None:
    """The members read the minutes, which no longer change."""
    meeting = meeting_of_secretariat(work, meeting_id)
    _refuse_unless(meeting, MeetingState.CLOSED)
    if meeting.minutes_at is not None:
        raise WrongState(state=N_("Minutes published"))
    if not meeting.minutes:
        raise RulesBroken([MinutesEmpty()])
    meeting.minutes_at = work.now
    meeting.version += 1
    work.session.flush()
    work.record("meeting.minutes_published", meeting, no=meeting.no)
    _tell_called(work, meeting, N_("The minutes of the meeting “%(title)s” on %(day)s are published."))


def _motions(work: Work, meeting: Meeting, *states: MotionState) -> list[Motion]:
    statement = (
        select(Motion)
        .where(Motion.meeting_id == meeting.id, Motion.state.in_(states))
        .order_by(Motion.position, Motion.id)
        .with_for_update(of=Motion)
    )
    return list(work.session.scalars(statement))


def _let_go(work: Work, meeting: Meeting) -> None:
    """Take what was not voted on off the agenda."""
    for motion in _motions(work, meeting, MotionState.LISTED, MotionState.NOTIFIED):
        step_motion(work, motion, "unlist", meeting_id=None, position=0)


def _called(work: Work, meeting: Meeting) -> list[int]:
    """Return the people who were called to a meeting, each once."""
    work.session.flush()  # the notices of this very work are among them
    statement = select(MeetingNotice.person_id).where(MeetingNotice.meeting_id == meeting.id).distinct()
    return list(work.session.scalars(statement.order_by(MeetingNotice.person_id)))


def _tell_called(work: Work, meeting: Meeting, message: str, **facts: str) -> None:
    day = meeting.held_on.isoformat()
    for person_id in _called(work, meeting):
        work.tell(person_id, message, link=links.meeting(meeting.id), title=meeting.title, day=day, **facts)


def _refuse_wrong(work: Work, wish: MeetingWish) -> None:
    faults: list[RuleBroken] = []
    if wish.starts_at <= work.now:
        faults.append(StartsInThePast())
    if wish.ends_at <= wish.starts_at:
        faults.append(TimesReversed())
    if wish.mode is Mode.ON_SITE and not wish.place.strip():
        faults.append(PlaceMissing())
    if faults:
        raise RulesBroken(faults)


def _refuse_unless(meeting: Meeting, *states: MeetingState) -> None:
    if meeting.state not in states:
        raise WrongState(state=MEETING_NAMES[meeting.state])
