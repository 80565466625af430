"""The limits by which results are judged."""

from __future__ import annotations

from dataclasses import fields

from flask import render_template, url_for

from portal.access import holds
from portal.desk import ActionForm, asked_words, carry_out, form_page, press, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.capability_forms import LimitForm, LimitSetForm
from portal.paging import paged
from services.catalogue.desk_queries import product_classes
from services.core.messages import N_
from services.core.permissions import Permission
from services.laboratory.models.capability import LimitSet
from services.laboratory.operations import limiting
from services.laboratory.operations.limiting import LimitSetEntry
from services.laboratory.queries import capability as queries


@bp.route("/laboratory/capability/limits")
@holds(Permission.CAPABILITY_EDIT)
def limit_sets():
    """List the limits of the laboratory."""
    words = asked_words()
    page = paged(queries.limit_sets_found(provider_id(), words=words))
    names = {one.code: one.name for one in product_classes(db.session())}
    return render_template("laboratory/capability/limit_sets.html", page=page, words=words, names=names)


@bp.route("/laboratory/capability/limits/new", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def limit_set_new():
    """Open a set of limits."""
    form = LimitSetForm(classes=product_classes(db.session()), data={"is_active": True})
    done = carry_out(
        form,
        lambda work: limiting.add_limit_set(work, form.entry()),
        leads_to=lambda limits: url_for("laboratory.limit_set", limit_set_id=limits.id),
        done=gettext("The limits have been opened. Now enter what each item may be."),
    )
    return done or form_page("laboratory/capability/limit_set_edit.html", form, limits=None)


@bp.route("/laboratory/capability/limits/<id:limit_set_id>", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def limit_set(limit_set_id: int):
    """Show limits with their items, and enter or change one."""
    limits = queries.limit_set_of(db.session(), provider_id(), limit_set_id)
    form = LimitForm(items=queries.choosable_items(db.session(), provider_id()))
    done = carry_out(
        form,
        lambda work: limiting.set_limit(
            work, limit_set_id, form.item_id.data, form.low.data or "", form.high.data or ""
        ),
        leads_to=url_for("laboratory.limit_set", limit_set_id=limit_set_id),
        done=gettext("The limit has been saved."),
    )
    return done or form_page(
        "laboratory/capability/limit_set.html", form, limits=limits, button_form=ActionForm(fresh=True)
    )


@bp.route("/laboratory/capability/limits/<id:limit_set_id>/edit", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def limit_set_edit(limit_set_id: int):
    """Change what is said about limits."""
    limits = queries.limit_set_of(db.session(), provider_id(), limit_set_id)
    form = _edit_form(limits)
    done = carry_out(
        form,
        lambda work: limiting.change_limit_set(work, limit_set_id, form.version.data, form.entry()),
        leads_to=url_for("laboratory.limit_set", limit_set_id=limit_set_id),
        done=gettext("The changes have been saved."),
    )
    if done is None:
        form.compare(lambda: _edit_form(queries.limit_set_of(db.session(), provider_id(), limit_set_id), formdata=None))
    return done or form_page("laboratory/capability/limit_set_edit.html", form, limits=limits)


@bp.route("/laboratory/capability/limits/<id:limit_set_id>/items/<id:limit_id>/remove", methods=["POST"])
@holds(Permission.CAPABILITY_EDIT)
def limit_remove(limit_set_id: int, limit_id: int):
    """Judge an item by these limits no longer."""
    address = url_for("laboratory.limit_set", limit_set_id=limit_set_id)
    return press(ActionForm(), address, N_("The limit is removed."), limiting.remove_limit, limit_set_id, limit_id)


def _edit_form(limits: LimitSet, **values: None) -> LimitSetForm:
    data = {one.name: getattr(limits, one.name) for one in fields(LimitSetEntry)}
    data |= {"standard": limits.standard.number if limits.standard else "", "version": limits.version}
    return LimitSetForm(classes=product_classes(db.session()), data=data, **values)
