"""The days of a centre: the day sheet, the week of all resources with who, and how much they are used."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request
from flask_babel import format_date

from portal.access import holds
from portal.booking import bp
from portal.booking.desk_pages import button_for_here
from portal.booking.desk_words import SIGNS, entry_text
from portal.current import organisation
from portal.desk import asked_day, asked_id, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.times import day_text
from services.booking import desk_schedule
from services.booking.rules import STATE_NAMES
from services.catalogue.models import CapacityKind, Resource, ResourceKind
from services.catalogue.words import RESOURCE_KIND_NAMES
from services.core import clock
from services.core.errors import NotFound
from services.core.permissions import Permission

LONGEST_DAYS = 92
USUAL_DAYS = 30


@bp.route("/desk/day")
@holds(Permission.BOOKING_RUN)
def day_sheet():
    """Show one day of the centre, or of one resource, with what can be recorded on the spot."""
    return _day_page("booking/desk/day_sheet.html", action=button_for_here())


@bp.route("/desk/day/print")
@holds(Permission.BOOKING_RUN)
def day_sheet_print():
    """Show the day on A4, with a column to sign."""
    return _day_page("documents/day_sheet.html", issuer=organisation())


def _day_page(template: str, **values):
    today = clock.local_day(clock.now())
    day = asked_day("day", today)
    shown = desk_schedule.resources(db.session(), provider_id())
    chosen = _chosen(shown, asked_id("resource"))
    return render_template(
        template,
        sheet=desk_schedule.day_sheet(db.session(), provider_id(), day, chosen.id if chosen else None),
        day=day,
        today=today,
        title=day_text(day),
        resources=shown,
        chosen=chosen,
        now=clock.now(),
        **_neighbours(day, 1),
        **values,
    )


def _chosen(shown: list[Resource], resource_id: int | None) -> Resource | None:
    """Return the resource that was asked for; NotFound when it is not one of the centre's."""
    if resource_id is None:
        return None
    found = next((one for one in shown if one.id == resource_id), None)
    if found is None:
        raise NotFound
    return found


def _neighbours(day: date, step: int) -> dict[str, date]:
    return {"before": day - timedelta(days=step), "after": day + timedelta(days=step)}


@bp.route("/desk/week")
@holds(Permission.BOOKING_RUN)
def resource_week():
    """Show who has which resource when: a row for each resource, a column for each day."""
    now = clock.now()
    today = clock.local_day(now)
    day = asked_day("week", today)
    monday = day - timedelta(days=day.weekday())
    asked = request.args.get("kind", "")
    kind = ResourceKind(asked) if asked in set(ResourceKind) else None
    return render_template(
        "booking/desk/week.html",
        week=desk_schedule.resource_week(db.session(), provider_id(), monday, now, kind),
        monday=monday,
        this_monday=today - timedelta(days=today.weekday()),
        today=today,
        kind=kind,
        kinds=RESOURCE_KIND_NAMES,
        signs={state: sign for state, sign in SIGNS.items() if sign and state != "outage"},
        state_names=STATE_NAMES,
        entry_text=entry_text,
        weekday=lambda one: format_date(one, "EEE"),
        **_neighbours(monday, 7),
    )


@bp.route("/desk/utilisation")
@holds(Permission.BOOKING_RUN)
def utilisation():
    """Show how much of what was offered has been booked, by resource, in a period of at most three months."""
    today = clock.local_day(clock.now())
    last = asked_day("until", today)
    first = asked_day("from", last - timedelta(days=USUAL_DAYS - 1))
    first = min(max(first, last - timedelta(days=LONGEST_DAYS - 1)), last)
    uses = desk_schedule.utilisation(db.session(), provider_id(), first, last)
    rows = [
        {"label": f"{one.resource.code} {one.resource.name}", "value": min(one.booked, one.offered), "max": one.offered}
        | {"text": gettext("closed") if one.percent is None else f"{one.percent} %"}
        for one in uses
    ]
    return render_template(
        "booking/desk/utilisation.html", uses=uses, rows=rows, first=first, last=last, batch=CapacityKind.BATCH
    )
