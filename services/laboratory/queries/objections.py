"""Reads of objections: the desk's list, one with everything, and who cannot investigate it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload

from services.core.errors import NotFound
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import TestResult, Verdict
from services.laboratory.models.reports import Objection, Report, ReportLine
from services.laboratory.queries.reports import live_lines
from services.laboratory.rules.reports import checkers, testers
from services.laboratory.rules.states import OPEN_OBJECTIONS


def desk_objections(provider_id: int | None, *, only_open: bool) -> Select[Objection]:
    """Select the objections of a laboratory, the one that is to be answered first at the top."""
    statement = (
        select(Objection)
        .join(Objection.commission)
        .where(Commission.provider_id == provider_id)
        .options(
            joinedload(Objection.report),
            joinedload(Objection.commission).joinedload(Commission.organisation),
            joinedload(Objection.investigator),
        )
    )
    if only_open:
        statement = statement.where(Objection.state.in_(OPEN_OBJECTIONS))
        return statement.order_by(Objection.answer_due_on, Objection.id)
    return statement.order_by(Objection.lodged_at.desc(), Objection.id.desc())


def objection_of_laboratory(session: Session, provider_id: int | None, objection_id: int) -> Objection:
    """Return an objection at a laboratory. Raises NotFound for any other."""
    return _one(session, select(Objection).where(Objection.id == objection_id, Commission.provider_id == provider_id))


def objection_of_client(session: Session, organisation_id: int | None, objection_id: int) -> Objection:
    """Return an objection of a client. Raises NotFound for any other."""
    mine = Commission.organisation_id == organisation_id
    return _one(session, select(Objection).where(Objection.id == objection_id, mine))


def _one(session: Session, statement: Select[Objection]) -> Objection:
    objection = session.scalars(statement.join(Objection.commission)).one_or_none()
    if objection is None:
        raise NotFound
    return objection


def objections_to(session: Session, commission_id: int) -> Sequence[Objection]:
    """Return every objection to the reports of a commission, the latest first."""
    statement = select(Objection).where(Objection.commission_id == commission_id)
    return session.scalars(statement.order_by(Objection.id.desc()).options(joinedload(Objection.report))).all()


def stated_lines(session: Session, report_id: int) -> Sequence[ReportLine]:
    """Return the lines that a report states, as it prints them."""
    statement = select(ReportLine).where(ReportLine.report_id == report_id)
    return session.scalars(statement.order_by(ReportLine.line_id)).all()


@dataclass(frozen=True)
class OtherResult:
    """A line that stands with another result than the report states: how it is named there, and both results."""

    name: str
    reported: TestResult
    standing: TestResult

    @property
    def has_other_verdict(self) -> bool:
        """Whether the retest is on the other side of the limit."""
        return self.reported.verdict is not self.standing.verdict

    @property
    def differs_unjudged(self) -> bool:
        """Whether the retest came to something else where no limit says how much that matters."""
        is_judged = self.standing.verdict is not Verdict.NOT_JUDGED
        return not is_judged and not self.has_other_verdict and self.reported.text != self.standing.text


def other_results(session: Session, report_id: int) -> list[OtherResult]:
    """Return what was tested again since a report and has another result row now, line by line."""
    reported, standing = aliased(TestResult), aliased(TestResult)
    statement = (
        select(ReportLine, reported, standing)
        .join(reported, reported.id == ReportLine.result_id)
        .join(standing, (standing.line_id == ReportLine.line_id) & standing.is_void.is_(False))
        .where(ReportLine.report_id == report_id, standing.id != reported.id)
        .order_by(ReportLine.line_id)
    )
    return [
        OtherResult(f"{line.contents.get('sample', '')} {line.contents.get('item', '')}".strip(), before, now)
        for line, before, now in session.execute(statement)
    ]


def report_line_ids(session: Session, report_id: int) -> set[int]:
    """Return the lines that a report states."""
    return {one.line_id for one in stated_lines(session, report_id)}


def involved(session: Session, report: Report) -> set[int]:
    """Return everybody who tested, checked, prepared, reviewed or signed what a report states."""
    lines = [one.line for one in live_lines(session, report.commission_id)]
    wrote = {report.prepared_by_id, report.reviewed_by_id, report.issued_by_id}
    return testers(lines) | checkers(lines) | {one for one in wrote if one is not None}
