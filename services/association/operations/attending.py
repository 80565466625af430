"""Attendance: with the code on the wall, from afar, or by the secretariat's hand."""

from __future__ import annotations

from sqlalchemy import delete, select

from services.association.meeting_errors import (
    CodeExpired,
    NotARepresentative,
    SecretVoteOpen,
    SignInClosed,
    VotedAlready,
)
from services.association.models.ballots import RollEntry
from services.association.models.meetings import (
    AttendanceMethod,
    Meeting,
    MeetingAttendance,
    MeetingState,
    Mode,
    Motion,
    MotionState,
)
from services.association.operations.meeting_steps import locked_meeting, meeting_of_secretariat
from services.association.queries.electorate import represented_by, sitting_in
from services.association.rules.attending import sign_in_opens
from services.core.errors import NotFound, WrongState
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.moving_code import code_holds
from services.core.work import Work


def wall_subject(meeting_id: int) -> str:
    """Return what the code on the wall of a meeting is computed of."""
    return f"meeting {meeting_id}"


def sign_in(work: Work, key: bytes, meeting_id: int, code: str) -> list[int]:
    """Sign in every member for which the actor votes, with the code on the wall; return the members.

    A second time changes nothing. Raises CodeExpired, SignInClosed, NotARepresentative.
    """
    meeting = _open_for_signing(work, meeting_id, Mode.ON_SITE)
    if not code_holds(key, wall_subject(meeting_id), code, work.now):
        raise CodeExpired
    return _sign_own(work, meeting, AttendanceMethod.CODE)


def sign_in_from_afar(work: Work, meeting_id: int) -> list[int]:
    """Sign in every member for which the actor votes to a meeting that is held remotely; return the members."""
    return _sign_own(work, _open_for_signing(work, meeting_id, Mode.REMOTE), AttendanceMethod.REMOTE)


def mark_present(work: Work, meeting_id: int, member_id: int) -> bool:
    """The secretariat writes down that a member is present; tell whether that is new."""
    meeting = meeting_of_secretariat(work, meeting_id)
    _refuse_closed(work, meeting)
    if member_id not in _sitting(work, meeting):
        raise NotFound
    assert work.actor.person_id is not None
    return _enter(work, meeting, member_id, work.actor.person_id, AttendanceMethod.DESK)


def strike_present(work: Work, meeting_id: int, member_id: int) -> None:
    """The secretariat takes back what it wrote down wrongly.

    Raises VotedAlready when the member has voted since, SecretVoteOpen while a secret vote is open.
    """
    meeting = meeting_of_secretariat(work, meeting_id)
    _refuse_closed(work, meeting)
    _refuse_during_secret_vote(work, meeting_id)
    voted = (
        select(RollEntry.member_id)
        .join(Motion, Motion.id == RollEntry.motion_id)
        .where(Motion.meeting_id == meeting_id, RollEntry.has_voted)
        .where((RollEntry.member_id == member_id) | (RollEntry.agent_id == member_id))
    )
    if work.session.scalars(voted.limit(1)).first() is not None:
        raise VotedAlready
    gone = work.session.execute(
        delete(MeetingAttendance)
        .where(MeetingAttendance.meeting_id == meeting_id, MeetingAttendance.member_id == member_id)
        .returning(MeetingAttendance.member_id)
    ).first()
    if gone is None:
        raise NotFound
    work.record("meeting.attendance_struck", meeting, member_id=member_id)


def _open_for_signing(work: Work, meeting_id: int, mode: Mode) -> Meeting:
    meeting = locked_meeting(work, meeting_id)
    if meeting.mode is not mode:
        raise NotFound
    _refuse_closed(work, meeting)
    return meeting


def _refuse_closed(work: Work, meeting: Meeting) -> None:
    if meeting.mode is Mode.CORRESPONDENCE:
        raise WrongState(state=N_("By correspondence"))
    if meeting.state not in {MeetingState.CONVENED, MeetingState.RUNNING} or work.now < sign_in_opens(
        meeting.starts_at
    ):
        raise SignInClosed


def _refuse_during_secret_vote(work: Work, meeting_id: int) -> None:
    """A secret vote waits for whoever is present: nobody is struck to close it early."""
    secret = select(Motion.id).where(
        Motion.meeting_id == meeting_id, Motion.is_secret, Motion.state == MotionState.OPEN
    )
    if work.session.scalar(secret.limit(1)) is not None:
        raise SecretVoteOpen


def _sign_own(work: Work, meeting: Meeting, method: AttendanceMethod) -> list[int]:
    person_id = work.actor.person_id
    if person_id is None:
        raise NotARepresentative
    own = {one.id for one in work.session.scalars(represented_by(meeting.association_id, person_id, work.today))}
    members = sorted(own & _sitting(work, meeting))
    if not members:
        raise NotARepresentative
    for member_id in members:
        _enter(work, meeting, member_id, person_id, method)
    return members


def _sitting(work: Work, meeting: Meeting) -> set[int]:
    return {one.id for one in work.session.scalars(sitting_in(meeting.association_id, meeting.body, work.today))}


def _enter(work: Work, meeting: Meeting, member_id: int, person_id: int, method: AttendanceMethod) -> bool:
    came = insert_unless_taken(
        work.session,
        MeetingAttendance,
        meeting_id=meeting.id,
        member_id=member_id,
        person_id=person_id,
        method=method,
        at=work.now,
    )
    if came:
        work.record("meeting.attended", meeting, member_id=member_id, method=method)
    return came
