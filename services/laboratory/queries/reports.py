"""Reads of reports: the desk's lists, one with everything, its lines as they stand, and what can still be fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.core.errors import NotFound
from services.laboratory.models.capability import ItemMethod, TestItem
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import LineState, RawRecord, TestLine
from services.laboratory.models.reports import Objection, Report, ReportDownload, ReportState
from services.laboratory.models.samples import Sample
from services.laboratory.rules.reports import Tested
from services.laboratory.rules.states import OPEN_OBJECTIONS

R = ReportState
WORKING = frozenset({R.DRAFT, R.IN_REVIEW, R.REVIEWED})
"""A commission has at most one report in these states."""

EFFECTIVE = frozenset({R.ISSUED, R.SUPERSEDED, R.WITHDRAWN})
"""Reports that have left the laboratory."""

LISTS: dict[str, frozenset[ReportState]] = {
    "draft": frozenset({R.DRAFT}),
    "review": frozenset({R.IN_REVIEW}),
    "sign": frozenset({R.REVIEWED}),
    "issued": EFFECTIVE,
}
"""The lists of the desk that hold reports; beside them stand the commissions whose report is not begun yet."""


@dataclass(frozen=True)
class Waiting:
    """How many stand in each list of the desk."""

    prepare: int
    draft: int
    review: int
    sign: int
    objections: int


def desk_reports(provider_id: int | None, name: str) -> Select[Report]:
    """Select the reports of one list: what waits by its promised day, what was issued with the latest first."""
    statement = (
        select(Report)
        .join(Report.commission)
        .where(Commission.provider_id == provider_id, Report.state.in_(LISTS[name]))
        .options(joinedload(Report.commission).joinedload(Commission.organisation), joinedload(Report.prepared_by))
    )
    if name == "issued":
        return statement.order_by(Report.issued_at.desc(), Report.id.desc())
    return statement.order_by(Commission.promised_on, Report.id)


def to_prepare(provider_id: int | None) -> Select[Commission]:
    """Select the commissions whose results are all checked and whose report nobody has begun."""
    begun = select(Report.commission_id).where(Report.state.in_(WORKING))
    return (
        select(Commission)
        .where(Commission.provider_id == provider_id, Commission.state == CommissionState.REPORTING)
        .where(Commission.id.not_in(begun))
        .options(joinedload(Commission.organisation))
        .order_by(Commission.promised_on, Commission.id)
    )


def waiting(session: Session, provider_id: int | None) -> Waiting:
    """Return how many stand in each list of a laboratory."""
    counted = (
        select(Report.state, func.count())
        .join(Report.commission)
        .where(Commission.provider_id == provider_id, Report.state.in_(WORKING))
        .group_by(Report.state)
    )
    count: dict[ReportState, int] = dict(session.execute(counted).all())
    unbegun = select(func.count()).select_from(to_prepare(provider_id).order_by(None).subquery())
    objections = (
        select(func.count())
        .select_from(Objection)
        .join(Objection.commission)
        .where(Commission.provider_id == provider_id, Objection.state.in_(OPEN_OBJECTIONS))
    )
    return Waiting(
        prepare=session.scalar(unbegun) or 0,
        draft=count.get(R.DRAFT, 0),
        review=count.get(R.IN_REVIEW, 0),
        sign=count.get(R.REVIEWED, 0),
        objections=session.scalar(objections) or 0,
    )


def report_of_laboratory(session: Session, provider_id: int | None, report_id: int) -> Report:
    """Return a report of a laboratory. Raises NotFound for any other."""
    statement = select(Report).join(Report.commission).where(Report.id == report_id)
    report = session.scalars(statement.where(Commission.provider_id == provider_id)).one_or_none()
    if report is None:
        raise NotFound
    return report


def report_of_client(session: Session, organisation_id: int | None, report_id: int) -> Report:
    """Return a report that has been issued to a client. Raises NotFound for any other."""
    statement = (
        select(Report)
        .join(Report.commission)
        .where(Report.id == report_id, Report.state.in_(EFFECTIVE), Commission.organisation_id == organisation_id)
    )
    report = session.scalars(statement).one_or_none()
    if report is None:
        raise NotFound
    return report


def client_commission(session: Session, organisation_id: int | None, commission_id: int) -> Commission:
    """Return a commission of a client. Raises NotFound for any other."""
    commission = session.get(Commission, commission_id)
    if commission is None or commission.organisation_id != organisation_id:
        raise NotFound
    return commission


def issued_reports(session: Session, commission_id: int) -> Sequence[Report]:
    """Return every report that has left the laboratory, the latest first."""
    statement = select(Report).where(Report.commission_id == commission_id, Report.state.in_(EFFECTIVE))
    return session.scalars(statement.order_by(Report.edition.desc())).all()


def editions(session: Session, commission_id: int) -> Sequence[Report]:
    """Return every report of a commission, the latest first, dropped ones included."""
    statement = select(Report).where(Report.commission_id == commission_id)
    return session.scalars(statement.order_by(Report.edition.desc())).all()


def live_lines(session: Session, commission_id: int) -> list[Tested]:
    """Return the lines a report states, sample by sample, with their results and readings; cancelled ones are left out."""
    statement = (
        select(TestLine)
        .join(TestLine.sample)
        .where(TestLine.commission_id == commission_id, TestLine.state != LineState.CANCELLED)
        .options(
            joinedload(TestLine.sample),
            joinedload(TestLine.item).joinedload(TestItem.module),
            joinedload(TestLine.method).joinedload(ItemMethod.standard),
            joinedload(TestLine.method).selectinload(ItemMethod.scopes),
            selectinload(TestLine.results),
            selectinload(TestLine.records).joinedload(RawRecord.instrument),
        )
        .order_by(Sample.position, Sample.id, TestLine.id)
        .execution_options(populate_existing=True)
    )
    return [Tested.of(line) for line in session.scalars(statement)]


def latest_edition(session: Session, commission_id: int) -> int:
    """Return the number of the latest edition, 0 when there is none."""
    return session.scalar(select(func.max(Report.edition)).where(Report.commission_id == commission_id)) or 0


def downloads(session: Session, report_id: int) -> Sequence[ReportDownload]:
    """Return the latest fifty times a report was fetched."""
    statement = select(ReportDownload).where(ReportDownload.report_id == report_id)
    return session.scalars(statement.order_by(ReportDownload.at.desc(), ReportDownload.id.desc()).limit(50)).all()
