"""Slots that are lost or have passed: their lines move to the next possible ones, and the client is told the new date."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from services.booking.models import Booking, BookingState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import TestLine
from services.laboratory.operations.planning import end_of_slots, first_day, release_lines, reserve_missing
from services.laboratory.operations.steps import note, tell_client, tell_staff
from services.laboratory.ordering_errors import NothingFree


def replan(work: Work, booking_id: int) -> None:
    """Move the lines of a displaced reservation to the next possible place; done once, however often it is asked.

    The promised date follows and never gets earlier; the client is told it. Where nothing is free within half a year
    the lines wait without a slot and the laboratory is told.
    """
    commission_id = work.session.scalar(
        select(TestLine.commission_id).where(TestLine.booking_id == booking_id).limit(1)
    )
    if commission_id is None:
        return
    commission = work.session.get_one(Commission, commission_id, with_for_update={"of": Commission})  # always first
    booking = work.session.get_one(Booking, booking_id, with_for_update={"of": Booking})
    if booking.state is not BookingState.DISPLACED or not booking.is_reservation:
        return
    lines = list(work.session.scalars(select(TestLine).where(TestLine.booking_id == booking_id).order_by(TestLine.id)))
    release_lines(work, lines, reason=booking.state_reason)
    before = commission.promised_on
    try:
        reserve_missing(work, commission, start=_first_day(work, commission))
    except NothingFree:
        message = N_("No instrument is free for %(no)s after an outage. Please look for a way.")
        tell_staff(work, commission, message, permission=Permission.COMMISSION_REVIEW)
        note(work, commission, "displaced", reason=booking.state_reason, is_internal=True)
        return
    _promise_later(work, commission)
    after = _text(commission.promised_on)
    note(work, commission, "replan", reason=booking.state_reason, before=_text(before), promised_on=after)
    if commission.promised_on != before:
        message = N_(
            "An instrument has failed. The report of %(no)s is now promised for %(promised_on)s. We are sorry."
        )
        tell_client(work, commission, "commission_replanned", message, promised_on=commission.promised_on)


def catch_up(work: Work, commission: Commission) -> None:
    """Take later slots for the lines whose own have passed while testing stood still; the promised date follows."""
    try:
        reserve_missing(work, commission, start=work.today)
    except NothingFree:
        tell_nothing_free(work, commission)
        return
    _promise_later(work, commission)


def tell_nothing_free(work: Work, commission: Commission) -> None:
    """Let the laboratory know that lines of a commission wait without a slot."""
    message = N_("No instrument is free for %(no)s. Please look for a way.")
    tell_staff(work, commission, message, permission=Permission.COMMISSION_REVIEW)


def _first_day(work: Work, commission: Commission) -> date:
    """Return the first day for new slots: today where the samples are there, else when they can be."""
    return work.today if commission.clock_started_at is not None else first_day(work.session, work.now)


def _promise_later(work: Work, commission: Commission) -> None:
    """Move the promised date as far as the new slots make it move, and never back."""
    ends = end_of_slots(work, commission)
    if ends is not None and (commission.promised_on is None or ends.day > commission.promised_on):
        commission.promised_on, commission.promise_certain = ends.day, ends.certain


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()
