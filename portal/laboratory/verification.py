"""Verification of reports by everybody (报告验真): by number and code, by QR code, or with the PDF itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request

from portal.access import public
from portal.errors import error_page
from portal.forms import PortalForm
from portal.i18n import gettext, translate_error
from portal.laboratory import bp
from portal.laboratory.report_forms import FileForm, NumberForm
from portal.work import begin_work
from services.core.uploads import MOST_BYTES
from services.core.work import Work
from services.laboratory.operations import verifying
from services.laboratory.queries.verification import Verification
from services.laboratory.verifying_errors import TooManyChecks


@bp.route("/verify", methods=["GET", "POST"])
@public
def verify():
    """Verify a report by its number and code, or by its file; the answer stands on the same page."""
    by_file = "file" in request.files
    number, file = NumberForm(), FileForm()
    if request.method != "POST":
        return _page(number, file)
    if by_file:
        content = _content(file)
        return _answer(number, file, file, content and (lambda work: verifying.verify_file(work, content)))
    typed = number.submitted() and (
        lambda work: verifying.verify_number(work, number.number.data or "", number.code.data or "")
    )
    return _answer(number, file, number, typed)


@bp.route("/verify/<code>")
@public
def verify_code(code: str):
    """Tell whoever scans the QR code what the report is worth now; that somebody asked is noted."""
    try:
        with begin_work() as work:
            found = verifying.verify_code(work, code)
    except TooManyChecks as error:
        return error_page(429, translate_error(error))
    return _page(NumberForm(formdata=None), FileForm(formdata=None), found)


def _content(form: FileForm) -> bytes | None:
    """Return the bytes that were sent, of a sensible size."""
    if not form.submitted():
        return None
    content = form.file.data.stream.read(MOST_BYTES + 1) if form.file.data else b""
    if not 0 < len(content) <= MOST_BYTES:
        form.file.errors = [gettext("Please choose a PDF file of at most 10 MB.")]
        return None
    return content


def _answer(number: NumberForm, file: FileForm, sent: PortalForm, ask: Callable[[Work], Verification] | Any):
    """Answer on the page: what the report is worth, or what is missing in the form that was sent."""
    if not ask:
        return _page(number, file, sent=sent)
    try:
        with begin_work() as work:
            found = ask(work)
    except TooManyChecks as error:
        return error_page(429, translate_error(error))
    return _page(number, file, found)


def _page(number: NumberForm, file: FileForm, found: Verification | None = None, *, sent: PortalForm | None = None):
    page = render_template("laboratory/reports/verify.html", number=number, file=file, found=found, sent=sent)
    return page, 400 if sent else 200
