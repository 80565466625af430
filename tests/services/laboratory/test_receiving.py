"""Samples come to the counter: as ordered, with a deviation that the client decides on, or to be refused."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from services.core import clock
from services.core.errors import NotAllowed, NotFound, WrongState
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.laboratory.models.commissions import ClockStop, CommissionState
from services.laboratory.models.lines import LineState
from services.laboratory.models.samples import CustodyKind, RefusalReason, SampleState
from services.laboratory.operations import samples
from services.laboratory.operations.agreeing import agree
from services.laboratory.operations.planning import first_day, plan, reserve
from services.laboratory.queries.demands import demands_of
from services.laboratory.queries.samples import chain_is_whole
from services.laboratory.queries.surveys import lines_of
from services.laboratory.samples_errors import FewerThanOrdered
from tests.factories.laboratory import Laboratory, make_commission, make_laboratory
from tests.factories.laboratory_samples import TUESDAY_NINE, arrival, due_fen, events_of, make_awaited, whole_samples

C, L, S = CommissionState, LineState, SampleState


@pytest.fixture
def hands():
    """Stop the clock on a Tuesday at nine; ``move_to`` sets it anew."""
    with time_machine.travel(TUESDAY_NINE, tick=False) as moved:
        yield moved


@pytest.fixture
def lab(session, hands) -> Laboratory:
    return make_laboratory(session)


def receive_all(lab: Laboratory, commission) -> None:
    for sample in whole_samples(lab, commission):
        samples.receive(lab.work(lab.clerk), sample.id, arrival())


def test_fewer_than_ordered_are_not_taken_in_as_ordered(lab):
    commission = make_awaited(lab, samples=1)
    sample = whole_samples(lab, commission)[0]
    sample.quantity = 6
    lab.session.commit()

    with pytest.raises(FewerThanOrdered):
        samples.receive(lab.work(lab.clerk), sample.id, arrival(quantity=5))
    samples.deviate(lab.work(lab.clerk), sample.id, arrival(quantity=5), deviation="少一件")
    assert sample.state is S.DEVIATING


# As ordered ----------------------------------------------------------------------------------------------------------


def test_a_received_sample_has_its_condition_place_and_first_custody_event(lab):
    commission = make_awaited(lab)
    sample = whole_samples(lab, commission)[0]

    samples.receive(lab.work(lab.clerk), sample.id, arrival(quantity=5))

    (event,) = events_of(lab, sample)
    assert (sample.state, sample.place, sample.quantity) == (S.RECEIVED, "样品室A1", 5)
    assert sample.condition == "完好，包装无破损"
    assert (event.kind, event.seq, event.state_after) == (CustodyKind.RECEIVED, 1, S.RECEIVED)
    assert (event.given_by, event.taken_by, event.amount) == ("周厂长", lab.clerk.name, "5 件")
    assert event.at == clock.now()
    assert chain_is_whole(lab.session, sample.id)


def test_the_commission_waits_until_the_last_sample_is_here(lab):
    commission = make_awaited(lab)
    first, second = whole_samples(lab, commission)

    samples.receive(lab.work(lab.clerk), first.id, arrival())
    assert (commission.state, commission.clock_started_at) == (C.AWAIT_SAMPLE, None)

    samples.receive(lab.work(lab.clerk), second.id, arrival())
    assert (commission.state, commission.clock_started_at) == (C.SAMPLE_IN, clock.now())


@pytest.mark.parametrize(
    ("hour", "promised_on"),
    [("14:59", date(2026, 12, 1)), ("15:00", date(2026, 12, 1)), ("15:01", date(2026, 12, 2))],
)
def test_samples_after_the_cut_off_count_from_the_next_working_day(lab, hands, hour, promised_on):
    commission = make_awaited(lab, items=(lab.fastness,))
    hands.move_to(datetime.fromisoformat(f"2026-11-24T{hour}:00+08:00"))

    receive_all(lab, commission)

    assert commission.promised_on == promised_on


def test_days_stopped_before_the_clock_started_are_not_added_again(lab):
    commission = make_awaited(lab, items=(lab.fastness,), stopped_days=3)

    receive_all(lab, commission)

    assert (commission.stopped_days, commission.promised_on) == (0, date(2026, 12, 1))


def test_the_promise_is_never_earlier_than_the_instruments_slot(lab):
    commission = make_awaited(lab)
    lines = lines_of(lab.session, commission.id)
    work = lab.work(lab.clerk)
    later = first_day(lab.session, work.now) + timedelta(days=19)
    chosen = plan(lab.session, demands_of(lab.session, lines, work.today), start=later, now=work.now)
    assert reserve(work, commission, chosen)

    receive_all(lab, commission)

    assert commission.promised_on > later


def test_a_client_is_told_the_promised_date_once_all_samples_are_here(lab):
    commission = make_awaited(lab, samples=1)

    receive_all(lab, commission)

    told = lab.session.scalars(select(Notification).where(Notification.person_id == lab.agent.id)).all()
    assert [one.facts["promised_on"] for one in told] == [commission.promised_on.isoformat()]
    assert "mail.samples_received" in lab.session.scalars(select(OutboxTask.task)).all()


def test_a_sample_of_an_unpaid_prepaid_commission_is_received_and_testing_waits(lab):
    commission = make_awaited(lab, C.AWAIT_PAYMENT, is_prepaid=True)

    receive_all(lab, commission)
    assert (commission.state, commission.clock_started_at) == (C.AWAIT_PAYMENT, None)

    commission.order.on_account = True
    agree(lab.work(lab.clerk), commission, "pay")
    assert (commission.state, commission.clock_started_at) == (C.SAMPLE_IN, clock.now())


def test_a_sample_is_received_where_no_instrument_is_free_and_the_laboratory_is_told(lab):
    commission = make_awaited(lab, samples=1)
    lab.polariscope.calibration_due_on = clock.local_day(clock.now()) - timedelta(days=1)
    lab.session.commit()

    receive_all(lab, commission)

    assert (commission.state, commission.clock_started_at) == (C.SAMPLE_IN, clock.now())
    told = lab.session.scalars(select(Notification.message).where(Notification.person_id == lab.clerk.id)).all()
    assert any("No instrument is free" in one for one in told)


def test_a_sample_is_received_once(lab):
    commission = make_awaited(lab)
    sample = whole_samples(lab, commission)[0]
    samples.receive(lab.work(lab.clerk), sample.id, arrival())

    with pytest.raises(WrongState):
        samples.receive(lab.work(lab.clerk), sample.id, arrival())

    assert len(events_of(lab, sample)) == 1


@pytest.mark.parametrize("state", [C.SUBMITTED, C.QUOTED, C.TESTING, C.CANCELLED])
def test_nothing_is_received_for_a_commission_that_awaits_nothing(lab, state):
    commission = make_commission(lab, state, sample_state=S.EXPECTED, line_state=L.PENDING)
    sample = whole_samples(lab, commission)[0]

    for operation in (
        lambda: samples.receive(lab.work(lab.clerk), sample.id, arrival()),
        lambda: samples.deviate(lab.work(lab.clerk), sample.id, arrival(), deviation="少两件"),
        lambda: samples.refuse(lab.work(lab.clerk), sample.id, arrival(), reason=RefusalReason.BROKEN),
    ):
        with pytest.raises(WrongState):
            operation()

    assert sample.state is S.EXPECTED


def test_only_the_reception_receives(lab):
    commission = make_awaited(lab)
    sample = whole_samples(lab, commission)[0]

    for person in (lab.analyst, lab.reviewer, lab.signatory, lab.agent):
        with pytest.raises(NotAllowed):
            samples.receive(lab.work(person), sample.id, arrival())


def test_another_laboratorys_sample_does_not_exist(lab, session):
    other = make_laboratory(session)
    sample = whole_samples(lab, make_awaited(lab))[0]

    with pytest.raises(NotFound):
        samples.receive(other.work(other.clerk), sample.id, arrival())


# A deviation ---------------------------------------------------------------------------------------------------------


def a_deviation(lab: Laboratory, **over):
    commission = make_awaited(lab, **over)
    sample = whole_samples(lab, commission)[0]
    samples.deviate(lab.work(lab.clerk), sample.id, arrival(), deviation="只有两件，委托为三件")
    return commission, sample


def test_a_deviation_waits_for_the_client_and_stops_the_clock(lab):
    commission, sample = a_deviation(lab)

    stop = lab.session.scalars(select(ClockStop)).one()
    assert (commission.state, sample.state) == (C.CLIENT_CONFIRM, S.DEVIATING)
    assert (stop.began_at, stop.ended_at) == (clock.now(), None)
    assert [one.kind for one in events_of(lab, sample)] == [CustodyKind.DEVIATION]
    assert lab.session.scalars(select(Notification.person_id)).all() == [lab.agent.id]


def test_the_other_samples_are_received_while_the_client_decides(lab):
    commission, sample = a_deviation(lab)
    other = whole_samples(lab, commission)[1]

    samples.receive(lab.work(lab.clerk), other.id, arrival())
    assert commission.state is C.CLIENT_CONFIRM

    samples.accept_deviation(lab.work(), commission.id, sample.id)
    assert commission.state is C.SAMPLE_IN


def test_an_accepted_deviation_is_kept_for_the_report_and_the_chain_is_whole(lab):
    commission, sample = a_deviation(lab)

    samples.accept_deviation(lab.work(), commission.id, sample.id)

    assert (sample.state, sample.deviation) == (S.RECEIVED, "只有两件，委托为三件")
    assert (sample.deviation_accepted_at, sample.deviation_accepted_by_id) == (clock.now(), lab.agent.id)
    assert commission.state is C.AWAIT_SAMPLE
    assert chain_is_whole(lab.session, sample.id)


def test_the_days_the_client_took_to_decide_move_the_promise(lab, hands):
    commission, sample = a_deviation(lab, samples=1, items=(lab.fastness,))
    hands.move_to(TUESDAY_NINE + timedelta(days=2))

    samples.accept_deviation(lab.work(), commission.id, sample.id)

    assert commission.promised_on == date(2026, 12, 3)


def test_a_deviation_found_after_the_receipt_stops_the_clock_as_well(lab, hands):
    commission = make_awaited(lab, samples=1, items=(lab.fastness,))
    receive_all(lab, commission)
    (sample,) = whole_samples(lab, commission)
    started = commission.clock_started_at

    samples.deviate(lab.work(lab.clerk), sample.id, arrival(), deviation="杯口有裂纹")
    hands.move_to(TUESDAY_NINE + timedelta(days=1))
    samples.accept_deviation(lab.work(), commission.id, sample.id)

    assert (commission.state, commission.clock_started_at) == (C.SAMPLE_IN, started)
    assert (commission.stopped_days, commission.promised_on) == (1, date(2026, 12, 2))


def test_a_declined_deviation_refuses_the_sample_and_the_rest_goes_on(lab):
    commission, sample = a_deviation(lab)
    before = due_fen(lab, commission)

    samples.decline_deviation(lab.work(), commission.id, sample.id)

    assert (sample.state, sample.refusal) == (S.REFUSED, RefusalReason.CLIENT_DECLINED)
    assert commission.state is C.AWAIT_SAMPLE
    assert due_fen(lab, commission) * 2 == before


def test_a_deviation_is_decided_once(lab):
    commission, sample = a_deviation(lab)
    samples.accept_deviation(lab.work(), commission.id, sample.id)

    for decide in (samples.accept_deviation, samples.decline_deviation):
        with pytest.raises(WrongState):
            decide(lab.work(), commission.id, sample.id)

    assert sample.state is S.RECEIVED


def test_only_the_client_decides_on_its_own_samples(lab):
    commission, sample = a_deviation(lab)
    others = whole_samples(lab, make_awaited(lab))[0]

    with pytest.raises(NotFound):
        samples.accept_deviation(lab.work(lab.rival_agent), commission.id, sample.id)
    with pytest.raises(NotAllowed):
        samples.accept_deviation(lab.work(lab.clerk), commission.id, sample.id)
    with pytest.raises(NotFound):
        samples.accept_deviation(lab.work(), commission.id, others.id)


def test_a_deviation_before_payment_leads_back_to_payment(lab):
    commission, sample = a_deviation(lab, state=C.AWAIT_PAYMENT, samples=1, is_prepaid=True)

    samples.accept_deviation(lab.work(), commission.id, sample.id)

    assert commission.state is C.AWAIT_PAYMENT
