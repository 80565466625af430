"""The outbox: what could not be carried out, and what to do about it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for

from portal.access import holds
from portal.admin import bp
from portal.admin.forms import ReasonForm
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import gettext, ngettext
from portal.paging import paged
from portal.work import begin_work
from services.core.errors import NotFound, RuleBroken
from services.core.outbox import OutboxTask, TaskState
from services.core.permissions import Permission
from services.jobs.operations import drop, send_again, send_all_again
from services.jobs.queries import state_counts, tasks, timetable_entries

ORDER = (TaskState.PARKED, TaskState.WAITING, TaskState.RUNNING, TaskState.DONE)


@bp.route("/outbox")
@holds(Permission.OUTBOX_MANAGE)
def outbox():
    """List tasks by their state, the parked ones first, and the timetable."""
    asked = request.args.get("state", "")
    state = TaskState(asked) if asked in set(TaskState) else TaskState.PARKED
    return render_template(
        "admin/outbox.html",
        page=paged(tasks(state)),
        state=state,
        counts=state_counts(db.session()),
        order=ORDER,
        entries=timetable_entries(db.session()),
        form=ActionForm(),
    )


@bp.route("/outbox/again", methods=["POST"])
@holds(Permission.OUTBOX_MANAGE)
def send_all():
    """Let every parked task be tried again."""
    form = ActionForm()
    if not form.submitted():
        abort(400)
    with begin_work(form) as work:
        count = send_all_again(work)
        work.leads_to(url_for("admin.outbox"))
    flash(ngettext("%(num)s task is tried again.", "%(num)s tasks are tried again.", count), "success")
    return redirect(url_for("admin.outbox"), code=303)


@bp.route("/outbox/<id:task_id>")
@holds(Permission.OUTBOX_MANAGE)
def task(task_id: int):
    """Show one task with its last error."""
    return _page(task_id, ReasonForm())


@bp.route("/outbox/<id:task_id>/again", methods=["POST"])
@holds(Permission.OUTBOX_MANAGE)
def send(task_id: int):
    """Let one parked task be tried again."""
    form = ActionForm()
    if not form.submitted():
        abort(400)
    with begin_work(form) as work:
        send_again(work, task_id)
        work.leads_to(url_for("admin.outbox"))
    flash(gettext("The task is tried again."), "success")
    return redirect(url_for("admin.outbox"), code=303)


@bp.route("/outbox/<id:task_id>/drop", methods=["POST"])
@holds(Permission.OUTBOX_MANAGE)
def drop_task(task_id: int):
    """Remove one parked task for a reason."""
    form = ReasonForm()
    if form.submitted():
        try:
            with begin_work(form) as work:
                drop(work, task_id, reason=form.reason.data)
                work.leads_to(url_for("admin.outbox"))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The task is dropped."), "success")
            return redirect(url_for("admin.outbox"), code=303)
    return _page(task_id, form)


def _page(task_id: int, form: ReasonForm):
    found = db.session.get(OutboxTask, task_id)
    if found is None:
        raise NotFound
    numbers = {name: value for name, value in found.payload.items() if isinstance(value, int)}
    return render_template("admin/task.html", task=found, numbers=numbers, form=form)
