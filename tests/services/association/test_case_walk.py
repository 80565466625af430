"""All states × all sides × all actions of a case: what the operations allow is what the table says, nothing else."""

import random

import pytest

from services.association.models.cases import CaseState, Party
from services.association.models.judging import Finding
from services.association.operations import cases, judging, mediating
from services.association.operations.judging import WishDecision
from services.association.queries.cases import panel_members
from services.association.rules.cases import DECIDING, FINAL, STEPS, WAITS, Side
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound, ServiceError
from services.core.work import Work
from tests.factories.discipline import appoint_all, bring_to, make_circle, propose, work_of

S = CaseState
CLOCK = Actor.system("clock")

SIDES = {
    "claimant": Side.CLAIMANT,
    "respondent": Side.RESPONDENT,
    "judge": Side.PANEL,
    "elder": Side.PANEL,
    "desk": Side.DESK,
    "clock": Side.CLOCK,
    "stranger": None,
    "competitor": None,
    "outsider": None,
    "officer": None,
    "visitor": None,
}
ACTIONS = (
    "accept",
    "refuse",
    "answer",
    "stay_silent",
    "mediate",
    "settle",
    "perform",
    "breach",
    "fail",
    "refer",
    "decide",
    "appeal",
    "rest",
    "withdraw",
)


def actor_named(circle, name):
    return {
        "claimant": circle.claimant.actor,
        "respondent": circle.respondent.actor,
        "judge": circle.judges[1].actor,
        "elder": circle.elders[1].actor,
        "desk": circle.association.actor,
        "clock": CLOCK,
        "stranger": circle.stranger.actor,
        "competitor": circle.competitor.actor,
        "outsider": circle.outsider.actor,
        "officer": circle.officer,
        "visitor": Actor.visitor(),
    }[name]


def expected(state, name, action):
    """Return the state the table leads to, or None where it refuses."""
    step = action
    if action == "decide" and DECIDING.get(state) is not None and state is S.APPEALED:
        step = "decide_appeal"
    side, taken = SIDES[name], STEPS[step]
    if side is None or side not in taken.sides or state not in taken.starts:
        return None
    if step in {"decide", "fail"} and name == "elder":
        return None
    if step == "decide_appeal" and name == "judge":
        return None
    return taken.after


def prepare(session, circle, case, name, action):
    """Do what must lie before the action where the table allows it: a signature, a report, a proposal."""
    if action == "settle" and case.state is S.MEDIATING:
        propose(session, circle, case)
        other = circle.claimant if name == "respondent" else circle.respondent
        mediating.sign(work_of(session, other), case.id)
    if action == "perform" and case.state in {S.PERFORMING, S.BREACHED}:
        debtor = circle.claimant if name == "respondent" else circle.respondent
        mediating.report_done(
            work_of(session, debtor), case.id, mediating.live_agreement(session, case.id).duties[0].id
        )
    if action == "decide" and case.state in DECIDING:
        judges = circle.elders if case.state is S.APPEALED else circle.judges
        finding = Finding.APPEAL_REJECTED if case.state is S.APPEALED else Finding.DISMISSED
        judging.propose_decision(work_of(session, judges[0]), case.id, WishDecision(finding, "理由"))


def act(session, circle, case, name, action):
    actor = actor_named(circle, name)
    late = action in {"breach", "rest", "stay_silent"}
    work = work_of(session, actor, days=90 if late else 0)
    agreement = mediating.live_agreement(session, case.id)
    duty_id = agreement.duties[0].id if agreement and agreement.duties else 1
    {
        "accept": lambda: cases.accept(work, case.id),
        "refuse": lambda: cases.refuse(work, case.id, reason="理由"),
        "answer": lambda: cases.answer(work, case.id, text="答复"),
        "stay_silent": lambda: by_clock(work, case, cases.stay_silent),
        "mediate": lambda: mediating.mediate(work, case.id),
        "settle": lambda: mediating.sign(work, case.id),
        "perform": lambda: mediating.confirm_done(work, case.id, duty_id),
        "breach": lambda: mediating.breach(work, case.id, reason="逾期"),
        "fail": lambda: mediating.fail(work, case.id, reason="分歧"),
        "refer": lambda: cases.refer(work, case.id, reason="起诉"),
        "decide": lambda: judging.vote(work, case.id, agrees=True),
        "appeal": lambda: judging.appeal(work, case.id, reason="不服"),
        "rest": lambda: by_clock(work, case, judging.rest),
        "withdraw": lambda: cases.withdraw(work, case.id, reason="和解"),
    }[action]()
    session.flush()


