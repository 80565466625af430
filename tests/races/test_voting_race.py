"""A hundred representatives vote at the same moment, twice each: a hundred ballots, and no vote after the close."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.association.models.ballots import Ballot, Choice, RollEntry, Slip
from services.association.models.meetings import Mode, Motion, MotionState
from services.association.operations import counting
from tests.factories.meetings import Assembly, make_assembly
from tests.races.arena import Arena, Crowd
from tests.races.voting_contenders import looks_then_votes, votes, votes_or_closes

pytestmark = [pytest.mark.race, pytest.mark.both_databases, pytest.mark.timeout(7200)]

PROCESSES, THREADS = 4, 50
VOTERS = 100
CHOICES = [Choice.FOR] * 61 + [Choice.AGAINST] * 30 + [Choice.ABSTAIN] * 9


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    crowd = Crowd(PROCESSES, THREADS)
    yield crowd
    crowd.close()


@pytest.fixture
def assembly(session: Session) -> Assembly:
    return make_assembly(session, VOTERS)


@pytest.fixture
def motion(assembly: Assembly) -> Motion:
    return assembly.opened(mode=Mode.CORRESPONDENCE, is_secret=True)


@pytest.fixture
def arena(crowd: Crowd, database_url: str, motion: Motion) -> Iterator[Arena]:
    arena = Arena(crowd, database_url)
    yield arena
    arena.close()


def tasks_of(assembly: Assembly, motion: Motion) -> list[dict]:
    """Return what each representative does."""
    return [
        {
            "motion": motion.id,
            "member": voter.member.id,
            "person": voter.person.id,
            "choice": choice.value,
            "now": assembly.now,
        }
        for voter, choice in zip(assembly.voters, CHOICES, strict=True)
    ]


def count(session: Session, statement) -> int:
    session.rollback()
    return session.scalar(statement) or 0


SLIPS = select(func.count()).select_from(Slip)
FLAGS = select(func.count()).where(RollEntry.has_voted)


def test_a_hundred_who_vote_twice_leave_a_hundred_ballots(
    arena: Arena, assembly: Assembly, motion: Motion, session: Session
) -> None:
    outcomes = arena.round(votes, tasks_of(assembly, motion) * 2, "roll_entry")

    assert outcomes == {"voted": VOTERS, "voted already": VOTERS}
    assert count(session, SLIPS) == count(session, FLAGS) == VOTERS
    counting.close_vote(assembly.work(), motion.id)
    counting.count_votes(assembly.work(), motion.id)
    session.commit()
    assert (motion.votes_for, motion.votes_against, motion.abstentions) == (61, 30, 9)
    assert (motion.state, motion.present) == (MotionState.PASSED, VOTERS)


def test_whoever_comes_after_the_close_is_not_counted(
    arena: Arena, assembly: Assembly, motion: Motion, session: Session
) -> None:
    tasks = tasks_of(assembly, motion)
    closing = {
        "secretariat": assembly.association.person.id,
        "association": assembly.id,
        "motion": motion.id,
        "now": motion.closes_at,  # by its clock the end has come; those who vote are in time by theirs
    }
    outcomes = arena.round(votes_or_closes, [*tasks[:50], closing, *tasks[50:]], "roll_entry")

    assert outcomes["closed"] == 1
    assert outcomes["voted"] + outcomes["over"] == VOTERS
    ballots = select(func.count()).select_from(Ballot)
    assert count(session, ballots) == count(session, FLAGS) == outcomes["voted"]
    assert count(session, SLIPS) == 0


def test_the_closing_moment_parts_those_in_time_from_those_too_late(
    arena: Arena, assembly: Assembly, motion: Motion, session: Session
) -> None:
    last = motion.closes_at - timedelta(microseconds=1)
    tasks = tasks_of(assembly, motion)
    tasks = [task | {"now": last} for task in tasks[:50]] + [task | {"now": motion.closes_at} for task in tasks[50:]]

    outcomes = arena.round(votes, tasks, "motion")

    assert outcomes == {"voted": 50, "over": 50}
    assert count(session, SLIPS) == count(session, FLAGS) == 50


def test_without_the_flag_members_vote_twice(
    arena: Arena, assembly: Assembly, motion: Motion, session: Session
) -> None:
    outcomes = arena.round(looks_then_votes, tasks_of(assembly, motion) * 2, "slip")

    assert outcomes["voted"] > VOTERS
    assert count(session, SLIPS) > count(session, FLAGS) == VOTERS
