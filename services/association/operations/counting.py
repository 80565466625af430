"""After the vote: closed and sealed, counted once, published, challenged, recounted."""

from __future__ import annotations

import logging
from collections import Counter
from hashlib import sha256

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from services.association.meeting_errors import (
    AnswerMissing,
    BallotsDiffer,
    ChallengeOver,
    ChallengeWaiting,
    RecountDiffers,
    RecountFirst,
    VotesAwaited,
)
from services.association.models.ballots import Ballot, Choice, NamedVote, RollEntry
from services.association.models.meetings import (
    Challenge,
    ChallengeState,
    MeetingAttendance,
    MeetingNotice,
    Mode,
    Motion,
    MotionState,
    Outcome,
)
from services.association.operations.ballot_box import seal
from services.association.operations.meeting_steps import (
    locked_motion,
    meeting_of,
    motion_of_secretariat,
    own_member,
    step_motion,
)
from services.association.queries.meetings import challenge_ends_on
from services.association.rules.majority import Rule, Share, Tally, outcome_of
from services.association.rules.motions import COUNTED, MOTION_NAMES
from services.core import links
from services.core.errors import NotFound, RulesBroken, WrongState
from services.core.messages import N_
from services.core.work import Work

log = logging.getLogger(__name__)

AFTER_COUNT = {
    Outcome.PASSED: MotionState.PASSED,
    Outcome.REJECTED: MotionState.REJECTED,
    Outcome.VOID: MotionState.VOID,
}


def close_vote(work: Work, motion_id: int) -> None:
    """No vote is taken any more, and nothing in the tables joins a voter and a secret choice.

    Raises VotesAwaited when a secret vote has not come to its end and somebody who is present has not voted.
    """
    motion = motion_of_secretariat(work, motion_id)
    if motion.is_secret and motion.state is MotionState.OPEN and _is_running(work, motion) and _awaits(work, motion):
        raise VotesAwaited
    _close(work, motion)


def close_due(work: Work) -> int:
    """Close the votes whose end has come; return how many."""
    due = select(Motion.id).where(Motion.state == MotionState.OPEN, Motion.closes_at <= work.now).order_by(Motion.id)
    closed = 0
    for motion_id in work.session.scalars(due).all():
        motion = locked_motion(work, motion_id)
        if motion.state is MotionState.OPEN:
            _close(work, motion)
            closed += 1
    return closed


def count_votes(work: Work, motion_id: int) -> Outcome:
    """Count a closed vote, once, by the rule that was frozen at its opening; what was decided is carried out afterwards.

    Raises BallotsDiffer, and says so in the log, when there are not as many ballots as the roll says have voted.
    """
    motion = motion_of_secretariat(work, motion_id)
    if motion.state is not MotionState.CLOSED:
        raise WrongState(state=MOTION_NAMES[motion.state])
    tally, digest = tally_of(work, motion)
    voted, ballots = _voted(work, motion), _ballots(tally)
    if voted != ballots:
        log.critical("ballots differ from the roll", extra={"motion": motion.id, "voted": voted, "ballots": ballots})
        raise BallotsDiffer(voted=voted, ballots=ballots)
    outcome = outcome_of(frozen_rule(motion), tally)
    step_motion(
        work,
        motion,
        "count",
        AFTER_COUNT[outcome],
        outcome=outcome,
        present=tally.present,
        votes_for=tally.votes_for,
        votes_against=tally.votes_against,
        abstentions=tally.abstentions,
        ballots_sha256=digest,
        counted_at=work.now,
    )
    work.later("motion.decided", motion_id=motion.id)
    return outcome


def publish_count(work: Work, motion_id: int) -> None:
    """Everybody who was called to the meeting reads the figures, and may challenge them for some days."""
    motion = motion_of_secretariat(work, motion_id)
    if motion.state not in COUNTED or motion.published_at is not None:
        raise WrongState(state=MOTION_NAMES[motion.state])
    motion.published_at = work.now
    motion.version += 1
    work.session.flush()
    work.record("motion.published", motion, outcome=motion.outcome)
    readers = select(MeetingNotice.person_id).where(MeetingNotice.meeting_id == motion.meeting_id).distinct()
    for person_id in work.session.scalars(readers.order_by(MeetingNotice.person_id)).all():
        message = N_("The vote on “%(title)s” has been counted and published.")
        work.tell(person_id, message, link=links.motion(motion.id), title=motion.title)


