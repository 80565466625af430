"""After the issue: a report is amended by a new one that names it, or withdrawn; an amendment can be dropped."""

from __future__ import annotations

from services.core.errors import RuleBroken, RulesBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.reports import Report, ReportState
from services.laboratory.operations.reporting import begin, of_report
from services.laboratory.operations.steps import note, step_report
from services.laboratory.operations.voiding import tell_readers
from services.laboratory.queries.reports import editions, latest_edition
from services.laboratory.reporting_errors import FirstReportStays, NothingChanged, NotTheLatest
from services.laboratory.rules.states import REPORT_NAMES

AMENDABLE = frozenset({ReportState.ISSUED, ReportState.WITHDRAWN})


def amend(work: Work, report_id: int, *, reason: str, changed_parts: str) -> Report:
    """Begin the report that will replace this one, with a number of its own, the reason and what it changes.

    The old one stays valid until the new one is issued.
    """
    old = of_report(work, report_id, Permission.REPORT_PREPARE)
    missing: list[RuleBroken] = [] if reason.strip() else [ReasonNeeded()]
    missing += [] if changed_parts.strip() else [NothingChanged()]
    if missing:
        raise RulesBroken(missing)
    if old.state not in AMENDABLE:
        raise WrongState(state=REPORT_NAMES[old.state])
    later = [one for one in editions(work.session, old.commission_id) if one.edition > old.edition]
    if any(one.state is not ReportState.DROPPED for one in later):
        raise NotTheLatest
    note(work, old.commission, "amend_report", reason=reason, is_internal=True, no=old.no)
    return begin(
        work,
        old.commission,
        edition=latest_edition(work.session, old.commission_id) + 1,
        language=old.language,
        replaces_id=old.id,
        change_reason=reason.strip(),
        changed_parts=changed_parts.strip(),
        conclusion=old.conclusion,
        remarks=old.remarks,
    )


def drop(work: Work, report_id: int, *, reason: str) -> Report:
    """Give up an amendment that was not issued; its number is not used again."""
    report = of_report(work, report_id, Permission.REPORT_PREPARE)
    if report.edition == 1:
        raise FirstReportStays
    if not reason.strip():
        raise ReasonNeeded
    step_report(work, report, "drop", reason=reason)
    return report


def withdraw(work: Work, report_id: int, *, reason: str) -> Report:
    """Declare a valid report void, with a reason, and tell everybody who has fetched or verified it."""
    report = of_report(work, report_id, Permission.REPORT_ISSUE)
    if not reason.strip():
        raise ReasonNeeded
    step_report(work, report, "withdraw", reason=reason)
    note(work, report.commission, "withdraw_report", reason=reason, no=report.no)
    tell_readers(work, report, N_("Report %(report)s has been withdrawn and is void."))
    return report
