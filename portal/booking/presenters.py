"""How bookings are shown: times, lengths, money, history and the week as a grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import format_date

from portal.i18n import gettext, local_hour, long_date, money, translate
from portal.times import day_text, moment_text, short_span_text
from services.billing.models import Order
from services.booking.availability import WeekGrid
from services.booking.models import Booking
from services.booking.placement import Choice
from services.booking.queries import Happening
from services.booking.rules import OPEN
from services.catalogue.models import ServiceModule
from services.catalogue.rules import Quote
from services.core import clock
from services.core.messages import N_

EVENT_WORDS = {
    "hold": (N_("Slot held"), "info"),
    "submit": (N_("Sent to the centre"), "info"),
    "book_at_once": (N_("Booked and confirmed at once"), "success"),
    "propose": (N_("Entered by the centre for your organisation"), "warning"),
    "accept": (N_("Proposal accepted"), "success"),
    "decline": (N_("Proposal declined"), "neutral"),
    "withdraw": (N_("Proposal withdrawn by the centre"), "neutral"),
    "abandon": (N_("Slot given back"), "neutral"),
    "expire": (N_("Lapsed: nobody acted in time"), "neutral"),
    "confirm": (N_("Confirmed by the centre"), "success"),
    "ask_again": (N_("Waiting for the centre again"), "warning"),
    "reject": (N_("Declined by the centre"), "danger"),
    "cancel": (N_("Cancelled"), "neutral"),
    "price": (N_("Price changed by the centre"), "warning"),
    "check_in": (N_("Checked in, work has begun"), "info"),
    "complete": (N_("Completed"), "success"),
    "miss": (N_("Nobody came"), "danger"),
    "displace": (N_("The equipment failed, a new time is needed"), "danger"),
    "move": (N_("Moved to another time"), "info"),
    "rearrange": (N_("Confirmed at the new time"), "success"),
    "remind_day": (N_("Reminder sent, one working day before"), "neutral"),
    "remind_hours": (N_("Reminder sent, two hours before"), "neutral"),
}
"""What each kind of event is called, and its tone."""

MONEY_WORDS = {
    "base": N_("Basic price"),
    "minimum": N_("Minimum charge"),
    "extra": N_("Extras"),
    "urgent": N_("Urgent surcharge"),
    "discount": N_("Member discount"),
    "adjustment": N_("Adjustment"),
    "cancellation": N_("Dropped by cancellation"),
}


def choice_text(choice: Choice) -> str:
    """Return the time or the day that was asked for."""
    if choice.day is not None:
        return long_date(choice.day)
    return short_span_text(choice.starts_at, choice.ends_at) if choice.starts_at and choice.ends_at else ""


def is_late(booking: Booking, now: datetime) -> bool:
    """Tell whether the promised date has passed and the work is not done."""
    promised = booking.promised_on
    return promised is not None and promised < clock.local_day(now) and booking.state in OPEN


def has_lapsed(booking: Booking, now: datetime) -> bool:
    """Tell whether a hold or a proposal has run out, even if the worker has not noticed yet."""
    return booking.hold_expires_at is not None and booking.hold_expires_at <= now


def quote_items(quote: Quote) -> list[tuple[str, str, str]]:
    """Return a price for one line: each kind of step, and what is to pay."""
    total = gettext("At least") if quote.is_negotiable else gettext("To pay")
    return [*_items((step.kind.value, step.amount_fen) for step in quote.steps), (total, money(quote.due_fen), "total")]


def order_items(order: Order) -> list[tuple[str, str, str]]:
    """Return what is owed for one line."""
    lines = _items((line.kind.value, line.amount_fen) for line in order.lines)
    return [*lines, (gettext("To pay"), money(order.due_fen), "total")]


def _items(parts: Iterable[tuple[str, int]]) -> list[tuple[str, str, str]]:
    sums: dict[str, int] = {}
    for kind, amount_fen in parts:
        sums[kind] = sums.get(kind, 0) + amount_fen
    return [
        (translate(MONEY_WORDS[kind]), money(abs(fen)), "price" if kind == "base" else "plus" if fen >= 0 else "minus")
        for kind, fen in sums.items()
    ]


def timeline_of(booking: Booking, happenings: Sequence[Happening]) -> list[dict[str, str]]:
    """Return the history for the timeline, and the promised date that is still to come."""
    lines = [_line(one) for one in happenings]
    if booking.promised_on is not None and booking.state in OPEN:
        title = gettext("Promised date")
        text = "" if booking.promise_certain else uncertain_text(booking.promised_on)
        lines.append({"when_text": day_text(booking.promised_on), "title": title, "text": text, "tone": "todo"})
    return lines


def uncertain_text(day: date) -> str:
    """Say that the calendar of holidays of a year is not published yet."""
    return gettext("The holidays of %(year)s are not published yet; the date may shift by a few days.", year=day.year)


def _line(one: Happening) -> dict[str, str]:
    event = one.event
    title, tone = EVENT_WORDS.get(event.kind, (N_("Changed"), "neutral"))
    by = gettext("by the centre") if event.by_staff else one.person_name
    was = event.facts.get("starts_at") if event.kind == "move" else None
    before = gettext("before: %(time)s", time=moment_text(datetime.fromisoformat(was))) if was else ""
    text = " · ".join(part for part in (by, event.reason, before) if part)
    when = f"{clock.local_day(event.at).isoformat()} {local_hour(event.at)}"
    return {"when_text": when, "title": translate(title), "text": text, "tone": tone}


def cancelling_text(booking: Booking) -> str:
    """Return the agreed rule of cancelling in one sentence."""
    percent = int(booking.terms.get("late_fee_percent", 0))
    if booking.starts_at is None or not percent:
        return gettext("Cancelling is free of charge until the work begins.")
    free_until = booking.starts_at - timedelta(hours=int(booking.terms.get("free_cancel_hours", 24)))
    sentence = N_("Cancelling is free until %(time)s; after that %(percent)s per cent of the price is due.")
    return translate(sentence, time=moment_text(free_until), percent=percent)


def grid_of(grid: WeekGrid, module: ServiceModule | None) -> dict[str, Any]:
    """Return the week for the grid component; free cells lead to booking ``module`` from then on."""
    closed = {day: all(grid.cells[minute, day].state == "closed" for minute in grid.minutes) for day in grid.days}
    days = [
        {
            "label": format_date(day, "EEE"),
            "date_text": f"{day:%m-%d}",
            "note": grid.notes.get(day, ""),
            "is_closed": closed[day],
        }
        for day in grid.days
    ]
    address = url_for("booking.new", code=module.code) if module else None
    rows = [
        {
            "time_label": f"{minute // 60:02d}:{minute % 60:02d}",
            "cells": [_cell(grid, minute, day, address) for day in grid.days],
        }
        for minute in grid.minutes
    ]
    return {"days": days, "rows": rows}


def _cell(grid: WeekGrid, minute: int, day: date, address: str | None) -> dict[str, Any]:
    cell = grid.cells[minute, day]
    if cell.state != "free":
        return {"state": cell.state}
    label = gettext("%(free)s free", free=cell.free) if grid.resource.units > 1 else ""
    start = f"{day}T{minute // 60:02d}:{minute % 60:02d}"
    url = f"{address}?starts_at={start}&resource={grid.resource.id}" if address else None
    return {"state": "free", "label": label, "url": url}


def room_grid(days: Sequence[tuple[date, int]], today: date, module: ServiceModule | None) -> dict[str, Any]:
    """Return a week of a batch resource for the grid component: one row with what each day can still take."""
    heads = [{"label": format_date(day, "EEE"), "date_text": f"{day:%m-%d}"} for day, _ in days]
    cells = []
    for day, room in days:
        if day < today:
            cells.append({"state": "past"})
        elif not room:
            cells.append({"state": "busy", "label": gettext("Full or closed")})
        else:
            url = url_for("booking.new", code=module.code, other_day=day.isoformat()) if module else None
            cells.append({"state": "free", "label": gettext("%(room)s left", room=room), "url": url})
    return {"days": heads, "rows": [{"time_label": gettext("Room left"), "cells": cells}]}
