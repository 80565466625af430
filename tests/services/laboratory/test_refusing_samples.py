"""A sample is refused at the counter: its tests are neither made nor charged, the rest goes on."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from services.booking.models import BatchClaim, BatchDay, Booking, BookingState, Claim
from services.catalogue.models import Urgency
from services.core.errors import WrongState
from services.core.outbox import OutboxTask
from services.laboratory.models.commissions import CommissionCharge, CommissionEvent, CommissionState
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import CustodyKind, RefusalReason, SampleState
from services.laboratory.operations import custody, samples
from services.laboratory.operations.planning import first_day, plan, reserve
from services.laboratory.queries.demands import demands_of
from services.laboratory.queries.surveys import lines_of
from tests.factories.laboratory import Laboratory, make_laboratory
from tests.factories.laboratory_samples import TUESDAY_NINE, arrival, due_fen, events_of, make_awaited, whole_samples

C, L = CommissionState, LineState


@pytest.fixture
def lab(session) -> Iterator[Laboratory]:
    with time_machine.travel(TUESDAY_NINE, tick=False):
        yield make_laboratory(session)


def refuse(lab: Laboratory, sample, reason: RefusalReason = RefusalReason.TOO_LITTLE) -> None:
    samples.refuse(lab.work(lab.clerk), sample.id, arrival(condition="仅一件"), reason=reason)


def test_a_refused_sample_never_charges_its_tests(lab):
    commission = make_awaited(lab, items=(lab.stress, lab.lead), samples=3)
    sample = whole_samples(lab, commission)[0]
    assert due_fen(lab, commission) == 6 * 12000

    refuse(lab, sample)

    lines = lines_of(lab.session, commission.id)
    assert {one.state for one in lines if one.sample_id == sample.id} == {L.CANCELLED}
    assert {one.state for one in lines if one.sample_id != sample.id} == {L.PENDING}
    assert due_fen(lab, commission) == 4 * 12000
    charges = lab.session.scalars(select(CommissionCharge.quantity).order_by(CommissionCharge.module_id)).all()
    assert charges == [2, 2]


def test_urgency_is_taken_off_with_the_tests(lab):
    lab.stress.module.prices[0].urgent_percent = 150
    commission = make_awaited(lab, samples=2, urgency=Urgency.URGENT)
    assert due_fen(lab, commission) == 36000

    refuse(lab, whole_samples(lab, commission)[0])

    assert due_fen(lab, commission) == 18000


def test_a_package_is_taken_off_once_for_a_sample(lab):
    commission = make_awaited(lab, items=(lab.stress, lab.lead), samples=2)
    for row in lab.session.scalars(select(CommissionCharge)):
        lab.session.delete(row)
    lab.session.add(CommissionCharge(commission_id=commission.id, module_id=lab.package.id, quantity=2))
    for line in lines_of(lab.session, commission.id):
        line.package_id = lab.package.id
    lab.session.commit()

    refuse(lab, whole_samples(lab, commission)[0])

    assert lab.session.scalars(select(CommissionCharge.quantity)).all() == [1]


def test_the_slots_of_a_refused_sample_are_free_again(lab):
    commission = make_awaited(lab, samples=1, items=(lab.stress,))
    other = make_awaited(lab, samples=1)
    work = lab.work(lab.clerk)
    for one in (commission, other):
        demands = demands_of(lab.session, lines_of(lab.session, one.id), work.today)
        assert reserve(work, one, plan(lab.session, demands, start=first_day(lab.session, work.now), now=work.now))
    lab.session.commit()

    refuse(lab, whole_samples(lab, commission)[0])

    states = lab.session.scalars(select(Booking.state).order_by(Booking.id)).all()
    assert states == [BookingState.CANCELLED, BookingState.CONFIRMED]
    assert len(lab.session.scalars(select(Claim.id)).all()) == 1


def test_a_refused_sample_gives_back_its_part_of_a_days_batch(lab):
    commission = make_awaited(lab, samples=3, items=(lab.lead,))
    work = lab.work(lab.clerk)
    demands = demands_of(lab.session, lines_of(lab.session, commission.id), work.today)
    assert reserve(work, commission, plan(lab.session, demands, start=first_day(lab.session, work.now), now=work.now))
    lab.session.commit()
    used = (
        select(BatchDay.used, BatchClaim.quantity, Booking.quantity)
        .join(BatchClaim, BatchClaim.day == BatchDay.day)
        .join(Booking, Booking.id == BatchClaim.booking_id)
    )
    assert lab.session.execute(used).one() == (3, 3, 3)

    refuse(lab, whole_samples(lab, commission)[0])
    lab.session.commit()

    assert lab.session.execute(used).one() == (2, 2, 2)
    assert lab.session.scalars(select(Booking.state)).one() is BookingState.CONFIRMED


def test_the_parts_of_a_refused_sample_are_refused_with_it(lab):
    commission = make_awaited(lab, samples=2)
    first, second = whole_samples(lab, commission)
    for one in (first, second):
        samples.receive(lab.work(lab.clerk), one.id, arrival())
    parts = custody.divide(lab.work(lab.analyst), first.id, parts=2)
    others = custody.divide(lab.work(lab.analyst), second.id, parts=1)

    refuse(lab, first, RefusalReason.UNSTABLE)

    assert {(one.state, one.refusal) for one in parts} == {(SampleState.REFUSED, RefusalReason.UNSTABLE)}
    assert [events_of(lab, one)[-1].kind for one in parts] == [CustodyKind.REFUSED] * 2
    assert [one.state for one in others] == [SampleState.RECEIVED]


def test_a_sample_of_which_a_part_is_out_is_not_refused(lab):
    commission = make_awaited(lab, samples=1)
    [sample] = whole_samples(lab, commission)
    samples.receive(lab.work(lab.clerk), sample.id, arrival())
    [part] = custody.divide(lab.work(lab.analyst), sample.id, parts=1)
    custody.take_out(lab.work(lab.analyst), part.id)
    lab.session.commit()

    with pytest.raises(WrongState):
        refuse(lab, sample)


def test_with_the_last_sample_refused_the_commission_ends_and_owes_nothing(lab):
    commission = make_awaited(lab)
    for sample in whole_samples(lab, commission):
        refuse(lab, sample, RefusalReason.BROKEN)

    assert commission.state is C.REFUSED
    assert due_fen(lab, commission) == 0
    assert {one.state for one in lab.session.scalars(select(TestLine))} == {L.CANCELLED}


def test_the_reason_of_a_refusal_is_kept_and_the_client_told(lab):
    commission = make_awaited(lab)
    sample = whole_samples(lab, commission)[0]

    refuse(lab, sample, RefusalReason.CONTAMINATED)

    kinds = lab.session.scalars(select(CommissionEvent.kind).order_by(CommissionEvent.id)).all()
    assert sample.refusal is RefusalReason.CONTAMINATED
    assert "sample_refused" in kinds
    assert [one.kind for one in events_of(lab, sample)] == [CustodyKind.REFUSED]
    assert "mail.sample_refused" in lab.session.scalars(select(OutboxTask.task)).all()


def test_with_one_refused_the_others_are_all(lab):
    commission = make_awaited(lab)
    first, second = whole_samples(lab, commission)
    samples.receive(lab.work(lab.clerk), first.id, arrival())

    refuse(lab, second)

    assert commission.state is C.SAMPLE_IN
    assert commission.clock_started_at is not None
