"""What is read of meetings and motions, by members and at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.association.models.ballots import Ballot, NamedVote, RollEntry
from services.association.models.meetings import (
    Answer,
    Challenge,
    Meeting,
    MeetingAttendance,
    MeetingNotice,
    MeetingState,
    Motion,
    MotionState,
    MotionSubject,
    Proxy,
    Recusal,
)
from services.association.models.register import Member, Representation
from services.association.queries.electorate import MOST_MEMBERS
from services.association.queries.members import charter_of, has_rights, represents
from services.association.rules.majority import ASSEMBLIES
from services.association.rules.motions import OVER
from services.association.standing import memberships_of
from services.core.actor import Actor
from services.core.calendar import working_days
from services.core.clock import local_day
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.organisations.models import Organisation

MOST_MOTIONS = 100


@dataclass(frozen=True)
class Audience:
    """For whom somebody reads of meetings: the associations, and the person."""

    associations: frozenset[int]
    person_id: int

    @property
    def may_read(self) -> ColumnElement[bool]:
        """The condition on Meeting: an assembly concerns every member, and a council too once its minutes are published.

        Whoever was called reads of the meeting in any case; an open vote is theirs even if the member lapses meanwhile.
        """
        called = exists().where(MeetingNotice.meeting_id == Meeting.id, MeetingNotice.person_id == self.person_id)
        concerns = or_(Meeting.body.in_(sorted(ASSEMBLIES)), Meeting.minutes_at.is_not(None))
        own = Meeting.association_id.in_(sorted(self.associations)) & concerns
        return (Meeting.state != MeetingState.PLANNED) & or_(own, called)


def audience_of(session: Session, actor: Actor, day: date) -> Audience:
    """Return what somebody reads: meetings where the firm is a member with rights, or the person represents one."""
    assert actor.person_id is not None
    represented = represents(actor.person_id, Representation.VOTING, day).where(Member.id.in_(has_rights(day)))
    own = {one.association_id for one in session.scalars(represented)}
    return Audience(frozenset(own | memberships_of(session, actor.organisation_id, day)), actor.person_id)


def meetings_for(audience: Audience, *, over: bool) -> Select[Meeting]:
    """Select the meetings that lie ahead or take place, the next first; or those that are over, the latest first."""
    ended = Meeting.state.in_([MeetingState.CLOSED, MeetingState.CANCELLED])
    statement = select(Meeting).where(audience.may_read, ended if over else ~ended)
    if over:
        return statement.order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    return statement.order_by(Meeting.starts_at, Meeting.id)


def meetings_of(association_id: int, audience: Audience) -> Select[Meeting]:
    """Select the meetings of one association that somebody may read of, the latest first."""
    return (
        select(Meeting)
        .where(Meeting.association_id == association_id, audience.may_read)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    )


def meeting_for(session: Session, audience: Audience, meeting_id: int) -> Meeting:
    """Return a meeting that somebody may read of, with its motions. Raises NotFound."""
    statement = (
        select(Meeting).options(selectinload(Meeting.motions)).where(Meeting.id == meeting_id, audience.may_read)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def motion_for(session: Session, audience: Audience, motion_id: int) -> Motion:
    """Return a motion on the agenda of a meeting that somebody may read of. Raises NotFound."""
    statement = (
        select(Motion)
        .join(Motion.meeting)
        .options(joinedload(Motion.meeting))
        .where(Motion.id == motion_id, audience.may_read)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def own_notices(session: Session, meeting_id: int, person_id: int) -> list[MeetingNotice]:
    """Return the notices by which a person was called to a meeting, one for each member it votes for."""
    statement = (
        select(MeetingNotice)
        .options(joinedload(MeetingNotice.member).joinedload(Member.organisation))
        .where(MeetingNotice.meeting_id == meeting_id, MeetingNotice.person_id == person_id)
        .order_by(MeetingNotice.member_id)
    )
    return list(session.scalars(statement))


def own_entries(session: Session, motion_id: int, person_id: int) -> list[RollEntry]:
    """Return the roll's entries for which a person votes, in the order of the members."""
    statement = select(RollEntry).where(RollEntry.motion_id == motion_id, RollEntry.person_id == person_id)
    return list(session.scalars(statement.order_by(RollEntry.member_id)))


def own_proxies(session: Session, meeting_id: int, member_ids: Sequence[int]) -> list[Proxy]:
    """Return the authorities that members gave or hold for a meeting, the eldest first."""
    statement = (
        _proxies(meeting_id)
        .where(or_(Proxy.principal_id.in_(member_ids), Proxy.agent_id.in_(member_ids)))
        .limit(MOST_MEMBERS)
    )
    return list(session.scalars(statement))


