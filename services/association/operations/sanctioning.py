"""Measures against members: in force after the days for an appeal, the serious ones by a meeting's vote; their expiry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from services.association.discipline_errors import NotForMeeting
from services.association.models.cases import Case
from services.association.models.judging import Decision, Measure, Sanction, SanctionState
from services.association.models.meetings import Motion, MotionState, MotionSubject
from services.association.models.register import Member
from services.association.operations.casework import note, tell
from services.association.operations.motions import bring
from services.association.operations.standings import refresh
from services.association.rules.cases import RECORD_YEARS, SERIOUS, Side
from services.core.errors import NotFound
from services.core.work import Work

MOST_AT_ONCE = 200
DAY = timedelta(days=1)
BEFORE_COUNT = frozenset(
    {MotionState.PROPOSED, MotionState.LISTED, MotionState.NOTIFIED, MotionState.OPEN, MotionState.CLOSED}
)

_TITLES = {Measure.SUSPENSION: "关于暂停会员权益的议案（{no}）", Measure.EXPULSION: "关于除名的议案（{no}）"}
"""Titles of motions are contents of the association's meetings, like their texts."""


def enforce(work: Work, case: Case, sanction: Sanction) -> None:
    """Let a measure take effect when no appeal is open any more; what takes rights away is put to a meeting.

    A firm that has left the association meanwhile is no member, and has no measure.
    """
    member = sanction.member
    if member.ended_on is not None:
        _move(work, case, sanction, SanctionState.NOT_CARRIED, "not_carried")
    elif sanction.measure in SERIOUS:
        _put_to_meeting(work, case, sanction)
    else:
        _come_into_force(work, case, sanction)


def lift(work: Work, case: Case, sanction: Sanction) -> None:
    """Take a measure back, with the rights that it suspended."""
    was_in_force = sanction.state is SanctionState.IN_FORCE
    _move(work, case, sanction, SanctionState.LIFTED, "lift")
    if was_in_force and sanction.measure is Measure.SUSPENSION:
        _bar(work, sanction.member, _barred_by_others(work, sanction))
    tell(work, case, "lifted", Side.RESPONDENT)


def carry_out_sanction(work: Work, sanction_id: int, motion_id: int, passed: bool) -> None:
    """Do what a meeting decided about a measure."""
    sanction = work.session.get(Sanction, sanction_id, with_for_update={"of": Sanction})
    if sanction is None or sanction.motion_id != motion_id:
        raise NotFound
    _follow(work, sanction, passed=passed)


def follow_motion(work: Work, motion_id: int, passed: bool) -> None:
    """Let the measures that wait for a motion follow its outcome; the expulsion itself is the register's."""
    for sanction in _waiting_for(work, motion_id):
        _follow(work, sanction, passed=passed)


def lift_void(work: Work, motion_id: int) -> None:
    """Lift what came into force by a motion that was found void; a measure that was to be voted on waits on."""
    for sanction in _waiting_for(work, motion_id):
        if sanction.state is SanctionState.IN_FORCE:
            lift(work, sanction.decision.case, sanction)


def follow_new_motion(work: Work, motion_id: int, new_id: int) -> None:
    """Let the measures that wait for a motion without a decision wait for the one that takes its place."""
    for sanction in _waiting_for(work, motion_id):
        if sanction.state is SanctionState.TO_MEETING:
            sanction.motion_id = new_id


def expire_records(work: Work) -> int:
    """Let measures whose record has run out count no more; return how many."""
    statement = (
        select(Sanction)
        .options(joinedload(Sanction.decision).joinedload(Decision.case))
        .where(Sanction.state == SanctionState.IN_FORCE, Sanction.expires_on <= work.today)
        .order_by(Sanction.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Sanction, skip_locked=True)
    )
    over = work.session.scalars(statement).all()
    for sanction in over:
        _move(work, sanction.decision.case, sanction, SanctionState.EXPIRED, "expire")
    return len(over)


