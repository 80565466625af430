"""The centre's desk for the prices and extras of a module."""

from __future__ import annotations

from flask import flash, redirect, url_for

from portal.access import holds
from portal.catalogue import bp
from portal.catalogue.desk_forms import ExtraForm, PriceForm
from portal.current import actor
from portal.desk import DeskForm, form_page, press
from portal.extensions import db
from portal.i18n import gettext
from portal.work import begin_work
from services.catalogue import desk_queries
from services.catalogue.models import ModuleState, PriceVersion, ServiceModule
from services.catalogue.operations import prices
from services.core import clock
from services.core.errors import NotFound, RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.operations.packing import keep_packages_fair


@bp.route("/desk/<id:module_id>/prices", methods=["GET", "POST"])
@holds(Permission.MODULE_EDIT)
def desk_prices(module_id: int):
    """Show the prices of a module, past and to come, and add one."""
    module, today = _own(module_id), clock.local_day(clock.now())
    outlook = desk_queries.price_outlook(module.prices, today)
    form = PriceForm(data=_like(outlook.now))
    if form.submitted():
        address = url_for("catalogue.desk_prices", module_id=module_id)
        try:
            with begin_work(form) as work:
                prices.add_price(work, module_id, form.entry())
                keep_packages_fair(work, module_id)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The price has been added. Orders already made keep theirs."), "success")
            return redirect(address, code=303)
    is_open = module.state is not ModuleState.WITHDRAWN
    return form_page(
        "catalogue/desk/prices.html",
        form,
        module=module,
        outlook=outlook,
        today=today,
        is_open=is_open,
        button=DeskForm(),
    )


@bp.route("/desk/<id:module_id>/prices/<id:price_id>/remove", methods=["POST"])
@holds(Permission.MODULE_EDIT)
def desk_price_remove(module_id: int, price_id: int):
    """Take back a price that has not begun."""
    address = url_for("catalogue.desk_prices", module_id=module_id)
    return press(DeskForm(), address, N_("The price has been removed."), _remove_price, module_id, price_id)


@bp.route("/desk/<id:module_id>/extras", methods=["GET", "POST"])
@holds(Permission.MODULE_EDIT)
def desk_extras(module_id: int):
    """Show the extras of a module, and add one."""
    module, form = _own(module_id), ExtraForm()
    if form.submitted():
        address = url_for("catalogue.desk_extras", module_id=module_id)
        try:
            with begin_work(form) as work:
                prices.add_extra(work, module_id, form.name.data, form.amount_fen.data)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The extra has been added."), "success")
            return redirect(address, code=303)
    is_open = module.state is not ModuleState.WITHDRAWN
    return form_page("catalogue/desk/extras.html", form, module=module, is_open=is_open, button=DeskForm())


@bp.route("/desk/<id:module_id>/extras/<id:extra_id>", methods=["GET", "POST"])
@holds(Permission.MODULE_EDIT)
def desk_extra(module_id: int, extra_id: int):
    """Change an extra for new orders."""
    module = _own(module_id)
    extra = next((one for one in module.extras if one.id == extra_id), None)
    if extra is None:
        raise NotFound
    form = ExtraForm(data={"name": extra.name, "amount_fen": extra.amount_fen})
    if form.submitted():
        address = url_for("catalogue.desk_extras", module_id=module_id)
        try:
            with begin_work(form) as work:
                prices.edit_extra(work, module_id, extra_id, form.name.data, form.amount_fen.data)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The changes have been saved."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/desk/extra.html", form, module=module)


@bp.route("/desk/<id:module_id>/extras/<id:extra_id>/remove", methods=["POST"])
@holds(Permission.MODULE_EDIT)
def desk_extra_remove(module_id: int, extra_id: int):
    """Offer an extra no longer."""
    address = url_for("catalogue.desk_extras", module_id=module_id)
    return press(DeskForm(), address, N_("The extra has been removed."), prices.remove_extra, module_id, extra_id)


def _remove_price(work: Work, module_id: int, price_id: int) -> None:
    prices.remove_price(work, module_id, price_id)
    keep_packages_fair(work, module_id)


def _own(module_id: int) -> ServiceModule:
    return desk_queries.provider_module(db.session(), actor().organisation_id, module_id)


def _like(version: PriceVersion | None) -> dict[str, object]:
    """Return the price in force as the starting point of the next one."""
    if version is None:
        return {}
    names = ("unit", "unit_fen", "minimum_fen", "urgent_percent", "very_urgent_percent", "member_discount_percent")
    tiers = {
        f"tier_{number}": {"from_quantity": start, "unit_fen": unit_fen}
        for number, (start, unit_fen) in enumerate(version.tiers or [], 1)
    }
    return {name: getattr(version, name) for name in names} | tiers
