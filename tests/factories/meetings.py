"""An association with members that meet and vote: each has a voting representative; everything is committed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.association.models.ballots import Choice
from services.association.models.meetings import Body, Meeting, Mode, Motion, MotionState, MotionSubject
from services.association.models.register import (
    CouncilSeat,
    Member,
    MemberRepresentative,
    Office,
    Representation,
)
from services.association.operations import attending, counting, meetings, motions, voting
from services.core import clock
from services.core.actor import Actor
from services.core.work import Work
from tests.factories.board import Firm, make_association, make_firm
from tests.factories.catalogue import make_cluster
from tests.factories.register import enrol, make_charter

AHEAD = timedelta(days=20)
"""How long after it is planned a meeting of the tests is held."""
FOR_A_SECRET_VOTE = timedelta(minutes=30)


@dataclass(frozen=True)
class Voter:
    """A member with the person who votes for it."""

    member: Member
    person: Person
    actor: Actor


@dataclass
class Assembly:
    """What the tests of meetings stand on. ``now`` is the moment at which its works take place."""

    session: Session
    association: Firm
    voters: list[Voter] = field(default_factory=list)
    now: datetime = field(default_factory=clock.now)

    @property
    def id(self) -> int:
        """The association."""
        return self.association.organisation.id

    def work(self, actor: Actor | None = None) -> Work:
        """Return a work of the secretariat, or of somebody else, at the present moment of the tests."""
        return Work(self.session, actor or self.association.actor, self.now)

    def member(self, office: Office | None = None) -> Voter:
        """Make a member with its representative, and with a seat where an office is named."""
        firm = make_firm(self.session)
        member = enrol(self.session, self.id, firm.organisation.id)
        today = clock.local_day(clock.now())
        self.session.add(
            MemberRepresentative(
                member_id=member.id, person_id=firm.person.id, role=Representation.VOTING, from_on=today
            )
        )
        if office is not None:
            self.session.add(
                CouncilSeat(association_id=self.id, organisation_id=firm.organisation.id, office=office, from_on=today)
            )
        self.session.flush()
        voter = Voter(member, firm.person, firm.actor)
        self.voters.append(voter)
        return voter

    def plan(self, body: Body = Body.GENERAL, mode: Mode = Mode.ON_SITE, **over) -> Meeting:
        """Plan a meeting for three hours."""
        values = {
            "title": "2026年度会员大会",
            "place": "县产业服务中心三楼",
            "agenda": "工作报告",
            "starts_at": self.now + AHEAD,
            "ends_at": self.now + AHEAD + timedelta(hours=3),
        } | over
        return meetings.plan_meeting(self.work(), self.id, meetings.MeetingWish(body=body, mode=mode, **values))

    def listed(self, meeting: Meeting, about: MotionSubject = MotionSubject.GENERAL, **listing) -> Motion:
        """Put a motion on the agenda of a planned meeting."""
        motion = motions.bring(self.work(), self.id, about, None, title="展位联合预订方案", text="由秘书处统一预订。")
        motions.put_on_agenda(self.work(), motion.id, motions.Listing(meeting.id, **listing))
        return motion

    def hold(self, meeting: Meeting) -> None:
        """Convene the meeting and begin it at its time."""
        meetings.convene(self.work(), meeting.id)
        self.now = meeting.starts_at
        meetings.begin_meeting(self.work(), meeting.id)
        self.session.commit()

    def attend(self, meeting: Meeting, voters: list[Voter] | None = None) -> None:
        """Mark members as present; all of them unless some are named."""
        for voter in self.voters if voters is None else voters:
            attending.mark_present(self.work(), meeting.id, voter.member.id)

    def vote(self, motion: Motion, voter: Voter, choice: Choice = Choice.FOR) -> str:
        """Cast one vote."""
        return voting.vote(self.work(voter.actor), motion.id, voter.member.id, choice)

    def opened(self, *, present: int | None = None, mode: Mode = Mode.ON_SITE, **listing) -> Motion:
        """Hold a general meeting up to the vote on one motion; the first ``present`` members have come."""
        meeting = self.plan(mode=mode)
        motion = self.listed(meeting, **listing)
        self.hold(meeting)
        if mode is not Mode.CORRESPONDENCE:
            self.attend(meeting, self.voters[:present])
        self.open(motion)
        self.session.commit()
        return motion

    def open(self, motion: Motion) -> None:
        """Open a vote; a secret one with its end, which comes with that of the meeting where it is by correspondence."""
        gathered = motion.meeting is not None and motion.meeting.mode is not Mode.CORRESPONDENCE
        closes_at = self.now + FOR_A_SECRET_VOTE if motion.is_secret and gathered else None
        voting.open_vote(self.work(), motion.id, closes_at)

    def decided(self, motion: Motion, *choices: Choice) -> Motion:
        """Let the first members vote as named, then close and count; a secret vote at its end."""
        for voter, choice in zip(self.voters, choices, strict=False):
            self.vote(motion, voter, choice)
        if motion.is_secret:
            self.now = max(self.now, motion.closes_at)
        counting.close_vote(self.work(), motion.id)
        counting.count_votes(self.work(), motion.id)
        self.session.commit()
        return motion


def make_assembly(session: Session, members: int = 3, **charter) -> Assembly:
    """Make an association whose charter has the usual figures, with so many members."""
    association = make_association(session, make_cluster(session))
    make_charter(session, association.organisation.id, **charter)
    assembly = Assembly(session, association)
    for _ in range(members):
        assembly.member()
    session.commit()
    return assembly


def _planned(assembly: Assembly) -> tuple[Meeting, Motion]:
    meeting = assembly.plan()
    voter = assembly.voters[0]
    work = assembly.work(voter.actor)
    motion = motions.propose(work, voter.member.id, title="展位联合预订方案", text="由秘书处统一预订。")
    motions.recuse(assembly.work(), motion.id, assembly.voters[1].member.id, "参展服务商")
    return meeting, motion


def _held(assembly: Assembly, meeting: Meeting) -> None:
    assembly.hold(meeting)
    assembly.attend(meeting)


def _counted(assembly: Assembly, meeting: Meeting, motion: Motion, choice: Choice, present: int) -> None:
    assembly.hold(meeting)
    assembly.attend(meeting, assembly.voters[:present])
    voting.open_vote(assembly.work(), motion.id)
    for voter in (assembly.voters[0], assembly.voters[2]):
        if voter in assembly.voters[:present]:
            assembly.vote(motion, voter, choice)
    counting.close_vote(assembly.work(), motion.id)
    counting.count_votes(assembly.work(), motion.id)
    counting.publish_count(assembly.work(), motion.id)


def reach(assembly: Assembly, state: MotionState) -> tuple[Meeting, Motion]:
    """Lead a motion of a member to a state as people would; the assembly needs three members, the second steps aside."""
    meeting, motion = _planned(assembly)
    if state in {MotionState.PROPOSED, MotionState.DECLINED, MotionState.WITHDRAWN}:
        if state is MotionState.DECLINED:
            motions.decline(assembly.work(), motion.id, "不属本会职权")
        if state is MotionState.WITHDRAWN:
            motions.withdraw(assembly.work(), motion.id, "条件不成熟")
        return meeting, motion
    motions.put_on_agenda(assembly.work(), motion.id, motions.Listing(meeting.id))
    if state is MotionState.NOTIFIED:
        _held(assembly, meeting)
    elif state in {MotionState.OPEN, MotionState.CLOSED}:
        _held(assembly, meeting)
        voting.open_vote(assembly.work(), motion.id)
        if state is MotionState.CLOSED:
            counting.close_vote(assembly.work(), motion.id)
    elif state is not MotionState.LISTED:
        choice = Choice.AGAINST if state is MotionState.REJECTED else Choice.FOR
        _counted(assembly, meeting, motion, choice, 1 if state is MotionState.VOID else 3)
        if state is MotionState.CHALLENGED:
            voter = assembly.voters[0]
            found = counting.challenge(assembly.work(voter.actor), motion.id, voter.member.id, "票数有误")
            counting.recount(assembly.work(), found.id)
    return meeting, motion