def challenge(work: Work, motion_id: int, member_id: int, grounds: str) -> Challenge:
    """A member of the roll objects to a published count; until it is answered, the resolution is challenged."""
    motion = locked_motion(work, motion_id)
    if work.session.get(RollEntry, (motion_id, member_id)) is None:
        raise NotFound
    own_member(work, member_id, motion.association_id)
    if motion.state is MotionState.CHALLENGED:
        raise ChallengeWaiting
    if motion.published_at is None:
        raise WrongState(state=MOTION_NAMES[motion.state])
    until = challenge_ends_on(work.session, motion, motion.published_at)
    if work.today > until:
        raise ChallengeOver(until=until.isoformat())
    if not grounds.strip():
        raise RulesBroken([AnswerMissing(field="grounds")])
    step_motion(work, motion, "challenge")
    found = Challenge(
        motion_id=motion_id,
        member_id=member_id,
        grounds=grounds.strip(),
        filed_at=work.now,
        filed_by_id=work.actor.person_id,
    )
    try:
        with work.session.begin_nested():
            work.session.add(found)
    except IntegrityError as clash:
        raise ChallengeWaiting from clash
    work.record("challenge.filed", found, motion_id=motion_id, member_id=member_id)
    return found


def recount(work: Work, challenge_id: int) -> bool:
    """Count the same ballots again; tell, and keep, whether the figures and the digest of the ballots agree.

    They do not agree either when there are not as many ballots as the roll says have voted.
    """
    found, motion = _challenged(work, challenge_id)
    tally, digest = tally_of(work, motion)
    before = Tally(
        motion.entitled or 0,
        motion.present or 0,
        motion.votes_for or 0,
        motion.votes_against or 0,
        motion.abstentions or 0,
    )
    voted, ballots = _voted(work, motion), _ballots(tally)
    found.recount_agrees = tally == before and digest == motion.ballots_sha256 and voted == ballots
    found.recounted_at = work.now
    work.session.flush()
    work.record("challenge.recounted", found, agrees=found.recount_agrees, voted=voted, ballots=ballots)
    return found.recount_agrees


def dismiss_challenge(work: Work, challenge_id: int, answer: str) -> None:
    """The count stands as it was, and is carried out if it was not before; whoever challenged it reads why."""
    found, motion = _challenged(work, challenge_id)
    _answer(work, found, ChallengeState.DISMISSED, answer)
    if not found.recount_agrees:
        raise RecountDiffers
    assert motion.outcome is not None
    step_motion(work, motion, "dismiss", AFTER_COUNT[motion.outcome])
    work.later("motion.decided", motion_id=motion.id)
    _tell_challenger(work, found, N_("Your challenge of the vote on “%(title)s” was dismissed: %(answer)s"))


def uphold_challenge(work: Work, challenge_id: int, answer: str) -> None:
    """The vote is void and the matter may be brought again; what was carried out by it is to be undone."""
    found, motion = _challenged(work, challenge_id)
    _answer(work, found, ChallengeState.UPHELD, answer)
    step_motion(work, motion, "annul", reason=answer.strip())
    work.later("motion.decided", motion_id=motion.id)
    _tell_challenger(work, found, N_("Your challenge of the vote on “%(title)s” was upheld: %(answer)s"))


def frozen_rule(motion: Motion) -> Rule:
    """Return the rule that was written into a motion when its vote opened. Raises WrongState before."""
    quorum, majority = (motion.quorum_num, motion.quorum_den), (motion.pass_num, motion.pass_den)
    if None in quorum or None in majority or motion.pass_of is None:
        raise WrongState(state=MOTION_NAMES[motion.state])
    return Rule(
        Share(quorum[0] or 0, quorum[1] or 0, strict=bool(motion.quorum_strict)),
        Share(majority[0] or 0, majority[1] or 0, strict=bool(motion.pass_strict)),
        motion.pass_of,
    )


