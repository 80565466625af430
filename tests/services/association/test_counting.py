"""Votes are counted once, by their own rule; a count is published, challenged and counted again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.association.meeting_errors import (
    BallotsDiffer,
    ChallengeOver,
    ChallengeWaiting,
    RecountDiffers,
    RecountFirst,
)
from services.association.models.ballots import Choice
from services.association.models.meetings import ChallengeState, Mode, Motion, MotionState, Outcome
from services.association.operations import counting
from services.core.audit import AuditEntry
from services.core.errors import NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from tests.factories.meetings import Assembly, make_assembly

F, A, N = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


@pytest.fixture
def assembly(session: Session) -> Assembly:
    return make_assembly(session)


@pytest.fixture
def counted(assembly: Assembly) -> Motion:
    motion = assembly.decided(assembly.opened(is_secret=True), F, F, A)
    counting.publish_count(assembly.work(), motion.id)
    assembly.session.commit()
    return motion


def promises(session: Session) -> int:
    return len(session.scalars(select(OutboxTask.id).where(OutboxTask.task == "motion.decided")).all())


@pytest.mark.parametrize("is_secret", [False, True])
@pytest.mark.parametrize(
    ("members", "present", "choices", "state"),
    [
        (6, 4, [F, F, F, A], MotionState.PASSED),  # two thirds of six, exactly, have come
        (6, 3, [F, F, F], MotionState.VOID),
        (4, 4, [F, F, A, A], MotionState.REJECTED),  # half is not more than half
        (4, 4, [F, F, F], MotionState.PASSED),
        (3, 2, [F, N], MotionState.REJECTED),
        (3, 3, [], MotionState.REJECTED),
    ],
)
def test_the_outcome_follows_from_quorum_and_majority(session, is_secret, members, present, choices, state) -> None:
    assembly = make_assembly(session, members)
    motion = assembly.decided(assembly.opened(present=present, is_secret=is_secret), *choices)
    assert (motion.state, motion.entitled, motion.present) == (state, members, present)
    assert (motion.votes_for, motion.votes_against, motion.abstentions) == tuple(
        choices.count(one) for one in (F, A, N)
    )
    assert len(motion.ballots_sha256) == 64
    assert promises(session) == 1


def test_by_correspondence_the_majority_is_of_all_who_are_entitled(session: Session) -> None:
    for choices, state in (
        ([F, F], MotionState.VOID),
        ([F, F, A, A], MotionState.REJECTED),
        ([F] * 4, MotionState.PASSED),
    ):
        assembly = make_assembly(session, 6)
        motion = assembly.decided(assembly.opened(mode=Mode.CORRESPONDENCE), *choices)
        assert (motion.state, motion.present) == (state, len(choices))


def test_a_vote_is_counted_once_and_after_its_close(assembly: Assembly) -> None:
    motion = assembly.opened()
    with pytest.raises(WrongState):
        counting.count_votes(assembly.work(), motion.id)
    assembly.decided(motion, F)
    for again in (counting.count_votes, counting.close_vote):
        with pytest.raises(WrongState):
            again(assembly.work(), motion.id)


@pytest.mark.parametrize(
    "lie",
    [
        "state = 'passed', outcome = 'passed', present = 1, votes_for = 1, votes_against = 0, abstentions = 0",
        "state = 'passed', outcome = 'passed', present = 3, votes_for = 1, votes_against = 2, abstentions = 0",
        "state = 'passed', outcome = 'passed', present = 3, votes_for = 4, votes_against = 0, abstentions = 0",
        "state = 'rejected', outcome = 'rejected', present = 3, votes_for = 3, votes_against = 0, abstentions = 0",
        "state = 'void', outcome = 'void', present = 3, votes_for = 3, votes_against = 0, abstentions = 0",
        "state = 'passed'",
    ],
)
def test_the_table_refuses_an_outcome_that_its_figures_do_not_bear_out(assembly, session, lie) -> None:
    motion = assembly.opened()
    counting.close_vote(assembly.work(), motion.id)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(f"UPDATE motion SET counted_at = opened_at, {lie} WHERE id = {motion.id}"))


def test_a_count_stays_as_it_was(counted: Motion, session: Session) -> None:
    for lie in ("votes_for = 3", "outcome = 'rejected', state = 'rejected'", "ballots_sha256 = ''"):
        with session.begin_nested() as attempt:
            with pytest.raises(DBAPIError):
                session.execute(text(f"UPDATE motion SET {lie} WHERE id = {counted.id}"))
            attempt.rollback()


def test_a_published_count_is_told_to_everybody_who_was_called(counted: Motion, assembly: Assembly, session) -> None:
    told = set(session.scalars(select(Notification.person_id).where(Notification.link == f"/motions/{counted.id}")))
    assert told == {voter.person.id for voter in assembly.voters}
    with pytest.raises(WrongState):
        counting.publish_count(assembly.work(), counted.id)


def test_a_dismissed_challenge_leaves_the_count(counted: Motion, assembly: Assembly, session: Session) -> None:
    voter = assembly.voters[2]
    found = counting.challenge(assembly.work(voter.actor), counted.id, voter.member.id, "票数与到会人数不符")
    assert counted.state is MotionState.CHALLENGED
    with pytest.raises(ChallengeWaiting):
        counting.challenge(assembly.work(assembly.voters[0].actor), counted.id, assembly.voters[0].member.id, "同上")
    with pytest.raises(RecountFirst):
        counting.dismiss_challenge(assembly.work(), found.id, "票数相符")

    assert counting.recount(assembly.work(), found.id) is True
    with pytest.raises(RulesBroken), session.begin_nested():
        counting.dismiss_challenge(assembly.work(), found.id, " ")
    counting.dismiss_challenge(assembly.work(), found.id, "票数相符")

    assert (counted.state, found.state) == (MotionState.PASSED, ChallengeState.DISMISSED)
    assert promises(session) == 2, "what was not carried out before the challenge is carried out now"


def test_an_upheld_challenge_makes_the_vote_void(counted: Motion, assembly: Assembly, session: Session) -> None:
    voter = assembly.voters[2]
    found = counting.challenge(assembly.work(voter.actor), counted.id, voter.member.id, "有会员未收到通知")
    counting.recount(assembly.work(), found.id)
    counting.uphold_challenge(assembly.work(), found.id, "通知确有遗漏，重新表决")
    assert (counted.state, counted.outcome) == (MotionState.VOID, Outcome.PASSED)
    assert promises(session) == 2
    with pytest.raises(WrongState):
        counting.dismiss_challenge(assembly.work(), found.id, "又改主意")


def test_a_count_is_challenged_by_the_roll_and_in_time(counted: Motion, assembly: Assembly) -> None:
    newcomer, voter = assembly.member(), assembly.voters[0]
    with pytest.raises(NotFound):
        counting.challenge(assembly.work(newcomer.actor), counted.id, newcomer.member.id, "未投票")
    with pytest.raises(NotFound):
        counting.challenge(assembly.work(newcomer.actor), counted.id, voter.member.id, "替别人")
    assembly.now += timedelta(days=20)  # five working days, whatever holidays there are
    with pytest.raises(ChallengeOver):
        counting.challenge(assembly.work(voter.actor), counted.id, voter.member.id, "太晚")


def tamper(session: Session, database: str, table: str, act: str) -> None:
    """Change rows behind the back of the guards, which only the server's master can do."""
    if database == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        kept = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        for name in session.scalars(text(kept), {"table": table}).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    session.execute(text(act))