def by_clock(work: Work, case, function):
    """The clock has no page: nobody else can call it."""
    if not work.actor.is_system:
        raise NotAllowed
    function(work, case)


def tried(session, circle, case, name, action):
    """Act in a savepoint that is rolled back; return the state it led to, or the refusal."""
    nested = session.begin_nested()
    try:
        prepare(session, circle, case, name, action)
        act(session, circle, case, name, action)
        return case.state
    except ServiceError as refusal:
        return refusal
    finally:
        nested.rollback()
        session.expire_all()


@pytest.mark.parametrize("state", list(CaseState))
def test_what_everybody_can_do_in_a_state_is_what_the_table_says(session, state):
    circle = make_circle(session)
    cases_by = {debtor: bring_to(session, circle, state, debtor=debtor) for debtor in debtors(state)}
    for name in SIDES:
        case = cases_by.get(Party.CLAIMANT if name == "respondent" else Party.RESPONDENT) or cases_by[Party.RESPONDENT]
        for action in ACTIONS:
            if state is S.MEDIATING and action == "perform":
                continue
            before, outcome = case.state, tried(session, circle, case, name, action)
            wanted = expected(state, name, action)
            if wanted is not None:
                assert outcome is wanted, (state, name, action, outcome)
            else:
                assert isinstance(outcome, ServiceError), (state, name, action, outcome)
            if name in {"stranger", "competitor", "outsider"} and action not in {"rest", "stay_silent"}:
                assert isinstance(outcome, NotFound), (state, name, action, outcome)
            if name in {"officer", "visitor"}:
                assert isinstance(outcome, NotAllowed), (state, name, action, outcome)
            assert case.state is before


def debtors(state):
    """One case for a debt of each side where there is one; two open cases of a kind need two kinds."""
    return [Party.RESPONDENT] if state not in {S.PERFORMING, S.BREACHED} else [Party.RESPONDENT, Party.CLAIMANT]


@pytest.mark.parametrize("seed", range(6))
def test_a_random_walk_follows_the_table_to_its_end(session, seed):
    chance = random.Random(seed)
    circle = make_circle(session)
    case = bring_to(session, circle, S.SUBMITTED)
    model, path = S.SUBMITTED, []
    for _ in range(60):
        if model in FINAL:
            break
        likely = [(name, action) for name in SIDES for action in ACTIONS if expected(model, name, action)]
        name, action = (
            chance.choice(likely) if chance.random() < 0.5 else (chance.choice(list(SIDES)), chance.choice(ACTIONS))
        )
        wanted = expected(model, name, action)
        refusal = attempted(session, circle, case, name, action)
        if refusal is not None:
            allowed_anyway = action in {"perform", "breach"}  # the debt may be on the other side
            assert wanted is None or allowed_anyway, (path, name, action, refusal)
            continue
        assert wanted is not None, (path, name, action)
        model = wanted
        path.append((name, action))
        assert case.state is model
        assert (case.clock is not None) == (model in WAITS)
    assert case.state is model


def attempted(session, circle, case, name, action):
    """Act, and return the refusal if there was one; then nothing has changed."""
    nested = session.begin_nested()
    try:
        seat(session, circle, case)
        prepare(session, circle, case, name, action)
        act(session, circle, case, name, action)
    except ServiceError as refusal:
        nested.rollback()
        session.expire_all()
        return refusal
    nested.commit()
    return None


def seat(session, circle, case):
    """The secretariat appoints whoever is missing on the panel at work."""
    from_state = {S.INVESTIGATING: circle.judges, S.MEDIATING: circle.judges, S.APPEALED: circle.elders}
    firms = from_state.get(case.state, [])
    seated = {one.person_id for one in panel_members(session, case.id)}
    missing = [firm for firm in firms if firm.person.id not in seated]
    if missing:
        appoint_all(session, circle, case, missing)
