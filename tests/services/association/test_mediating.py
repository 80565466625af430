"""Mediation: sessions with their record, an agreement both sides sign, duties reported and confirmed, breach, clocks."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from services.association.discipline_errors import (
    DutiesMissing,
    DutyDone,
    DutyNotReported,
    DutyPast,
    NoAgreement,
    NothingOverdue,
    PanelTooSmall,
    SideSigned,
    SittingAhead,
    SittingPassed,
)
from services.association.models.cases import AgreementState, CaseClock, Party
from services.association.operations import cases, mediating, panels
from services.association.operations.case_clocks import follow_time, remind_of_duties, run_clocks
from services.association.operations.mediating import WishDuty
from services.association.queries.cases import case_file, live_agreement
from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound
from services.core.notices import Notification
from tests.factories.discipline import S, bring_to, make_circle, propose, work_of

WORKER = Actor.system("worker")


@pytest.fixture
def circle(session):
    return make_circle(session)


def test_a_mediation_needs_a_panel(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    for judge in circle.judges:
        panels.step_aside(work_of(session, judge), case.id, reason="回避")
    with pytest.raises(PanelTooSmall):
        mediating.mediate(work_of(session, circle.association), case.id)


def test_a_session_is_planned_ahead_and_recorded_once_afterwards(session, circle):
    case = bring_to(session, circle, S.MEDIATING)
    judge = work_of(session, circle.judges[0])
    with pytest.raises(SittingPassed):
        mediating.plan_sitting(judge, case.id, starts_at=judge.now - timedelta(hours=1), place="会议室")
    planned = mediating.plan_sitting(judge, case.id, starts_at=judge.now + timedelta(days=1), place="会议室")
    session.flush()
    with pytest.raises(SittingAhead):
        mediating.record_sitting(judge, case.id, planned.id, record="双方到场")
    later = work_of(session, circle.judges[0], days=2)
    mediating.record_sitting(later, case.id, planned.id, record="双方到场")
    with pytest.raises(NotFound):
        mediating.record_sitting(later, case.id, planned.id, record="另一份记录")
    assert case_file(session, circle.claimant.actor, case.id).case.sittings[0].record == "双方到场"


def test_an_agreement_says_who_does_what_until_when(session, circle):
    case = bring_to(session, circle, S.MEDIATING)
    desk = work_of(session, circle.association)
    with pytest.raises(DutiesMissing):
        mediating.propose_agreement(desk, case.id, terms="和解", duties=[])
    duty = WishDuty(Party.CLAIMANT, "撤回投诉", desk.today - timedelta(days=1))
    with pytest.raises(DutyPast):
        mediating.propose_agreement(desk, case.id, terms="和解", duties=[duty])
    with pytest.raises(NoAgreement):
        mediating.sign(work_of(session, circle.claimant), case.id)


def test_a_new_proposal_takes_the_place_of_a_half_signed_one(session, circle):
    case = bring_to(session, circle, S.MEDIATING)
    propose(session, circle, case)
    first = live_agreement(session, case.id)
    mediating.sign(work_of(session, circle.claimant), case.id)
    with pytest.raises(SideSigned):
        mediating.sign(work_of(session, circle.claimant), case.id)
    propose(session, circle, case)
    assert first.state is AgreementState.REPLACED
    mediating.sign(work_of(session, circle.respondent), case.id)
    assert case.state is S.MEDIATING
    mediating.sign(work_of(session, circle.claimant), case.id)
    assert case.state is S.PERFORMING
    assert live_agreement(session, case.id).state is AgreementState.SIGNED


def test_instalments_are_reported_and_confirmed_until_all_is_performed(session, circle):
    case = bring_to(session, circle, S.MEDIATING)
    day = clock.local_day(clock.now())
    duties = [WishDuty(Party.RESPONDENT, f"第{one}期", day + timedelta(days=30 * one), 100_000) for one in (1, 2)]
    mediating.propose_agreement(work_of(session, circle.association), case.id, terms="分两期支付", duties=duties)
    for firm in (circle.claimant, circle.respondent):
        mediating.sign(work_of(session, firm), case.id)
    first, second = live_agreement(session, case.id).duties

    with pytest.raises(DutyNotReported):
        mediating.confirm_done(work_of(session, circle.claimant), case.id, first.id)
    with pytest.raises(NotAllowed):
        mediating.report_done(work_of(session, circle.claimant), case.id, first.id)
    for duty in (first, second):
        mediating.report_done(work_of(session, circle.respondent), case.id, duty.id)
        with pytest.raises(NotAllowed):
            mediating.confirm_done(work_of(session, circle.respondent), case.id, duty.id)
        assert case.state is S.PERFORMING
        mediating.confirm_done(work_of(session, circle.claimant), case.id, duty.id)
        if duty is first:
            with pytest.raises(DutyDone):
                mediating.confirm_done(work_of(session, circle.claimant), case.id, duty.id)
    assert case.state is S.PERFORMED


def test_only_what_is_overdue_is_a_breach_and_it_can_still_be_made_good(session, circle):
    case = bring_to(session, circle, S.PERFORMING)
    with pytest.raises(NothingOverdue):
        mediating.breach(work_of(session, circle.claimant), case.id, reason="未付")
    with pytest.raises(NothingOverdue):
        mediating.breach(work_of(session, circle.respondent, days=5), case.id, reason="未付")
    mediating.breach(work_of(session, circle.claimant, days=5), case.id, reason="未付")
    duty = live_agreement(session, case.id).duties[0]
    mediating.report_done(work_of(session, circle.respondent), case.id, duty.id)
    mediating.confirm_done(work_of(session, circle.claimant), case.id, duty.id)
    assert case.state is S.PERFORMED


def test_the_side_that_owes_is_reminded_once(session, circle):
    bring_to(session, circle, S.PERFORMING)
    assert remind_of_duties(work_of(session, WORKER, days=1)) == 0
    assert remind_of_duties(work_of(session, WORKER, days=2)) == 1
    assert remind_of_duties(work_of(session, WORKER, days=2)) == 0


def test_silence_lets_the_investigation_begin(session, circle):
    case = bring_to(session, circle, S.ANSWERING)
    last = (case.clock.due_on - clock.local_day(clock.now())).days
    assert run_clocks(work_of(session, WORKER, days=last)) == 0
    assert run_clocks(work_of(session, WORKER, days=last + 1)) == 1
    assert case.state is S.INVESTIGATING


@pytest.mark.parametrize("state", [S.SUBMITTED, S.INVESTIGATING, S.MEDIATING, S.FAILED, S.BREACHED, S.APPEALED])
def test_every_other_clock_reminds_once_and_moves_nothing(session, circle, state):
    case = bring_to(session, circle, state)
    before = len(session.scalars(select(Notification.id)).all())
    follow_time(work_of(session, WORKER, days=90))
    told = len(session.scalars(select(Notification.id)).all())
    follow_time(work_of(session, WORKER, days=91))
    assert case.state is state
    assert before < told == len(session.scalars(select(Notification.id)).all())
    assert case.clock.reminded_at is not None


def test_a_decision_rests_when_the_days_for_an_appeal_are_over(session, circle):
    case = bring_to(session, circle, S.DECIDED)
    follow_time(work_of(session, WORKER, days=60))
    assert case.state is S.CLOSED
    assert session.scalars(select(CaseClock).where(CaseClock.stopped_at.is_(None))).all() == []


def test_the_words_of_an_agreement_stay_and_one_clock_runs(session, circle):
    case = bring_to(session, circle, S.PERFORMING)
    cases.remark(work_of(session, circle.claimant), case.id, text="已开始履行")
    session.commit()
    for statement in (
        "UPDATE case_agreement SET terms = 'x'",
        "UPDATE case_agreement SET claimant_signed_at = NULL",
        "UPDATE case_duty SET amount_fen = 1",
        "UPDATE case_duty SET due_on = '2030-01-01'",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()
