"""Verification of reports by everybody (报告验真): by number and code, by QR code, or with the PDF itself."""

from __future__ import annotations

from flask import render_template

from portal.access import public
from portal.forms import PortalForm
from portal.laboratory import bp
from portal.laboratory.report_forms import NumberForm
from portal.verifying import FileForm, answered, verified
from services.laboratory.operations import verifying
from services.laboratory.queries.verification import Verification


@bp.route("/verify", methods=["GET", "POST"])
@public
def verify():
    """Verify a report by its number and code, or by its file; the answer stands on the same page."""
    number, file = NumberForm(), FileForm()
    return verified(
        number, file, _page, lambda work: verifying.verify_number(work, *number.typed), verifying.verify_file
    )


@bp.route("/verify/<code>")
@public
def verify_code(code: str):
    """Tell whoever scans the QR code what the report is worth now; that somebody asked is noted."""
    number, file = NumberForm(formdata=None), FileForm(formdata=None)
    return answered(lambda work: verifying.verify_code(work, code), lambda found: _page(number, file, found))


def _page(number: NumberForm, file: FileForm, found: Verification | None = None, *, sent: PortalForm | None = None):
    page = render_template("laboratory/reports/verify.html", number=number, file=file, found=found, sent=sent)
    return page, 400 if sent else 200
