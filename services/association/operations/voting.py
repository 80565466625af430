"""The vote itself: its roll and rule frozen at the opening, and each member's vote taken once."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import CursorResult, insert, select, update

from services.association.meeting_errors import (
    MeetingNotRunning,
    NobodyEntitled,
    NotByHand,
    NotPresent,
    VotedAlready,
    VoteIsOver,
    VoteNotOpen,
    WindowWrong,
)
from services.association.models.ballots import KEY_LENGTH, Choice, NamedVote, RollEntry, Slip
from services.association.models.meetings import (
    Meeting,
    MeetingAttendance,
    MeetingState,
    Mode,
    Motion,
    MotionState,
    Proxy,
    ProxyState,
    Recusal,
)
from services.association.operations.meeting_steps import meeting_of, motion_of_secretariat, step_motion
from services.association.queries.electorate import Elector, electors
from services.association.rules.majority import rule_of
from services.association.rules.motions import BEFORE_VOTE
from services.core.errors import NotFound, RulesBroken
from services.core.permissions import Permission
from services.core.work import Work

RECEIPT_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No sign that is taken for another one when it is copied by hand."""


def open_vote(work: Work, motion_id: int, closes_at: datetime | None = None) -> int:
    """Freeze the roll and the rule, and take votes from now on; return how many members are entitled.

    With ``closes_at`` no vote is taken from that moment on; by correspondence that is the end of the meeting unless said,
    and a secret vote is not opened without it.
    Members that step aside are not on the roll. An authority counts unless its agent steps aside.
    """
    motion = motion_of_secretariat(work, motion_id)
    meeting = meeting_of(motion)
    if meeting.state is not MeetingState.RUNNING:
        raise MeetingNotRunning
    if meeting.mode is Mode.CORRESPONDENCE:
        closes_at = closes_at or meeting.ends_at
    has_no_end = closes_at is None and motion.is_secret
    if has_no_end or (closes_at is not None and closes_at <= work.now):
        raise RulesBroken([WindowWrong()])
    if motion.state is MotionState.NOTIFIED:
        _write_roll(work, motion, meeting)
    rule = rule_of(motion.about, meeting.body, meeting.mode)
    entitled = work.session.scalars(select(RollEntry.member_id).where(RollEntry.motion_id == motion.id)).all()
    step_motion(
        work,
        motion,
        "open",
        opened_at=work.now,
        closes_at=closes_at,
        entitled=len(entitled),
        quorum_num=rule.quorum.num,
        quorum_den=rule.quorum.den,
        quorum_strict=rule.quorum.strict,
        pass_num=rule.majority.num,
        pass_den=rule.majority.den,
        pass_strict=rule.majority.strict,
        pass_of=rule.of,
    )
    return len(entitled)


def vote(work: Work, motion_id: int, member_id: int, choice: Choice) -> str:
    """Cast the vote of a member, once; return the receipt where receipts are given, and otherwise nothing.

    Only the person on the roll casts it. The server's clock decides: at the closing moment itself it is too late. Of a
    secret vote nothing is kept that says whose it is; the audit log knows only that the member has voted.
    Raises NotFound for whoever is not on the roll, VoteNotOpen, VoteIsOver, NotPresent, VotedAlready.
    """
    motion = _open_motion(work, motion_id)
    entry = work.session.get(RollEntry, (motion_id, member_id), populate_existing=True)
    if entry is None or entry.person_id is None or entry.person_id != work.actor.person_id:
        raise NotFound
    _refuse_outside_window(work, motion)
    meeting = meeting_of(motion)
    if meeting.mode is not Mode.CORRESPONDENCE and not _is_present(work, meeting.id, entry.agent_id or member_id):
        raise NotPresent
    _turn_flag(work, motion_id, member_id)
    work.record("vote.cast", motion, member_id=member_id)
    if motion.is_secret:
        return _into_the_box(work, motion, choice)
    _write_named(work, motion, member_id, choice, by_hand=False)
    return ""


