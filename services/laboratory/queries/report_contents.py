"""Everything a report prints, as plain data: taken from the rows now, frozen when the report is issued."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.settings import setting
from services.laboratory.models.capability import Calibration, Mark, TestItem
from services.laboratory.models.commissions import Commission, ReportLanguage
from services.laboratory.models.lines import RawRecord, Verdict
from services.laboratory.models.reports import Report
from services.laboratory.models.samples import Sample
from services.laboratory.queries.reports import live_lines
from services.laboratory.rules.editions import scope_on
from services.laboratory.rules.reports import LineGroup, Tested, group_of, shown_code, summary


def contents_of(
    session: Session, report: Report, *, issued_by: str = "", issued_on: date | None = None
) -> dict[str, Any]:
    """Return what ``report`` prints as its rows stand now, signed by ``issued_by`` on ``issued_on`` if that is known."""
    commission, lines = report.commission, live_lines(session, report.commission_id)
    verdicts = [one.result.verdict for one in lines if one.result is not None]
    samples = list({one.line.sample.id: one.line.sample for one in lines}.values())
    failed = [one for one in lines if one.result is not None and one.result.verdict is Verdict.FAIL]
    return {
        "no": report.no,
        "edition": report.edition,
        "language": report.language.value,
        "code": report.code,
        "shown_code": shown_code(report.code),
        **_heading(session, report),
        "received_on": _span(clock.local_day(one.received_at) for one in samples if one.received_at),
        "tested": _span(day for one in lines for day in _days(one)),
        "samples": [_sample(one) for one in samples],
        "deviations": [{"no": one.no, "text": one.deviation} for one in samples if one.deviation],
        "marks": _certificates(commission, lines),
        "groups": _groups(commission, lines, report.language),
        "instruments": _instruments(session, lines),
        "environment": _environment(lines),
        "criterion": commission.limit_set.name if commission.is_judged and commission.limit_set else "",
        "decision_rule": commission.decision_rule.value,
        "summary": summary(verdicts).value,
        "failed": [f"{one.line.sample.no} {item_name(one.line.item, report.language)}" for one in failed],
        "conclusion": report.conclusion,
        "remarks": report.remarks,
        "prepared_by": report.prepared_by.name,
        "reviewed_by": report.reviewed_by.name if report.reviewed_by else "",
        "issued_by": issued_by,
        "issued_on": issued_on.isoformat() if issued_on else "",
        "objection_days": setting(session, "laboratory.objection_days"),
    }


def _heading(session: Session, report: Report) -> dict[str, Any]:
    """Return who tested for whom, and what the report replaces."""
    commission, old = report.commission, report.replaces
    return {
        "laboratory": {
            "name": commission.provider.organisation.name,
            "address": commission.provider.address,
            "phone": commission.provider.phone,
        },
        "client": {"name": commission.organisation.name, "address": commission.organisation.address},
        "producer": commission.producer_name,
        "commission_no": commission.no,
        "purpose": commission.purpose.value,
        "replaces": old
        and {"no": old.no, "issued_on": clock.local_day(old.issued_at).isoformat() if old.issued_at else ""},
        "change_reason": report.change_reason,
        "changed_parts": report.changed_parts,
    }


def _sample(sample: Sample) -> dict[str, Any]:
    details = [one for one in (sample.model, sample.batch_no, sample.brand) if one]
    return {
        "no": sample.no,
        "name": sample.name,
        "details": " / ".join(details),
        "quantity": f"{sample.quantity} {sample.quantity_unit}",
        "condition": sample.condition,
    }


def _groups(commission: Commission, lines: Sequence[Tested], language: ReportLanguage) -> list[dict[str, Any]]:
    """Return the lines under their headings: within the scope, outside it, and those of subcontractors."""
    grouped: dict[LineGroup, list[dict[str, Any]]] = {group: [] for group in LineGroup}
    for one in lines:
        grouped[group_of(one, wants_mark=commission.wants_mark)].append(_line(one, language))
    return [{"kind": group.value, "lines": printed} for group, printed in grouped.items() if printed]


def item_name(item: TestItem, language: ReportLanguage) -> str:
    """Return what a report in a language calls an item: in English where that is known, in both beside each other."""
    if language is ReportLanguage.CHINESE or not item.name_en:
        return item.module.name
    return item.name_en if language is ReportLanguage.ENGLISH else f"{item.module.name} {item.name_en}"


def _line(one: Tested, language: ReportLanguage) -> dict[str, Any]:
    line, result, method = one.line, one.result, one.line.method
    by = f"{line.subcontractor} {line.subcontractor_mark_no}".strip()
    return {
        "line_id": line.id,
        "result_id": result.id if result else None,
        "sample": line.sample.no,
        "item": item_name(line.item, language),
        "method": f"{method.standard.number} {method.clause}".strip() if method else "",
        "unit": line.item.unit,
        "limit": _limit(result.limits if result else {}),
        "result": result.text if result else "",
        "uncertainty": result.uncertainty if result else "",
        "verdict": (result.verdict if result else Verdict.NOT_JUDGED).value,
        "by": by or ", ".join(mark.name for mark in one.marks()),
    }


def _limit(limits: dict[str, Any]) -> str:
    """Return the limits as they are printed: ≤ 0.5, ≥ 3, 4.0–8.5."""
    low, high = limits.get("low", ""), limits.get("high", "")
    if low and high:
        return f"{low}–{high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else ""


def _certificates(commission: Commission, lines: Sequence[Tested]) -> dict[str, str]:
    """Return the certificates whose marks stand on the report: of those its lines are in the scope of, if wanted."""
    found: dict[str, list[str]] = {mark.value: [] for mark in Mark}
    for one in lines if commission.wants_mark else ():
        for mark in one.marks():
            entry = scope_on(one.line.method, mark, one.days[-1]) if one.line.method else None
            if entry is not None:
                found[mark.value].append(entry.certificate_no)
    return {name: ", ".join(sorted(set(numbers))) for name, numbers in found.items()}


def _days(one: Tested) -> list[date]:
    """Return when a line was tested; of what others tested, when the result came."""
    finished = one.line.finished_at
    return one.days or ([clock.local_day(finished)] if finished else [])


def _span(days: Iterable[date]) -> str:
    known = sorted(set(days))
    if not known:
        return ""
    return known[0].isoformat() if len(known) == 1 else f"{known[0].isoformat()} – {known[-1].isoformat()}"


def _instruments(session: Session, lines: Sequence[Tested]) -> list[dict[str, Any]]:
    """Return the instruments that were used, each with the calibration that held on its first day of use."""
    used: dict[int, RawRecord] = {}
    for one in sorted((record for line in lines for record in line.readings), key=lambda record: record.observed_at):
        if one.instrument_id is not None:
            used.setdefault(one.instrument_id, one)
    known = calibrations(session, used)
    return [_instrument(one, known) for _, one in sorted(used.items())]


def _instrument(record: RawRecord, known: Sequence[Calibration]) -> dict[str, Any]:
    instrument = record.instrument
    assert instrument is not None
    held = calibration_on(known, instrument.id, clock.local_day(record.observed_at))
    return {
        "code": instrument.code,
        "name": instrument.name,
        "certificate": held.certificate_no if held else "",
        "due_on": held.due_on.isoformat() if held else "",
    }


def calibrations(session: Session, resource_ids: Iterable[int]) -> list[Calibration]:
    """Return every calibration of some instruments, the latest first."""
    statement = select(Calibration).where(Calibration.resource_id.in_(sorted(resource_ids)))
    return list(session.scalars(statement.order_by(Calibration.calibrated_on.desc(), Calibration.id.desc())))


def calibration_on(known: Iterable[Calibration], resource_id: int, day: date) -> Calibration | None:
    """Return the latest calibration of an instrument that held on ``day``."""
    return next(
        (one for one in known if one.resource_id == resource_id and one.calibrated_on <= day <= one.due_on), None
    )


def _environment(lines: Sequence[Tested]) -> str:
    """Return the range of temperature and humidity under which the readings were taken."""
    readings = [record for one in lines for record in one.readings]
    parts = (
        (_range([one.temperature for one in readings if one.temperature is not None]), "℃"),
        (_range([one.humidity for one in readings if one.humidity is not None]), "%RH"),
    )
    return ", ".join(f"{text} {unit}" for text, unit in parts if text)


def _range(tenths: Sequence[int]) -> str:
    if not tenths:
        return ""
    low, high = (f"{value / 10:.1f}" for value in (min(tenths), max(tenths)))
    return low if low == high else f"{low}–{high}"
