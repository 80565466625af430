"""What the laboratory's page of a report shows, and which of its forms."""

from __future__ import annotations

from typing import Any

from flask import render_template

from portal.components import may
from portal.current import actor
from portal.desk import ActionForm, DeskForm, ReasonForm, provider_id
from portal.extensions import db
from portal.i18n import translate, translate_error
from portal.laboratory import bp
from portal.laboratory.report_forms import AmendForm, CollectForm, WordsForm
from services.booking.desk_queries import names_of
from services.core import clock
from services.core.permissions import Permission
from services.laboratory.models.reports import Report, ReportState
from services.laboratory.operations.amending import AMENDABLE
from services.laboratory.queries import readiness
from services.laboratory.queries import reports as queries
from services.laboratory.queries.report_contents import contents_of
from services.laboratory.rules.reports import LineGroup
from services.laboratory.rules.states import REPORT_STEPS
from services.laboratory.words import GROUP_NAMES

R = ReportState


@bp.app_template_filter("line_group")
def line_group(name: str) -> str:
    """Return under which heading lines of a report stand."""
    return translate(GROUP_NAMES[LineGroup(name)])


STEPS = {
    "send": ("send", Permission.REPORT_PREPARE),
    "review": ("review", Permission.REPORT_REVIEW),
    "issue": ("issue", Permission.REPORT_ISSUE),
    "withdraw": ("withdraw", Permission.REPORT_ISSUE),
    "drop": ("drop", Permission.REPORT_PREPARE),
}
"""What is done with a report: the step behind it, and who may."""


def actions_for(report: Report) -> set[str]:
    """Return what this person can do with the report as it stands."""
    scope, state = report.commission.provider_id, report.state
    able = {
        name for name, (step, permission) in STEPS.items() if state in REPORT_STEPS[step][0] and may(permission, scope)
    }
    if report.edition == 1:
        able.discard("drop")
    reads = may(Permission.REPORT_REVIEW, scope) or may(Permission.REPORT_ISSUE, scope)
    if state in REPORT_STEPS["send_back"][0] and reads:
        able.add("send_back")
    if may(Permission.REPORT_PREPARE, scope):
        able |= {name for name, states in _PREPARING.items() if state in states}
    return able


_PREPARING = {"edit": {R.DRAFT}, "amend": AMENDABLE, "collect": {R.ISSUED}}


def report_page(report_id: int, sent: DeskForm | None = None, name: str = "") -> Any:
    """Show a report of this laboratory; with ``sent``, the form that was refused, as it was typed."""
    report = queries.report_of_laboratory(db.session(), provider_id(), report_id)
    others = queries.editions(db.session(), report.commission_id)
    fetched = queries.downloads(db.session(), report_id)
    actions = actions_for(report)
    if any(one.edition > report.edition and one.state is not R.DROPPED for one in others):
        actions.discard("amend")
    page = render_template(
        "laboratory/reports/show.html",
        report=report,
        commission=report.commission,
        contents=report.contents or contents_of(db.session(), report),
        obstacles=_obstacles(report, actions),
        actions=actions,
        others=[one for one in others if one.id != report.id],
        fetched=fetched,
        names=names_of(db.session(), [one.person_id for one in fetched]),
        forms=_forms(report) | ({name: sent} if sent else {}),
        sent=sent,
        sent_name=name,
    )
    return page, sent.status if sent else 200


def _obstacles(report: Report, actions: set[str]) -> list[str]:
    """Return in words what stands between a report and its next step for this person."""
    if report.state not in queries.WORKING:
        return []
    session, me = db.session(), actor().person_id
    found = readiness.obstacles(session, report)
    if "issue" in actions:
        found += readiness.signatory_obstacles(session, report, me, clock.local_day(clock.now()))
    elif "review" in actions:
        found += readiness.reviewer_obstacles(session, report, me)
    return [translate_error(one) for one in found]


def _forms(report: Report) -> dict[str, DeskForm]:
    """Return the forms of the page as they are opened."""
    return {
        "action": ActionForm(mark="action", fresh=True),
        "words": WordsForm(mark="words", fresh=True, conclusion=report.conclusion, remarks=report.remarks),
        "send_back": ReasonForm(mark="back", fresh=True),
        "drop": ReasonForm(mark="drop", fresh=True),
        "withdraw": ReasonForm(mark="withdraw", fresh=True),
        "amend": AmendForm(mark="amend", fresh=True),
        "collect": CollectForm(mark="collect", fresh=True),
    }
