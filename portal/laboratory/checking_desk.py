"""What a checker does with a result, and what the clerk does with lines that another body tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for

from portal.access import holds
from portal.desk import DeskForm, ReasonForm, carry_out, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.work_forms import CheckForm, SubcontractForm, TakeInForm
from portal.laboratory.work_pages import line_page, stored
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.operations import checking, subcontracting
from services.laboratory.queries import worklists


@bp.route("/laboratory/work/<id:line_id>/check", methods=["POST"])
@holds(Permission.RESULT_CHECK)
def check_line(line_id: int):
    """Accept a result."""
    form = CheckForm(mark="check")
    done = gettext("The result is checked.")
    return _act(line_id, "check", form, lambda work: checking.check(work, line_id, result_id=form.result_id), done)


@bp.route("/laboratory/work/<id:line_id>/return", methods=["POST"])
@holds(Permission.RESULT_CHECK)
def send_line_back(line_id: int):
    """Send a result back to be corrected."""
    form = ReasonForm(mark="back")
    done = gettext("The result is sent back; the analyst has been told why.")
    return _act(
        line_id, "send_back", form, lambda work: checking.send_back(work, line_id, reason=form.reason.data), done
    )


@bp.route("/laboratory/work/<id:line_id>/retest", methods=["POST"])
@holds(Permission.RESULT_CHECK)
def retest_line(line_id: int):
    """Have a line tested again."""
    form = ReasonForm(mark="retest")
    done = gettext("A new round has begun; the old result is kept as a void one.")
    return _act(line_id, "retest", form, lambda work: checking.retest(work, line_id, reason=form.reason.data), done)


@bp.route("/laboratory/work/<id:line_id>/subcontracting", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def subcontract_line(line_id: int):
    """Give a line to another body."""
    form = SubcontractForm(mark="subcontract")

    def give_out(work: Work) -> None:
        subcontracting.subcontract(work, line_id, body=form.body.data or "", mark_no=form.mark_no.data or "")

    return _act(line_id, "subcontract", form, give_out, gettext("The line is subcontracted."))


@bp.route("/laboratory/work/<id:line_id>/external-result", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def take_in_result(line_id: int):
    """Take in what another body reported."""
    form = TakeInForm(mark="take-in")

    def take_in(work: Work) -> None:
        subcontracting.take_in(
            work,
            line_id,
            value=form.value.data,
            report_no=form.report_no.data,
            uncertainty=form.uncertainty.data or "",
            attachment_id=stored(work, form.file.upload),
        )

    return _act(line_id, "take_in", form, take_in, gettext("The result is taken in and waits for its check."))


def _act(line_id: int, name: str, form: DeskForm, operation: Callable[[Work], Any], done: str):
    """Carry out one action; what is refused is told on the line's page, which shows how it stands now."""
    worklists.line_of(db.session(), provider_id(), line_id)
    address = url_for("laboratory.work_line", line_id=line_id)
    return carry_out(form, operation, leads_to=address, done=done) or line_page(line_id, form, name)
