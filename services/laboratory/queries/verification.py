"""What everybody may read of a report that they hold in their hands: what identifies it, and never a result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.verifying import masked_name
from services.laboratory.models.reports import Report, ReportState, VerificationOutcome


@dataclass(frozen=True)
class Verification:
    """What a verification is told. Of a report that was not found there is nothing but that."""

    outcome: VerificationOutcome
    no: str = ""
    laboratory: str = ""
    client: str = ""
    samples: tuple[str, ...] = ()
    received_on: str = ""
    tested: str = ""
    issued_on: date | None = None
    ended_on: date | None = None
    replaced_by: str = ""
    sha256: str = ""


def told_of(session: Session, outcome: VerificationOutcome, report: Report | None) -> Verification:
    """Return what is told of a report: its identifying contents as they were frozen, the client's name masked."""
    if report is None:
        return Verification(outcome)
    printed = report.contents
    is_void = outcome is not VerificationOutcome.VALID
    return Verification(
        outcome=outcome,
        no=report.no,
        laboratory=printed["laboratory"]["name"],
        client=masked_name(printed["client"]["name"]),
        samples=tuple(dict.fromkeys(sample["name"] for sample in printed["samples"])),
        received_on=printed["received_on"],
        tested=printed["tested"],
        issued_on=clock.local_day(report.issued_at) if report.issued_at else None,
        ended_on=clock.local_day(report.state_at) if is_void else None,
        replaced_by=_successor(session, report),
        sha256=report.file.sha256 if report.file else "",
    )


def _successor(session: Session, report: Report) -> str:
    """Return the number of the report that replaces this one, once that is issued."""
    effective = (ReportState.ISSUED, ReportState.SUPERSEDED, ReportState.WITHDRAWN)
    statement = select(Report.no).where(Report.replaces_id == report.id, Report.state.in_(effective))
    return session.scalar(statement) or ""
