"""Reports of abuse and suspensions from posting, at the desk."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.board import bp
from portal.board.desk_forms import JudgeForm
from portal.desk import ReasonForm, carry_out
from portal.extensions import db
from portal.i18n import gettext
from portal.paging import paged
from portal.reading import reader
from services.board.operations import abuse
from services.board.queries import desk as queries
from services.core.permissions import Permission


@bp.route("/board/desk/reports")
@holds(Permission.POST_REVIEW)
def desk_reports():
    """List the reports of abuse that wait, the eldest first."""
    return render_template("board/desk/reports.html", page=paged(queries.reports(reader(), only_open=True)))


@bp.route("/board/desk/reports/decided")
@holds(Permission.POST_REVIEW)
def decided_reports():
    """List all reports of abuse, the latest first."""
    page = paged(queries.reports(reader(), only_open=False))
    return render_template("board/desk/reports.html", page=page, shows_all=True)


@bp.route("/board/desk/reports/<id:report_id>", methods=["GET", "POST"])
@holds(Permission.POST_REVIEW)
def desk_report(report_id: int):
    """Show a report of abuse, and decide about it."""
    queries.desk_report(db.session(), reader(), report_id)
    form = JudgeForm()

    def judge(work: Any) -> None:
        decide = abuse.uphold if form.upheld.data == "yes" else abuse.dismiss
        decide(work, report_id, reason=form.reason.data)

    done = carry_out(
        form, judge, leads_to=url_for("board.desk_reports"), done=gettext("The report is decided; both sides are told.")
    )
    if done:
        return done
    found = queries.desk_report(db.session(), reader(), report_id)
    return render_template("board/desk/report.html", report=found, form=form), form.status


@bp.route("/board/desk/suspensions")
@holds(Permission.POST_REVIEW)
def desk_suspensions():
    """List who is suspended from posting."""
    return _suspensions(ReasonForm())


@bp.route("/board/desk/suspensions/<id:suspension_id>/lift", methods=["POST"])
@holds(Permission.POST_REVIEW)
def lift_suspension(suspension_id: int):
    """Let an organisation post again."""
    form = ReasonForm()
    done = carry_out(
        form,
        lambda work: abuse.lift_suspension(work, suspension_id, reason=form.reason.data),
        leads_to=url_for("board.desk_suspensions"),
        done=gettext("The organisation may post again."),
    )
    return done or _suspensions(form)


def _suspensions(form: ReasonForm) -> Any:
    page = paged(queries.suspensions(reader(), reader().today), scalars=False)
    return render_template("board/desk/suspensions.html", page=page, form=form), form.status
