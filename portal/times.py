"""Times as people read them: days with their weekday, intervals, lengths, and when a booking takes place."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Flask
from flask_babel import format_date, format_decimal

from portal.i18n import gettext, local_hour, long_date, ngettext
from services.booking.models import Booking
from services.catalogue.models import BookingMode
from services.core import clock


def day_text(day: date | datetime) -> str:
    """Return a day with its weekday: 2026-11-26 Thu."""
    plain = clock.local_day(day) if isinstance(day, datetime) else day
    return f"{plain.isoformat()} {format_date(plain, 'EEE')}"


def moment_text(moment: datetime) -> str:
    """Return a moment with its weekday: 2026-11-26 Thu 09:30."""
    return f"{day_text(moment)} {local_hour(moment)}"


def are_whole_days(starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether an interval goes from midnight to midnight, so that its hours need not be said."""
    return clock.minute_of_day(starts_at) == clock.minute_of_day(ends_at) == 0


def span_text(starts_at: datetime, ends_at: datetime) -> str:
    """Return an interval; the day is said once where it is the same."""
    last_moment = ends_at - timedelta(microseconds=1)
    if clock.local_day(starts_at) != clock.local_day(last_moment):
        show = day_text if are_whole_days(starts_at, ends_at) else moment_text
        return f"{show(starts_at)} – {show(last_moment if show is day_text else ends_at)}"
    end = "24:00" if clock.minute_of_day(ends_at) == 0 else local_hour(ends_at)
    return f"{moment_text(starts_at)}–{end}"


def short_span_text(starts_at: datetime, ends_at: datetime) -> str:
    """Return a coming interval without the year: Thu 26 Nov 09:00 – Sat 28 Nov 09:00."""
    if clock.local_day(starts_at) == clock.local_day(ends_at - timedelta(microseconds=1)) and not are_whole_days(
        starts_at, ends_at
    ):
        return f"{long_date(starts_at)} {hours_text(starts_at, ends_at)}"
    if are_whole_days(starts_at, ends_at):
        return f"{long_date(starts_at)} – {long_date(ends_at - timedelta(microseconds=1))}"
    return f"{long_date(starts_at)} {local_hour(starts_at)} – {long_date(ends_at)} {local_hour(ends_at)}"


def hours_text(starts_at: datetime, ends_at: datetime) -> str:
    """Return an interval without the day it begins on."""
    return span_text(starts_at, ends_at).removeprefix(day_text(starts_at)).strip()


def when_text(booking: Booking) -> str:
    """Return when a booking takes place: an interval, a day, or what is promised instead."""
    if booking.starts_at is None or booking.ends_at is None:
        if booking.promised_on is None:
            return gettext("By arrangement with the centre")
        return gettext("To be delivered by %(day)s", day=day_text(booking.promised_on))
    if booking.module.booking_mode is BookingMode.BATCH:
        return day_text(booking.starts_at)
    return span_text(booking.starts_at, booking.ends_at)


def duration_text(minutes: int) -> str:
    """Return a length: minutes, hours, or days."""
    if minutes % 1440 == 0:
        days = minutes // 1440
        if days <= 20:
            return ngettext(
                "%(num)s day (%(hours)s hours)", "%(num)s days (%(hours)s hours)", days, hours=minutes // 60
            )
        return ngettext("%(num)s day", "%(num)s days", days)
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if minutes % 60 == 0:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    return gettext("%(hours)s hours", hours=format_decimal(round(minutes / 60, 2)))


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(when_text=when_text, duration_text=duration_text)
