"""What the worker does by the clock: lapsed holds and proposals, reminders."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from services.booking.claims import expire
from services.booking.models import Booking, BookingEvent, BookingState
from services.booking.operations.steps import note, tell_client, void_order
from services.core import clock
from services.core.calendar import working_days
from services.core.messages import N_
from services.core.work import Work

MOST = 200


def expire_overdue(work: Work) -> int:
    """Let every hold and proposal lapse whose deadline has passed (at most 200 at a time); return how many."""
    statement = (
        select(Booking)
        .where(
            Booking.state.in_([BookingState.HELD, BookingState.PROPOSED]),
            Booking.hold_expires_at <= work.now,
        )
        .order_by(Booking.id)
        .limit(MOST)
    )
    count = 0
    for booking in work.session.scalars(statement).all():
        was = booking.state
        if not expire(work, booking.id, was):
            continue
        count += 1
        work.session.expire(booking)
        note(work, booking, "expire")
        work.record("booking.expire", booking, before=was)
        if was is BookingState.PROPOSED:
            void_order(work, booking, reason="lapsed")
            tell_client(work, booking, "booking_lapsed", N_("Booking %(no)s of %(name)s has lapsed unanswered."))
    return count


def remind(work: Work) -> int:
    """Remind firms one working day and two hours before a confirmed booking, each once; return how many.

    A booking that was moved is reminded of its new time too.
    """
    count, later = 0, aliased(BookingEvent)
    moved = select(func.max(later.id)).where(later.booking_id == BookingEvent.booking_id, later.kind == "move")
    is_of_this_time = BookingEvent.id > func.coalesce(moved.scalar_subquery(), 0)
    for kind, until in (("remind_day", _next_working_day_end(work)), ("remind_hours", work.now + timedelta(hours=2))):
        reminded = select(BookingEvent.booking_id).where(BookingEvent.kind == kind, is_of_this_time)
        statement = (
            select(Booking)
            .where(
                Booking.state == BookingState.CONFIRMED,
                Booking.is_reservation.is_(False),
                Booking.starts_at > work.now,
                Booking.starts_at <= until,
                Booking.id.not_in(reminded),
            )
            .order_by(Booking.starts_at, Booking.id)
            .limit(MOST)
        )
        for booking in work.session.scalars(statement).all():
            note(work, booking, kind)
            tell_client(work, booking, "booking_reminder", N_("Reminder: booking %(no)s of %(name)s is coming up."))
            count += 1
    return count


def _next_working_day_end(work: Work) -> datetime:
    calendar = working_days(work.session, work.today, 1)
    return clock.at(calendar.after(work.today, 1).day, 1440)
