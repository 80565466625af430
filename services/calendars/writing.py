"""Writes bookings as iCalendar text (RFC 5545); the library escapes and folds what people typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from services.booking.models import Booking, BookingState
from services.booking.rules import STATE_NAMES
from services.catalogue.models import BookingMode
from services.core import clock
from services.core.messages import N_

S = BookingState
Say = Callable[..., str]
"""Translates a marked sentence and fills its places."""

_STATUS = {
    S.HELD: "TENTATIVE",
    S.REQUESTED: "TENTATIVE",
    S.PROPOSED: "TENTATIVE",
    S.DISPLACED: "TENTATIVE",
    S.CONFIRMED: "CONFIRMED",
    S.IN_USE: "CONFIRMED",
    S.COMPLETED: "CONFIRMED",
}


def calendar_text(bookings: Iterable[Booking], *, name: str, base_url: str, say: Say) -> bytes:
    """Return a calendar with the bookings that have a time or a promised date.

    What has been cancelled stays in it as cancelled, so that calendar programs take it away.
    """
    calendar = begun(name)
    for booking in bookings:
        times = _times(booking)
        if times is not None:
            calendar.add_component(_event(booking, times, base_url, say))
    return bytes(calendar.to_ical())


def begun(name: str) -> Calendar:
    """Return a calendar of that name with nothing in it yet."""
    calendar = Calendar()
    calendar.add("prodid", "-//cluster-portal//bookings//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(name))
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    return calendar


def _times(booking: Booking) -> tuple[date | datetime, date | datetime] | None:
    """Return start and end: moments in UTC, or whole days for a batch and for the date a project is promised for."""
    if booking.starts_at is None or booking.ends_at is None:
        day = booking.promised_on
        return None if day is None else (day, day + timedelta(days=1))
    if booking.module.booking_mode is BookingMode.BATCH:
        first = clock.local_day(booking.starts_at)
        return first, first + timedelta(days=1)
    return booking.starts_at.astimezone(UTC), booking.ends_at.astimezone(UTC)


def _event(booking: Booking, times: tuple[date | datetime, date | datetime], base_url: str, say: Say) -> Event:
    module, address = booking.module, f"{base_url}/bookings/{booking.id}"
    is_promise = booking.starts_at is None
    title = N_("%(name)s: promised date") if is_promise else N_("%(name)s (%(state)s)")
    event = Event()
    event.add("uid", f"booking-{booking.id}@{base_url.partition('://')[2]}")
    event.add("summary", plain(say(title, name=module.name, state=say(STATE_NAMES[booking.state]))))
    event.add("dtstart", times[0])
    event.add("dtend", times[1])
    event.add("dtstamp", booking.state_at.astimezone(UTC))
    event.add("sequence", booking.version)
    event.add("status", _STATUS.get(booking.state, "CANCELLED"))
    event.add("transp", "TRANSPARENT" if is_promise else "OPAQUE")
    event.add("location", plain(module.place or module.provider.address))
    event.add("description", _description(booking, address, say))
    event.add("url", address)
    return event


def _description(booking: Booking, address: str, say: Say) -> str:
    module = booking.module
    pairs: list[tuple[str, Any]] = [
        (N_("Number: %(value)s"), booking.no),
        (N_("Centre: %(value)s"), module.provider.organisation.name),
        (N_("Contact: %(value)s"), f"{module.owner_name} {module.owner_phone}".strip()),
        (N_("Please bring: %(value)s"), module.bring),
    ]
    lines = [say(label, value=plain(str(value))) for label, value in pairs if value]
    return "\n".join([*lines, address])


def plain(text: str) -> str:
    """Return ``text`` on one line; a lone carriage return would otherwise pass for the end of a line."""
    return " ".join(text.split())
