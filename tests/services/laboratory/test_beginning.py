"""Lines are assigned to analysts and begun by them, on instruments that are fit and samples that have been taken out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.booking.models import Booking, BookingState
from services.catalogue.models import ResourceState
from services.core import clock
from services.core.errors import NotAllowed, RulesBroken, WrongState
from services.core.notices import Notification
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import SampleState
from services.laboratory.operations import assigning, submitting, testing
from services.laboratory.testing_errors import (
    NotAnAnalyst,
    NotPaidYet,
    WithColleague,
)
from tests.factories.booking import make_agent
from tests.factories.catalogue import make_provider
from tests.factories.laboratory import Laboratory, make_commission, make_laboratory
from tests.factories.laboratory_results import begin, begun, enter, lines_of, make_taken, submitted

C, L = CommissionState, LineState


@pytest.fixture
def lab(session) -> Laboratory:
    return make_laboratory(session)


def faults(refusal: pytest.ExceptionInfo[RulesBroken]) -> dict[str, str]:
    return {error.field: type(error).__name__ for error in refusal.value.errors}


def a_line(lab: Laboratory, **over) -> TestLine:
    return lines_of(lab, make_taken(lab, **over))[0]


# Assigning ----------------------------------------------------------------------------------------------------------


def test_an_analyst_takes_what_nobody_has(lab):
    line = a_line(lab)
    line.analyst_id = None

    assert assigning.assign(lab.work(lab.analyst), [line.id], person_id=lab.analyst.id) == 1
    assert line.analyst_id == lab.analyst.id
    assert not lab.session.scalars(select(Notification.id)).all()


def test_an_analyst_hands_over_what_is_theirs_and_the_other_is_told(lab):
    line = a_line(lab)

    assigning.assign(lab.work(lab.analyst), [line.id], person_id=lab.other_analyst.id)

    assert line.analyst_id == lab.other_analyst.id
    assert lab.session.scalars(select(Notification.person_id)).all() == [lab.other_analyst.id]


def test_an_analyst_does_not_take_what_a_colleague_has(lab):
    with pytest.raises(WithColleague):
        assigning.assign(lab.work(lab.other_analyst), [a_line(lab).id], person_id=lab.other_analyst.id)


def test_the_clerk_gives_any_line(lab):
    lines = lines_of(lab, make_taken(lab, lab.lead, lab.stress, samples=2))

    assert assigning.assign(lab.work(lab.clerk), [one.id for one in lines], person_id=lab.other_analyst.id) == 4


def test_only_analysts_of_the_laboratory_are_given_lines(lab):
    for person in (lab.clerk, lab.agent, lab.reviewer):
        with pytest.raises(NotAnAnalyst):
            assigning.assign(lab.work(lab.clerk), [a_line(lab).id], person_id=person.id)


def test_what_is_submitted_does_not_change_hands(lab):
    result = submitted(lab)

    with pytest.raises(WrongState):
        assigning.assign(lab.work(lab.clerk), [result.line_id], person_id=lab.other_analyst.id)


@pytest.mark.parametrize("who", ["reviewer", "signatory"])
def test_who_neither_tests_nor_reviews_commissions_assigns_nothing(lab, who):
    with pytest.raises(NotAllowed):
        assigning.assign(lab.work(getattr(lab, who)), [a_line(lab).id], person_id=lab.analyst.id)


# Beginning ----------------------------------------------------------------------------------------------------------


def test_the_first_line_begun_brings_the_commission_into_test(lab):
    commission = make_taken(lab, lab.lead, lab.stress)
    line = lines_of(lab, commission)[0]

    begin(lab, line)

    assert (line.state, line.instrument_id) == (L.IN_PROGRESS, lab.spectrometer.id)
    assert line.started_at is not None
    assert commission.state is C.TESTING


def test_a_line_that_nobody_had_is_the_analysts_who_begins_it(lab):
    line = a_line(lab)
    line.analyst_id = None

    assert begin(lab, line).analyst_id == lab.analyst.id


def test_nobody_begins_a_colleagues_line(lab):
    with pytest.raises(WithColleague):
        testing.begin(lab.work(lab.other_analyst), a_line(lab).id, instrument_id=lab.spectrometer.id)


def test_a_line_is_begun_once(lab):
    line = begun(lab)

    with pytest.raises(WrongState):
        begin(lab, line)


def test_testing_waits_for_the_payment(lab):
    line = a_line(lab, state=C.AWAIT_PAYMENT)

    with pytest.raises(NotPaidYet):
        begin(lab, line)


@pytest.mark.parametrize("state", [C.AWAIT_SAMPLE, C.CLIENT_CONFIRM, C.SUSPENDED, C.AMENDING, C.CANCELLED])
def test_nothing_is_begun_where_the_commission_does_not_stand_in_the_laboratory(lab, state):
    with pytest.raises(WrongState):
        begin(lab, a_line(lab, state=state))


def test_the_sample_and_the_instrument_are_both_looked_at(lab):
    line = lines_of(lab, make_commission(lab, items=(lab.lead,)))[0]
    lab.spectrometer.calibration_due_on = clock.local_day(clock.now()) - timedelta(days=1)
    lab.session.commit()

    with pytest.raises(RulesBroken) as refusal:
        begin(lab, line)

    assert faults(refusal) == {None: "SampleNotTaken", "instrument": "InstrumentOverdue"}


def test_the_last_day_of_a_calibration_still_counts(lab):
    lab.spectrometer.calibration_due_on = clock.local_day(clock.now())
    lab.session.commit()

    assert begun(lab).state is L.IN_PROGRESS


def test_an_instrument_under_repair_or_of_another_item_is_refused(lab):
    lab.spectrometer.state = ResourceState.REPAIR
    line = a_line(lab)
    for chosen, fault in ((lab.spectrometer.id, "InstrumentNotReady"), (lab.polariscope.id, "InstrumentNeeded")):
        with pytest.raises(RulesBroken) as refusal:
            testing.begin(lab.work(lab.analyst), line.id, instrument_id=chosen)
        assert faults(refusal) == {"instrument": fault}


def test_an_item_without_instruments_needs_none(lab):
    assert begun(lab, lab.fastness).instrument_id is None


def test_a_part_of_the_sample_taken_out_is_enough(lab):
    line = lines_of(lab, make_commission(lab, items=(lab.fastness,)))[0]
    whole = line.sample
    part = type(whole)(
        no=f"{whole.no}-1",
        commission_id=whole.commission_id,
        parent_id=whole.id,
        position=1,
        name=whole.name,
        state=SampleState.IN_TEST,
    )
    lab.session.add(part)

    assert begin(lab, line).state is L.IN_PROGRESS


def test_the_slot_is_in_use_and_completed_with_the_last_line_that_shares_it(lab):
    commission = make_taken(lab, lab.lead, samples=2)
    first, second = lines_of(lab, commission)
    booking = Booking(
        no=f"{commission.no}-L01",
        module_id=lab.lead.id,
        provider_id=lab.provider.id,
        organisation_id=lab.firm.id,
        booked_by_id=lab.agent.id,
        is_reservation=True,
        state=BookingState.CONFIRMED,
        state_at=clock.now(),
        created_at=clock.now(),
    )
    lab.session.add(booking)
    lab.session.flush()
    first.booking_id = second.booking_id = booking.id
    states = []
    for line in (first, second):
        begin(lab, line)
        enter(lab, line, "0.10")
        states.append(booking.state)
        submitting.submit(lab.work(lab.analyst), line.id)
        states.append(booking.state)

    assert states == [BookingState.IN_USE] * 3 + [BookingState.COMPLETED]


def test_people_of_another_laboratory_are_not_its_analysts(lab):
    other = make_agent(lab.session, make_provider(lab.session).organisation)

    with pytest.raises(NotAnAnalyst):
        assigning.assign(lab.work(lab.clerk), [a_line(lab).id], person_id=other.id)
