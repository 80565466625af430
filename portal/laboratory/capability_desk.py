"""What the laboratory can do: its items with their editions and scope, and what about them ends soon."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

from flask import render_template, request, url_for

import portal.laboratory.capability_import
import portal.laboratory.capability_instruments
import portal.laboratory.capability_limits
import portal.laboratory.capability_packages
import portal.laboratory.capability_signatories  # noqa: F401 - these register the other pages of the capability
from portal.access import holds
from portal.desk import ActionForm, asked_word, asked_words, carry_out, form_page, press, provider_id
from portal.extensions import db
from portal.i18n import gettext, translate_error
from portal.laboratory import bp
from portal.laboratory.capability_forms import EndForm, ItemForm, MethodForm, ScopeForm
from portal.paging import paged
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.laboratory.models.capability import Mark, ScopeEntry, TestField, TestItem
from services.laboratory.operations import capability as operations
from services.laboratory.operations import certifying
from services.laboratory.operations.capability import ItemParticulars
from services.laboratory.queries import capability as queries
from services.laboratory.rules.editions import holds as is_used
from services.laboratory.rules.editions import method_on, scope_on, upcoming_on
from services.standards.rules import state_on


@bp.route("/laboratory/capability")
@holds(Permission.CAPABILITY_EDIT)
def capability():
    """List the items with the edition in force, their marks, and why some are closed."""
    today, words, field = _today(), asked_words(), asked_word(TestField, "field")
    closed_only = request.args.get("show") == "closed"
    only = set(queries.all_closed_items(db.session(), provider_id(), today)) if closed_only else None
    page = paged(queries.items_found(provider_id(), words=words, field=field, only=only))
    closed = queries.closed_items(db.session(), page.items, today)
    return render_template(
        "laboratory/capability/index.html",
        page=page,
        words=words,
        field=field,
        closed_only=closed_only,
        choices=list(TestField),
        methods={item.id: method_on(item, today) for item in page.items},
        coming={item.id: upcoming_on(item, today) for item in page.items},
        marks={item.id: _marks(item, today) for item in page.items},
        reasons={key: [translate_error(one) for one in found.reasons] for key, found in closed.items()},
    )


@bp.route("/laboratory/capability/undefined")
@holds(Permission.CAPABILITY_EDIT)
def undefined_items():
    """List the services of kind test that are no items yet."""
    return render_template("laboratory/capability/undefined.html", page=paged(queries.undefined_tests(provider_id())))


@bp.route("/laboratory/capability/expiring")
@holds(Permission.CAPABILITY_EDIT)
def capability_expiring():
    """List the scope entries that end within the warning time."""
    days = int(setting(db.session(), "laboratory.certificate_warning_days"))
    page = paged(queries.scopes_ending(provider_id(), _today() + timedelta(days=days)))
    items = queries.items_with_ids(db.session(), [entry.method.item_id for entry in page.items])
    return render_template("laboratory/capability/expiring.html", page=page, items=items, days=days, today=_today())


@bp.route("/laboratory/capability/items/<id:item_id>")
@holds(Permission.CAPABILITY_EDIT)
def item_show(item_id: int):
    """Show an item with its editions, scope, instruments, limits and packages."""
    session, today = db.session(), _today()
    item = queries.item_of(session, provider_id(), item_id)
    closed = queries.closed_items(session, [item], today).get(item.id)
    return render_template(
        "laboratory/capability/item.html",
        item=item,
        today=today,
        in_force=method_on(item, today),
        states={method.id: state_on(method.standard, today) for method in item.methods},
        used={method.id for method in item.methods if is_used(method, today)},
        reasons=[translate_error(one) for one in closed.reasons] if closed else [],
        groups=queries.groups_of(session, [item.id]).get(item.id, []),
        limits=queries.limits_of_item(session, item.id),
        packages=queries.packages_of_item(session, item.id),
        button=ActionForm(),
    )


@bp.route("/laboratory/capability/items/<id:item_id>/edit", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def item_edit(item_id: int):
    """Define a service of kind test as an item, or change one."""
    module = queries.test_module(db.session(), provider_id(), item_id)
    item = db.session.get(TestItem, item_id)
    form = _item_form(item)
    done = carry_out(
        form,
        lambda work: (
            operations.change_item(work, item_id, form.version.data, form.particulars())
            if form.version.data
            else operations.define_item(work, item_id, form.particulars())
        ),
        leads_to=url_for("laboratory.item_show", item_id=item_id),
        done=gettext("The item has been saved."),
    )
    if done is None and item is not None:
        form.compare(lambda: _item_form(db.session.get(TestItem, item_id), formdata=None))
    return done or form_page("laboratory/capability/item_edit.html", form, module=module, item=item)


@bp.route("/laboratory/capability/items/<id:item_id>/methods", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def method_add(item_id: int):
    """Let an item be tested by another edition."""
    item, form = queries.item_of(db.session(), provider_id(), item_id), MethodForm()
    done = carry_out(
        form,
        lambda work: operations.add_method(work, item_id, form.standard.data, form.clause.data or ""),
        leads_to=url_for("laboratory.item_show", item_id=item_id),
        done=gettext("The edition has been added."),
    )
    return done or form_page("laboratory/capability/method.html", form, item=item)


@bp.route("/laboratory/capability/items/<id:item_id>/methods/<id:method_id>/end", methods=["POST"])
@holds(Permission.CAPABILITY_EDIT)
def method_end(item_id: int, method_id: int):
    """Use an edition no longer for new orders."""
    address = url_for("laboratory.item_show", item_id=item_id)
    told = N_("New orders no longer use this edition; running ones keep it.")
    return press(ActionForm(), address, told, operations.end_method, item_id, method_id)


@bp.route("/laboratory/capability/items/<id:item_id>/methods/<id:method_id>/scope", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def scope_add(item_id: int, method_id: int):
    """Put an item by an edition within the scope of a certificate."""
    item = queries.item_of(db.session(), provider_id(), item_id)
    method = next((one for one in item.methods if one.id == method_id), None)
    if method is None:
        raise NotFound
    form = ScopeForm()
    done = carry_out(
        form,
        lambda work: certifying.add_scope(work, method_id, form.particulars()),
        leads_to=url_for("laboratory.item_show", item_id=item_id),
        done=gettext("The scope has been entered."),
    )
    return done or form_page("laboratory/capability/scope.html", form, item=item, method=method)


@bp.route("/laboratory/capability/items/<id:item_id>/scope/<id:scope_id>/end", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def scope_end(item_id: int, scope_id: int):
    """End an entry of the scope early."""
    item = queries.item_of(db.session(), provider_id(), item_id)
    entry = _scope_of(item, scope_id)
    form = EndForm(data={"valid_until": _today()})
    done = carry_out(
        form,
        lambda work: certifying.end_scope(work, scope_id, form.valid_until.data),
        leads_to=url_for("laboratory.item_show", item_id=item_id),
        done=gettext("The scope ends on that day."),
    )
    return done or form_page("laboratory/capability/scope_end.html", form, item=item, entry=entry)


def _scope_of(item: TestItem, scope_id: int) -> ScopeEntry:
    entry = next((one for method in item.methods for one in method.scopes if one.id == scope_id), None)
    if entry is None:
        raise NotFound
    return entry


def _item_form(item: TestItem | None, **values: None) -> ItemForm:
    if item is None:
        usual = {"decimals": 0, "specimens": 1, "minutes_per_sample": 0, "run_hours": 0, "retained_days": 30}
        return ItemForm(data=usual, **values)
    data = {one.name: getattr(item, one.name) for one in fields(ItemParticulars)}
    return ItemForm(data=data | {"version": item.version}, **values)


def _marks(item: TestItem, day: date) -> list[Mark]:
    method = method_on(item, day)
    return [mark for mark in Mark if method is not None and scope_on(method, mark, day) is not None]


def _today() -> date:
    return clock.local_day(clock.now())
