"""Reports at the laboratory: what waits, and preparing, reviewing, issuing, amending and withdrawing."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for

from portal.access import holds
from portal.current import actor
from portal.desk import ActionForm, DeskForm, ReasonForm, carry_out, not_done, provider_id
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.i18n import gettext
from portal.laboratory import bp, objection_desk  # noqa: F401 - registers views
from portal.laboratory.report_forms import AmendForm, CollectForm, WordsForm
from portal.laboratory.report_pages import report_page
from portal.paging import paged
from portal.work import begin_work
from services.core import clock
from services.core.errors import RuleBroken
from services.core.permissions import Permission
from services.core.work import Work
from services.documents.reports import issued_document, preview
from services.laboratory.operations import amending, reporting
from services.laboratory.queries import reports as queries
from services.laboratory.queries.report_contents import contents_of

PER_PAGE = 50


@bp.route("/laboratory/reports")
@holds(Permission.REPORT_OPEN)
def reports():
    """Show a list of reports: to prepare, in preparation, to review, to sign, issued."""
    shown = request.args.get("show", "")
    shown = shown if shown in queries.LISTS else "prepare"
    statement = queries.to_prepare(provider_id()) if shown == "prepare" else queries.desk_reports(provider_id(), shown)
    return render_template(
        "laboratory/reports/index.html",
        shown=shown,
        page=paged(statement, per_page=PER_PAGE),
        waiting=queries.waiting(db.session(), provider_id()),
        action=ActionForm(fresh=True),
        today=clock.local_day(clock.now()),
    )


@bp.route("/laboratory/commissions/<id:commission_id>/report", methods=["POST"])
@holds(Permission.REPORT_PREPARE)
def prepare_report(commission_id: int):
    """Begin the report of a commission whose results are all checked, or go to the one already begun."""
    form = ActionForm()
    done = gettext("The report is in preparation.")

    def address(report: Any) -> str:
        db.session.flush()  # a new report has no id before
        return url_for("laboratory.report", report_id=report.id)

    answer = carry_out(form, lambda work: reporting.prepare(work, commission_id), leads_to=address, done=done)
    return answer or not_done(form, url_for("laboratory.reports"))


@bp.route("/laboratory/reports/<id:report_id>")
@holds(Permission.REPORT_OPEN)
def report(report_id: int):
    """Show a report with everything it prints, what it still lacks, and what can be done with it."""
    return report_page(report_id)


@bp.route("/laboratory/reports/<id:report_id>/pdf")
@holds(Permission.REPORT_OPEN)
def report_pdf(report_id: int):
    """Hand out the PDF: the signed one, or a preview marked as a draft."""
    found = queries.report_of_laboratory(db.session(), provider_id(), report_id)
    if found.file is not None:
        return send_attachment(found.file)
    contents, base_url = contents_of(db.session(), found), current_app.config["PORTAL"].base_url
    pdf = preview(contents, base_url, clock.now())
    return send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=f"{found.no}-draft.pdf")


def _act(report_id: int, name: str, form: DeskForm, operation: Callable[[Work], Any], done: str):
    """Carry out one action; what is refused is told on the report's page, which shows how it stands now."""
    queries.report_of_laboratory(db.session(), provider_id(), report_id)
    address = url_for("laboratory.report", report_id=report_id)
    return carry_out(form, operation, leads_to=address, done=done) or report_page(report_id, form, name)


@bp.route("/laboratory/reports/<id:report_id>/words", methods=["POST"])
@holds(Permission.REPORT_PREPARE)
def edit_report(report_id: int):
    """Change the words of a report in preparation."""
    form = WordsForm(mark="words")

    def edit(work: Work) -> None:
        reporting.edit(work, report_id, conclusion=form.conclusion.data or "", remarks=form.remarks.data or "")

    return _act(report_id, "words", form, edit, gettext("The words are saved."))


@bp.route("/laboratory/reports/<id:report_id>/review-request", methods=["POST"])
@holds(Permission.REPORT_PREPARE)
def send_report(report_id: int):
    """Send a report to the reviewer."""
    done = gettext("The report waits for the reviewer.")
    return _act(report_id, "action", ActionForm(mark="action"), lambda work: reporting.send(work, report_id), done)


