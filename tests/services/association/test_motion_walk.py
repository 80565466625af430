"""Every step of a motion is tried from every state by every kind of person; a small model says what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.association.models.ballots import Choice
from services.association.models.meetings import Challenge, Meeting, Mode, Motion, MotionState, MotionSubject
from services.association.operations import counting, meetings, motions, voting
from services.association.rules.motions import MOTION_STEPS
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound, RuleBroken
from services.core.permissions import Permission, Role
from services.core.work import Work
from tests.factories.meetings import Assembly, make_assembly, reach

S = MotionState
SECRETARIAT, VOTER, RECUSED, COLLEAGUE, OTHER_SECRETARIAT, SUPERVISOR, STRANGER = (
    "the secretariat",
    "a representative on the roll",
    "a representative that stepped aside",
    "a colleague without the right to vote",
    "the secretariat of another association",
    "the department",
    "somebody who is nobody here",
)
OWN = frozenset({VOTER, COLLEAGUE})
"""Who speaks for the member in what is not voting."""


@dataclass
class Scene:
    """A motion in some state, and the people who may try something."""

    assembly: Assembly
    meeting: Meeting
    motion: Motion
    people: dict[str, Actor]

    def work(self, who: str) -> Work:
        return self.assembly.work(self.people[who])

    @property
    def member_id(self) -> int:
        """The member of the representative on the roll."""
        return self.assembly.voters[0].member.id


def _challenge_id(scene: Scene) -> int:
    found = scene.assembly.session.scalar(select(Challenge.id).where(Challenge.motion_id == scene.motion.id))
    return found or 0


TRIALS: dict[str, tuple[frozenset[str], frozenset[MotionState], Callable[[Scene, Work], object]]] = {
    "decline": (
        frozenset({SECRETARIAT}),
        MOTION_STEPS["decline"][0],
        lambda scene, work: motions.decline(work, scene.motion.id, "不属本会职权"),
    ),
    "list": (
        frozenset({SECRETARIAT}),
        frozenset({S.PROPOSED}),
        lambda scene, work: motions.put_on_agenda(work, scene.motion.id, motions.Listing(scene.meeting.id)),
    ),
    "take off": (
        frozenset({SECRETARIAT}),
        frozenset({S.LISTED}),
        lambda scene, work: motions.take_off_agenda(work, scene.motion.id),
    ),
    "withdraw": (
        frozenset({SECRETARIAT}) | OWN,
        MOTION_STEPS["withdraw"][0],
        lambda scene, work: motions.withdraw(work, scene.motion.id, "条件不成熟"),
    ),
    "step aside": (
        frozenset({SECRETARIAT}) | OWN,
        frozenset({S.PROPOSED, S.LISTED, S.NOTIFIED}),
        lambda scene, work: motions.recuse(work, scene.motion.id, scene.member_id, "有利害关系"),
    ),
    "open": (
        frozenset({SECRETARIAT}),
        frozenset({S.NOTIFIED}),
        lambda scene, work: voting.open_vote(work, scene.motion.id),
    ),
    "vote": (
        frozenset({VOTER}),
        frozenset({S.OPEN}),
        lambda scene, work: voting.vote(work, scene.motion.id, scene.member_id, Choice.FOR),
    ),
    "write down": (
        frozenset({SECRETARIAT}),
        frozenset({S.OPEN}),
        lambda scene, work: voting.write_down(work, scene.motion.id, scene.member_id, Choice.FOR),
    ),
    "close": (
        frozenset({SECRETARIAT}),
        frozenset({S.OPEN}),
        lambda scene, work: counting.close_vote(work, scene.motion.id),
    ),
    "count": (
        frozenset({SECRETARIAT}),
        frozenset({S.CLOSED}),
        lambda scene, work: counting.count_votes(work, scene.motion.id),
    ),
    "challenge": (
        OWN,
        frozenset({S.PASSED, S.REJECTED}),
        lambda scene, work: counting.challenge(work, scene.motion.id, scene.member_id, "票数有误"),
    ),
    "uphold": (
        frozenset({SECRETARIAT}),
        frozenset({S.CHALLENGED}),
        lambda scene, work: counting.uphold_challenge(work, _challenge_id(scene), "重新表决"),
    ),
    "dismiss": (
        frozenset({SECRETARIAT}),
        frozenset({S.CHALLENGED}),
        lambda scene, work: counting.dismiss_challenge(work, _challenge_id(scene), "票数相符"),
    ),
}
"""What is tried: who may, from which states, and how."""


def _people(assembly: Assembly, elsewhere: Assembly) -> dict[str, Actor]:
    voter = assembly.voters[0]
    somebody = elsewhere.voters[0].person
    firm = voter.member.organisation_id
    return {
        SECRETARIAT: assembly.association.actor,
        VOTER: voter.actor,
        RECUSED: assembly.voters[1].actor,
        COLLEAGUE: Actor(somebody.id, "同事", firm, frozenset({Role.ENT_USER})),
        OTHER_SECRETARIAT: elsewhere.association.actor,
        SUPERVISOR: Actor(somebody.id, "科长", elsewhere.id, frozenset({Role.GOV_OFFICER})),
        STRANGER: Actor(somebody.id, "路人", None, frozenset()),
    }


@pytest.mark.parametrize("state", list(MotionState))
def test_every_step_needs_its_state_and_its_person(session: Session, state: MotionState) -> None:
    assembly, elsewhere = make_assembly(session, 3), make_assembly(session, 1)
    meeting, motion = reach(assembly, state)
    assert motion.state is state
    if state not in {S.PROPOSED, S.DECLINED, S.WITHDRAWN, S.LISTED}:
        assert motion.meeting_id == meeting.id
    session.commit()
    scene = Scene(assembly, meeting, motion, _people(assembly, elsewhere))

    for name, (persons, states, attempt) in TRIALS.items():
        for who in scene.people:
            got = _try(scene, who, attempt)
            wanted = "refused" if who not in persons else "done" if state in states else "broken"
            assert _same(got, wanted, name, state), (name, who, state, got)


def _try(scene: Scene, who: str, attempt: Callable[[Scene, Work], object]) -> str:
    """Try something, take it back, and say how it went; a refused attempt has changed nothing."""
    session, before = scene.assembly.session, scene.motion.state
    nested = session.begin_nested()
    try:
        attempt(scene, scene.work(who))
        result = "done"
    except (NotFound, NotAllowed):
        result = "refused"
    except RuleBroken:
        result = "broken"
    if result != "done":
        assert scene.motion.state is before
    nested.rollback()
    session.expire_all()
    return result


def _same(got: str, wanted: str, name: str, state: MotionState) -> bool:
    """A thing that does not exist yet (a roll, a challenge) is not found where it would only be too early."""
    not_there = (
        (name in {"vote", "write down", "challenge"} and state not in ON_ROLL)
        or (name in {"uphold", "dismiss"} and state is not S.CHALLENGED)
        or (name == "challenge" and state in ON_ROLL)
    )
    return got == wanted or (not_there and wanted == "broken" and got == "refused")


ON_ROLL = frozenset({S.OPEN, S.CLOSED, S.PASSED, S.REJECTED, S.VOID, S.CHALLENGED})


def test_the_model_names_every_state_and_every_step() -> None:
    starts = {state for _, states, _ in TRIALS.values() for state in states}
    assert starts | {S.DECLINED, S.WITHDRAWN, S.VOID} == set(MotionState)
    assert set(MOTION_STEPS) == {
        "decline",
        "list",
        "unlist",
        "notify",
        "withdraw",
        "open",
        "close",
        "count",
        "challenge",
        "dismiss",
        "annul",
    }


@pytest.mark.parametrize("about", [MotionSubject.DUES_TABLE, MotionSubject.CHARTER])
def test_weighty_matters_are_never_decided_by_correspondence(session: Session, about: MotionSubject) -> None:
    assembly = make_assembly(session)
    meeting = assembly.plan(mode=Mode.CORRESPONDENCE)
    with pytest.raises(RuleBroken):
        assembly.listed(meeting, about, is_secret=True)
    assert meetings.convene(assembly.work(), meeting.id) == 3


@pytest.mark.parametrize("name", TRIALS)
def test_of_all_roles_only_the_secretariats_run_motions_and_no_role_votes(session: Session, name: str) -> None:
    """Whatever somebody is, at the association itself or anywhere else: votes belong to representatives alone."""
    assembly, elsewhere = make_assembly(session, 3), make_assembly(session, 1)
    persons, states, attempt = TRIALS[name]
    meeting, motion = reach(assembly, min(states))
    session.commit()
    somebody = elsewhere.voters[0].person
    scene = Scene(assembly, meeting, motion, {})
    for role in Role:
        for organisation_id in (assembly.id, elsewhere.id, None):
            scene.people[role] = Actor(somebody.id, "某人", organisation_id, frozenset({role}))
            runs = scene.people[role].may(Permission.MEETING_RUN, assembly.id)
            wanted = "done" if runs and SECRETARIAT in persons else "refused"
            assert _try(scene, role, attempt) == wanted, (name, role, organisation_id)
            assert not runs or organisation_id == assembly.id
