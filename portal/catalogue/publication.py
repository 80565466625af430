"""The platform's queue of modules that wait for publication."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for

from portal.access import holds
from portal.catalogue import bp
from portal.catalogue.desk_forms import ReasonForm
from portal.desk import DeskForm, form_page
from portal.extensions import db
from portal.i18n import gettext, translate_error
from portal.paging import paged
from portal.work import begin_work
from services.catalogue import desk_queries
from services.catalogue.models import ModuleState
from services.catalogue.operations import states
from services.catalogue.operations.readiness import lacking
from services.core import clock
from services.core.errors import RuleBroken
from services.core.permissions import Permission

LATE_AFTER = 3


@bp.route("/publication")
@holds(Permission.MODULE_PUBLISH)
def publication():
    """List what waits for publication, the longest waiting first, with its clock."""
    page = paged(desk_queries.submitted_modules())
    waited = desk_queries.days_waited(db.session(), page.items, clock.now())
    return render_template("catalogue/publication/index.html", page=page, waited=waited, late_after=LATE_AFTER)


@bp.route("/publication/<id:module_id>")
@holds(Permission.MODULE_PUBLISH)
def publication_show(module_id: int):
    """Show a module that waits for publication with everything it says."""
    return _shown(module_id, ReasonForm())


@bp.route("/publication/<id:module_id>/publish", methods=["POST"])
@holds(Permission.MODULE_PUBLISH)
def publication_publish(module_id: int):
    """Publish a module."""
    form = DeskForm()
    if form.submitted():
        address = url_for("catalogue.publication")
        try:
            with begin_work(form) as work:
                states.publish_module(work, module_id)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The service has been published."), "success")
            return redirect(address, code=303)
    return _shown(module_id, form)


@bp.route("/publication/<id:module_id>/send-back", methods=["POST"])
@holds(Permission.MODULE_PUBLISH)
def publication_send_back(module_id: int):
    """Send a module back to its centre with a reason."""
    form = ReasonForm()
    if form.submitted():
        address = url_for("catalogue.publication")
        try:
            with begin_work(form) as work:
                states.send_back_module(work, module_id, form.reason.data)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The service has been sent back to the centre."), "success")
            return redirect(address, code=303)
    return _shown(module_id, form)


def _shown(module_id: int, form: DeskForm):
    module, today = desk_queries.any_module(db.session(), module_id), clock.local_day(clock.now())
    return form_page(
        "catalogue/publication/show.html",
        form,
        module=module,
        is_waiting=module.state is ModuleState.SUBMITTED,
        waited=desk_queries.days_waited(db.session(), [module], clock.now())[module.id],
        missing=[translate_error(error) for error in lacking(module, today)],
        outlook=desk_queries.price_outlook(module.prices, today),
        groups=desk_queries.resource_groups(db.session(), module_id),
        answer=form if isinstance(form, ReasonForm) else ReasonForm(formdata=None),
        button=DeskForm(),
    )
