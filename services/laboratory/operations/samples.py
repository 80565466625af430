"""Samples at the counter: received, received with a deviation that the client decides on, or refused."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from services.core.errors import NotFound, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.samples import CustodyKind, RefusalReason, Sample, SampleState
from services.laboratory.operations.agreeing import GONE, after_agreement, start_clock_if_ready
from services.laboratory.operations.custody import enter, sample_here
from services.laboratory.operations.ending import give_up
from services.laboratory.operations.refusing import drop_sample
from services.laboratory.operations.replanning import catch_up
from services.laboratory.operations.steps import note, of_client, step, step_sample, tell_client, tell_staff
from services.laboratory.rules.custody import RECEIVING
from services.laboratory.rules.states import COMMISSION_NAMES
from services.laboratory.samples_errors import FewerThanOrdered

C, S = CommissionState, SampleState


@dataclass(frozen=True)
class Arrival:
    """What the counter sees of a sample: its condition, how many, who brought it, where it is put, a photograph."""

    condition: str
    place: str
    quantity: int
    brought_by: str
    photo_id: int | None = None


def receive(work: Work, sample_id: int, arrival: Arrival) -> Sample:
    """Take a sample in that is as ordered; with the last of them the laboratory's clock starts.

    Raises FewerThanOrdered when less came than the client has written down.
    """
    sample, commission = _at_counter(work, sample_id)
    if arrival.quantity < sample.quantity:
        raise FewerThanOrdered(ordered=f"{sample.quantity} {sample.quantity_unit}")
    step_sample(work, sample, "receive")
    _put(work, sample, arrival, CustodyKind.RECEIVED, arrival.condition)
    note(work, commission, "sample_received", no=sample.no)
    follow_samples(work, commission)
    return sample


def deviate(work: Work, sample_id: int, arrival: Arrival, *, deviation: str) -> Sample:
    """Take a sample in that is not as ordered; nothing is tested, and the clock stands, until the client decides."""
    sample, commission = _at_counter(work, sample_id)
    step_sample(work, sample, "deviate")
    sample.deviation, sample.deviation_accepted_at, sample.deviation_accepted_by_id = deviation, None, None
    _put(work, sample, arrival, CustodyKind.DEVIATION, deviation)
    note(work, commission, "sample_deviates", reason=deviation, no=sample.no)
    follow_samples(work, commission)
    message = N_("A sample of %(no)s is not as ordered. Testing waits until you decide.")
    tell_client(work, commission, "sample_deviates", message)
    return sample


def refuse(work: Work, sample_id: int, arrival: Arrival, *, reason: RefusalReason) -> Sample:
    """Refuse a sample for one of the fixed reasons; its tests are cancelled and never charged."""
    sample, commission = _at_counter(work, sample_id)
    _refuse(work, sample, commission, reason, arrival)
    message = N_("A sample of %(no)s was refused. Its tests are cancelled and not charged.")
    tell_client(work, commission, "sample_refused", message)
    return sample


def accept_deviation(work: Work, commission_id: int, sample_id: int) -> Sample:
    """The client insists: the sample is tested as it is, and the report says so (ISO/IEC 17025 7.4.3)."""
    sample, commission = _of_client(work, commission_id, sample_id)
    step_sample(work, sample, "accept_deviation")
    sample.deviation_accepted_at, sample.deviation_accepted_by_id = work.now, work.actor.person_id
    enter(work, sample, CustodyKind.RECEIVED, note=sample.deviation)
    note(work, commission, "deviation_accepted", reason=sample.deviation, no=sample.no)
    _tell_decided(work, commission, sample, N_("%(no)s: the client accepts the deviation; the sample is tested."))
    follow_samples(work, commission)
    return sample


def decline_deviation(work: Work, commission_id: int, sample_id: int) -> Sample:
    """The client does not want the sample tested as it is: it is refused, and not charged."""
    sample, commission = _of_client(work, commission_id, sample_id)
    if sample.state is not S.DEVIATING:
        step_sample(work, sample, "accept_deviation")  # says that nothing is left to decide
    _refuse(work, sample, commission, RefusalReason.CLIENT_DECLINED)
    _tell_decided(work, commission, sample, N_("%(no)s: the client declines the deviation; the sample is refused."))
    return sample


def follow_samples(work: Work, commission: Commission) -> None:
    """Let a commission follow its samples: all refused, one for the client to decide, or all here and the clock starts."""
    work.session.flush()  # the samples are read as they stand in this work
    whole = select(Sample.state).where(Sample.commission_id == commission.id, Sample.parent_id.is_(None))
    states = set(work.session.scalars(whole)) - {S.WITHDRAWN}
    if states == {S.REFUSED}:
        step(work, commission, "refuse")
        give_up(work, commission, reason=N_("All samples were refused"))
        return
    if S.DEVIATING in states:
        if commission.state is not C.CLIENT_CONFIRM:
            step(work, commission, "deviate")
        return
    _go_on(work, commission)


def _go_on(work: Work, commission: Commission) -> None:
    """No sample is undecided: wait for payment, for the rest, or let the clock run."""
    after = after_agreement(work, commission)
    if commission.state is C.CLIENT_CONFIRM:
        step(work, commission, "settle_deviation", after)
        if commission.clock_started_at is not None:
            catch_up(work, commission)
    elif commission.state is C.AWAIT_SAMPLE and after is C.SAMPLE_IN:
        step(work, commission, "receive")
    start_clock_if_ready(work, commission)


def _at_counter(work: Work, sample_id: int) -> tuple[Sample, Commission]:
    """Return a whole sample and its commission, which still takes samples in."""
    sample, commission = sample_here(work, sample_id, Permission.SAMPLE_RECEIVE)
    if commission.state not in RECEIVING or sample.parent_id is not None:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    return sample, commission


def _of_client(work: Work, commission_id: int, sample_id: int) -> tuple[Sample, Commission]:
    commission = of_client(work, commission_id)
    sample = work.session.get(Sample, sample_id, with_for_update={"of": Sample}, populate_existing=True)
    if sample is None or sample.commission_id != commission.id:
        raise NotFound
    return sample, commission


def _put(work: Work, sample: Sample, arrival: Arrival, kind: CustodyKind, text: str) -> None:
    """Write down how a sample came and where it was put."""
    sample.received_at = sample.received_at or work.now
    sample.condition, sample.place, sample.quantity = arrival.condition, arrival.place, arrival.quantity
    enter(
        work,
        sample,
        kind,
        given_by=arrival.brought_by,
        taken_by=work.actor.name,
        amount=f"{arrival.quantity} {sample.quantity_unit}",
        note=text,
        photo_id=arrival.photo_id,
    )


def _refuse(
    work: Work, sample: Sample, commission: Commission, reason: RefusalReason, arrival: Arrival | None = None
) -> None:
    """Refuse a sample with its parts; what was agreed for it is dropped, and the commission follows what is left."""
    sample.refusal = reason
    step_sample(work, sample, "refuse")
    if arrival is None:
        enter(work, sample, CustodyKind.REFUSED, note=sample.deviation)
    else:
        _put(work, sample, arrival, CustodyKind.REFUSED, arrival.condition)
    _refuse_parts(work, sample, reason)
    note(work, commission, "sample_refused", reason=reason.value, no=sample.no)
    drop_sample(work, commission, sample)
    follow_samples(work, commission)


def _refuse_parts(work: Work, sample: Sample, reason: RefusalReason) -> None:
    """Refuse what a sample was divided into; WrongState while a part is out for its test, or has been tested."""
    parts = select(Sample).where(Sample.parent_id == sample.id, Sample.state.not_in(GONE)).order_by(Sample.position)
    for part in work.session.scalars(parts.with_for_update(of=Sample)).all():
        part.refusal = reason
        step_sample(work, part, "refuse")
        enter(work, part, CustodyKind.REFUSED, note=sample.no or "")


def _tell_decided(work: Work, commission: Commission, sample: Sample, message: str) -> None:
    link = f"/laboratory/counter/{commission.id}"
    tell_staff(work, commission, message, permission=Permission.SAMPLE_RECEIVE, link=link)
