"""How the desk says things: times that are offered, kinds of outages, how long something waits, what has happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.booking.presenters import EVENT_WORDS
from portal.i18n import gettext, local_time, money, ngettext, translate
from portal.times import are_whole_days, day_text, hours_text, moment_text, span_text
from services.booking.desk_schedule import Entry
from services.booking.models import Booking, BookingEvent
from services.booking.other_times import OtherTime
from services.core import clock
from services.core.messages import N_

OUTAGE_KINDS = {
    "maintenance": N_("Maintenance"),
    "calibration": N_("Calibration"),
    "breakdown": N_("Breakdown"),
    "event": N_("Event at the centre"),
}
SIGNS = {
    "held": "◌",
    "requested": "?",
    "proposed": "…",
    "confirmed": "",
    "in_use": "▸",
    "completed": "✓",
    "outage": "×",
}
"""How the week tells the states apart on paper, where there are no colours."""

HOURS = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(24 * 60 + 1)]
EVENTS = EVENT_WORDS | {"price": (N_("Price changed by the centre"), "warning")}


def other_time_text(other: OtherTime) -> str:
    """Return a free time as it is offered: day, hours, resource."""
    when = day_text(other.day) if other.day is not None else span_text(other.starts_at, other.ends_at)
    return " · ".join(part for part in (when, other.resource_name) if part)


def age(since: datetime, now: datetime) -> str:
    """Return how long ago something was: minutes, hours, days."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    days = (clock.local_day(now) - clock.local_day(since)).days
    return ngettext("%(num)d day", "%(num)d days", days)


def entry_text(entry: Entry) -> str:
    """Return a stretch of the week of all resources: sign of its state, hours, who, units."""
    whole_day = entry.begins == 0 and entry.ends == len(HOURS) - 1
    hours = "" if whole_day else f"{HOURS[entry.begins]}–{HOURS[entry.ends]} "
    units = f" ×{entry.units}" if entry.units > 1 else ""
    return f"{SIGNS[entry.state]}{hours}{entry.text}{units}"


def test_hours(booking: Booking) -> str:
    """Return the hours of a test of the laboratory, or that it belongs to the batch of the day."""
    if booking.starts_at is None or booking.ends_at is None or are_whole_days(booking.starts_at, booking.ends_at):
        return gettext("In the batch of the day")
    return hours_text(booking.starts_at, booking.ends_at)


def outage_kind(kind: str) -> str:
    """Return what an outage is for, in the reader's language; an unknown kind as it is stored."""
    return translate(OUTAGE_KINDS[kind]) if kind in OUTAGE_KINDS else kind


def history(booking: Booking, names: Mapping[int, str]) -> list[dict[str, str]]:
    """Return what has happened to a booking for the timeline, with the names of everybody who did it, latest first."""
    return [_line(event, names) for event in reversed(booking.events)]


def _line(event: BookingEvent, names: Mapping[int, str]) -> dict[str, str]:
    title, tone = EVENTS.get(event.kind, (N_("Changed"), "neutral"))
    side = gettext("centre") if event.by_staff else gettext("firm")
    who = names.get(event.person_id or 0)
    by = f"{who} ({side})" if who else gettext("by the portal") if event.person_id is None else ""
    parts = [by, event.reason, _before(event)]
    text = " · ".join(part for part in parts if part)
    return {"when_text": local_time(event.at), "title": translate(title), "text": text, "tone": tone}


def _before(event: BookingEvent) -> str:
    """Return what a move or a price change replaced."""
    was = event.facts.get("starts_at") if event.kind == "move" else None
    if was:
        return gettext("before: %(time)s", time=moment_text(datetime.fromisoformat(was)))
    if event.kind == "price":
        return f"{money(event.facts.get('was_fen'))} → {money(event.facts.get('due_fen'))}"
    return ""