def tally_of(work: Work, motion: Motion) -> tuple[Tally, str]:
    """Count the ballots of a closed vote; return the figures and the SHA-256 of the ballots in the order of their keys."""
    rows = [(key, choice) for key, choice in work.session.execute(_votes(motion)).all()]
    counts = Counter(choice for _, choice in rows)
    roll = select(func.count(), func.count().filter(RollEntry.is_present)).where(RollEntry.motion_id == motion.id)
    entitled, present = work.session.execute(roll).one()
    digest = sha256("\n".join(f"{key}:{choice.value}" for key, choice in rows).encode()).hexdigest()
    figures = (counts[Choice.FOR], counts[Choice.AGAINST], counts[Choice.ABSTAIN])
    return Tally(entitled, present, *figures), digest


def _votes(motion: Motion) -> Select[str, Choice] | Select[int, Choice]:
    if motion.is_secret:
        return select(Ballot.key, Ballot.choice).where(Ballot.motion_id == motion.id).order_by(Ballot.key)
    return (
        select(NamedVote.member_id, NamedVote.choice)
        .where(NamedVote.motion_id == motion.id)
        .order_by(NamedVote.member_id)
    )


def _voted(work: Work, motion: Motion) -> int:
    """Return how many members have voted, as the roll says."""
    voted = select(func.count()).where(RollEntry.motion_id == motion.id, RollEntry.has_voted)
    return work.session.scalar(voted) or 0


def _ballots(tally: Tally) -> int:
    return tally.votes_for + tally.votes_against + tally.abstentions


def _is_running(work: Work, motion: Motion) -> bool:
    return motion.closes_at is not None and work.now < motion.closes_at


def _awaits(work: Work, motion: Motion) -> bool:
    """Tell whether somebody could still vote: whoever is present, and by correspondence everybody on the roll."""
    waiting = select(RollEntry.member_id).where(
        RollEntry.motion_id == motion.id, RollEntry.has_voted.is_(False), RollEntry.person_id.is_not(None)
    )
    meeting = meeting_of(motion)
    if meeting.mode is not Mode.CORRESPONDENCE:
        came = select(MeetingAttendance.member_id).where(MeetingAttendance.meeting_id == meeting.id)
        waiting = waiting.where(func.coalesce(RollEntry.agent_id, RollEntry.member_id).in_(came))
    return work.session.scalar(waiting.limit(1)) is not None


def _close(work: Work, motion: Motion) -> None:
    step_motion(work, motion, "close")
    seal(work, motion, meeting_of(motion))


def _challenged(work: Work, challenge_id: int) -> tuple[Challenge, Motion]:
    """Return an open challenge with its motion, both locked, for the secretariat of the association."""
    motion_id = work.session.scalar(select(Challenge.motion_id).where(Challenge.id == challenge_id))
    if motion_id is None:
        raise NotFound
    motion = motion_of_secretariat(work, motion_id)
    found = work.session.get_one(Challenge, challenge_id, populate_existing=True)
    if found.state is not ChallengeState.OPEN:
        raise WrongState(state=MOTION_NAMES[motion.state])
    return found, motion


def _answer(work: Work, found: Challenge, state: ChallengeState, answer: str) -> None:
    if found.recounted_at is None:
        raise RecountFirst
    if not answer.strip():
        raise RulesBroken([AnswerMissing(field="answer")])
    found.state, found.answer, found.decided_at = state, answer.strip(), work.now
    work.session.flush()
    work.record(f"challenge.{state}", found, motion_id=found.motion_id)


def _tell_challenger(work: Work, found: Challenge, message: str) -> None:
    work.tell(
        found.filed_by_id, message, link=links.motion(found.motion_id), title=found.motion.title, answer=found.answer
    )