def _waiting_for(work: Work, motion_id: int) -> Sequence[Sanction]:
    statement = select(Sanction).where(Sanction.motion_id == motion_id)
    return work.session.scalars(statement.order_by(Sanction.id).with_for_update(of=Sanction)).all()


def _follow(work: Work, sanction: Sanction, *, passed: bool) -> None:
    case = sanction.decision.case
    if sanction.state is SanctionState.TO_MEETING:
        if passed:
            _come_into_force(work, case, sanction)
        else:
            _move(work, case, sanction, SanctionState.NOT_CARRIED, "not_carried")
    elif sanction.state is SanctionState.IN_FORCE and not passed:
        lift(work, case, sanction)
    elif sanction.state is SanctionState.PENDING:
        raise NotForMeeting


def _put_to_meeting(work: Work, case: Case, sanction: Sanction) -> None:
    """Bring the measure before a meeting; an expulsion that is before one already waits for that vote."""
    is_expulsion = sanction.measure is Measure.EXPULSION
    motion = _expulsion_before_a_body(work, sanction) if is_expulsion else None
    if motion is None:
        motion = bring(
            work,
            case.association_id,
            MotionSubject.EXPULSION if is_expulsion else MotionSubject.SANCTION,
            sanction.member_id if is_expulsion else sanction.id,
            title=_TITLES[sanction.measure].format(no=case.no),
            text=sanction.decision.reason,
            recused=_members_of_parties(work, case),
        )
    sanction.motion_id = motion.id
    _move(work, case, sanction, SanctionState.TO_MEETING, "to_meeting")


def _expulsion_before_a_body(work: Work, sanction: Sanction) -> Motion | None:
    statement = select(Motion).where(
        Motion.about == MotionSubject.EXPULSION,
        Motion.about_id == sanction.member_id,
        Motion.state.in_(sorted(BEFORE_COUNT)),
    )
    return work.session.scalars(statement.order_by(Motion.id).limit(1)).first()


def _come_into_force(work: Work, case: Case, sanction: Sanction) -> None:
    sanction.from_on = work.today
    sanction.expires_on = _years_after(work.today, RECORD_YEARS[sanction.measure])
    if sanction.suspended_days is not None:
        sanction.until_on = work.today + (sanction.suspended_days - 1) * DAY
        _bar(work, sanction.member, max(sanction.until_on, sanction.member.barred_until or sanction.until_on))
    _move(work, case, sanction, SanctionState.IN_FORCE, "in_force")
    tell(work, case, "measure", Side.RESPONDENT)


def _move(work: Work, case: Case, sanction: Sanction, after: SanctionState, kind: str) -> None:
    before = sanction.state
    sanction.state, sanction.state_at = after, work.now
    note(work, case, kind, Side.CLOCK if work.actor.is_system else Side.PANEL)
    work.record(f"sanction.{kind}", sanction, no=case.no, before=before, after=after, measure=sanction.measure)
    work.session.flush()  # the database holds what may come into force


def _bar(work: Work, member: Member, until: date | None) -> None:
    """Set until when the rights are suspended; the register computes what follows at once."""
    held = work.session.get_one(Member, member.id, with_for_update={"of": Member})
    held.barred_until = until
    refresh(work, held)


def _barred_by_others(work: Work, lifted: Sanction) -> date | None:
    statement = select(Sanction.until_on).where(
        Sanction.member_id == lifted.member_id,
        Sanction.id != lifted.id,
        Sanction.state == SanctionState.IN_FORCE,
        Sanction.until_on >= work.today,
    )
    return max((day for day in work.session.scalars(statement.order_by(Sanction.id)) if day), default=None)


def _members_of_parties(work: Work, case: Case) -> list[int]:
    firms = [one for one in (case.claimant_id, case.respondent_id) if one is not None]
    statement = select(Member.id).where(Member.association_id == case.association_id, Member.organisation_id.in_(firms))
    return list(work.session.scalars(statement.order_by(Member.id)))


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)
