"""The ladder of measures: nothing before the days for an appeal, rights only by a meeting's vote, lifted, expired."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from services.association.models.judging import Finding, Measure, Sanction, SanctionState
from services.association.models.meetings import Motion, MotionState, MotionSubject, Recusal
from services.association.models.register import Standing
from services.association.operations import judging, motions
from services.association.operations.bringing import bring_again
from services.association.operations.judging import WishDecision
from services.association.operations.sanctioning import carry_out_sanction, expire_records, lift_void
from services.association.queries.supervising import measures_in_force
from services.association.standing import is_member
from services.core import clock
from services.core.actor import Actor
from tests.factories.discipline import S, appoint_all, bring_to, count_motion, decide, make_circle, member_of, work_of

WORKER = Actor.system("worker")


@pytest.fixture
def circle(session):
    return make_circle(session)


def today():
    return clock.local_day(clock.now())


def measured(session, circle, measure):
    case = bring_to(session, circle, S.DECIDED, measure=measure)
    return case, session.scalars(select(Sanction)).one()


def shown(session, circle, days=0):
    return measures_in_force(session, circle.association_id, today() + timedelta(days=days))


def test_nothing_is_in_force_before_the_days_for_an_appeal_are_over(session, circle):
    case, sanction = measured(session, circle, Measure.CIRCULAR)
    assert sanction.state is SanctionState.PENDING
    assert shown(session, circle) == []

    judging.rest(work_of(session, WORKER, days=30), case)

    assert sanction.state is SanctionState.IN_FORCE
    assert sanction.expires_on == (today() + timedelta(days=30)).replace(year=(today() + timedelta(days=30)).year + 1)
    assert shown(session, circle, 30) == [sanction]
    assert shown(session, circle, 400) == []


def test_a_reminder_is_between_the_association_and_the_member(session, circle):
    case, sanction = measured(session, circle, Measure.REMINDER)
    judging.rest(work_of(session, WORKER, days=30), case)
    assert sanction.state is SanctionState.IN_FORCE
    assert shown(session, circle, 30) == []


def test_a_suspension_goes_to_a_meeting_without_the_sides_and_takes_the_rights_until_its_day(session, circle):
    case, sanction = measured(session, circle, Measure.SUSPENSION)
    judging.rest(work_of(session, WORKER), case)
    assert sanction.state is SanctionState.TO_MEETING
    motion = session.get_one(Motion, sanction.motion_id)
    assert (motion.about, motion.about_id, motion.state) == (MotionSubject.SANCTION, sanction.id, MotionState.PROPOSED)
    recused = set(session.scalars(select(Recusal.member_id).where(Recusal.motion_id == motion.id)))
    assert recused == {member_of(session, circle.claimant).id, member_of(session, circle.respondent).id}
    assert is_member(session, circle.respondent.organisation.id, today())

    count_motion(session, circle, motion)

    member = member_of(session, circle.respondent)
    assert sanction.state is SanctionState.IN_FORCE
    assert sanction.until_on == member.barred_until == today() + timedelta(days=89)
    assert member.standing is Standing.SUSPENDED
    assert not is_member(session, circle.respondent.organisation.id, today())
    assert not is_member(session, circle.respondent.organisation.id, today() + timedelta(days=89))
    assert is_member(session, circle.respondent.organisation.id, today() + timedelta(days=90))
    carry_out_sanction(work_of(session, WORKER), sanction.id, motion.id, True)
    assert sanction.state is SanctionState.IN_FORCE  # carried out twice changes nothing


def test_what_the_meeting_does_not_carry_never_was_in_force(session, circle):
    case, sanction = measured(session, circle, Measure.SUSPENSION)
    judging.rest(work_of(session, WORKER), case)
    count_motion(session, circle, session.get_one(Motion, sanction.motion_id), passed=False)
    assert sanction.state is SanctionState.NOT_CARRIED
    assert is_member(session, circle.respondent.organisation.id, today())


def test_a_vote_found_void_afterwards_gives_the_rights_back(session, circle):
    case, sanction = measured(session, circle, Measure.SUSPENSION)
    judging.rest(work_of(session, WORKER), case)
    count_motion(session, circle, session.get_one(Motion, sanction.motion_id))
    carry_out_sanction(work_of(session, WORKER), sanction.id, sanction.motion_id, False)
    assert sanction.state is SanctionState.LIFTED
    assert is_member(session, circle.respondent.organisation.id, today())


def test_a_measure_on_which_nobody_has_voted_waits_for_the_next_motion(session, circle):
    case, sanction = measured(session, circle, Measure.SUSPENSION)
    judging.rest(work_of(session, WORKER), case)
    first = session.get_one(Motion, sanction.motion_id)
    desk = work_of(session, circle.association)
    motions.decline(desk, first.id, "下次会议再议")
    second = bring_again(desk, first.id)
    assert (sanction.state, sanction.motion_id) == (SanctionState.TO_MEETING, second.id)
    lift_void(work_of(session, WORKER), second.id)  # a vote without the quorum: nothing was in force
    assert sanction.state is SanctionState.TO_MEETING
    count_motion(session, circle, second)
    assert sanction.state is SanctionState.IN_FORCE
    lift_void(work_of(session, WORKER), second.id)
    assert sanction.state is SanctionState.LIFTED


def test_an_expulsion_follows_the_meetings_vote(session, circle):
    case, sanction = measured(session, circle, Measure.EXPULSION)
    judging.rest(work_of(session, WORKER), case)
    motion = session.get_one(Motion, sanction.motion_id)
    assert (motion.about, motion.about_id) == (MotionSubject.EXPULSION, sanction.member_id)
    count_motion(session, circle, motion)
    assert sanction.state is SanctionState.IN_FORCE
    assert member_of(session, circle.respondent).standing is Standing.EXPELLED


@pytest.mark.parametrize(
    ("finding", "state"),
    [(Finding.APPEAL_UPHELD, SanctionState.LIFTED), (Finding.APPEAL_REJECTED, SanctionState.IN_FORCE)],
)
def test_an_appeal_lifts_the_measure_or_lets_it_come_into_force(session, circle, finding, state):
    case, sanction = measured(session, circle, Measure.CIRCULAR)
    judging.appeal(work_of(session, circle.respondent), case.id, reason="不服")
    appoint_all(session, circle, case, circle.elders)
    decide(session, circle, case, WishDecision(finding, "理由"))
    assert case.state is S.CLOSED
    assert sanction.state is state


def test_records_expire_after_one_year_or_three(session, circle):
    case, sanction = measured(session, circle, Measure.CIRCULAR)
    judging.rest(work_of(session, WORKER), case)
    assert expire_records(work_of(session, WORKER, days=360)) == 0
    assert expire_records(work_of(session, WORKER, days=367)) == 1
    assert expire_records(work_of(session, WORKER, days=367)) == 0
    assert sanction.state is SanctionState.EXPIRED


def test_whoever_has_left_meanwhile_has_no_measure(session, circle):
    case, sanction = measured(session, circle, Measure.CIRCULAR)
    member = member_of(session, circle.respondent)
    member.ended_on, member.ended_as = today(), "exited"
    judging.rest(work_of(session, WORKER), case)
    assert sanction.state is SanctionState.NOT_CARRIED


def test_the_database_takes_no_rights_without_a_passed_motion_and_no_measure_without_a_decision(session, circle):
    _, sanction = measured(session, circle, Measure.SUSPENSION)
    session.commit()
    other = member_of(session, circle.stranger).id
    for statement in (
        "UPDATE sanction SET state = 'in_force', from_on = '2026-01-01', expires_on = '2027-01-01'",
        f"UPDATE sanction SET member_id = {other}",
        "DELETE FROM sanction",
        "UPDATE sanction SET measure = 'reminder', suspended_days = NULL",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()
    assert session.get_one(Sanction, sanction.id).state is SanctionState.PENDING
