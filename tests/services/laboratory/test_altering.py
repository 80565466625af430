"""Tests that a quotation adds or drops: nothing before acceptance, then lines, charges, price and slots together."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.billing.models import PaymentMethod
from services.billing.operations import quotations
from services.billing.operations.orders import record_payment
from services.booking.models import Booking, BookingState
from services.core import clock
from services.core.errors import NotFound, RulesBroken
from services.laboratory.models.commissions import ClockStop, CommissionCharge, CommissionState, ReviewDecision
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import SampleState
from services.laboratory.operations import changing, offering, reviewing, sweeping
from services.laboratory.operations.altering import Alteration
from services.laboratory.operations.offering import Proposal
from services.laboratory.operations.wishes import Chosen
from services.laboratory.ordering_errors import (
    ChosenTwice,
    ItemClosed,
    LimitsDoNotFit,
    NotATest,
    OtherLaboratory,
    SampleWithoutTest,
)
from services.laboratory.queries.surveys import live_lines_of, samples_of
from services.laboratory.reviewing_errors import TooEarly
from services.laboratory.rules.reviewing import Answer, Check, Reply
from tests.factories.catalogue import make_module, make_provider
from tests.factories.laboratory import make_item, make_laboratory
from tests.factories.ordering import MONDAY, USUAL, make_order
from tests.services.laboratory.test_offering import TODAY, TUESDAY, desk, reviewed

LATER = USUAL + timedelta(days=1)
C = CommissionState
NOTED = {check: Reply(Answer.YES, "已核") for check in Check}


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def amended(lab, *chosen, **how):
    """Make an accepted order for which the client asks a change, reviewed for another quotation."""
    commission = make_order(lab, *chosen, **how)
    reviewing.take_up(desk(lab), commission.id)
    reviewing.review(desk(lab), commission.id, NOTED, decision=ReviewDecision.ACCEPT)
    changing.ask_change(lab.work(now=TUESDAY), commission.id, text="加测铅溶出量")
    reviewing.review(desk(lab), commission.id, NOTED, decision=ReviewDecision.QUOTE)
    lab.session.commit()
    return commission


def offer(lab, commission, *added, dropped=(), **over):
    """Offer a version that adds choices and drops modules from samples by position."""
    samples = {one.position: one.id for one in samples_of(lab.session, commission.id)}
    gone = frozenset((samples[position], module.id) for position, module in dropped)
    tests = Alteration(tuple(added), gone)
    usual = Proposal(promised_on=LATER, valid_until=TODAY + timedelta(days=15), tests=tests)
    quotation = offering.quote(desk(lab), commission.id, replace(usual, **over))
    lab.session.commit()
    return quotation


def accept(lab, commission, shown=LATER):
    """Accept the newest version."""
    version = quotations.latest(lab.session, commission.no).version
    changing.accept_quotation(lab.work(now=TUESDAY), commission.id, version=version, shown_promised_on=shown)
    lab.session.commit()


def lines_now(lab, commission):
    """Return what is tested: position of the sample, item, quantity, state."""
    where = {one.id: one.position for one in samples_of(lab.session, commission.id)}
    lines = live_lines_of(lab.session, commission.id)
    return sorted((where[one.sample_id], one.item_id, one.quantity, one.state) for one in lines)


def charged(lab, commission):
    """Return what is charged by module."""
    rows = lab.session.scalars(select(CommissionCharge).where(CommissionCharge.commission_id == commission.id))
    return {one.module_id: one.quantity for one in rows}


def refused(lab, commission, *added, **how):
    """Return the kinds of errors for which an alteration is refused."""
    with pytest.raises(RulesBroken) as error:
        offer(lab, commission, *added, **how)
    lab.session.rollback()
    return {type(one) for one in error.value.errors}


@pytest.mark.parametrize("begin", [reviewed, amended])
def test_an_added_test_is_a_line_a_charge_and_a_slot_once_the_client_accepts(lab, begin):
    commission = begin(lab, samples=2)
    before = lines_now(lab, commission)
    quotation = offer(lab, commission, Chosen(lab.lead.id, 1, (2,)))

    assert [one[:3] for one in lines_now(lab, commission)] == [one[:3] for one in before]
    assert charged(lab, commission) == {lab.stress.id: 2}
    assert quotation.due_fen == 36000

    accept(lab, commission)

    kept = LineState.SCHEDULED
    stress, lead = lab.stress.id, lab.lead.id
    assert lines_now(lab, commission) == [(1, stress, 1, kept), (2, stress, 1, kept), (2, lead, 1, kept)]
    assert charged(lab, commission) == {stress: 2, lead: 1}
    assert commission.order.due_fen == 36000
    line = next(one for one in live_lines_of(lab.session, commission.id) if one.item_id == lead)
    assert line.method_id == lab.lead.methods[0].id
    assert line.booking.state is BookingState.CONFIRMED


def test_a_dropped_test_is_neither_charged_nor_kept_a_slot_for(lab):
    commission = amended(lab, lab.stress, lab.lead, samples=2)
    offer(lab, commission, dropped=[(1, lab.stress), (2, lab.stress)])
    held = select(Booking.state).where(Booking.module_id == lab.stress.id)
    assert lab.session.scalars(held).all() == [BookingState.CONFIRMED]

    accept(lab, commission)

    assert {item for _, item, _, _ in lines_now(lab, commission)} == {lab.lead.id}
    assert charged(lab, commission) == {lab.lead.id: 2}
    assert commission.order.due_fen == 24000
    assert lab.session.scalars(held).all() == [BookingState.CANCELLED]
    gone = lab.session.scalars(select(TestLine.state).where(TestLine.item_id == lab.stress.id)).all()
    assert gone == [LineState.CANCELLED] * 2  # nothing is deleted


def test_a_package_is_dropped_as_a_whole_and_its_items_can_be_added_one_by_one(lab):
    commission = amended(lab, Chosen(lab.package.id))
    offer(lab, commission, Chosen(lab.lead.id, 2), dropped=[(1, lab.package)])

    accept(lab, commission)

    assert [one[:3] for one in lines_now(lab, commission)] == [(1, lab.lead.id, 2)]
    assert charged(lab, commission) == {lab.lead.id: 2}


def test_prices_agreed_stay_and_a_price_is_changed_only_where_it_is_named(lab):
    commission = amended(lab, samples=2)
    quotation = offer(lab, commission, Chosen(lab.lead.id, 1, (1,)), prices={lab.lead.id: 10000}, reason="优惠")

    assert quotation.due_fen == 24000 + 10000
    assert set(quotation.terms["price_versions"]) == {str(lab.stress.id), str(lab.lead.id)}
    assert quotation.terms["tests"]["added"][0]["name"] == lab.lead.module.name


def test_what_cannot_be_tested_is_refused_all_at_once(lab):
    commission = amended(lab, samples=2)
    elsewhere = make_item(lab.session, make_provider(lab.session))
    course = make_module(lab.session, lab.provider)
    lab.lead.methods[0].ended_at = MONDAY
    lab.session.commit()
    assert refused(lab, commission, Chosen(elsewhere.id), Chosen(course.id)) == {OtherLaboratory, NotATest}
    assert ItemClosed in refused(lab, commission, Chosen(lab.lead.id))
    assert refused(lab, commission, Chosen(lab.stress.id)) == {ChosenTwice}
    assert refused(lab, commission, dropped=[(1, lab.stress)]) == {SampleWithoutTest}
    assert commission.state is C.AMENDING


def test_limits_have_to_judge_one_of_the_tests_that_are_left(lab):
    unlimited = make_item(lab.session, lab.provider)
    commission = amended(lab, unlimited, lab.lead, is_judged=True, limit_set_id=lab.limits.id)

    assert refused(lab, commission, dropped=[(1, lab.lead)]) == {LimitsDoNotFit}


@pytest.mark.parametrize("position", [7, 0])
def test_samples_and_tests_of_nobody_do_not_exist(lab, position):
    commission = amended(lab)
    rival = make_order(lab, samples=1)
    other = samples_of(lab.session, rival.id)[0].id

    with pytest.raises(NotFound):
        offer(lab, commission, Chosen(lab.lead.id, 1, (position,)))
    lab.session.rollback()
    tests = Alteration(dropped=frozenset({(other, lab.stress.id)}))
    with pytest.raises(NotFound):
        offer(lab, commission, tests=tests)


def test_no_day_is_offered_on_which_the_added_test_cannot_be_done(lab):
    commission = amended(lab)
    lab.lead.module.working_days = 15
    lab.session.commit()

    assert refused(lab, commission, Chosen(lab.lead.id)) == {TooEarly}


def test_a_test_that_was_dropped_can_be_added_again(lab):
    commission = amended(lab, lab.stress, lab.lead)
    offer(lab, commission, dropped=[(1, lab.stress)])
    accept(lab, commission)
    changing.ask_change(lab.work(now=TUESDAY), commission.id, text="还是要测")
    reviewing.review(desk(lab), commission.id, NOTED, decision=ReviewDecision.QUOTE)
    offer(lab, commission, Chosen(lab.stress.id))

    accept(lab, commission)

    assert charged(lab, commission) == {lab.stress.id: 1, lab.lead.id: 1}
    again = changing.copy(lab.work(now=TUESDAY), commission.id)
    assert charged(lab, again) == charged(lab, commission)


def test_an_item_closed_before_the_client_accepts_is_not_agreed(lab):
    commission = amended(lab)
    offer(lab, commission, Chosen(lab.lead.id))
    lab.lead.methods[0].ended_at = MONDAY
    lab.session.commit()

    with pytest.raises(RulesBroken):
        accept(lab, commission)
    lab.session.rollback()

    assert charged(lab, commission) == {lab.stress.id: 1}
    assert commission.state is C.QUOTED


def test_a_refusal_leaves_the_tests_as_they_were(lab):
    commission = amended(lab)
    version = offer(lab, commission, Chosen(lab.lead.id)).version

    changing.reject_quotation(lab.work(now=TUESDAY), commission.id, version=version, reason="不加了")
    lab.session.commit()

    assert charged(lab, commission) == {lab.stress.id: 1}
    assert commission.state is C.AWAIT_SAMPLE


def test_an_unpaid_change_of_a_prepaid_order_stops_the_clock_until_it_is_paid(lab):
    commission = make_order(lab)
    reviewing.take_up(desk(lab), commission.id)
    reviewing.review(desk(lab), commission.id, NOTED, decision=ReviewDecision.ACCEPT, is_prepaid=True)
    for sample in samples_of(lab.session, commission.id):
        sample.state = SampleState.RECEIVED
    pay(lab, commission, TUESDAY)
    assert commission.clock_started_at == TUESDAY
    changing.ask_change(lab.work(now=TUESDAY), commission.id, text="加测铅溶出量")
    reviewing.review(desk(lab), commission.id, NOTED, decision=ReviewDecision.QUOTE, is_prepaid=True)
    offer(lab, commission, Chosen(lab.lead.id))

    accept(lab, commission)

    agreed_on, stop = commission.promised_on, select(ClockStop).where(ClockStop.commission_id == commission.id)
    assert commission.state is C.AWAIT_PAYMENT
    assert lab.session.scalars(stop).one().ended_at is None
    friday = TUESDAY + timedelta(days=3)
    pay(lab, commission, friday)
    assert commission.state is C.SAMPLE_IN
    assert lab.session.scalars(stop).one().ended_at == friday
    assert commission.clock_started_at == TUESDAY
    assert commission.stopped_days == 3
    assert commission.promised_on >= agreed_on + timedelta(days=5)  # three working days, with a weekend among them
    slots = [one.booking.starts_at for one in live_lines_of(lab.session, commission.id)]
    assert all(one >= clock.at(clock.local_day(friday), 0) for one in slots)


def pay(lab, commission, now):
    """Let everything that is owed be paid, and what waited for it go on."""
    work = lab.work(lab.clerk, now=now)
    owed_fen = commission.order.balance_fen
    record_payment(
        work, commission.order_id, amount_fen=owed_fen, method=PaymentMethod.TRANSFER, received_on=work.today
    )
    sweeping.follow_payment(work, order_id=commission.order_id)
    lab.session.commit()
