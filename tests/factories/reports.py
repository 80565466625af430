"""Commissions whose results are checked, and reports in every state, for tests; everything goes through operations."""

from collections.abc import Iterable
from pathlib import Path

from services.core import clock
from services.documents.reports import issued_document
from services.laboratory.models.capability import ResultKind, TestItem
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import LineState, RawRecord, TestLine, TestResult, Verdict
from services.laboratory.models.reports import Report
from services.laboratory.operations import reporting
from services.laboratory.queries.reports import live_lines
from tests.factories.laboratory import Laboratory, make_commission

BASE = "https://portal.example"
VALUES = {ResultKind.NUMBER: "0.12", ResultKind.GRADE: "3-4", ResultKind.TEXT: "切口平滑，无脱落"}


def measure(lab: Laboratory, line: TestLine, *, verdict: Verdict = Verdict.NOT_JUDGED, **over) -> TestResult:
    """Let the analyst of a line have measured one specimen, and another have checked what came of it."""
    instrument = {lab.stress.id: lab.polariscope, lab.lead.id: lab.spectrometer}.get(line.item_id)
    value = VALUES[line.item.result_kind]
    lab.session.add(
        RawRecord(
            line_id=line.id,
            round=line.round,
            specimen=1,
            value=value,
            instrument_id=instrument.id if instrument else None,
            temperature=215,
            humidity=480,
            observed_at=clock.now(),
            entered_by_id=lab.analyst.id,
        )
    )
    values = {
        "text": value,
        "value": value,
        "verdict": verdict,
        "submitted_by_id": lab.analyst.id,
        "submitted_at": clock.now(),
        "checked_by_id": lab.other_analyst.id,
        "checked_at": clock.now(),
    } | over
    result = TestResult(line_id=line.id, round=line.round, **values)
    lab.session.add(result)
    line.state, line.finished_at, line.started_at = LineState.CHECKED, clock.now(), clock.now()
    lab.session.flush()
    return result


def make_checked(lab: Laboratory, *, items: tuple[TestItem, ...] = (), **over) -> Commission:
    """Make a commission whose results are all checked, so that its report can be prepared; committed."""
    commission = make_commission(lab, over.pop("state", CommissionState.REPORTING), items=items, **over)
    for line in lines_of(lab, commission):
        measure(lab, line)
    lab.session.commit()
    return commission


def lines_of(lab: Laboratory, commission: Commission) -> list[TestLine]:
    """Return the lines of a commission in the order of its report."""
    return [one.line for one in live_lines(lab.session, commission.id)]


def prepared(lab: Laboratory, commission: Commission) -> Report:
    """Return the report of a commission, in preparation by the clerk."""
    return reporting.prepare(lab.work(lab.clerk), commission.id)


def reviewed(lab: Laboratory, commission: Commission) -> Report:
    """Return the report of a commission, waiting for its signatory."""
    report = prepared(lab, commission)
    go_to_signature(lab, report)
    return report


def go_to_signature(lab: Laboratory, report: Report) -> None:
    """Let a report in preparation be sent and reviewed."""
    lab.session.flush()
    reporting.send(lab.work(lab.clerk), report.id)
    reporting.review(lab.work(lab.reviewer), report.id)
    lab.session.commit()


def sign(lab: Laboratory, report: Report, folder: Path, *, pdf: bytes = b"%PDF-1.7 signed") -> Report:
    """Let the signatory issue a report; its file is no real PDF unless one is given."""
    work = lab.work(lab.signatory)
    contents = reporting.to_sign(work, report.id)
    reporting.issue(work, report.id, contents=contents, pdf=pdf, folder=folder)
    lab.session.commit()
    return report


def issued(lab: Laboratory, folder: Path, commission: Commission | None = None, **over) -> Report:
    """Return an issued report of a commission."""
    return sign(lab, reviewed(lab, commission or make_checked(lab)), folder, **over)


def real_pdf(lab: Laboratory, report: Report, instance: Path) -> bytes:
    """Return the signed PDF of a reviewed report as the portal makes it."""
    contents = reporting.to_sign(lab.work(lab.signatory), report.id)
    return issued_document(contents, BASE, instance, clock.now())


def messages(errors: Iterable[Exception]) -> list[str]:
    """Return the names of broken rules."""
    return sorted(type(error).__name__ for error in errors)