def write_down(work: Work, motion_id: int, member_id: int, choice: Choice) -> None:
    """The secretariat writes down the named vote of a member that is in the room without a device."""
    motion = _open_motion(work, motion_id)
    work.require(Permission.MEETING_RUN, scope=motion.association_id)
    _refuse_outside_window(work, motion)
    meeting = meeting_of(motion)
    if motion.is_secret or meeting.mode is not Mode.ON_SITE:
        raise NotByHand
    entry = work.session.get(RollEntry, (motion_id, member_id), populate_existing=True)
    if entry is None:
        raise NotFound
    if not _is_present(work, meeting.id, entry.agent_id or member_id):
        raise NotPresent
    _turn_flag(work, motion_id, member_id)
    work.record("vote.written_down", motion, member_id=member_id)
    _write_named(work, motion, member_id, choice, by_hand=True)


def _write_roll(work: Work, motion: Motion, meeting: Meeting) -> None:
    aside = set(work.session.scalars(select(Recusal.member_id).where(Recusal.motion_id == motion.id)))
    sitting = electors(work.session, meeting.association_id, meeting.body, work.today)
    entitled = {one.member_id: one for one in sitting if one.member_id not in aside}
    if not entitled:
        raise NobodyEntitled
    agents = _agents(work, meeting, entitled)
    rows = []
    for member_id in sorted(entitled):
        agent_id = agents.get(member_id)
        speaker = entitled[agent_id or member_id].person_id
        name = entitled[member_id].name
        rows.append(
            {"motion_id": motion.id, "member_id": member_id, "name": name, "person_id": speaker, "agent_id": agent_id}
        )
    flags = {"is_present": False, "has_voted": False}
    work.session.execute(insert(RollEntry.__table__), [row | flags for row in rows])


def _agents(work: Work, meeting: Meeting, entitled: dict[int, Elector]) -> dict[int, int]:
    """Return who votes for whom: accepted authorities whose agent is on the roll itself."""
    accepted = (
        select(Proxy.principal_id, Proxy.agent_id)
        .where(Proxy.meeting_id == meeting.id, Proxy.state == ProxyState.ACCEPTED)
        .order_by(Proxy.id)
    )
    return {principal: agent for principal, agent in work.session.execute(accepted).all() if agent in entitled}


def _open_motion(work: Work, motion_id: int) -> Motion:
    """Return a motion, kept from being closed until this work ends; many may hold it so at the same time."""
    statement = select(Motion).where(Motion.id == motion_id).with_for_update(of=Motion, read=True)
    motion = work.session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if motion is None:
        raise NotFound
    return motion


def _refuse_outside_window(work: Work, motion: Motion) -> None:
    if motion.state in BEFORE_VOTE:
        raise VoteNotOpen
    if motion.state is not MotionState.OPEN or (motion.closes_at is not None and work.now >= motion.closes_at):
        raise VoteIsOver


def _is_present(work: Work, meeting_id: int, member_id: int) -> bool:
    return work.session.get(MeetingAttendance, (meeting_id, member_id)) is not None


def _turn_flag(work: Work, motion_id: int, member_id: int) -> None:
    statement = (
        update(RollEntry)
        .where(RollEntry.motion_id == motion_id, RollEntry.member_id == member_id, RollEntry.has_voted.is_(False))
        .values(has_voted=True, is_present=True)
        .execution_options(synchronize_session=False)
    )
    result = work.session.execute(statement)
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise VotedAlready


def _into_the_box(work: Work, motion: Motion, choice: Choice) -> str:
    receipt = _receipt() if motion.gives_receipts else ""
    slip = {"key": secrets.token_hex(KEY_LENGTH // 2), "motion_id": motion.id, "choice": choice, "receipt": receipt}
    work.session.execute(insert(Slip.__table__), slip)
    return receipt


def _receipt() -> str:
    signs = [secrets.choice(RECEIPT_SIGNS) for _ in range(8)]
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"


def _write_named(work: Work, motion: Motion, member_id: int, choice: Choice, *, by_hand: bool) -> None:
    work.session.add(
        NamedVote(
            motion_id=motion.id,
            member_id=member_id,
            choice=choice,
            person_id=work.actor.person_id,
            by_hand=by_hand,
            at=work.now,
        )
    )
    work.session.flush()
