"""Dues tables at the secretary's desk: prepared, laid before a meeting, put into force by its figures."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.dues_forms import AdoptionForm, LevelsForm
from portal.association.register_pages import association_id
from portal.desk import ActionForm, DeskForm, carry_out, press
from portal.extensions import db
from portal.i18n import gettext
from services.association.models.dues import DuesTable, TableState
from services.association.models.meetings import MotionSubject
from services.association.operations import bringing, tables
from services.association.queries.dues import dues_table, tables_of
from services.association.queries.meetings import is_before_body
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission


@bp.route("/associations/desk/dues-tables", methods=["GET", "POST"])
@holds(Permission.DUES_MANAGE)
def desk_tables():
    """List the dues tables, and prepare one."""
    form = LevelsForm(from_year=clock.local_day(clock.now()).year + 1)
    done = carry_out(
        form,
        lambda work: tables.prepare_table(work, association_id(), form.from_year.data, form.amounts),
        leads_to=lambda made: url_for("association.desk_table", table_id=made.id),
        done=gettext("The table is prepared. It comes into force by the vote of a meeting."),
    )
    if done:
        return done
    found = tables_of(db.session(), association_id())
    return render_template("association/desk/tables.html", tables=found, form=form), form.status


@bp.route("/associations/desk/dues-tables/<id:table_id>", methods=["GET", "POST"])
@holds(Permission.DUES_MANAGE)
def desk_table(table_id: int):
    """Show a dues table; change one that is not adopted."""
    found = dues_table(db.session(), table_id, association_id())
    form = LevelsForm.showing(found)
    if form.is_submitted() and found.state is not TableState.DRAFT:
        raise NotFound
    done = carry_out(
        form,
        lambda work: tables.change_table(work, table_id, form.from_year.data, form.amounts),
        leads_to=url_for("association.desk_table", table_id=table_id),
        done=gettext("The table has been changed."),
    )
    return done or _page(found, levels=form)


@bp.route("/associations/desk/dues-tables/<id:table_id>/motion", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def bring_table(table_id: int):
    """Lay a dues table before a meeting."""
    address = url_for("association.desk_table", table_id=table_id)
    return press(ActionForm(), address, N_("The motion waits for an agenda."), bringing.bring_table, table_id)


@bp.route("/associations/desk/dues-tables/<id:table_id>/adoption", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def adopt_table(table_id: int):
    """Put a table into force by the record of a meeting that was held on paper."""
    found = dues_table(db.session(), table_id, association_id())
    form = AdoptionForm()
    done = carry_out(
        form,
        lambda work: tables.adopt_table(work, table_id, form.adoption),
        leads_to=url_for("association.desk_table", table_id=table_id),
        done=gettext("The table is in force."),
    )
    return done or _page(found, adoption=form)


@bp.route("/associations/desk/dues-tables/<id:table_id>/deletion", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def drop_table(table_id: int):
    """Throw away a table that was not adopted."""
    address = url_for("association.desk_tables")
    return press(ActionForm(), address, N_("The table is thrown away."), tables.drop_table, table_id)


def _page(found: DuesTable, **sent: DeskForm) -> Any:
    form = sent.get("adoption") or sent.get("levels")
    table = dues_table(db.session(), found.id, association_id())
    page = render_template(
        "association/desk/table.html",
        table=table,
        levels=sent.get("levels") or LevelsForm.showing(table, mark="levels", fresh=True),
        adoption=sent.get("adoption") or AdoptionForm(mark="adopt", fresh=True, is_secret=True),
        wrong=form if form and form.is_submitted() else None,
        action=ActionForm(mark="action", fresh=True),
        is_before_body=is_before_body(db.session(), MotionSubject.DUES_TABLE, found.id),
    )
    return page, form.status if form else 200
