"""Which function carries out which task."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from services.billing.operations.statements import make_statements
from services.booking.operations.sweeping import expire_overdue, remind
from services.jobs.cleaning import clean
from services.mail import bookings

Handler = Callable[..., Any]

HANDLERS: dict[str, Handler] = {
    "billing.make_statements": make_statements,
    "booking.expire_overdue": expire_overdue,
    "booking.remind": remind,
    "jobs.clean": clean,
    **{f"mail.{letter}": partial(bookings.promise_to_centre, letter) for letter in bookings.TO_CENTRE},
}
"""Tasks that change the database: ``handler(work, **payload)`` runs in the transaction that marks the task done."""
