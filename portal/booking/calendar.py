"""Free and occupied for everybody; bookings as calendar files and private feeds for the firm."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import force_locale

from portal.access import holds, public
from portal.booking import bp
from portal.booking.presenters import grid_of, room_grid
from portal.current import actor, organisation
from portal.extensions import db
from portal.forms import ActionForm
from portal.forms.fields import wall_clock
from portal.i18n import gettext, translate
from portal.kept import kept_for_visitors
from portal.work import begin_work
from services.booking import availability, queries
from services.booking.models import Booking
from services.booking.offers import bookable_modules, mondays, offer_of
from services.calendars import operations as feed_operations
from services.calendars.queries import feed_of, feeds_of
from services.calendars.writing import calendar_text
from services.catalogue.models import CapacityKind, Resource
from services.core import clock
from services.core.errors import RuleBroken
from services.core.permissions import Permission

MOST_DAYS = 7
MOST_RESOURCES = 200


def _day(text: str | None) -> date | None:
    moment = wall_clock(text, "%Y-%m-%d") if text else None
    return moment.date() if moment else None


@bp.route("/week/<code>")
@public
@kept_for_visitors
def week(code: str):
    """Show a resource's week, free and occupied but never who; free times lead to booking."""
    now = clock.now()
    resource, modules = bookable_modules(db.session(), code)
    module = next((one for one in modules if one.code == request.args.get("module")), modules[0])
    first, last = mondays(now, resource.policy.horizon_days)
    asked = _day(request.args.get("monday")) or first
    monday = min(max(asked - timedelta(days=asked.weekday()), first), last)

    def address(**over: Any) -> str:
        return url_for("booking.week", **{"code": code, "module": module.code, "monday": monday.isoformat()} | over)

    return render_template(
        "booking/week.html",
        resource=resource,
        module=module,
        choices=[(one.name, address(module=one.code), one is module) for one in modules],
        grid=_grid(resource, monday, module),
        monday=monday,
        sunday=monday + timedelta(days=6),
        earlier=address(monday=(monday - timedelta(days=7)).isoformat()) if monday > first else None,
        later=address(monday=(monday + timedelta(days=7)).isoformat()) if monday < last else None,
    )


def _grid(resource: Resource, monday: date, module: Any) -> dict[str, Any]:
    now = clock.now()
    if resource.capacity_kind is CapacityKind.BATCH:
        return room_grid(availability.week_room(db.session(), resource.id, monday, now), clock.local_day(now), module)
    return grid_of(availability.week_grid(db.session(), resource.id, monday, now), module)


@bp.route("/free-times")
@public
def free_times():
    """Tell when the equal resources of a module are free, in minutes from midnight of ``day``: [from, to, free units]."""
    now = clock.now()
    first = _day(request.args.get("day", clock.local_day(now).isoformat()))
    days = request.args.get("days", "1")
    if first is None or not (days.isascii() and days.isdigit() and len(days) == 1 and 1 <= int(days) <= MOST_DAYS):
        abort(400)
    offer = offer_of(db.session(), request.args.get("module", ""), now)
    resources = offer.resources[:MOST_RESOURCES]
    found = availability.free_times(db.session(), [one.id for one in resources], first, int(days), now)
    midnight = clock.at(first, 0)

    def minute(moment: datetime) -> int:
        return int((moment - midnight).total_seconds() // 60)

    free = [
        {"code": one.code, "free": [[minute(start), minute(end), units] for start, end, units in found.get(one.id, [])]}
        for one in resources
    ]
    return jsonify(module=offer.module.code, day=first.isoformat(), days=int(days), resources=free)


@bp.route("/<id:booking_id>/booking.ics")
@holds(Permission.BOOKING_READ)
def ics(booking_id: int):
    """Hand out one booking for a calendar program."""
    booking = queries.booking_of(db.session(), booking_id, actor().organisation_id)
    response = _calendar([booking], booking.module.name)
    response.headers.set("Content-Disposition", "attachment", filename=f"{booking.no or booking.id}.ics")
    return response


@bp.route("/feeds", methods=["GET", "POST"])
@holds(Permission.BOOKING_READ)
def feeds():
    """List one's calendar addresses and make a new one.

    The new address is shown in the answer itself and never again: it is kept as a hash only, so there is nothing to
    redirect to. A repeated sending leads back to the list.
    """
    form = ActionForm()
    address = None
    if form.submitted():
        try:
            with begin_work(form) as work:
                _, token = feed_operations.make_feed(work)
                work.leads_to(url_for("booking.feeds"))
                address = current_app.config["PORTAL"].base_url + url_for("booking.feed", token=token)
        except RuleBroken as error:
            form.blame(error)
    mine = feeds_of(db.session(), actor().person_id or 0, actor().organisation_id)
    return render_template("booking/feeds.html", form=form, feeds=mine, address=address, firm=organisation())


@bp.route("/feeds/<id:feed_id>/revoke", methods=["POST"])
@holds(Permission.BOOKING_READ)
def revoke_feed(feed_id: int):
    """Let one's calendar address die."""
    form = ActionForm()
    if not form.submitted():
        flash(" ".join(form.form_errors) or gettext("Please try again."), "error")
        return redirect(url_for("booking.feeds"), code=303)
    with begin_work(form) as work:
        feed_operations.revoke_feed(work, feed_id)
        work.leads_to(url_for("booking.feeds"))
    flash(gettext("The calendar address no longer works."), "success")
    return redirect(url_for("booking.feeds"), code=303)


@bp.route("/feed/<token>.ics")
@public
def feed(token: str):
    """Answer a calendar program that knows a secret address; unknown, revoked and lost ones are alike (404)."""
    found = feed_of(db.session(), token, clock.now())
    with force_locale(found.locale):
        return _calendar(found.bookings, gettext("Bookings of %(name)s", name=found.organisation.label))


def _calendar(bookings: Any, name: str) -> Response:
    listed: list[Booking] = list(bookings)
    base_url = current_app.config["PORTAL"].base_url
    text = calendar_text(listed, name=name, base_url=base_url, say=translate)
    return Response(text, content_type="text/calendar; charset=utf-8")
