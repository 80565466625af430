"""Places on the instruments' calendars and the dates that follow from them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from services.billing.operations import quotations
from services.booking.models import BatchClaim, BatchDay, Booking, BookingState, Claim, Outage
from services.catalogue.models import Urgency
from services.core import clock
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.operations import planning
from services.laboratory.operations.steps import step_line
from services.laboratory.ordering_errors import NothingFree, PromiseMoved
from services.laboratory.queries.demands import demands_for
from services.laboratory.rules.promising import days_promised, days_to_test
from tests.factories.catalogue import make_policy, make_resource, open_weekly
from tests.factories.laboratory import make_item, make_laboratory
from tests.factories.ordering import MONDAY, TUESDAY, USUAL, make_draft, make_order

FULL_DAY = {"starts_at": clock.at(TUESDAY, 0), "ends_at": clock.at(TUESDAY, 1440)}


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def planned(lab, item, samples=1, quantity=1, urgency=Urgency.NORMAL, start=TUESDAY, now=MONDAY):
    """Return the plan for an item on some samples."""
    wanted = [(number, item.id, quantity, None) for number in range(samples)]
    demands = demands_for(lab.session, wanted, TUESDAY)
    return planning.plan(lab.session, demands, start=start, urgency=urgency, now=now)


def hours(place):
    """Return the local start and end of a place."""
    return tuple(clock.local(moment).strftime("%m-%d %H:%M") for moment in (place.span.starts_at, place.span.ends_at))


def close(lab, resource, starts_at, ends_at):
    """Claim all units of a resource by an outage."""
    outage = Outage(resource_id=resource.id, starts_at=starts_at, ends_at=ends_at, reason="x", entered_at=MONDAY)
    lab.session.add(outage)
    lab.session.flush()
    lab.session.add(Claim(resource_id=resource.id, unit=1, busy_from=starts_at, busy_to=ends_at, outage_id=outage.id))
    lab.session.commit()


def test_the_earliest_place_is_taken_and_the_working_days_promised(lab):
    found = planned(lab, lab.stress, samples=2)

    assert [hours(place) for place in found.places] == [("11-24 08:30", "11-24 09:30")]
    assert found.promised_on == USUAL


def test_samples_that_do_not_fit_into_one_stretch_are_parted(lab):
    found = planned(lab, lab.stress, samples=10)

    assert [len(place.lines) for place in found.places] == [7, 3]
    assert [hours(place) for place in found.places] == [("11-24 13:30", "11-24 17:00"), ("11-24 08:30", "11-24 10:00")]


def test_an_outage_moves_the_place_and_in_the_end_the_date(lab):
    close(lab, lab.polariscope, clock.at(TUESDAY, 0), clock.at(date(2026, 12, 2), 0))

    found = planned(lab, lab.stress)

    assert hours(found.places[0])[0] == "12-02 08:30"
    assert found.promised_on == date(2026, 12, 3)  # a day to report


def test_a_batch_goes_to_the_day_with_room(lab):
    lab.session.add(BatchDay(resource_id=lab.spectrometer.id, day=TUESDAY, capacity=24, used=20))
    lab.session.commit()

    assert planned(lab, lab.lead, samples=4).places[0].batches == ((lab.spectrometer.id, TUESDAY, 4),)
    assert planned(lab, lab.lead, samples=5).places[0].batches[0][1] == date(2026, 11, 25)


def test_more_samples_than_a_batch_holds_take_several_days(lab):
    found = planned(lab, lab.lead, samples=30)

    assert [place.batches[0][1:] for place in found.places] == [(TUESDAY, 24), (date(2026, 11, 25), 6)]


def test_an_item_without_instrument_takes_no_place(lab):
    found = planned(lab, lab.adhesion)

    assert not found.places[0].is_kept
    assert found.promised_on == USUAL


def test_nothing_is_promised_beyond_the_calibration(lab):
    lab.polariscope.calibration_due_on = TUESDAY
    lab.session.commit()

    assert hours(planned(lab, lab.stress).places[0])[0] == "11-24 08:30"
    with pytest.raises(NothingFree):
        planned(lab, lab.stress, start=date(2026, 11, 25))


def test_lines_of_one_order_do_not_take_the_same_hours(lab):
    twin = make_item(lab.session, lab.provider, resources=(lab.polariscope,), minutes_per_sample=30)
    wanted = [(1, lab.stress.id, 1, None), (2, twin.id, 1, None)]

    found = planning.plan(lab.session, demands_for(lab.session, wanted, TUESDAY), start=TUESDAY, now=MONDAY)

    assert sorted(hours(place)[0] for place in found.places) == ["11-24 08:30", "11-24 09:00"]


def test_a_chamber_takes_samples_side_by_side_and_runs_for_days(lab):
    policy = make_policy(lab.session, lab.provider, lead_min=0)
    chamber = make_resource(lab.session, lab.provider, policy=policy, crosses_midnight=True)
    open_weekly(lab.session, chamber, "00:00-24:00", weekdays=range(7))
    spray = make_item(
        lab.session,
        lab.provider,
        resources=(chamber,),
        module={"working_days": 2, "price": {"unit": "hour", "unit_fen": 800, "urgent_percent": 150}},
    )

    found = planned(lab, spray, samples=5, quantity=240)

    assert [hours(place) for place in found.places] == [("11-24 00:00", "12-04 00:00")]
    assert found.promised_on == date(2026, 12, 10)  # 时长 10 + 2


def test_urgency_halves_the_days_rounded_up_but_never_below_the_run():
    assert days_promised(5, Urgency.URGENT, 0) == 3
    assert days_promised(5, Urgency.VERY_URGENT, 0) == 1
    assert days_promised(12, Urgency.URGENT, 240) == 10
    assert days_promised(12, Urgency.VERY_URGENT, 240) == 10
    assert days_promised(5, Urgency.URGENT, 240) == 5
    assert days_promised(5, Urgency.NORMAL, 240) == 5


def test_a_test_sold_by_the_hour_takes_its_days_on_top():
    assert days_to_test(2, "hour", 240) == 12
    assert days_to_test(2, "hour", 2) == 2
    assert days_to_test(5, "sample", 3) == 5


def test_a_slot_lost_to_somebody_else_is_planned_again_within_the_date(lab):
    commission = make_draft(lab)
    commission.no = "JC-20261123-0900"
    chosen = planning.plan(
        lab.session,
        demands_for(lab.session, [(lines(lab, commission)[0].id, lab.stress.id, 1, None)], TUESDAY),
        start=TUESDAY,
        now=MONDAY,
    )
    close(lab, lab.polariscope, clock.at(TUESDAY, 0), clock.at(TUESDAY, 720))

    taken = planning.reserve_by(lab.work(now=MONDAY), commission, chosen, USUAL)

    assert hours(taken.places[0])[0] == "11-24 13:30"


def test_losing_a_slot_claims_nothing_when_the_date_cannot_be_kept(lab):
    commission = make_draft(lab, lab.stress, lab.lead)
    commission.no = "JC-20261123-0900"
    wanted = [(line.id, line.item_id, 1, None) for line in lines(lab, commission)]
    chosen = planning.plan(lab.session, demands_for(lab.session, wanted, TUESDAY), start=TUESDAY, now=MONDAY)
    close(lab, lab.polariscope, clock.at(TUESDAY, 0), clock.at(date(2026, 12, 8), 0))

    with pytest.raises(PromiseMoved) as error:
        planning.reserve_by(lab.work(now=MONDAY), commission, chosen, USUAL)

    assert error.value.promised_on == date(2026, 12, 9)
    assert lab.session.scalars(select(BatchClaim)).all() == []
    assert lab.session.scalars(select(Booking)).all() == []


def lines(lab, commission):
    """Return the lines of a commission."""
    return lab.session.scalars(
        select(TestLine).where(TestLine.commission_id == commission.id).order_by(TestLine.id)
    ).all()


def test_released_lines_wait_and_their_time_is_free(lab):
    commission = make_order(lab, lab.stress, lab.lead, samples=2)

    planning.release(lab.work(now=MONDAY), commission)
    lab.session.commit()

    assert {line.state for line in lines(lab, commission)} == {LineState.PENDING}
    assert lab.session.scalars(select(Claim)).all() == []
    assert lab.session.scalars(select(BatchDay.used)).one() == 0
    assert {one.state for one in lab.session.scalars(select(Booking))} == {BookingState.CANCELLED}


def test_a_slot_that_another_sample_shares_stays(lab):
    commission = make_order(lab, samples=2)
    first, second = lines(lab, commission)
    work = lab.work(now=MONDAY)
    step_line(work, first, "cancel")

    planning.release_lines(work, [first])

    assert first.booking_id is None
    assert second.booking.state is BookingState.CONFIRMED


def test_numbers_of_reservations_are_never_used_again(lab):
    commission = make_order(lab)
    work = lab.work(now=MONDAY)
    planning.release(work, commission)
    planning.reserve_missing(work, commission, start=TUESDAY)
    lab.session.commit()

    numbers = lab.session.scalars(select(Booking.no).order_by(Booking.id)).all()
    assert numbers == [f"{commission.no}-L01", f"{commission.no}-L02"]


def test_the_clock_starts_when_the_samples_are_in_and_the_cut_off_counts(lab):
    commission = make_order(lab, lab.adhesion)

    commission.clock_started_at = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 15:00 sharp still counts
    planning.promise_again(lab.work(now=commission.clock_started_at), commission)
    assert commission.promised_on == date(2026, 12, 2)

    commission.clock_started_at += timedelta(minutes=1)
    planning.promise_again(lab.work(now=commission.clock_started_at), commission)
    assert commission.promised_on == date(2026, 12, 3)


def test_samples_that_come_late_get_a_new_slot(lab):
    commission = make_order(lab)
    late = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)  # Thursday 9:00, the slot was on Tuesday
    commission.clock_started_at = late

    planning.promise_again(lab.work(now=late), commission)
    lab.session.commit()

    booking = lines(lab, commission)[0].booking
    assert clock.local(booking.starts_at).strftime("%m-%d %H:%M") == "11-26 09:00"
    assert commission.promised_on == date(2026, 12, 3)


def test_a_later_date_agreed_with_the_quotation_stays_when_the_samples_come(lab):
    commission = make_order(lab, lab.adhesion)
    agreed = quotations.accepted(lab.session, commission.no)
    agreed.terms = agreed.terms | {"promised_on": "2026-12-31"}
    commission.clock_started_at = MONDAY

    planning.promise_again(lab.work(now=MONDAY), commission)

    assert commission.promised_on == date(2026, 12, 31)


def test_a_stopped_clock_adds_its_working_days(lab):
    commission = make_order(lab, lab.adhesion)
    commission.clock_started_at, commission.stopped_days = MONDAY, 2

    planning.promise_again(lab.work(now=MONDAY), commission)

    assert commission.promised_on == date(2026, 12, 2)
