"""The instrument slot of a test line as it is used: taken up, finished, or given back."""

from __future__ import annotations

from sqlalchemy import select

from services.booking.claims import release
from services.booking.models import Booking, BookingState
from services.booking.operations.steps import step
from services.core.work import Work
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.operations.planning import share_less

AHEAD = frozenset({LineState.PENDING, LineState.SCHEDULED, LineState.IN_PROGRESS})
"""The states of a line in which its instrument is still needed."""


def take_up(work: Work, line: TestLine) -> None:
    """Let the slot of a line be in use; the first of several lines that share it does so."""
    booking = _booking(work, line)
    if booking is not None and booking.state is BookingState.CONFIRMED:
        step(work, booking, "check_in")


def finish(work: Work, line: TestLine) -> None:
    """Let the slot be completed once no line that shares it needs it any more."""
    booking = _booking(work, line)
    if booking is not None and booking.state is BookingState.IN_USE and not _is_needed(work, booking):
        step(work, booking, "complete")


def give_back(work: Work, line: TestLine) -> None:
    """Take a line off its slot, which is free again when nobody else needs it, or else its part of a day's batch."""
    booking = _booking(work, line)
    line.booking_id = None
    if booking is None:
        return
    if _is_needed(work, booking):
        share_less(work, booking.id, 1)
        return
    if booking.state in {BookingState.CONFIRMED, BookingState.DISPLACED}:
        step(work, booking, "cancel")
        release(work, booking.id)


def _booking(work: Work, line: TestLine) -> Booking | None:
    if line.booking_id is None:
        return None
    return work.session.get_one(Booking, line.booking_id, with_for_update={"of": Booking})


def _is_needed(work: Work, booking: Booking) -> bool:
    work.session.flush()  # the states of the lines are read from the database
    statement = select(TestLine.id).where(TestLine.booking_id == booking.id, TestLine.state.in_(AHEAD)).limit(1)
    return work.session.scalar(statement) is not None
