"""Registering several people of a company: looked at first, registered once, each row told what is wrong with it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for

from portal.access import holds
from portal.current import organisation
from portal.desk import form_page
from portal.extensions import db
from portal.i18n import ngettext
from portal.training import bp
from portal.training.book import identity_book
from portal.training.group_forms import GroupForm
from portal.work import begin_work
from portal.workbooks import workbook_answer
from services.core import clock
from services.core.errors import RuleBroken
from services.core.permissions import Permission
from services.training.operations.importing import (
    HEADS,
    MOST_PEOPLE,
    Checked,
    Registered,
    RowsWrong,
    check_lines,
    lines_of,
    register_lines,
)
from services.training.queries.classes import class_to_enter
from services.training.queries.mine import numbered
from services.training.rules.standing import standing_of

SAMPLE = ("王示例", "11010519491231002X", "13800000000", "初中", "灯工")


@bp.route("/classes/<class_no>/register-many", methods=["GET", "POST"])
@holds(Permission.TRAINEE_REGISTER)
def register_many(class_no: str):
    """Register several people: ``step`` says whether rows are added, read from a file, looked at, or registered."""
    training_class = class_to_enter(db.session(), class_no)
    class_id, form = training_class.id, GroupForm(training_class)
    step = request.form.get("step", "look") if form.is_submitted() else ""
    if step == "more":
        form.add_rows()
    elif step == "register" and not form.file.data:
        done = _register(form, class_id, class_no)
        return done if done is not None else _page(class_no, form)
    elif step:
        return _look(form, class_id, class_no)
    return _page(class_no, form, status=200)


def _look(form: GroupForm, class_id: int, class_no: str):
    """Read the file if there is one, and tell what is wrong with each row; nobody is registered."""
    if not form.validate_shapes():
        return _page(class_no, form)
    try:
        if form.file.data:
            form.fill(lines_of(form.file.data.read()))
    except RuleBroken as error:
        form.blame(error)
        return _page(class_no, form)
    checked = _check(form, class_id)
    return _page(class_no, form, checked=checked, status=200 if checked else None)


def _check(form: GroupForm, class_id: int) -> list[Checked]:
    """Show what is wrong with each row, and return the rows; none when the list as a whole is refused."""
    try:
        with begin_work() as work:
            how = {"knowingly": form.knowingly.data, "together": form.together.data}
            checked = check_lines(work, identity_book(), class_id, form.lines, **how)
    except RuleBroken as error:
        form.blame(error)
        return []
    form.mark(checked)
    return checked


def _register(form: GroupForm, class_id: int, class_no: str) -> Any:
    """Register the people; None when the form has to be shown again."""
    if not form.submitted():
        _check(form, class_id)  # so that everything that is wrong is told at once
        return None
    address = url_for("training.employer", **{"class": class_no})
    try:
        with begin_work(form) as work:
            done = register_lines(work, identity_book(), class_id, form.lines, form.order)
            work.leads_to(address)
            wrong = [one for one in done.checked if one.faults]
    except RuleBroken as error:
        form.blame(error)
        form.mark(error.checked if isinstance(error, RowsWrong) else [])
        return None
    if wrong:
        return _rest(form, class_no, done)
    told = ngettext("%(num)d person has been registered.", "%(num)d people have been registered.", len(done.checked))
    flash(told, "success")
    return redirect(address, code=303)


def _rest(form: GroupForm, class_no: str, done: Registered):
    """Show who was registered, and the rows that were wrong, to be corrected and sent under a new token."""
    form.form_token.data = secrets.token_urlsafe(24)
    wrong = [one for one in done.checked if one.faults]
    registered = numbered(db.session(), done.registration_ids)
    form.fill([one.line for one in wrong])
    form.mark([Checked(replace(one.line, number=number), one.faults) for number, one in enumerate(wrong, 1)])
    return _page(class_no, form, registered=registered, status=200)


def _page(class_no: str, form: GroupForm, *, status: int | None = None, **values: Any):
    training_class, now = class_to_enter(db.session(), class_no), clock.now()
    page, own_status = form_page(
        "training/register_many.html",
        form,
        training_class=training_class,
        course=training_class.course,
        firm=organisation(),
        standing=standing_of(training_class, now),
        most=MOST_PEOPLE,
        now=now,
        **{"checked": [], "registered": []} | values,
    )
    return page, status or own_status


@bp.route("/training-records/template.xlsx")
@holds(Permission.TRAINEE_REGISTER)
def template_file():
    """Return the spreadsheet in which a company lists people, with one row as a sample."""
    return workbook_answer("学员报名表.xlsx", HEADS, [SAMPLE], blank=MOST_PEOPLE)
