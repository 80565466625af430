"""What every operation on meetings and motions shares: loading rows locked, stepping a state once, and who may act.

The row of a meeting is locked before those of its motions, so that no two operations wait for each other.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, select, update

from services.association.models.meetings import Meeting, MeetingState, Motion, MotionState
from services.association.models.register import Member
from services.association.queries.electorate import represented_by
from services.association.rules.motions import MEETING_NAMES, MEETING_STEPS, MOTION_NAMES, MOTION_STEPS
from services.core.errors import NotFound, WrongState
from services.core.permissions import Permission
from services.core.work import Work


def locked_meeting(work: Work, meeting_id: int) -> Meeting:
    """Return a meeting as it is now, locked until the end of this work. Raises NotFound."""
    statement = select(Meeting).where(Meeting.id == meeting_id).with_for_update(of=Meeting)
    found = work.session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFound
    return found


def locked_motion(work: Work, motion_id: int) -> Motion:
    """Return a motion as it is now, its meeting's row locked before its own. Raises NotFound."""
    meeting_id = work.session.scalar(select(Motion.meeting_id).where(Motion.id == motion_id))
    if meeting_id is not None:
        locked_meeting(work, meeting_id)
    statement = select(Motion).where(Motion.id == motion_id).with_for_update(of=Motion)
    found = work.session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFound
    return found


def meeting_of_secretariat(work: Work, meeting_id: int) -> Meeting:
    """Return a meeting of the actor's own association, locked; NotFound for any other."""
    found = locked_meeting(work, meeting_id)
    work.require(Permission.MEETING_RUN, scope=found.association_id)
    return found


def motion_of_secretariat(work: Work, motion_id: int) -> Motion:
    """Return a motion of the actor's own association, locked; NotFound for any other."""
    found = locked_motion(work, motion_id)
    work.require(Permission.MEETING_RUN, scope=found.association_id)
    return found


def meeting_of(motion: Motion) -> Meeting:
    """Return the meeting on whose agenda a motion is; WrongState when it is on none."""
    if motion.meeting is None:
        raise WrongState(state=MOTION_NAMES[motion.state])
    return motion.meeting


def own_member(work: Work, member_id: int, association_id: int) -> Member:
    """Return a member that the actor speaks for: its voting representative, or whoever acts for its organisation."""
    member = work.session.get(Member, member_id)
    if member is None or member.association_id != association_id:
        raise NotFound
    if work.actor.person_id is None or not _speaks_for(work, member, work.actor.person_id):
        work.require(Permission.MEMBERSHIP_ACT, scope=member.organisation_id)
    return member


def _speaks_for(work: Work, member: Member, person_id: int) -> bool:
    own = represented_by(member.association_id, person_id, work.today)
    return member in work.session.scalars(own).all()


def step_meeting(work: Work, meeting: Meeting, name: str, *, reason: str = "", **values: Any) -> None:
    """Take the named step of a meeting, once, and write ``values`` with it; WrongState when it does not start here."""
    starts, after = MEETING_STEPS[name]
    before = meeting.state
    if before not in starts or not _turned(work, meeting, before, after, reason, values):
        raise WrongState(state=MEETING_NAMES[before])
    work.record(f"meeting.{name}", meeting, before=before, after=after, no=meeting.no, reason=reason)


def step_motion(
    work: Work, motion: Motion, name: str, to: MotionState | None = None, *, reason: str = "", **values: Any
) -> None:
    """Take the named step of a motion, once, and write ``values`` with it; WrongState when it does not start here."""
    starts, ends = MOTION_STEPS[name]
    before, after = motion.state, to or min(ends)
    assert after in ends, (name, to)
    if before not in starts or not _turned(work, motion, before, after, reason, values):
        raise WrongState(state=MOTION_NAMES[before])
    work.record(f"motion.{name}", motion, before=before, after=after, title=motion.title, reason=reason)


def _turned(
    work: Work,
    row: Meeting | Motion,
    before: MeetingState | MotionState,
    after: MeetingState | MotionState,
    reason: str,
    values: dict[str, Any],
) -> bool:
    """Write the new state if the row still stands where it was read; the loaded object follows."""
    model = type(row)
    statement = (
        update(model)
        .where(model.id == row.id, model.state == before)
        .values(state=after, state_at=work.now, state_reason=reason[:300], version=model.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    result = work.session.execute(statement)
    assert isinstance(result, CursorResult)
    work.session.refresh(row)
    return result.rowcount == 1