ADDED, TAKEN = "INSERT INTO ballot VALUES ('0', {motion}, 'against', '')", "DELETE FROM ballot WHERE choice = 'against'"


@pytest.mark.parametrize(
    ("is_secret", "table", "act", "figures"),
    [
        (True, "ballot", ADDED, (3, 4)),
        (True, "ballot", TAKEN, (3, 2)),
        (False, "named_vote", "DELETE FROM named_vote WHERE choice = 'against'", (3, 2)),
    ],
)
def test_as_many_ballots_are_counted_as_members_have_voted(
    assembly, session, database, caplog, is_secret, table, act, figures
) -> None:
    motion = assembly.opened(is_secret=is_secret)
    for voter, choice in zip(assembly.voters, (F, F, A), strict=True):
        assembly.vote(motion, voter, choice)
    counting.close_vote(assembly.work(), motion.id)
    tamper(session, database, table, act.format(motion=motion.id))
    with pytest.raises(BallotsDiffer) as refusal:
        counting.count_votes(assembly.work(), motion.id)
    assert refusal.value.values == {"voted": figures[0], "ballots": figures[1]}
    assert (motion.state, promises(session)) == (MotionState.CLOSED, 0)
    assert "ballots differ from the roll" in caplog.text


def test_a_recount_compares_the_ballots_with_the_roll(counted, assembly, session, database) -> None:
    voter = assembly.voters[0]
    found = counting.challenge(assembly.work(voter.actor), counted.id, voter.member.id, "名册有误")
    tamper(
        session, database, "roll_entry", f"UPDATE roll_entry SET has_voted = false WHERE member_id = {voter.member.id}"
    )
    assert counting.recount(assembly.work(), found.id) is False
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.kind == "challenge.recounted"))
    assert entry.facts == {"agrees": False, "voted": 2, "ballots": 3}


def test_a_recount_finds_a_ballot_that_was_exchanged(counted, assembly, session, database) -> None:
    voter = assembly.voters[0]
    found = counting.challenge(assembly.work(voter.actor), counted.id, voter.member.id, "疑似改票")
    tamper(session, database, "ballot", "UPDATE ballot SET choice = 'for' WHERE choice = 'against'")

    assert counting.recount(assembly.work(), found.id) is False
    with pytest.raises(RecountDiffers), session.begin_nested():
        counting.dismiss_challenge(assembly.work(), found.id, "相符")
    counting.uphold_challenge(assembly.work(), found.id, "票面与登记不符，重新表决")
    assert counted.state is MotionState.VOID
