"""The centre's desk for weekly opening hours and exceptions."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for

from portal.access import holds
from portal.catalogue import bp
from portal.catalogue.resource_forms import DayForm, ExceptionForm, PeriodForm, WeeklyHoursForm, period_of
from portal.current import actor
from portal.desk import form_page, press
from portal.extensions import db
from portal.i18n import gettext
from portal.work import begin_work
from services.catalogue import desk_queries
from services.catalogue.models import OpeningRule
from services.catalogue.operations import opening
from services.catalogue.operations.opening import Period
from services.core.errors import NotFound, RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission


@bp.route("/resources/<id:resource_id>/hours", methods=["GET", "POST"])
@holds(Permission.RESOURCE_EDIT)
def resource_hours(resource_id: int):
    """Enter weekly hours, or change those of the period in the address."""
    resource = desk_queries.provider_resource(db.session(), actor().organisation_id, resource_id)
    form = WeeklyHoursForm(data=_present(desk_queries.opening_rules(db.session(), resource_id)))
    if form.submitted():
        address = url_for("catalogue.resource_show", resource_id=resource_id)
        period = Period(form.valid_from.data, form.valid_to.data)
        try:
            with begin_work(form) as work:
                opening.set_weekly_hours(work, resource_id, period, form.week, replacing=form.replaces.data)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The weekly hours have been saved. Bookings already made stay."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/resource/hours.html", form, resource=resource)


@bp.route("/resources/<id:resource_id>/hours/remove", methods=["POST"])
@holds(Permission.RESOURCE_EDIT)
def resource_hours_remove(resource_id: int):
    """Remove the weekly hours of a period."""
    form, address = PeriodForm(), url_for("catalogue.resource_show", resource_id=resource_id)
    told = N_("The weekly hours have been removed. Bookings already made stay.")
    return press(form, address, told, opening.remove_weekly_hours, resource_id, form.period.data)


@bp.route("/resources/<id:resource_id>/exceptions", methods=["GET", "POST"])
@holds(Permission.RESOURCE_EDIT)
def resource_exception(resource_id: int):
    """Close a resource on some days, or open it at other hours."""
    resource = desk_queries.provider_resource(db.session(), actor().organisation_id, resource_id)
    form = ExceptionForm()
    if form.submitted():
        address = url_for("catalogue.resource_show", resource_id=resource_id)
        first, last = form.first_day.data, form.last_day.data or form.first_day.data
        try:
            with begin_work(form) as work:
                opening.set_exception(work, resource_id, first, last, form.hours.data or (), form.note.data)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The exception has been saved. Bookings already made stay."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/resource/exception.html", form, resource=resource)


@bp.route("/resources/<id:resource_id>/exceptions/remove", methods=["POST"])
@holds(Permission.RESOURCE_EDIT)
def resource_exception_remove(resource_id: int):
    """Let the weekly hours hold again on a day."""
    form, address = DayForm(), url_for("catalogue.resource_show", resource_id=resource_id)
    told = N_("The weekly hours hold again on that day.")
    return press(form, address, told, opening.remove_exception, resource_id, form.day.data)


def _present(rules: list[OpeningRule]) -> dict[str, Any]:
    """Return the weekly hours that the address asks for, nothing when it asks for none."""
    if "period" not in request.args:
        return {}
    period = period_of(request.args["period"])
    days: dict[str, list[tuple[int, int]]] = {}
    for rule in rules:
        if Period(rule.valid_from, rule.valid_to) == period:
            days.setdefault(f"day_{rule.weekday}", []).append((rule.opens_min, rule.closes_min))
    if period is None or not days:
        raise NotFound
    return {"replaces": period, "valid_from": period.first, "valid_to": period.last, **days}
