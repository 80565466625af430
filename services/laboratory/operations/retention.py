"""What becomes of samples in the end: kept until a day, then returned, or disposed of by two people."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from services.core.errors import WrongState
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.capability import TestItem
from services.laboratory.models.commissions import Commission, Leftover
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.reports import Objection
from services.laboratory.models.samples import CustodyKind, Sample, SampleState
from services.laboratory.operations.custody import enter, retain, sample_here
from services.laboratory.operations.steps import note as note_history
from services.laboratory.operations.steps import step_sample
from services.laboratory.rules.custody import may_leave
from services.laboratory.rules.states import OPEN_OBJECTIONS, SAMPLE_NAMES
from services.laboratory.samples_errors import (
    AlreadyProposed,
    KeptByObjection,
    NotProposed,
    NotTheSamePerson,
    ReturnAgreed,
    StillKept,
)

S = SampleState
IN_STORE = frozenset({S.RECEIVED, S.DEVIATING, S.TESTED, S.RETAINED})


def retain_after_issue(work: Work, commission: Commission) -> None:
    """Let every sample in the store be retained until the issue plus the longest time any of its items asks for.

    What perishes (0 days) may go at once. A later edition of the report keeps samples longer, never shorter.
    """
    days = _retained_days(work, commission)
    for sample in _in_store(work, commission):
        until = work.today + timedelta(days=days.get(sample.parent_id or sample.id, 0))
        sample.retained_until = max(until, sample.retained_until or until)
        if sample.state is not S.RETAINED:
            retain(work, sample)


def put_away(work: Work, commission: Commission) -> None:
    """After a commission ended without a report: what did not come is withdrawn, what is here may go at once.

    Parts of a sample that are out for a test are kept as soon as they are brought back.
    """
    for sample in _in_store(work, commission):
        sample.retained_until = sample.retained_until or work.today
        if sample.state is not S.RETAINED:
            retain(work, sample)
    awaited = select(Sample).where(Sample.commission_id == commission.id, Sample.state == S.EXPECTED)
    for sample in work.session.scalars(awaited.order_by(Sample.id).with_for_update()).all():
        step_sample(work, sample, "withdraw")


def _in_store(work: Work, commission: Commission) -> list[Sample]:
    work.session.flush()  # the samples are read as they stand in this work
    here = select(Sample).where(Sample.commission_id == commission.id, Sample.state.in_(IN_STORE))
    return list(work.session.scalars(here.order_by(Sample.id).with_for_update()))


def _retained_days(work: Work, commission: Commission) -> dict[int, int]:
    """Return for how many days each sample that is tested has to be kept."""
    statement = (
        select(TestLine.sample_id, TestItem.retained_days)
        .join(TestItem, TestItem.id == TestLine.item_id)
        .where(TestLine.commission_id == commission.id, TestLine.state != LineState.CANCELLED)
    )
    longest: dict[int, int] = {}
    for sample_id, days in work.session.execute(statement):
        longest[sample_id] = max(days, longest.get(sample_id, 0))
    return longest


def give_back(work: Work, sample_id: int, *, taken_by: str, note: str = "") -> Sample:
    """Hand a sample out to the client, signed for by ``taken_by``, once it is not needed any more (退样)."""
    sample, commission = sample_here(work, sample_id, Permission.SAMPLE_RECEIVE)
    _refuse_to_let_go(work, sample, commission)
    step_sample(work, sample, "give_back")
    sample.disposal_asked_by_id = None
    enter(work, sample, CustodyKind.RETURNED, given_by=work.actor.name, taken_by=taken_by, note=note)
    note_history(work, commission, "sample_returned", no=sample.no, taken_by=taken_by)
    return sample


def ask_disposal(work: Work, sample_id: int, *, note: str = "") -> Sample:
    """Propose to dispose of a sample whose time is over; another person confirms it.

    Raises ReturnAgreed when the client wants it back and no reason is given.
    """
    sample, commission = sample_here(work, sample_id)
    _refuse_to_let_go(work, sample, commission)
    if sample.disposal_asked_by_id is not None:
        raise AlreadyProposed
    if commission.leftover is Leftover.RETURN and not note.strip():
        raise ReturnAgreed
    sample.disposal_asked_by_id = work.actor.person_id
    enter(work, sample, CustodyKind.DISPOSAL_ASKED, given_by=work.actor.name, note=note)
    work.record("sample.disposal_asked", sample, no=sample.no, note=note)
    return sample


def confirm_disposal(work: Work, sample_id: int, *, note: str = "") -> Sample:
    """Dispose of a sample as a second person. Raises NotTheSamePerson, NotProposed, StillKept or KeptByObjection."""
    sample, commission = sample_here(work, sample_id)
    _refuse_to_let_go(work, sample, commission)
    if sample.disposal_asked_by_id is None:
        raise NotProposed
    if sample.disposal_asked_by_id == work.actor.person_id:
        raise NotTheSamePerson
    sample.disposed_by_id = work.actor.person_id
    step_sample(work, sample, "dispose")
    enter(work, sample, CustodyKind.DISPOSED, given_by=sample.place, taken_by=work.actor.name, note=note)
    note_history(work, commission, "sample_disposed", no=sample.no)
    return sample


def call_off_disposal(work: Work, sample_id: int, *, note: str = "") -> Sample:
    """Keep a sample whose disposal was proposed. Raises NotProposed."""
    sample, _ = sample_here(work, sample_id)
    if sample.disposal_asked_by_id is None or sample.state is S.DISPOSED:
        raise NotProposed
    sample.disposal_asked_by_id = None
    enter(work, sample, CustodyKind.KEPT, given_by=work.actor.name, note=note)
    work.record("sample.disposal_called_off", sample, no=sample.no)
    return sample


def _refuse_to_let_go(work: Work, sample: Sample, commission: Commission) -> None:
    """Raise unless a sample may leave today. The locked commission keeps an objection from being lodged meanwhile."""
    doubted = select(Objection.id).where(Objection.commission_id == commission.id, Objection.state.in_(OPEN_OBJECTIONS))
    if work.session.scalars(doubted.limit(1)).first() is not None:
        raise KeptByObjection
    if sample.state not in {S.RETAINED, S.REFUSED}:
        raise WrongState(state=SAMPLE_NAMES[sample.state])
    if not may_leave(sample, work.today):
        raise StillKept(until=sample.retained_until)
