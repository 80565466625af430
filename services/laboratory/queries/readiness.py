"""What still stands between a report and its signature (booking-and-testing.md 4.4 rules 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.errors import RuleBroken
from services.core.settings import setting
from services.laboratory.capability_words import FIELD_NAMES
from services.laboratory.models.capability import Calibration, Signatory, TestField
from services.laboratory.models.reports import Report
from services.laboratory.queries.report_contents import calibration_on, calibrations
from services.laboratory.queries.reports import live_lines
from services.laboratory.queries.samples import chain_is_whole
from services.laboratory.reporting_errors import (
    ChainBroken,
    FieldNotHeld,
    LineNotChecked,
    NoConsent,
    NoRawRecord,
    NotCalibrated,
    NothingToReport,
    PreparedIt,
    ReviewedIt,
    TestedIt,
)
from services.laboratory.rules.reports import Tested, testers


def obstacles(session: Session, report: Report) -> list[RuleBroken]:
    """Return what its lines lack: checked results, raw records, whole chains, calibrations, consent to subcontracting."""
    lines = live_lines(session, report.commission_id)
    if not lines:
        return [NothingToReport()]
    has_consent = report.commission.subcontract_consent_at is not None
    found = [broken for one in lines for broken in _of_line(one, has_consent=has_consent)]
    samples = {one.line.sample_id: one.line.sample for one in lines}
    found += [ChainBroken(sample=one.no) for one in samples.values() if not chain_is_whole(session, one.id)]
    used = {record.instrument_id for one in lines for record in one.readings if record.instrument_id is not None}
    known = calibrations(session, used)
    return found + [broken for one in lines for broken in _uncalibrated(one, known)]


def _of_line(one: Tested, *, has_consent: bool) -> list[RuleBroken]:
    named = {"sample": one.line.sample.no, "item": one.line.item.module.name}
    found: list[RuleBroken] = []
    if not one.is_checked:
        found.append(LineNotChecked(**named))
    if one.is_external and not has_consent:
        found.append(NoConsent(**named))
    if not one.is_external and len(one.readings) < one.line.item.specimens:
        found.append(NoRawRecord(**named))
    return found


def _uncalibrated(one: Tested, known: Sequence[Calibration]) -> list[RuleBroken]:
    """Return where an instrument was used outside its calibration; what is never calibrated needs none."""
    found: dict[tuple[int, date], RuleBroken] = {}
    for record in one.readings:
        instrument, day = record.instrument, clock.local_day(record.observed_at)
        if instrument is None or calibration_on(known, instrument.id, day) is not None:
            continue
        needs_one = instrument.calibration_due_on is not None or any(x.resource_id == instrument.id for x in known)
        if needs_one:
            broken = NotCalibrated(instrument=instrument.name, day=day, item=one.line.item.module.name)
            found.setdefault((instrument.id, day), broken)
    return list(found.values())


def reviewer_obstacles(session: Session, report: Report, person_id: int | None) -> list[RuleBroken]:
    """Return why somebody may not review a report: a tester of one of its lines, or whoever prepared it."""
    lines = [one.line for one in live_lines(session, report.commission_id)]
    found: list[RuleBroken] = []
    if person_id in testers(lines):
        found.append(TestedIt())
    if person_id == report.prepared_by_id:
        found.append(PreparedIt())
    return found


def signatory_obstacles(session: Session, report: Report, person_id: int | None, today: date) -> list[RuleBroken]:
    """Return why somebody may not sign a report today: each field not held, and every other part taken in it."""
    lines = live_lines(session, report.commission_id)
    held = _fields(session, report.commission.provider_id, person_id, today)
    needed = {one.line.item.field for one in lines}
    found: list[RuleBroken] = [FieldNotHeld(area=FIELD_NAMES[field]) for field in TestField if field in needed - held]
    found += reviewer_obstacles(session, report, person_id)
    if person_id == report.reviewed_by_id and not setting(session, "laboratory.reviewer_may_sign"):
        found.append(ReviewedIt())
    return found


def _fields(session: Session, provider_id: int, person_id: int | None, day: date) -> set[TestField]:
    """Return the fields in which somebody is an authorised signatory of a laboratory on ``day``."""
    held: Iterable[TestField] = session.scalars(
        select(Signatory.field)
        .where(
            Signatory.provider_id == provider_id,
            Signatory.person_id == person_id,
            Signatory.valid_from <= day,
            Signatory.valid_until >= day,
        )
        .order_by(Signatory.id)
    )
    return set(held)