@bp.route("/laboratory/reports/<id:report_id>/return", methods=["POST"])
@holds(Permission.REPORT_OPEN)
def return_report(report_id: int):
    """Send a report back to preparation with a reason."""
    form = ReasonForm(mark="back")
    done = gettext("The report is in preparation again.")
    return _act(
        report_id,
        "send_back",
        form,
        lambda work: reporting.send_back(work, report_id, reason=form.reason.data or ""),
        done,
    )


@bp.route("/laboratory/reports/<id:report_id>/review", methods=["POST"])
@holds(Permission.REPORT_REVIEW)
def review_report(report_id: int):
    """Accept a report as its reviewer."""
    done = gettext("The report waits for the signatory.")
    return _act(report_id, "action", ActionForm(mark="action"), lambda work: reporting.review(work, report_id), done)


@bp.route("/laboratory/reports/<id:report_id>/issue", methods=["POST"])
@holds(Permission.REPORT_ISSUE)
def issue_report(report_id: int):
    """Sign and issue a report: it is rendered and signed before the transaction begins, which looks once more."""
    queries.report_of_laboratory(db.session(), provider_id(), report_id)
    form, settings = ActionForm(mark="action"), current_app.config["PORTAL"]
    if not form.submitted():
        return report_page(report_id, form, "action")
    now, address = clock.now(), url_for("laboratory.report", report_id=report_id)
    try:
        contents = reporting.to_sign(Work(db.session(), actor(), now), report_id)
        db.session.rollback()  # nobody waits for a PDF with a row locked
        pdf = issued_document(contents, settings.base_url, settings.instance, now)
        with begin_work(form) as work:
            reporting.issue(work, report_id, contents=contents, pdf=pdf, folder=uploads_folder())
            work.leads_to(address)
    except RuleBroken as error:
        form.blame(error)
        return report_page(report_id, form, "action")
    flash(gettext("The report is issued; the client has been told."), "success")
    return redirect(address, code=303)


@bp.route("/laboratory/reports/<id:report_id>/collection", methods=["POST"])
@holds(Permission.REPORT_PREPARE)
def collect_report(report_id: int):
    """Note who has collected a report on paper."""
    form = CollectForm(mark="collect")
    done = gettext("The collection is noted.")
    return _act(
        report_id, "collect", form, lambda work: reporting.collect(work, report_id, name=form.name.data or ""), done
    )


@bp.route("/laboratory/reports/<id:report_id>/amendment", methods=["POST"])
@holds(Permission.REPORT_PREPARE)
def amend_report(report_id: int):
    """Begin the report that will replace this one."""
    queries.report_of_laboratory(db.session(), provider_id(), report_id)
    form = AmendForm(mark="amend")

    def address(new: Any) -> str:
        db.session.flush()  # a new report has no id before
        return url_for("laboratory.report", report_id=new.id)

    def amend(work: Work) -> Any:
        values = {"reason": form.reason.data or "", "changed_parts": form.changed_parts.data or ""}
        return amending.amend(work, report_id, **values)

    done = gettext("The amended report is in preparation; the old one is valid until it is issued.")
    return carry_out(form, amend, leads_to=address, done=done) or report_page(report_id, form, "amend")


@bp.route("/laboratory/reports/<id:report_id>/dropping", methods=["POST"])
@holds(Permission.REPORT_PREPARE)
def drop_report(report_id: int):
    """Give up an amendment."""
    form = ReasonForm(mark="drop")
    done = gettext("The amendment is given up; the old report stays as it is.")
    return _act(
        report_id, "drop", form, lambda work: amending.drop(work, report_id, reason=form.reason.data or ""), done
    )


@bp.route("/laboratory/reports/<id:report_id>/withdrawal", methods=["POST"])
@holds(Permission.REPORT_ISSUE)
def withdraw_report(report_id: int):
    """Declare a report void."""
    form = ReasonForm(mark="withdraw")
    done = gettext("The report is withdrawn; whoever fetched or verified it has been told.")
    return _act(
        report_id,
        "withdraw",
        form,
        lambda work: amending.withdraw(work, report_id, reason=form.reason.data or ""),
        done,
    )
