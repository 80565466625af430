"""The centre's desk for its resources."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.access import holds
from portal.catalogue import bp
from portal.catalogue.history import timeline_of
from portal.catalogue.resource_forms import NewResourceForm, OutOfServiceForm, ResourceForm, period_key
from portal.current import actor
from portal.desk import DeskForm, asked_word, form_page, press
from portal.extensions import db
from portal.forms.hours import hour_text, hours_text
from portal.i18n import gettext
from portal.paging import paged
from portal.work import begin_work
from services.catalogue import desk_queries
from services.catalogue.desk_queries import CALIBRATION_WARNING, calibration_tone
from services.catalogue.models import OpeningRule, Resource, ResourceState
from services.catalogue.operations import resources as operations
from services.catalogue.operations.opening import Period
from services.catalogue.operations.resources import ResourceParticulars
from services.core import clock
from services.core.errors import RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission

bp.add_app_template_filter(hour_text)


@bp.route("/resources")
@holds(Permission.RESOURCE_EDIT)
def resources():
    """List the resources of the centre with their state and when they are to be calibrated."""
    today = clock.local_day(clock.now())
    state, is_due = asked_word(ResourceState, "state"), request.args.get("due") == "1"
    due_by = today + CALIBRATION_WARNING if is_due else None
    page = paged(desk_queries.provider_resources(actor().organisation_id, state=state, due_by=due_by))
    return render_template(
        "catalogue/resource/index.html",
        page=page,
        state=state,
        is_due=is_due,
        tones={one.id: calibration_tone(one.calibration_due_on, today) for one in page.items},
    )


@bp.route("/resources/new", methods=["GET", "POST"])
@holds(Permission.RESOURCE_EDIT)
def resource_new():
    """Enter a resource."""
    policies = desk_queries.provider_policies(db.session(), actor().organisation_id)
    form = NewResourceForm(policies=policies, data={"units": 1})
    if form.submitted():
        try:
            with begin_work(form) as work:
                resource = operations.create_resource(work, form.code.data, form.capacity(), form.particulars())
                address = url_for("catalogue.resource_show", resource_id=resource.id)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The resource has been saved. Enter its opening hours next."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/resource/new.html", form, policies=policies)


@bp.route("/resources/<id:resource_id>")
@holds(Permission.RESOURCE_EDIT)
def resource_show(resource_id: int):
    """Show a resource with its hours, its exceptions from today on, and the modules it serves."""
    resource, today = own_resource(resource_id), clock.local_day(clock.now())
    return render_template(
        "catalogue/resource/show.html",
        resource=resource,
        tone=calibration_tone(resource.calibration_due_on, today),
        weeks=_weeks(desk_queries.opening_rules(db.session(), resource_id)),
        exceptions=paged(desk_queries.coming_exceptions(resource_id, today)),
        modules=desk_queries.modules_of_resource(db.session(), resource_id),
        history=timeline_of(desk_queries.history_of(db.session(), "resource", resource_id), NewResourceForm),
        button=DeskForm(),
    )


@bp.route("/resources/<id:resource_id>/edit", methods=["GET", "POST"])
@holds(Permission.RESOURCE_EDIT)
def resource_edit(resource_id: int):
    """Change what is said about a resource."""
    resource = own_resource(resource_id)
    form = _edit_form(resource)
    if form.submitted():
        address = url_for("catalogue.resource_show", resource_id=resource_id)
        try:
            with begin_work(form) as work:
                operations.edit_resource(work, resource_id, form.version.data, form.particulars())
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
            form.compare(lambda: _edit_form(resource, formdata=None))
        else:
            flash(gettext("The changes have been saved."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/resource/edit.html", form, resource=resource)


@bp.route("/resources/<id:resource_id>/stop", methods=["GET", "POST"])
@holds(Permission.RESOURCE_EDIT)
def resource_stop(resource_id: int):
    """Close a resource to new bookings, with a reason."""
    resource, form = own_resource(resource_id), OutOfServiceForm()
    if form.submitted():
        address = url_for("catalogue.resource_show", resource_id=resource_id)
        try:
            with begin_work(form) as work:
                operations.take_out_of_service(work, resource_id, form.state.data, form.reason.data)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The resource takes no new bookings."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/resource/stop.html", form, resource=resource)


@bp.route("/resources/<id:resource_id>/restart", methods=["POST"])
@holds(Permission.RESOURCE_EDIT)
def resource_restart(resource_id: int):
    """Open a resource to bookings again."""
    address = url_for("catalogue.resource_show", resource_id=resource_id)
    told = N_("The resource can be booked again.")
    return press(DeskForm(), address, told, operations.put_back_in_service, resource_id)


def own_resource(resource_id: int) -> Resource:
    """Return a resource of the actor's centre. Raises NotFound for one of another."""
    return desk_queries.provider_resource(db.session(), actor().organisation_id, resource_id)


def _edit_form(resource: Resource, **values: None) -> ResourceForm:
    policies = desk_queries.provider_policies(db.session(), resource.provider_id)
    data: dict[str, Any] = {one.name: getattr(resource, one.name) for one in fields(ResourceParticulars)}
    return ResourceForm(policies=policies, data=data | {"version": resource.version}, **values)


def _weeks(rules: list[OpeningRule]) -> list[dict[str, Any]]:
    """Return the weekly hours by the days they hold for: the period, its key, and the hours of each weekday."""
    weeks: dict[Period, dict[int, list[tuple[int, int]]]] = {}
    for rule in rules:
        days = weeks.setdefault(Period(rule.valid_from, rule.valid_to), {})
        days.setdefault(rule.weekday, []).append((rule.opens_min, rule.closes_min))
    return [
        {"period": period, "key": period_key(period), "days": [hours_text(days.get(one, ())) for one in range(7)]}
        for period, days in weeks.items()
    ]
