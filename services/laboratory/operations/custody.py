"""Who holds a sample: every step of its way is an event, numbered without gaps, that is never changed."""

from __future__ import annotations

from sqlalchemy import func, select

from services.core.errors import NotFound, WrongState
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.commissions import Commission
from services.laboratory.models.samples import CustodyEvent, CustodyKind, Sample, SampleState
from services.laboratory.operations.steps import of_laboratory, step_sample
from services.laboratory.rules.custody import ENDED, STORED, TESTABLE
from services.laboratory.rules.states import COMMISSION_NAMES, SAMPLE_NAMES
from services.laboratory.samples_errors import NotYetTestable, OnlyWholeSamples


def sample_here(
    work: Work, sample_id: int, permission: Permission = Permission.SAMPLE_HANDLE
) -> tuple[Sample, Commission]:
    """Return a numbered sample of the actor's own laboratory with its commission, both locked; else NotFound."""
    commission_id = work.session.scalar(select(Sample.commission_id).where(Sample.id == sample_id))
    if commission_id is None:
        raise NotFound
    commission = of_laboratory(work, commission_id, permission)
    sample = work.session.get_one(Sample, sample_id, with_for_update={"of": Sample}, populate_existing=True)
    if sample.no is None:
        raise NotFound
    return sample, commission


def enter(
    work: Work,
    sample: Sample,
    kind: CustodyKind,
    *,
    given_by: str = "",
    taken_by: str = "",
    amount: str = "",
    note: str = "",
    photo_id: int | None = None,
) -> CustodyEvent:
    """Add the next event of a sample that the caller holds locked, with its place and state as they are now."""
    last = select(func.coalesce(func.max(CustodyEvent.seq), 0)).where(CustodyEvent.sample_id == sample.id)
    event = CustodyEvent(
        sample_id=sample.id,
        seq=(work.session.scalar(last) or 0) + 1,
        at=work.now,
        kind=kind,
        state_after=sample.state,
        place=sample.place,
        given_by=given_by,
        taken_by=taken_by,
        person_id=work.actor.person_id,
        amount=amount,
        note=note,
        photo_id=photo_id,
    )
    work.session.add(event)
    work.session.flush()  # the next event of the same work counts on from this one
    return event


def take_out(work: Work, sample_id: int, *, amount: str = "", note: str = "") -> Sample:
    """Let the actor hold a sample from now on (领样). Raises NotYetTestable while its commission may not be tested."""
    sample, commission = sample_here(work, sample_id)
    if commission.state not in TESTABLE:
        raise NotYetTestable(state=COMMISSION_NAMES[commission.state])
    step_sample(work, sample, "take")
    sample.holder_id, sample.disposal_asked_by_id = work.actor.person_id, None  # what is tested is not disposed of
    enter(work, sample, CustodyKind.TAKEN, given_by=sample.place, taken_by=work.actor.name, amount=amount, note=note)
    return sample


def bring_back(work: Work, sample_id: int, *, place: str, amount: str = "", note: str = "") -> Sample:
    """Put a sample that was out into the store again (还样), whoever held it.

    One that was retained before, or whose commission came to no report, is retained from now on.
    """
    sample, commission = sample_here(work, sample_id)
    holder = sample.holder.name if sample.holder else ""
    step_sample(work, sample, "bring_back")
    sample.holder_id, sample.place = None, place
    enter(work, sample, CustodyKind.BROUGHT_BACK, given_by=holder, taken_by=place, amount=amount, note=note)
    if sample.retained_until is not None or commission.state in ENDED:
        sample.retained_until = sample.retained_until or work.today
        retain(work, sample)
    return sample


def retain(work: Work, sample: Sample) -> None:
    """Let a sample in the store be retained; the day until which is the caller's."""
    step_sample(work, sample, "retain")
    enter(work, sample, CustodyKind.RETAINED, taken_by=sample.place)


def move(work: Work, sample_id: int, *, place: str, note: str = "") -> Sample:
    """Put a sample that lies in the store to another place."""
    sample, _ = sample_here(work, sample_id)
    if sample.state not in STORED:
        raise WrongState(state=SAMPLE_NAMES[sample.state])
    before, sample.place = sample.place, place
    enter(work, sample, CustodyKind.MOVED, given_by=before, taken_by=place, note=note)
    work.record("sample.moved", sample, no=sample.no, place=place)
    return sample


def divide(work: Work, sample_id: int, *, parts: int, amount: str = "", note: str = "") -> list[Sample]:
    """Divide a received sample into ``parts`` numbered after it (…-S01-1), each with a chain of its own (分样).

    The sample itself stays, as what is left of it. Later parts count on. Raises OnlyWholeSamples for a part.
    """
    sample, _ = sample_here(work, sample_id)
    if sample.parent_id is not None:
        raise OnlyWholeSamples
    step_sample(work, sample, "divide")
    enter(work, sample, CustodyKind.DIVIDED, amount=f"×{parts}", note=note)
    last = select(func.coalesce(func.max(Sample.position), 0)).where(Sample.parent_id == sample.id)
    first = (work.session.scalar(last) or 0) + 1
    made = [_part(sample, position) for position in range(first, first + parts)]
    work.session.add_all(made)
    work.session.flush()  # their events name them
    for part in made:
        enter(work, part, CustodyKind.DIVIDED, given_by=sample.no or "", amount=amount, note=note)
    return made


def _part(sample: Sample, position: int) -> Sample:
    copied = {
        name: getattr(sample, name)
        for name in ("commission_id", "name", "model", "batch_no", "brand", "quantity_unit", "storage", "hazard")
    }
    return Sample(
        **copied,
        no=f"{sample.no}-{position}",
        parent_id=sample.id,
        position=position,
        quantity=1,
        state=SampleState.RECEIVED,
        received_at=sample.received_at,
        condition=sample.condition,
        deviation=sample.deviation,
        place=sample.place,
    )
