"""What an analyst does with a line: begin, write down, correct, submit."""

from __future__ import annotations

from flask import render_template, url_for

from portal.access import holds
from portal.desk import DeskForm, carry_out, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.work_forms import BeginForm, CorrectForm, SubmitForm, correct_form, observation, record_form
from portal.laboratory.work_pages import line_page, missing_of, specimens_of, stored
from services.core.errors import ChangedMeanwhile, NotFound
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.lines import TestLine
from services.laboratory.operations import submitting, testing
from services.laboratory.queries import worklists


def line_here(line_id: int) -> TestLine:
    """Return a line of this laboratory."""
    return worklists.line_of(db.session(), provider_id(), line_id)


@bp.route("/laboratory/work/<id:line_id>/begin", methods=["POST"])
@holds(Permission.RESULT_ENTER)
def begin_line(line_id: int):
    """Begin a line on an instrument."""
    form = BeginForm(mark="begin")
    form.offer(worklists.instruments_of(db.session(), line_here(line_id).item_id))
    address = url_for("laboratory.work_line", line_id=line_id)
    answer = carry_out(
        form,
        lambda work: testing.begin(work, line_id, instrument_id=form.instrument_id),
        leads_to=address,
        done=gettext("The test has begun."),
    )
    return answer or line_page(line_id, form, "begin")


@bp.route("/laboratory/work/<id:line_id>/records", methods=["POST"])
@holds(Permission.RESULT_ENTER)
def record_line(line_id: int):
    """Write down the readings that were filled in."""
    line = line_here(line_id)
    specimens = range(1, line.item.specimens + 1)
    form = record_form(line.item, list(specimens), mark="record")
    form.offer(worklists.instruments_of(db.session(), line.item_id))

    def write_down(work: Work) -> None:
        file_id = stored(work, form.file.upload)
        testing.enter(work, line_id, form.observations, form.conditions, attachment_id=file_id)

    address = url_for("laboratory.work_line", line_id=line_id)
    answer = carry_out(form, write_down, leads_to=address, done=gettext("The readings are written down."))
    if answer is None:
        missing = missing_of(line_here(line_id))
        form.specimens = [number for number in specimens if number in missing or form[f"value_{number}"].errors]
    return answer or line_page(line_id, form, "record")


@bp.route("/laboratory/work/<id:line_id>/records/<id:specimen>", methods=["GET", "POST"])
@holds(Permission.RESULT_ENTER)
def correct_record(line_id: int, specimen: int):
    """Correct a reading; the earlier one stays beside it."""
    line = line_here(line_id)
    form = correct_form(line.item)
    form.offer(worklists.instruments_of(db.session(), line.item_id))

    def correct(work: Work) -> None:
        testing.correct(
            work,
            line_id,
            specimen,
            observation(form),
            form.conditions,
            seen_revision=form.seen_revision,
            reason=form.reason.data or "",
            attachment_id=stored(work, form.file.upload),
        )

    address = url_for("laboratory.work_line", line_id=line_id)
    answer = carry_out(form, correct, leads_to=address, done=gettext("The reading is corrected; the old one is kept."))
    return answer or _correct_page(line_id, specimen, form)


def _correct_page(line_id: int, specimen: int, form: CorrectForm):
    line = line_here(line_id)
    known = next((one for one in specimens_of(line, line.round) if one.number == specimen), None)
    if known is None:
        raise NotFound
    if not form.is_submitted():
        form.start_from(line)
        _fill(form, known.latest)
    if not form.is_submitted() or isinstance(form.refusal, ChangedMeanwhile):
        form.seen.data = str(known.latest.revision)
    return render_template("laboratory/work/correct.html", line=line, known=known, form=form), form.status


def _fill(form: CorrectForm, record) -> None:
    """Begin with the reading as it stands."""
    form["value"].data, form["note"].data = record.value, record.note
    if "undetected" in form:
        form["undetected"].data = not record.is_detected


@bp.route("/laboratory/work/<id:line_id>/submission", methods=["POST"])
@holds(Permission.RESULT_ENTER)
def submit_line(line_id: int):
    """Submit a line; its result and verdict are computed."""
    line_here(line_id)
    form: DeskForm = SubmitForm(mark="submit")

    def submit(work: Work) -> None:
        submitting.submit(work, line_id, uncertainty=form["uncertainty"].data or "", note=form["note"].data or "")

    done = gettext("The result is submitted for checking.")
    answer = carry_out(form, submit, leads_to=url_for("laboratory.work_line", line_id=line_id), done=done)
    return answer or line_page(line_id, form, "submit")
