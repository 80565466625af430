"""A report loses its validity: replaced by a later one or withdrawn; whoever has fetched or verified it is told."""

from __future__ import annotations

from sqlalchemy import select

from services.core import links
from services.core.messages import N_
from services.core.work import Work
from services.laboratory.models.reports import Report, ReportCheck, ReportDownload, ReportState
from services.laboratory.operations.steps import step_report
from services.laboratory.queries.readers import readers_of
from services.organisations.queries import acts_for


def replace_old(work: Work, report: Report) -> None:
    """Void the report that ``report``, which is being issued, replaces; a withdrawn one is void already."""
    old = report.replaces
    if old is None or old.state is not ReportState.ISSUED:
        return
    step_report(work, old, "supersede", reason=report.change_reason)
    work.session.flush()  # a commission has one valid report: the old one steps down before the new one is written
    tell_readers(work, old, N_("Report %(report)s is void: it was replaced by %(new)s."), new=report.no)


def tell_readers(work: Work, report: Report, message: str, **facts: str) -> None:
    """Tell everybody who has fetched a report, or has verified it while signed in, that it is void."""
    for person_id in _readers(work, report):
        work.tell(person_id, message, link=links.verification(report.code), report=report.no, **facts)
        work.later("mail.report_void", report_id=report.id, person_id=person_id)


def _readers(work: Work, report: Report) -> list[int]:
    """Return who orders for the firm, who fetched the report and still acts for either side, and who verified it."""
    fetched = work.session.scalars(select(ReportDownload.person_id).where(ReportDownload.report_id == report.id))
    checked = work.session.scalars(select(ReportCheck.person_id).where(ReportCheck.report_id == report.id))
    commission = report.commission
    sides = (commission.organisation_id, commission.provider_id)
    still_here = {
        one for one in set(fetched) if one is not None and any(acts_for(work.session, one, side) for side in sides)
    }
    verified = {one for one in checked if one is not None}
    return sorted({*readers_of(work.session, commission), *still_here, *verified})
