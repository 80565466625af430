"""Testing that stops: suspended and taken up again, or terminated when both sides agree."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.booking.models import Booking, BookingState
from services.core import clock
from services.core.errors import NotAllowed, NotFound, WrongState
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import ClockStop, CommissionState
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.operations import overseeing
from services.laboratory.reviewing_errors import MoreThanAgreed, NotAsked, TermsChanged
from services.laboratory.rules.overseeing import due_for_done
from tests.factories.laboratory import make_commission, make_laboratory
from tests.factories.ordering import MONDAY, make_order

C, L = CommissionState, LineState
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def desk(lab, now=TUESDAY):
    """Return a work of the clerk."""
    return lab.work(lab.clerk, now=now)


def in_test(lab, *, done=1, samples=4):
    """Make a sent order that is in test; ``done`` of its lines are finished."""
    commission = make_order(lab, samples=samples)
    commission.state = C.TESTING
    lines = lab.session.scalars(select(TestLine).order_by(TestLine.id)).all()
    for line in lines[:done]:
        line.state, line.finished_at = L.SUBMITTED, TUESDAY
    lab.session.commit()
    return commission


def states(lab):
    return lab.session.scalars(select(TestLine.state).order_by(TestLine.id)).all()


def test_slots_that_have_passed_during_a_suspension_are_taken_anew(lab):
    commission = in_test(lab, done=0, samples=1)
    commission.clock_started_at = TUESDAY
    [line] = lab.session.scalars(select(TestLine)).all()
    lab.session.commit()
    overseeing.suspend(desk(lab), commission.id, reason="样品失效,等待补样")
    later = TUESDAY + timedelta(days=14)

    overseeing.resume(desk(lab, later), commission.id)

    assert line.state is L.SCHEDULED
    assert line.booking.starts_at >= later
    assert commission.promised_on >= clock.local_day(line.booking.ends_at)


def test_a_suspension_stops_the_clock_and_going_on_moves_the_promised_day(lab):
    commission = make_commission(lab, C.TESTING)
    promised_on = commission.promised_on

    overseeing.suspend(desk(lab), commission.id, reason="样品失效,等待补样")
    assert commission.state is C.SUSPENDED
    overseeing.resume(desk(lab, TUESDAY + timedelta(days=2)), commission.id)

    assert commission.state is C.TESTING
    assert commission.stopped_days == 2
    assert commission.promised_on == promised_on + timedelta(days=2)
    assert lab.session.scalars(select(ClockStop.ended_at)).one() is not None


def test_a_suspension_has_a_reason_and_happens_in_test_only(lab):
    commission, early = make_commission(lab, C.TESTING), make_commission(lab, C.SAMPLE_IN)

    with pytest.raises(ReasonNeeded):
        overseeing.suspend(desk(lab), commission.id, reason=" ")
    with pytest.raises(WrongState):
        overseeing.suspend(desk(lab), early.id, reason="因故")
    with pytest.raises(WrongState):
        overseeing.resume(desk(lab), commission.id)
    with pytest.raises(NotAllowed):
        overseeing.suspend(lab.work(lab.analyst), commission.id, reason="因故")


def test_a_termination_asked_by_the_laboratory_needs_the_client(lab):
    commission = in_test(lab)
    due_fen = commission.order.due_fen

    overseeing.ask_termination(desk(lab), commission.id, due_fen=due_fen // 4, reason="样品用尽")
    assert commission.state is C.TESTING
    with pytest.raises(NotAsked):
        overseeing.confirm_termination(desk(lab), commission.id, shown_fen=due_fen // 4, by_staff=True)
    with pytest.raises(NotFound):
        overseeing.confirm_termination(lab.work(lab.rival_agent), commission.id, shown_fen=due_fen // 4, by_staff=False)
    overseeing.confirm_termination(lab.work(now=TUESDAY), commission.id, shown_fen=due_fen // 4, by_staff=False)
    lab.session.commit()

    assert commission.state is C.TERMINATED
    assert commission.order.due_fen == due_fen // 4
    assert states(lab) == [L.SUBMITTED, L.CANCELLED, L.CANCELLED, L.CANCELLED]


def test_what_is_not_done_frees_its_instruments(lab):
    commission = in_test(lab, done=0)

    overseeing.ask_termination(desk(lab), commission.id, due_fen=0, reason="样品用尽")
    overseeing.confirm_termination(lab.work(now=TUESDAY), commission.id, shown_fen=0, by_staff=False)
    lab.session.commit()

    assert commission.order.due_fen == 0
    assert {one.state for one in lab.session.scalars(select(Booking))} == {BookingState.CANCELLED}


def test_a_termination_asked_by_the_client_needs_the_laboratory(lab):
    commission = in_test(lab)
    shown_fen = commission.order.due_fen // 4

    with pytest.raises(TermsChanged):
        overseeing.ask_termination_by_client(lab.work(now=TUESDAY), commission.id, shown_fen=0, reason="不再需要")
    overseeing.ask_termination_by_client(lab.work(now=TUESDAY), commission.id, shown_fen=shown_fen, reason="不再需要")
    with pytest.raises(NotAsked):
        overseeing.confirm_termination(lab.work(now=TUESDAY), commission.id, shown_fen=shown_fen, by_staff=False)
    with pytest.raises(TermsChanged):
        overseeing.confirm_termination(desk(lab), commission.id, shown_fen=shown_fen + 1, by_staff=True)
    overseeing.confirm_termination(desk(lab), commission.id, shown_fen=shown_fen, by_staff=True)

    assert commission.state is C.TERMINATED
    assert commission.order.due_fen == shown_fen


def test_the_other_side_may_say_no(lab):
    commission = in_test(lab)
    overseeing.ask_termination(desk(lab), commission.id, due_fen=0, reason="样品用尽")

    overseeing.decline_termination(lab.work(now=TUESDAY), commission.id, by_staff=False)

    assert commission.state is C.TESTING
    with pytest.raises(NotAsked):
        overseeing.confirm_termination(lab.work(now=TUESDAY), commission.id, shown_fen=0, by_staff=False)
    with pytest.raises(NotAsked):
        overseeing.decline_termination(desk(lab), commission.id, by_staff=True)


def test_a_termination_has_a_reason_and_costs_no_more_than_was_agreed(lab):
    commission = in_test(lab)

    with pytest.raises(ReasonNeeded):
        overseeing.ask_termination(desk(lab), commission.id, due_fen=0, reason=" ")
    with pytest.raises(MoreThanAgreed):
        overseeing.ask_termination(desk(lab), commission.id, due_fen=commission.order.due_fen + 1, reason="多")


@pytest.mark.parametrize("state", sorted(set(C) - {C.TESTING, C.SUSPENDED, C.DATA_REVIEW, C.DRAFT}))
def test_nothing_else_is_terminated(lab, state):
    commission = make_commission(lab, state)

    with pytest.raises(WrongState):
        overseeing.ask_termination(desk(lab), commission.id, due_fen=0, reason="因故")


def test_finished_lines_come_to_their_share_rounded_half_up():
    assert due_for_done([L.CHECKED, L.SUBMITTED, L.PENDING], 100) == 67
    assert due_for_done([L.CHECKED, L.CANCELLED], 100) == 100
    assert due_for_done([L.PENDING, L.CHECKED], 1) == 1
    assert due_for_done([], 100) == 0
