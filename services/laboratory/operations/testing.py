"""Testing a line: it is begun on an instrument, readings are written down and corrected, and the result submitted."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select

from services.core.errors import ChangedMeanwhile, NotFound, RuleBroken, RulesBroken
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.lines import RawRecord, TestLine
from services.laboratory.models.samples import Sample, SampleState
from services.laboratory.operations import occupying
from services.laboratory.operations.lines import latest_records, of_line, own_line, refuse_of_colleague, refuse_outside
from services.laboratory.operations.steps import settle, step_line
from services.laboratory.queries.worklists import instruments_of
from services.laboratory.rules.instruments import refuse_unfit
from services.laboratory.rules.readings import Conditions, Observation, reading_of
from services.laboratory.testing_errors import (
    InstrumentNeeded,
    NoSuchSpecimen,
    NothingEntered,
    NotPaidYet,
    RecordedMeanwhile,
    SampleNotTaken,
)

BEGINS = frozenset({CommissionState.SAMPLE_IN, CommissionState.TESTING})


def begin(work: Work, line_id: int, *, instrument_id: int | None) -> TestLine:
    """Begin a line: it is the actor's, its slot is in use, and the commission is in test.

    The sample has been taken out, the commission is paid where it has to be, the instrument is fit today.
    """
    commission, line = of_line(work, line_id, Permission.RESULT_ENTER)
    if line.analyst_id is not None:
        refuse_of_colleague(work, line)
    if commission.state is CommissionState.AWAIT_PAYMENT:
        raise NotPaidYet
    refuse_outside(commission, BEGINS)
    _refuse_unready(work, line, instrument_id)
    line.analyst_id, line.instrument_id = work.actor.person_id, instrument_id
    line.started_at = work.now
    step_line(work, line, "begin")
    occupying.take_up(work, line)
    settle(work, commission)
    return line


def _refuse_unready(work: Work, line: TestLine, instrument_id: int | None) -> None:
    errors: list[RuleBroken] = []
    if not _is_taken(work, line):
        errors.append(SampleNotTaken(no=line.sample.no))
    try:
        _refuse_instrument(work, line, instrument_id)
    except RuleBroken as error:
        errors.append(error)
    if errors:
        raise RulesBroken(errors)


def _is_taken(work: Work, line: TestLine) -> bool:
    """Tell whether the sample, or a part of it, has been taken out for testing."""
    family = or_(Sample.id == line.sample_id, Sample.parent_id == line.sample_id)
    taken = select(Sample.id).where(family, Sample.state == SampleState.IN_TEST).limit(1)
    return work.session.scalar(taken) is not None


def _refuse_instrument(work: Work, line: TestLine, instrument_id: int | None) -> None:
    """Refuse what is not one of the item's instruments, or is not fit today; an item without any needs none."""
    offered = {one.id: one for one in instruments_of(work.session, line.item_id)}
    if instrument_id is None and not offered:
        return
    if instrument_id not in offered:
        raise InstrumentNeeded
    refuse_unfit(offered[instrument_id], work.today)


def enter(
    work: Work,
    line_id: int,
    observations: Mapping[int, Observation],
    conditions: Conditions,
    *,
    attachment_id: int | None = None,
) -> list[RawRecord]:
    """Write down readings of specimens that have none yet, at the server's time; what was left empty is left out.

    Raises RulesBroken with every mistake, each aimed at the field of its specimen (``value_2``).
    """
    _, line = own_line(work, line_id)
    filled = {specimen: one for specimen, one in observations.items() if not one.is_empty}
    if not filled:
        raise NothingEntered
    known, errors = latest_records(work, line), []
    records = []
    for specimen, observation in sorted(filled.items()):
        try:
            if specimen in known:
                raise RecordedMeanwhile(field="value", specimen=specimen)
            records.append(_record(work, line, specimen, observation, conditions, attachment_id=attachment_id))
        except RuleBroken as error:
            errors.append(_aimed(error, specimen))
    try:
        _refuse_instrument(work, line, conditions.instrument_id)
    except RuleBroken as error:
        errors.append(error)
    if errors:
        raise RulesBroken(errors)
    work.session.add_all(records)
    work.record("test_line.recorded", line, round=line.round, specimens=sorted(filled))
    return records


def correct(
    work: Work,
    line_id: int,
    specimen: int,
    observation: Observation,
    conditions: Conditions,
    *,
    seen_revision: int,
    reason: str,
    attachment_id: int | None = None,
) -> RawRecord:
    """Write a reading down anew, with the reason; the earlier one stays beside it.

    Raises ChangedMeanwhile when the reading that was seen is not the latest one any more.
    """
    _, line = own_line(work, line_id)
    known = latest_records(work, line).get(specimen)
    if known is None:
        raise NotFound
    if known.revision != seen_revision:
        raise ChangedMeanwhile
    errors: list[RuleBroken] = [] if reason.strip() else [ReasonNeeded()]
    for check in (
        lambda: reading_of(line.item, observation),
        lambda: _refuse_instrument(work, line, conditions.instrument_id),
    ):
        try:
            check()
        except RuleBroken as error:
            errors.append(error)
    if errors:
        raise RulesBroken(errors)
    record = _record(work, line, specimen, observation, conditions, attachment_id=attachment_id)
    record.revision, record.reason = known.revision + 1, reason.strip()
    work.session.add(record)
    work.record("test_line.corrected", line, round=line.round, specimen=specimen, revision=record.revision)
    return record


def _record(
    work: Work,
    line: TestLine,
    specimen: int,
    observation: Observation,
    conditions: Conditions,
    *,
    attachment_id: int | None,
) -> RawRecord:
    """Return the row for a reading, not yet added. Raises a RuleBroken when the item does not allow it."""
    if not 1 <= specimen <= line.item.specimens:
        raise NoSuchSpecimen(field="value", count=line.item.specimens)
    reading = reading_of(line.item, observation)
    assert work.actor.person_id is not None
    return RawRecord(
        line_id=line.id,
        round=line.round,
        specimen=specimen,
        value=reading.value,
        is_detected=reading.is_detected,
        instrument_id=conditions.instrument_id,
        temperature=conditions.temperature,
        humidity=conditions.humidity,
        note=observation.note,
        attachment_id=attachment_id,
        observed_at=work.now,
        entered_by_id=work.actor.person_id,
    )


def _aimed(error: RuleBroken, specimen: int) -> RuleBroken:
    """Return the error, aimed at the field of its specimen."""
    error.field = f"{error.field}_{specimen}"
    return error
