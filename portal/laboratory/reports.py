"""Reports as clients fetch them, and their objections."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for

from portal.access import holds
from portal.current import actor
from portal.desk import ActionForm, carry_out, press
from portal.extensions import db
from portal.files import send_attachment
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.report_forms import ObjectionForm, stated
from portal.work import begin_work
from services.core import clock
from services.core.errors import WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.laboratory.models.reports import ReportState
from services.laboratory.operations import objecting, reporting
from services.laboratory.queries import objections as objection_queries
from services.laboratory.queries import reports as queries
from services.laboratory.rules.states import OBJECTION_STEPS, OPEN_OBJECTIONS, REPORT_NAMES


def _last_day(report):
    return objecting.last_day(report, int(setting(db.session(), "laboratory.objection_days")))


@bp.route("/commissions/<id:commission_id>/reports")
@holds(Permission.REPORT_READ)
def my_reports(commission_id: int):
    """Show the reports of a commission: the valid one to fetch, earlier ones, and objections."""
    commission = queries.client_commission(db.session(), actor().organisation_id, commission_id)
    reports = queries.issued_reports(db.session(), commission_id)
    objections = objection_queries.objections_to(db.session(), commission_id)
    disputed = {one.report_id for one in objections if one.state in OPEN_OBJECTIONS}
    today = clock.local_day(clock.now())
    return render_template(
        "laboratory/reports/mine.html",
        commission=commission,
        reports=reports,
        objections=objections,
        last_days={one.id: _last_day(one) for one in reports},
        objectable={
            one.id
            for one in reports
            if one.state is ReportState.ISSUED and one.id not in disputed and today <= _last_day(one)
        },
        action=ActionForm(fresh=True),
    )


@bp.route("/reports/<id:report_id>/file", methods=["POST"])
@holds(Permission.REPORT_READ)
def fetch_report(report_id: int):
    """Hand out a valid report, and note that it was fetched; pressing again fetches it again."""
    found = queries.report_of_client(db.session(), actor().organisation_id, report_id)
    if not ActionForm().submitted():
        abort(400)
    with begin_work() as work:
        reporting.fetch(work, report_id)
    assert found.file is not None
    return send_attachment(found.file)


@bp.route("/reports/<id:report_id>/objection", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def object_to(report_id: int):
    """Lodge an objection to a valid report."""
    found = queries.report_of_client(db.session(), actor().organisation_id, report_id)
    if found.state is not ReportState.ISSUED:
        raise WrongState(state=REPORT_NAMES[found.state])
    form = ObjectionForm(objection_queries.stated_lines(db.session(), report_id))

    def lodge(work) -> Any:
        return objecting.lodge(work, report_id, text=form.text.data or "", line_ids=form.line_ids.data or [])

    done = gettext("The laboratory has your objection; the samples are kept until it is answered.")
    answer = carry_out(
        form, lodge, leads_to=lambda made: url_for("laboratory.objection", objection_id=made.id), done=done
    )
    if answer is not None:
        return answer
    return render_template(
        "laboratory/reports/object.html",
        report=found,
        form=form,
        last_day=_last_day(found),
        days=setting(db.session(), "laboratory.objection_answer_days"),
    ), form.status


@bp.route("/objections/<id:objection_id>")
@holds(Permission.COMMISSION_READ)
def objection(objection_id: int):
    """Show an objection: what was written, where it stands, the answer."""
    found = objection_queries.objection_of_client(db.session(), actor().organisation_id, objection_id)
    lines = objection_queries.stated_lines(db.session(), found.report_id)
    return render_template(
        "laboratory/reports/objection.html",
        objection=found,
        doubted=[stated(one) for one in lines if one.line_id in found.line_ids],
        can_withdraw=found.state in OBJECTION_STEPS["withdraw"][0],
        can_close=found.state in OBJECTION_STEPS["close"][0],
        action=ActionForm(fresh=True),
    )


@bp.route("/objections/<id:objection_id>/withdrawal", methods=["POST"])
@holds(Permission.COMMISSION_PLACE)
def withdraw_objection(objection_id: int):
    """Take an objection back."""
    address = url_for("laboratory.objection", objection_id=objection_id)
    return press(ActionForm(), address, N_("Your objection is taken back."), objecting.withdraw, objection_id)


@bp.route("/objections/<id:objection_id>/acceptance", methods=["POST"])
@holds(Permission.COMMISSION_PLACE)
def close_objection(objection_id: int):
    """Accept the answer."""
    address = url_for("laboratory.objection", objection_id=objection_id)
    return press(ActionForm(), address, N_("The objection is closed."), objecting.close, objection_id)
