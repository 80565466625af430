"""The analysts' and checkers' lists, and one test line: never anything about the client."""

from __future__ import annotations

from flask import render_template, request, url_for

from portal.access import holds
from portal.components import may
from portal.current import actor
from portal.desk import asked_words, carry_out, not_done, provider_id
from portal.extensions import db
from portal.files import send_attachment
from portal.i18n import ngettext
from portal.laboratory import bp, checking_desk, testing_desk  # noqa: F401 - registers views
from portal.laboratory.work_forms import AssignForm
from portal.laboratory.work_pages import line_page
from portal.paging import paged
from portal.security import safe_next
from services.core import clock
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.laboratory.operations.assigning import assign
from services.laboratory.queries import worklists

PER_PAGE = 50


def _lists() -> list[str]:
    """Return the lists that concern this person, the most likely one first."""
    lists = ["mine", "unassigned"] if may(Permission.RESULT_ENTER) else []
    if may(Permission.RESULT_CHECK):
        lists.insert(0, "checks")
    return [*lists, *(name for name in ("all", "unassigned", "checks", "outside") if name not in lists)]


@bp.route("/laboratory/work")
@holds(Permission.WORKLIST_READ)
def worklist():
    """Show a list of test lines, what is promised first at the top."""
    lists, words = _lists(), asked_words()
    shown = request.args.get("show", "")
    shown = shown if shown in lists else lists[0]
    person_id = actor().person_id
    page = paged(worklists.lines(provider_id(), shown, person_id=person_id, words=words), per_page=PER_PAGE)
    assigns = shown in {"mine", "unassigned", "all"} and (
        may(Permission.RESULT_ENTER) or may(Permission.COMMISSION_REVIEW)
    )
    form = AssignForm(_analysts() if assigns else [], person_id=person_id, fresh=True)
    return render_template(
        "laboratory/work/list.html",
        lists=lists,
        shown=shown,
        words=words,
        page=page,
        counts=worklists.counts(db.session(), provider_id(), person_id),
        form=form if assigns else None,
        here=request.full_path.rstrip("?"),
        today=clock.local_day(clock.now()),
    )


def _analysts():
    return worklists.analysts_of(db.session(), provider_id())


@bp.route("/laboratory/work/assignments", methods=["POST"])
@holds(Permission.WORKLIST_READ)
def assign_lines():
    """Give the ticked lines to an analyst; leads back to the list, or to the line, where it was chosen."""
    form = AssignForm(_analysts(), person_id=actor().person_id)
    address = safe_next(request.form.get("back", "")) or url_for("laboratory.worklist")
    done = ngettext("%(num)d line given.", "%(num)d lines given.", len(form.line_ids))
    answer = carry_out(
        form, lambda work: assign(work, form.line_ids, person_id=form.person.data), leads_to=address, done=done
    )
    if answer is None:
        form.form_errors += [error for field in form for error in field.errors]
    return answer or not_done(form, address)


@bp.route("/laboratory/work/<id:line_id>")
@holds(Permission.WORKLIST_READ)
def work_line(line_id: int):
    """Show a test line: its readings, its results, and what can be done with it."""
    return line_page(line_id)


@bp.route("/laboratory/work/<id:line_id>/files/<id:attachment_id>")
@holds(Permission.WORKLIST_READ)
def work_file(line_id: int, attachment_id: int):
    """Hand out a file that belongs to a reading of the line."""
    line = worklists.line_of(db.session(), provider_id(), line_id)
    file = next((one.attachment for one in line.records if one.attachment_id == attachment_id), None)
    if file is None:
        raise NotFound
    return send_attachment(file)
