"""The desk of the standards library: entering, changing, and taking in a table."""

from __future__ import annotations

from dataclasses import asdict

from flask import url_for

from portal.access import holds
from portal.csv_files import csv_answer
from portal.desk import carry_out, form_page
from portal.extensions import db
from portal.i18n import gettext
from portal.standards import bp
from portal.standards.forms import StandardForm
from portal.tables import TableForm
from services.core import clock
from services.core.permissions import Permission
from services.standards import importing, operations, queries
from services.standards.models import Standard


@bp.route("/new", methods=["GET", "POST"])
@holds(Permission.STANDARD_EDIT)
def new():
    """Enter an edition."""
    form = StandardForm()
    done = carry_out(
        form,
        lambda work: operations.add_standard(work, form.entry()),
        leads_to=lambda standard: url_for("standards.show", standard_id=standard.id),
        done=gettext("The standard is in the library."),
    )
    return done or form_page("standards/new.html", form)


@bp.route("/<id:standard_id>/edit", methods=["GET", "POST"])
@holds(Permission.STANDARD_EDIT)
def edit(standard_id: int):
    """Change what is said about an edition."""
    standard = queries.standard(db.session(), standard_id)
    form = _edit_form(standard)
    done = carry_out(
        form,
        lambda work: operations.change_standard(work, standard_id, form.version.data, form.entry()),
        leads_to=url_for("standards.show", standard_id=standard_id),
        done=gettext("The changes have been saved."),
    )
    if done is None:
        form.compare(lambda: _edit_form(queries.standard(db.session(), standard_id), formdata=None))
    return done or form_page("standards/edit.html", form, standard=standard)


@bp.route("/import", methods=["GET", "POST"])
@holds(Permission.STANDARD_EDIT)
def take_in():
    """Look at a table of standards, and take it in when nothing is wrong with it."""
    form, plan, done = TableForm(), None, None
    if form.submitted():
        plan = form.plan(lambda table: importing.plan_import(db.session(), table))
    if form.is_final:
        done = carry_out(
            form,
            lambda work: importing.import_standards(work, form.table.data),
            leads_to=url_for("standards.index"),
            done=gettext("The table has been taken in."),
        )
    return done or form_page("standards/import.html", form, plan=plan, columns=importing.COLUMNS)


@bp.route("/table.csv")
@holds(Permission.STANDARD_EDIT)
def table():
    """Return the library as a table that can be changed and taken in again."""
    statement = queries.standards_found(clock.local_day(clock.now()))
    entries = [asdict(operations.entry_of(one)) for one in db.session().scalars(statement.limit(queries.MOST_CHOICES))]
    head = [spellings[0] for spellings in importing.COLUMNS.values()]
    return csv_answer("standards.csv", head, ([entry[name] for name in importing.COLUMNS] for entry in entries))


def _edit_form(standard: Standard, **values: None) -> StandardForm:
    return StandardForm(data=asdict(operations.entry_of(standard)) | {"version": standard.version}, **values)
