"""A report on its way: prepared from the lines, sent to review, reviewed, signed and issued, fetched or collected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.files import keep
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.reports import Report, ReportDownload, ReportLine, ReportState
from services.laboratory.operations.retention import retain_after_issue
from services.laboratory.operations.steps import of_client, of_laboratory, step, step_report, tell_client, tell_staff
from services.laboratory.operations.voiding import replace_old
from services.laboratory.queries.readiness import obstacles, reviewer_obstacles, signatory_obstacles
from services.laboratory.queries.report_contents import contents_of
from services.laboratory.queries.reports import WORKING
from services.laboratory.reporting_errors import ReportChanged
from services.laboratory.rules.reports import new_code
from services.laboratory.rules.states import COMMISSION_NAMES, REPORT_NAMES


def of_report(work: Work, report_id: int, *permissions: Permission) -> Report:
    """Return a report of the actor's own laboratory, it and its commission locked; one of ``permissions`` is enough."""
    commission_id = work.session.scalar(select(Report.commission_id).where(Report.id == report_id))
    if commission_id is None:
        raise NotFound
    held = next((one for one in permissions if work.actor.may(one)), permissions[0])
    of_laboratory(work, commission_id, held)
    return work.session.get_one(Report, report_id, with_for_update={"of": Report})


def prepare(work: Work, commission_id: int) -> Report:
    """Begin the first report of a commission whose results are all checked; the one already begun if there is one."""
    commission = of_laboratory(work, commission_id, Permission.REPORT_PREPARE)
    begun = select(Report).where(Report.commission_id == commission_id, Report.state.in_(WORKING))
    report = work.session.scalars(begun.with_for_update(of=Report)).one_or_none()
    if report is not None:
        return report
    if commission.state is not CommissionState.REPORTING:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    return begin(work, commission, edition=1)


def begin(work: Work, commission: Commission, *, edition: int, **values: Any) -> Report:
    """Add a report in preparation, with a number of its own and a verification code nobody can guess."""
    assert work.actor.person_id is not None
    report = Report(
        no=f"{commission.no}-R{edition}",
        commission_id=commission.id,
        edition=edition,
        state=ReportState.DRAFT,
        state_at=work.now,
        code=new_code(),
        prepared_by_id=work.actor.person_id,
        prepared_at=work.now,
        **({"language": commission.report_language} | values),
    )
    work.session.add(report)
    work.record("report.prepared", report, no=report.no)
    return report


def edit(work: Work, report_id: int, *, conclusion: str, remarks: str) -> Report:
    """Change the words of a report in preparation; its results are not typed."""
    report = of_report(work, report_id, Permission.REPORT_PREPARE)
    _refuse_unless(report, ReportState.DRAFT)
    report.conclusion, report.remarks = conclusion.strip(), remarks.strip()
    work.record("report.edited", report, no=report.no)
    return report


def send(work: Work, report_id: int) -> Report:
    """Send a report to the reviewer. Raises RulesBroken with everything that its lines still lack."""
    report = of_report(work, report_id, Permission.REPORT_PREPARE)
    _refuse_unless(report, ReportState.DRAFT)
    refuse(obstacles(work.session, report))
    assert work.actor.person_id is not None
    report.prepared_by_id, report.prepared_at = work.actor.person_id, work.now
    report.reviewed_by_id = report.reviewed_at = None
    step_report(work, report, "send")
    if report.edition == 1:
        step(work, report.commission, "send_report")
    _tell_next(work, report, N_("Report %(report)s waits for review."), Permission.REPORT_REVIEW)
    return report


def send_back(work: Work, report_id: int, *, reason: str) -> Report:
    """Send a report back to whoever prepared it, with a reason: by the reviewer or by the signatory."""
    report = of_report(work, report_id, Permission.REPORT_REVIEW, Permission.REPORT_ISSUE)
    if not reason.strip():
        raise ReasonNeeded
    step_report(work, report, "send_back", reason=reason)
    if report.edition == 1 and report.commission.state is CommissionState.REPORT_REVIEW:
        step(work, report.commission, "return_report", reason=reason)
    message = N_("Report %(report)s was sent back: %(reason)s")
    work.tell(report.prepared_by_id, message, link=_desk(report), report=report.no, reason=reason)
    return report


def review(work: Work, report_id: int) -> Report:
    """Accept a report as its reviewer, who has neither tested nor prepared it; it waits for the signatory."""
    report = of_report(work, report_id, Permission.REPORT_REVIEW)
    _refuse_unless(report, ReportState.IN_REVIEW)
    refuse(obstacles(work.session, report) + reviewer_obstacles(work.session, report, work.actor.person_id))
    report.reviewed_by_id, report.reviewed_at = work.actor.person_id, work.now
    step_report(work, report, "review")
    _tell_next(work, report, N_("Report %(report)s waits for your signature."), Permission.REPORT_ISSUE)
    return report


