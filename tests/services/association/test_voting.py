"""A vote: its roll and rule are frozen, each member votes once, in person and in time."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.association.meeting_errors import (
    MatterIsDecided,
    MeetingNotRunning,
    NobodyEntitled,
    NotByCorrespondence,
    NotByHand,
    NotPresent,
    SecretOnly,
    SecretVoteOpen,
    VotedAlready,
    VoteIsOver,
    VoteNotOpen,
    VotesAwaited,
    WindowWrong,
    WrongBody,
)
from services.association.models.ballots import Choice, NamedVote, RollEntry, Slip
from services.association.models.meetings import Body, Mode, MotionState, MotionSubject, Whole
from services.association.models.register import Member, MemberRepresentative
from services.association.operations import attending, counting, meetings, motions, voting
from services.association.rules.majority import BODIES, GATHERED_ONLY, SECRET_ONLY
from services.core import clock
from services.core.audit import AuditEntry
from services.core.errors import NotFound, RulesBroken, WrongState
from tests.factories.meetings import Assembly, make_assembly


@pytest.fixture
def assembly(session: Session) -> Assembly:
    return make_assembly(session)


@pytest.mark.parametrize("about", list(MotionSubject))
def test_a_matter_comes_before_a_right_body_only(assembly: Assembly, about: MotionSubject) -> None:
    for body in Body:
        for mode in (Mode.ON_SITE, Mode.CORRESPONDENCE):
            meeting = assembly.plan(body, mode)
            motion = motions.bring(assembly.work(), assembly.id, about, None, title="议案")
            listing = motions.Listing(meeting.id, is_secret=True)
            expected = []
            if body not in BODIES[about]:
                expected.append(WrongBody)
            if mode is Mode.CORRESPONDENCE and about in GATHERED_ONLY:
                expected.append(NotByCorrespondence)
            if not expected:
                motions.put_on_agenda(assembly.work(), motion.id, listing)
                assert motion.state is MotionState.LISTED
                continue
            with pytest.raises(RulesBroken) as refusal:
                motions.put_on_agenda(assembly.work(), motion.id, listing)
            assert [type(one) for one in refusal.value.errors] == expected


@pytest.mark.parametrize("about", sorted(SECRET_ONLY))
def test_dues_and_elections_are_secret(assembly: Assembly, about: MotionSubject) -> None:
    meeting = assembly.plan()
    with pytest.raises(RulesBroken) as refusal:
        assembly.listed(meeting, about)
    assert [type(one) for one in refusal.value.errors] == [SecretOnly]


def test_one_matter_is_decided_once_at_a_time(assembly: Assembly) -> None:
    first = motions.bring(assembly.work(), assembly.id, MotionSubject.WAIVER, 7, title="减免")
    with pytest.raises(MatterIsDecided):
        motions.bring(assembly.work(), assembly.id, MotionSubject.WAIVER, 7, title="减免")
    motions.withdraw(assembly.work(), first.id, "材料不全")
    motions.bring(assembly.work(), assembly.id, MotionSubject.WAIVER, 7, title="减免")


def test_the_roll_is_frozen_when_the_vote_opens(assembly: Assembly, session: Session) -> None:
    motion = assembly.opened()
    early, late = assembly.voters[0], assembly.member()
    lapsed = update(Member).where(Member.id == early.member.id)
    session.execute(lapsed.values(rights_until=clock.local_day(clock.now())))
    successor = session.scalars(
        select(MemberRepresentative).where(MemberRepresentative.member_id == early.member.id)
    ).one()
    successor.person_id = late.person.id
    session.flush()

    assembly.vote(motion, early)  # it had its right when the vote opened
    for voter in (late,):
        with pytest.raises(NotFound):
            assembly.vote(motion, voter)
    assert motion.entitled == 3


def test_the_rule_is_frozen_when_the_vote_opens(assembly: Assembly, session: Session) -> None:
    motion = assembly.opened()
    assert (motion.quorum_num, motion.quorum_den, motion.quorum_strict) == (2, 3, False)
    assert (motion.pass_num, motion.pass_den, motion.pass_strict, motion.pass_of) == (1, 2, True, Whole.PRESENT)
    for change in ("pass_num = 2, pass_den = 3", "is_secret = NOT is_secret", "title = 'x'", "entitled = 2"):
        with session.begin_nested() as attempt:
            with pytest.raises(DBAPIError):
                session.execute(text(f"UPDATE motion SET {change} WHERE id = {motion.id}"))
            attempt.rollback()


def test_who_steps_aside_is_not_on_the_roll(assembly: Assembly, session: Session) -> None:
    meeting = assembly.plan()
    motion = assembly.listed(meeting)
    aside = assembly.voters[0]
    motions.recuse(assembly.work(aside.actor), motion.id, aside.member.id, "与议案有关")
    with pytest.raises(NotFound):
        motions.recuse(assembly.work(aside.actor), motion.id, assembly.voters[1].member.id, "不相干")
    assembly.hold(meeting)
    assert voting.open_vote(assembly.work(), motion.id) == 2
    with pytest.raises(NotFound):
        assembly.vote(motion, aside)
    with pytest.raises(WrongState):
        motions.recuse(assembly.work(), motion.id, assembly.voters[1].member.id, "太晚")


def test_when_everybody_steps_aside_nothing_is_decided(assembly: Assembly) -> None:
    meeting = assembly.plan()
    motion = assembly.listed(meeting)
    for voter in assembly.voters:
        motions.recuse(assembly.work(), motion.id, voter.member.id, "与议案有关")
    assembly.hold(meeting)
    with pytest.raises(NobodyEntitled):
        voting.open_vote(assembly.work(), motion.id)


def test_a_vote_opens_in_a_running_meeting_only(assembly: Assembly) -> None:
    meeting = assembly.plan()
    motion = assembly.listed(meeting)
    meetings.convene(assembly.work(), meeting.id)
    with pytest.raises(MeetingNotRunning):
        voting.open_vote(assembly.work(), motion.id)
    with pytest.raises(NotFound):
        assembly.vote(motion, assembly.voters[0])


@pytest.mark.parametrize("is_secret", [False, True])
def test_a_member_votes_once(assembly: Assembly, session: Session, is_secret: bool) -> None:
    motion = assembly.opened(is_secret=is_secret)
    voter = assembly.voters[0]
    assembly.vote(motion, voter, Choice.ABSTAIN)
    for choice in Choice:
        with pytest.raises(VotedAlready):
            assembly.vote(motion, voter, choice)
    kept = session.scalars(select(Slip.choice if is_secret else NamedVote.choice)).all()
    assert kept == [Choice.ABSTAIN]


def test_nobody_votes_for_another_member(assembly: Assembly) -> None:
    motion = assembly.opened()
    one, other = assembly.voters[:2]
    for actor in (other.actor, assembly.association.actor):
        with pytest.raises(NotFound):
            voting.vote(assembly.work(actor), motion.id, one.member.id, Choice.FOR)
    with pytest.raises(NotFound):
        voting.vote(assembly.work(one.actor), motion.id + 1, one.member.id, Choice.FOR)


def test_whoever_has_not_signed_in_does_not_vote(assembly: Assembly) -> None:
    motion = assembly.opened(present=2)
    assembly.vote(motion, assembly.voters[1])
    with pytest.raises(NotPresent):
        assembly.vote(motion, assembly.voters[2])


@pytest.mark.parametrize(("before", "refused"), [(1, False), (0, True), (-1, True)])
def test_at_the_closing_moment_it_is_too_late(assembly: Assembly, before: int, refused: bool) -> None:
    motion = assembly.opened(mode=Mode.CORRESPONDENCE)
    assembly.now = motion.closes_at - timedelta(microseconds=before)
    if not refused:
        assembly.vote(motion, assembly.voters[0])
        return
    with pytest.raises(VoteIsOver):
        assembly.vote(motion, assembly.voters[0])


def test_the_clock_closes_what_nobody_closed(assembly: Assembly) -> None:
    motion = assembly.opened(mode=Mode.CORRESPONDENCE)
    assert counting.close_due(assembly.work()) == 0
    assembly.now = motion.closes_at
    assert counting.close_due(assembly.work()) == 1
    assert motion.state is MotionState.CLOSED
    with pytest.raises(VoteIsOver):
        assembly.vote(motion, assembly.voters[0])


@pytest.mark.parametrize("over", [{}, {"is_secret": True}])
def test_a_window_ends_in_the_future(assembly: Assembly, over: dict) -> None:
    meeting = assembly.plan()
    motion = assembly.listed(meeting, **over)
    assembly.hold(meeting)
    with pytest.raises(RulesBroken) as refusal:
        voting.open_vote(assembly.work(), motion.id, assembly.now)
    assert [type(one) for one in refusal.value.errors] == [WindowWrong]


@pytest.mark.parametrize("mode", [Mode.ON_SITE, Mode.REMOTE])
def test_a_secret_vote_in_a_meeting_needs_its_end_at_the_opening(assembly: Assembly, mode: Mode) -> None:
    meeting = assembly.plan(mode=mode)
    motion = assembly.listed(meeting, is_secret=True)
    assembly.hold(meeting)
    with pytest.raises(RulesBroken) as refusal:
        voting.open_vote(assembly.work(), motion.id)
    assert [type(one) for one in refusal.value.errors] == [WindowWrong]
    assert motion.state is MotionState.NOTIFIED


@pytest.mark.parametrize("mode", list(Mode))
def test_a_secret_vote_is_not_closed_while_somebody_present_has_not_voted(assembly: Assembly, mode: Mode) -> None:
    came = 3 if mode is Mode.CORRESPONDENCE else 2
    motion = assembly.opened(present=came, mode=mode, is_secret=True)
    for voter in assembly.voters[:came]:
        with pytest.raises(VotesAwaited):
            counting.close_vote(assembly.work(), motion.id)
        assembly.vote(motion, voter)
    counting.close_vote(assembly.work(), motion.id)
    assert motion.state is MotionState.CLOSED


def test_at_its_end_a_secret_vote_is_closed_whoever_has_voted(assembly: Assembly) -> None:
    motion = assembly.opened(is_secret=True)
    assembly.vote(motion, assembly.voters[0])
    assembly.now = motion.closes_at - timedelta(microseconds=1)
    with pytest.raises(VotesAwaited):
        counting.close_vote(assembly.work(), motion.id)
    assembly.now = motion.closes_at
    counting.close_vote(assembly.work(), motion.id)
    assert motion.state is MotionState.CLOSED


def test_a_secret_vote_does_not_wait_for_a_member_that_nobody_speaks_for(assembly: Assembly, session: Session) -> None:
    session.execute(delete(MemberRepresentative).where(MemberRepresentative.member_id == assembly.voters[2].member.id))
    session.commit()
    motion = assembly.opened(is_secret=True)
    for voter in assembly.voters[:2]:
        assembly.vote(motion, voter)
    counting.close_vote(assembly.work(), motion.id)
    assert motion.state is MotionState.CLOSED


def test_nobody_is_struck_from_attendance_during_a_secret_vote(assembly: Assembly) -> None:
    motion = assembly.opened(is_secret=True)
    assembly.vote(motion, assembly.voters[0])
    with pytest.raises(SecretVoteOpen):
        attending.strike_present(assembly.work(), motion.meeting_id, assembly.voters[1].member.id)


def test_a_show_of_hands_is_written_down_and_counts(assembly: Assembly, session: Session) -> None:
    motion = assembly.opened(present=2)
    voting.write_down(assembly.work(), motion.id, assembly.voters[0].member.id, Choice.FOR)
    with pytest.raises(VotedAlready):
        assembly.vote(motion, assembly.voters[0])
    with pytest.raises(NotPresent):
        voting.write_down(assembly.work(), motion.id, assembly.voters[2].member.id, Choice.FOR)
    assert session.get_one(NamedVote, (motion.id, assembly.voters[0].member.id)).by_hand


@pytest.mark.parametrize("over", [{"is_secret": True}, {"mode": Mode.CORRESPONDENCE}])
def test_nothing_secret_or_remote_is_written_down(assembly: Assembly, over: dict) -> None:
    motion = assembly.opened(**over)
    with pytest.raises(NotByHand):
        voting.write_down(assembly.work(), motion.id, assembly.voters[0].member.id, Choice.FOR)


def test_the_audit_log_knows_who_voted_and_not_what(assembly: Assembly, session: Session) -> None:
    motion = assembly.opened(is_secret=True)
    assembly.vote(motion, assembly.voters[0], Choice.AGAINST)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "vote.cast")).one()
    assert entry.facts == {"member_id": assembly.voters[0].member.id}


def test_a_receipt_is_shown_once_and_found_among_the_ballots(assembly: Assembly, session: Session) -> None:
    motion = assembly.opened(is_secret=True, gives_receipts=True)
    receipts = [assembly.vote(motion, voter, Choice.FOR) for voter in assembly.voters]
    counting.close_vote(assembly.work(), motion.id)
    assert len(set(receipts)) == 3
    assert set(session.scalars(text("SELECT receipt FROM ballot"))) == set(receipts)


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE roll_entry SET has_voted = false",
        "UPDATE roll_entry SET person_id = NULL, has_voted = true",
        "DELETE FROM roll_entry",
        "UPDATE named_vote SET choice = 'against'",
        "DELETE FROM named_vote",
        "INSERT INTO ballot VALUES ('x', 1, 'for', '')",
        "INSERT INTO slip VALUES ('x', 1, 'for', '')",
    ],
)
def test_the_tables_refuse_what_no_operation_does(assembly: Assembly, session: Session, act: str) -> None:
    motion = assembly.opened()
    assembly.vote(motion, assembly.voters[0])
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(act))


def test_a_vote_that_is_not_open_says_so(assembly: Assembly, session: Session) -> None:
    motion = assembly.opened()
    session.execute(text("SELECT 1"))
    entry = session.get_one(RollEntry, (motion.id, assembly.voters[0].member.id))
    assert not entry.has_voted
    motion.state = MotionState.NOTIFIED
    session.flush()
    with pytest.raises(VoteNotOpen):
        assembly.vote(motion, assembly.voters[0])
