"""Takes in a table of test items."""

from __future__ import annotations

from decimal import Decimal

from flask import url_for

from portal.access import holds
from portal.csv_files import csv_answer
from portal.desk import carry_out, form_page, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.laboratory import bp
from portal.tables import TableForm
from services.core.permissions import Permission
from services.laboratory.models.capability import TestItem
from services.laboratory.operations import item_import
from services.laboratory.queries import capability as queries
from services.laboratory.rules.rounding import read_number


@bp.route("/laboratory/capability/import", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def items_take_in():
    """Look at a table of items, and take it in when nothing is wrong with it."""
    form, plan, done = TableForm(), None, None
    if form.submitted():
        plan = form.plan(lambda table: item_import.plan_items(db.session(), provider_id(), table))
    if form.is_final:
        done = carry_out(
            form,
            lambda work: item_import.import_items(work, form.table.data),
            leads_to=url_for("laboratory.capability"),
            done=gettext("The table has been taken in."),
        )
    return done or form_page("laboratory/capability/import.html", form, plan=plan, columns=item_import.COLUMNS)


@bp.route("/laboratory/capability/items.csv")
@holds(Permission.CAPABILITY_EDIT)
def items_table():
    """Return the items as a table that can be changed and taken in again."""
    items = db.session().scalars(queries.items_found(provider_id()).limit(queries.MOST_ITEMS))
    head = [spellings[0] for spellings in item_import.COLUMNS.values()]
    return csv_answer("items.csv", head, ([_cell(item, name) for name in item_import.COLUMNS] for item in items))


def _cell(item: TestItem, name: str) -> int | Decimal | str:
    """Return what stands in a column; numbers as numbers, so that a minus sign is no formula."""
    if name == "code":
        return item.module.code
    if name == "methods":
        used = [method for method in item.methods if method.ended_at is None]
        return "|".join(f"{one.standard.number}（{one.clause}）" if one.clause else one.standard.number for one in used)
    value = getattr(item, name)
    if isinstance(value, bool):
        return int(value)
    number = read_number(value) if isinstance(value, str) and value else None
    return value if number is None else number