def to_sign(work: Work, report_id: int) -> dict[str, Any]:
    """Return what the actor is about to sign. Raises RulesBroken with everything that stands in the way."""
    report = of_report(work, report_id, Permission.REPORT_ISSUE)
    _refuse_unless(report, ReportState.REVIEWED)
    if report.edition == 1 and report.commission.state is not CommissionState.REPORT_REVIEW:
        raise WrongState(state=COMMISSION_NAMES[report.commission.state])
    hindrances = signatory_obstacles(work.session, report, work.actor.person_id, work.today)
    refuse(obstacles(work.session, report) + hindrances)
    return contents_of(work.session, report, issued_by=work.actor.name, issued_on=work.today)


def issue(work: Work, report_id: int, *, contents: dict[str, Any], pdf: bytes, folder: Path) -> Report:
    """Issue a report as its signatory: ``pdf`` is what was rendered and signed of ``contents`` before this transaction.

    It is frozen, its samples are retained, the client is told. An amendment voids the report it replaces. Raises
    RulesBroken with whatever stands in the way, ReportChanged when it would not print ``contents`` any more.
    """
    if to_sign(work, report_id) != contents:
        raise ReportChanged
    report = work.session.get_one(Report, report_id)
    replace_old(work, report)
    upload = Upload(f"{report.no}.pdf", "pdf", "application/pdf", pdf)
    file = keep(work, folder, upload, organisation_id=report.commission.provider_id, purpose="report")
    report.contents, report.file_id = contents, file.id
    report.issued_by_id, report.issued_at = work.actor.person_id, work.now
    step_report(work, report, "issue")
    _keep_lines(work, report)
    _hand_over(work, report)
    return report


def _keep_lines(work: Work, report: Report) -> None:
    """Write down which result of which line the report states, and how it is printed."""
    printed = [line for group in report.contents["groups"] for line in group["lines"]]
    work.session.add_all(
        ReportLine(report_id=report.id, line_id=line["line_id"], result_id=line["result_id"], contents=line)
        for line in printed
    )


def _hand_over(work: Work, report: Report) -> None:
    """Let the commission, its samples and its client know that a report is out; the letter tells no results."""
    commission = report.commission
    if report.edition == 1:
        kept = commission.promised_on is None or work.today <= commission.promised_on
        step(work, commission, "issue", no=report.no, in_time=kept)
    retain_after_issue(work, commission)
    tell_client(work, commission, "report_issued", N_("The report of %(no)s has been issued."))


def fetch(work: Work, report_id: int) -> Report:
    """Note that the client fetches a valid report; the first time delivers the commission. Return the report."""
    report = _of_client(work, report_id)
    _refuse_unless(report, ReportState.ISSUED)
    assert work.actor.person_id is not None
    work.session.add(ReportDownload(report_id=report.id, person_id=work.actor.person_id, at=work.now))
    work.record("report.fetched", report, no=report.no)
    _deliver(work, report)
    return report


def collect(work: Work, report_id: int, *, name: str) -> Report:
    """Note that ``name`` has collected a valid report on paper at the counter."""
    report = of_report(work, report_id, Permission.REPORT_PREPARE)
    _refuse_unless(report, ReportState.ISSUED)
    if not name.strip():
        raise ReasonNeeded(N_("Please enter who has collected it."), field="name")
    report.collected_at = work.now
    work.record("report.collected", report, no=report.no, name=name)
    _deliver(work, report)
    return report


def _deliver(work: Work, report: Report) -> None:
    if report.commission.state is CommissionState.ISSUED:
        step(work, report.commission, "deliver", no=report.no)


def _of_client(work: Work, report_id: int) -> Report:
    commission_id = work.session.scalar(select(Report.commission_id).where(Report.id == report_id))
    if commission_id is None:
        raise NotFound
    of_client(work, commission_id, Permission.REPORT_READ)
    report = work.session.get_one(Report, report_id, with_for_update={"of": Report})
    if report.state in WORKING | {ReportState.DROPPED}:
        raise NotFound
    return report


def refuse(errors: list[RuleBroken]) -> None:
    """Raise all of ``errors`` at once, if there are any."""
    if errors:
        raise RulesBroken(errors)


def _refuse_unless(report: Report, state: ReportState) -> None:
    if report.state is not state:
        raise WrongState(state=REPORT_NAMES[report.state])


def _tell_next(work: Work, report: Report, message: str, permission: Permission) -> None:
    tell_staff(work, report.commission, message, permission=permission, link=_desk(report), report=report.no)


def _desk(report: Report) -> str:
    return f"/laboratory/reports/{report.id}"
