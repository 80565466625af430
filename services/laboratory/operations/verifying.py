"""Verification of reports by everybody (验真): by code, by number and code, or by the file itself; limited per address."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from services.core.files import Attachment
from services.core.verifying import LONGEST_ASKED, refuse_beyond_limit
from services.core.work import Work
from services.laboratory.models.reports import Report, ReportCheck, ReportState, VerificationOutcome
from services.laboratory.queries.reports import EFFECTIVE
from services.laboratory.queries.verification import Verification, told_of
from services.laboratory.rules.reports import plain_code

OUTCOMES = {
    ReportState.ISSUED: VerificationOutcome.VALID,
    ReportState.SUPERSEDED: VerificationOutcome.SUPERSEDED,
    ReportState.WITHDRAWN: VerificationOutcome.WITHDRAWN,
}


def verify_code(work: Work, code: str) -> Verification:
    """Tell what the report with this code, taken from its QR code, is worth now."""
    return _verify(work, _effective().where(Report.code == plain_code(code)), asked=plain_code(code)[:4])


def verify_number(work: Work, number: str, code: str) -> Verification:
    """Tell what a report is worth; an unknown number and a wrong code get the same answer."""
    named = Report.no == number.strip().upper()
    return _verify(work, _effective().where(named, Report.code == plain_code(code)), asked=number.strip())


def verify_file(work: Work, content: bytes) -> Verification:
    """Tell what the report is worth whose PDF has exactly these bytes."""
    digest = sha256(content).hexdigest()
    same = _effective().join(Attachment, Attachment.id == Report.file_id).where(Attachment.sha256 == digest)
    return _verify(work, same, asked=digest)


def _effective() -> Select[Report]:
    statement = select(Report).where(Report.state.in_(sorted(EFFECTIVE)))
    return statement.options(joinedload(Report.commission), joinedload(Report.file))


def _verify(work: Work, statement: Select[Report], *, asked: str) -> Verification:
    """Look a report up and note that somebody did. Raises TooManyChecks when this address has asked too often."""
    refuse_beyond_limit(work, ReportCheck.address, ReportCheck.at)
    report = work.session.scalars(statement).one_or_none()
    outcome = OUTCOMES[report.state] if report is not None else VerificationOutcome.NOT_FOUND
    work.session.add(
        ReportCheck(
            report_id=report.id if report is not None else None,
            at=work.now,
            outcome=outcome,
            asked=asked[:LONGEST_ASKED],
            address=work.actor.address,
            person_id=work.actor.person_id,
        )
    )
    return told_of(work.session, outcome, report)
