"""Panels: who may judge, challenges, stepping aside, votes, appeals; a majority of those who sit and a quorum."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from services.association.discipline_errors import (
    AppealLate,
    MustStepAside,
    NoPanelNow,
    NotChallenged,
    NotEligible,
    NotSitting,
    OnPanelBefore,
    PanelTooSmall,
    ProposalOpen,
    VotedAlready,
)
from services.association.models.judging import Decision, DecisionState, Finding, Measure, Seat
from services.association.operations import cases, judging, panels
from services.association.operations.judging import WishDecision
from services.association.queries.cases import case_file, panel_members
from services.association.rules.cases import outcome
from services.association.rules.recusal import Conflict, Trade, conflict_of
from services.core.errors import NotFound, RulesBroken
from services.core.permissions import Role
from tests.factories.accounts import make_person
from tests.factories.discipline import S, appoint_all, bring_to, decide, make_circle, wish_case, work_of
from tests.factories.organisations import make_member

DISMISSED = WishDecision(Finding.DISMISSED, "证据不足")


@pytest.fixture
def circle(session):
    return make_circle(session)


def appoint(session, circle, case, firm, person=None):
    return panels.appoint(
        work_of(session, circle.association),
        case.id,
        person_id=(person or firm.person).id,
        organisation_id=firm.organisation.id,
    )


@pytest.mark.parametrize(
    ("candidate", "conflict"),
    [
        (Trade(1), Conflict.PARTY),
        (Trade(3, chain_node="成品制造"), Conflict.COMPETITOR),
        (Trade(3, industry_code="3054", products="玻璃管、灯珠"), Conflict.COMPETITOR),
        (Trade(3, industry_code="3054", products="纸箱"), None),
        (Trade(3, industry_code="2231", products="玻璃管"), None),
        (Trade(3, chain_node="成品制造", trades=False), None),
        (Trade(3), None),
    ],
)
def test_firms_of_the_sides_and_their_direct_competitors_step_aside(candidate, conflict):
    parties = [Trade(1, chain_node="成品制造"), Trade(2, industry_code="3054", products="灯珠 玻璃管")]
    assert conflict_of(candidate, parties) is conflict


def test_a_competitor_and_a_party_are_refused_under_whatever_organisation(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    with pytest.raises(MustStepAside):
        appoint(session, circle, case, circle.competitor)
    with pytest.raises(MustStepAside):
        appoint(session, circle, case, circle.claimant)
    double = make_person(session)
    make_member(session, double, circle.stranger.organisation, Role.ENT_USER)
    make_member(session, double, circle.respondent.organisation, Role.ENT_USER)
    with pytest.raises(MustStepAside):
        appoint(session, circle, case, circle.stranger, double)


def test_judges_are_people_of_members_or_of_the_association(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    with pytest.raises(NotEligible):
        appoint(session, circle, case, circle.outsider)
    with pytest.raises(NotEligible):
        appoint(session, circle, case, circle.stranger, make_person(session))
    assert appoint(session, circle, case, circle.association).seat is Seat.SITTING
    assert appoint(session, circle, case, circle.stranger).seat is Seat.SITTING


def test_nobody_is_on_a_panel_twice_nor_in_both_instances(session, circle):
    case = bring_to(session, circle, S.APPEALED)
    session.commit()
    with pytest.raises(OnPanelBefore):
        appoint(session, circle, case, circle.judges[0])
    session.rollback()


def test_without_a_panel_at_work_nobody_is_appointed(session, circle):
    case = bring_to(session, circle, S.ANSWERING)
    with pytest.raises(NoPanelNow):
        appoint(session, circle, case, circle.judges[0])


def test_a_challenged_judge_waits_for_the_secretariats_answer(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    judge = panel_members(session, case.id)[0]
    panels.challenge(work_of(session, circle.respondent), case.id, judge.id, reason="亲属关系")
    with pytest.raises(NotSitting):
        judging.propose_decision(work_of(session, circle.judges[0]), case.id, DISMISSED)
    with pytest.raises(NotChallenged):
        panels.challenge(work_of(session, circle.claimant), case.id, judge.id, reason="亲属关系")
    panels.answer_challenge(work_of(session, circle.association), case.id, judge.id, is_upheld=False, reason="已核实")
    judging.propose_decision(work_of(session, circle.judges[0]), case.id, DISMISSED)
    with pytest.raises(NotChallenged):
        panels.answer_challenge(work_of(session, circle.association), case.id, judge.id, is_upheld=True, reason="x")


def test_whoever_steps_aside_sees_the_case_no_more_and_the_votes_are_counted_anew(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    appoint(session, circle, case, circle.stranger)
    judging.propose_decision(work_of(session, circle.judges[0]), case.id, DISMISSED)
    judging.vote(work_of(session, circle.judges[1]), case.id, agrees=True)
    assert case.state is S.INVESTIGATING  # two of four are no majority
    panels.step_aside(work_of(session, circle.stranger), case.id, reason="与一方相识")
    assert case.state is S.DECIDED
    with pytest.raises(NotFound):
        case_file(session, circle.stranger.actor, case.id)


@pytest.mark.parametrize(
    ("sitting", "agreed", "against", "result"),
    [
        (3, 2, 0, True),
        (3, 1, 1, None),
        (3, 1, 2, False),
        (4, 2, 1, None),
        (4, 2, 2, False),
        (2, 2, 0, None),
        (5, 3, 2, True),
    ],
)
def test_more_than_half_of_all_who_sit_and_three_at_least(sitting, agreed, against, result):
    assert outcome(sitting, agreed, against) is result


def test_a_panel_of_two_decides_nothing(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    panels.step_aside(work_of(session, circle.judges[2]), case.id, reason="回避")
    with pytest.raises(PanelTooSmall):
        judging.propose_decision(work_of(session, circle.judges[0]), case.id, DISMISSED)


def test_a_lost_proposal_makes_room_for_another(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    judging.propose_decision(work_of(session, circle.judges[0]), case.id, DISMISSED)
    with pytest.raises(ProposalOpen):
        judging.propose_decision(work_of(session, circle.judges[1]), case.id, DISMISSED)
    with pytest.raises(VotedAlready):
        judging.vote(work_of(session, circle.judges[0]), case.id, agrees=False)
    judging.vote(work_of(session, circle.judges[1]), case.id, agrees=False)
    judging.vote(work_of(session, circle.judges[2]), case.id, agrees=False)
    assert session.scalars(select(Decision.state)).all() == [DecisionState.LOST]
    decide(session, circle, case)
    assert case.state is S.DECIDED


def test_parties_learn_the_decision_not_who_voted_how(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    judging.propose_decision(work_of(session, circle.judges[0]), case.id, DISMISSED)
    assert case_file(session, circle.claimant.actor, case.id).decisions == []
    judging.vote(work_of(session, circle.judges[1]), case.id, agrees=True)
    seen = case_file(session, circle.claimant.actor, case.id)
    assert len(seen.decisions) == 1
    assert seen.votes == []
    assert len(case_file(session, circle.judges[0].actor, case.id).votes) == 2


def test_measures_are_against_members_only(session, circle):
    case = judging_case_about_outsider(session, circle)
    with pytest.raises(RulesBroken) as said:
        judging.propose_decision(
            work_of(session, circle.judges[0]), case.id, WishDecision(Finding.MEASURE, "理由", Measure.REMINDER)
        )
    assert "members only" in said.value.errors[0].message
    decide(session, circle, case, WishDecision(Finding.ADVICE, "建议向法院起诉"))
    assert case.state is S.DECIDED


def judging_case_about_outsider(session, circle):
    case = cases.complain(work_of(session, circle.claimant), wish_case(circle, circle.outsider.organisation))
    cases.accept(work_of(session, circle.association), case.id)
    cases.answer(work_of(session, circle.outsider), case.id, text="不属实")
    appoint_all(session, circle, case, circle.judges)
    return case


@pytest.mark.parametrize(
    "wish",
    [
        WishDecision(Finding.MEASURE, "理由"),
        WishDecision(Finding.DISMISSED, "理由", Measure.REMINDER),
        WishDecision(Finding.APPEAL_UPHELD, "理由"),
        WishDecision(Finding.MEASURE, "理由", Measure.SUSPENSION),
        WishDecision(Finding.MEASURE, "理由", Measure.SUSPENSION, 366),
        WishDecision(Finding.MEASURE, "理由", Measure.CIRCULAR, 10),
    ],
)
def test_a_finding_fits_its_panel_and_a_suspension_has_its_days(session, circle, wish):
    case = bring_to(session, circle, S.INVESTIGATING)
    with pytest.raises(RulesBroken):
        judging.propose_decision(work_of(session, circle.judges[0]), case.id, wish)


def test_an_appeal_comes_in_time(session, circle):
    case = bring_to(session, circle, S.DECIDED)
    days = (case.clock.due_on - work_of(session, circle.claimant).today).days
    with pytest.raises(AppealLate):
        judging.appeal(work_of(session, circle.respondent, days=days + 1), case.id, reason="不服")
    judging.appeal(work_of(session, circle.respondent, days=days), case.id, reason="不服")
    assert case.state is S.APPEALED


def test_the_database_seats_no_party_and_lets_nobody_come_back(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    panels.step_aside(work_of(session, circle.judges[2]), case.id, reason="回避")
    session.commit()
    insert = (
        "INSERT INTO panellist (case_id, instance, person_id, organisation_id, seat, reason, appointed_at)"
        f" VALUES ({case.id}, 'first', {circle.claimant.person.id}, {circle.claimant.organisation.id}, 'sitting', '',"
        " '2026-01-01 00:00:00')"
    )
    forged = (
        "INSERT INTO case_decision (case_id, instance, finding, reason, state, proposed_at, proposed_by_id, decided_at,"
        f" sitting, agreed) SELECT {case.id}, 'first', 'dismissed', 'x', 'adopted', '2026-01-01', min(id), '2026-01-01',"
        " 3, 1 FROM panellist"
    )
    for statement in (insert, "UPDATE panellist SET seat = 'sitting', reason = '' WHERE seat = 'aside'", forged):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()