def present_members(session: Session, meeting_id: int) -> set[int]:
    """Return the members that have signed in."""
    statement = select(MeetingAttendance.member_id).where(MeetingAttendance.meeting_id == meeting_id)
    return set(session.scalars(statement))


def attended(session: Session, meeting_id: int) -> list[MeetingAttendance]:
    """Return the members that were present, by number, with how they signed in."""
    statement = (
        select(MeetingAttendance)
        .join(MeetingAttendance.member)
        .options(joinedload(MeetingAttendance.member).joinedload(Member.organisation))
        .where(MeetingAttendance.meeting_id == meeting_id)
        .order_by(Member.no, Member.id)
        .limit(MOST_MEMBERS)
    )
    return list(session.scalars(statement))


def desk_meetings(association_id: int) -> Select[Meeting]:
    """Select the meetings of an association, the latest first."""
    return (
        select(Meeting)
        .where(Meeting.association_id == association_id)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    )


def desk_meeting(session: Session, association_id: int | None, meeting_id: int) -> Meeting:
    """Return a meeting of an association with its motions. Raises NotFound."""
    statement = (
        select(Meeting)
        .options(selectinload(Meeting.motions))
        .where(Meeting.id == meeting_id, Meeting.association_id == association_id)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def waiting_motions(association_id: int) -> Select[Motion]:
    """Select the motions that wait for an agenda, the eldest first."""
    return (
        select(Motion)
        .options(joinedload(Motion.proposer).joinedload(Member.organisation))
        .where(Motion.association_id == association_id, Motion.state == MotionState.PROPOSED)
        .order_by(Motion.state_at, Motion.id)
    )


def proposed_by(member_ids: Sequence[int]) -> Select[Motion]:
    """Select the motions that members have proposed, the latest first."""
    return (
        select(Motion)
        .options(joinedload(Motion.meeting), joinedload(Motion.proposer).joinedload(Member.organisation))
        .where(Motion.proposer_id.in_(member_ids))
        .order_by(Motion.id.desc())
    )


def desk_motion(session: Session, association_id: int | None, motion_id: int) -> Motion:
    """Return a motion of an association. Raises NotFound."""
    statement = (
        select(Motion)
        .options(joinedload(Motion.meeting), joinedload(Motion.proposer).joinedload(Member.organisation))
        .where(Motion.id == motion_id, Motion.association_id == association_id)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def is_before_body(session: Session, about: MotionSubject, about_id: int) -> bool:
    """Tell whether a motion about a matter waits for its vote, or has been passed."""
    live = select(Motion.id).where(
        Motion.about == about, Motion.about_id == about_id, Motion.state.not_in(sorted(OVER))
    )
    return session.scalar(live.limit(1)) is not None


def is_secret_vote_open(session: Session) -> bool:
    """Tell whether a secret vote of any association is open, and its box not sealed."""
    unsealed = select(Motion.id).where(Motion.state == MotionState.OPEN, Motion.is_secret)
    return session.scalar(unsealed.limit(1)) is not None


def planned_meetings(session: Session, association_id: int) -> list[Meeting]:
    """Return the meetings on whose agenda a motion can still be put, the next first."""
    statement = (
        select(Meeting)
        .where(Meeting.association_id == association_id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST_MOTIONS)
    )
    return list(session.scalars(statement))


def notices_of(meeting_id: int) -> Select[MeetingNotice]:
    """Select who was called to a meeting and what they answered, by number of the member."""
    return (
        select(MeetingNotice)
        .join(MeetingNotice.member)
        .options(joinedload(MeetingNotice.member).joinedload(Member.organisation))
        .where(MeetingNotice.meeting_id == meeting_id)
        .order_by(Member.no, MeetingNotice.member_id, MeetingNotice.person_id)
    )


def answers_of(session: Session, meeting_id: int) -> dict[Answer | None, int]:
    """Return how many of those who were called gave which answer; under None, how many gave none."""
    statement = (
        select(MeetingNotice.answer, func.count())
        .where(MeetingNotice.meeting_id == meeting_id)
        .group_by(MeetingNotice.answer)
        .order_by(MeetingNotice.answer)
    )
    return dict(session.execute(statement).all())


def proxies_of(session: Session, meeting_id: int) -> list[Proxy]:
    """Return the authorities filed for a meeting, the eldest first."""
    return list(session.scalars(_proxies(meeting_id).limit(MOST_MEMBERS)))


def meeting_of_proxy(session: Session, proxy_id: int) -> int:
    """Return the meeting for which an authority was filed. Raises NotFound."""
    found = session.scalar(select(Proxy.meeting_id).where(Proxy.id == proxy_id))
    if found is None:
        raise NotFound
    return found


def members_to_speak_for(session: Session, actor: Actor, day: date) -> list[Member]:
    """Return the members with rights that somebody represents, or for whose organisation they act."""
    assert actor.person_id is not None
    own = represents(actor.person_id, Representation.VOTING, day).with_only_columns(Member.id).order_by(None)
    acting = actor.organisation_id if actor.may(Permission.MEMBERSHIP_ACT, actor.organisation_id) else None
    statement = (
        select(Member)
        .options(joinedload(Member.organisation), joinedload(Member.association))
        .where(or_(Member.id.in_(own), Member.organisation_id == acting), Member.id.in_(has_rights(day)))
        .order_by(Member.id)
        .limit(MOST_MOTIONS)
    )
    return list(session.scalars(statement))


def desk_proxy(session: Session, association_id: int | None, proxy_id: int) -> Proxy:
    """Return an authority filed for a meeting of an association. Raises NotFound."""
    statement = select(Proxy).join(Proxy.meeting).options(joinedload(Proxy.document))
    found = session.scalars(
        statement.where(Proxy.id == proxy_id, Meeting.association_id == association_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def recusals_of(session: Session, *motion_ids: int) -> list[Recusal]:
    """Return who steps aside from motions, by motion."""
    statement = (
        select(Recusal)
        .options(joinedload(Recusal.member).joinedload(Member.organisation))
        .where(Recusal.motion_id.in_(motion_ids))
        .order_by(Recusal.motion_id, Recusal.member_id)
        .limit(MOST_MEMBERS)
    )
    return list(session.scalars(statement))


def roll_of(session: Session, motion_id: int) -> list[RollEntry]:
    """Return the roll of a vote by the names of the members."""
    statement = (
        select(RollEntry)
        .options(joinedload(RollEntry.agent).joinedload(Member.organisation))
        .where(RollEntry.motion_id == motion_id)
        .order_by(RollEntry.name, RollEntry.member_id)
        .limit(MOST_MEMBERS)
    )
    return list(session.scalars(statement))


def turnout(session: Session, motion_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return, of each vote, how many members have voted and how many are entitled; nothing of what they chose."""
    statement = (
        select(RollEntry.motion_id, func.count().filter(RollEntry.has_voted), func.count())
        .where(RollEntry.motion_id.in_(motion_ids))
        .group_by(RollEntry.motion_id)
        .order_by(RollEntry.motion_id)
    )
    return {motion_id: (voted, entitled) for motion_id, voted, entitled in session.execute(statement)}


def named_votes(motion_id: int) -> Select[RollEntry, NamedVote]:
    """Select what each member voted where votes are named, by the names of the members."""
    return (
        select(RollEntry, NamedVote)
        .join(NamedVote, (NamedVote.motion_id == RollEntry.motion_id) & (NamedVote.member_id == RollEntry.member_id))
        .where(RollEntry.motion_id == motion_id)
        .order_by(RollEntry.name, RollEntry.member_id)
    )


def receipts_of(motion_id: int) -> Select[Ballot]:
    """Select the ballots of a vote in the order of their receipts, by which each voter finds its own."""
    return select(Ballot).where(Ballot.motion_id == motion_id).order_by(Ballot.receipt, Ballot.key)


def challenges_of(session: Session, motion_id: int) -> list[Challenge]:
    """Return the challenges of a count, the latest first."""
    statement = (
        select(Challenge)
        .options(joinedload(Challenge.member).joinedload(Member.organisation))
        .where(Challenge.motion_id == motion_id)
        .order_by(Challenge.id.desc())
        .limit(MOST_MOTIONS)
    )
    return list(session.scalars(statement))


def challenge_ends_on(session: Session, motion: Motion, published_at: datetime) -> date:
    """Return the last day on which a published count may be challenged: so many working days as the charter says."""
    days, published_on = charter_of(session, motion.association_id).challenge_days, local_day(published_at)
    return working_days(session, published_on, days).after(published_on, days).day


def desk_challenge(session: Session, association_id: int | None, challenge_id: int) -> Challenge:
    """Return a challenge of a count of an association. Raises NotFound."""
    statement = select(Challenge).join(Challenge.motion).options(joinedload(Challenge.motion))
    found = session.scalars(
        statement.where(Challenge.id == challenge_id, Motion.association_id == association_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def association_named(session: Session, association_id: int) -> str:
    """Return the name of an association."""
    return session.scalars(select(Organisation.name).where(Organisation.id == association_id)).one()


def _proxies(meeting_id: int) -> Select[Proxy]:
    return (
        select(Proxy)
        .options(
            joinedload(Proxy.principal).joinedload(Member.organisation),
            joinedload(Proxy.agent).joinedload(Member.organisation),
            joinedload(Proxy.document),
        )
        .where(Proxy.meeting_id == meeting_id)
        .order_by(Proxy.id)
    )
