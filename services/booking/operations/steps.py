"""What every operation on a booking shares: loading it locked, stepping its state once, and leaving its history."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import joinedload

from services.billing.models import LineKind
from services.billing.operations.orders import adjust
from services.booking.models import Booking, BookingEvent
from services.booking.rules import STATE_NAMES, TRANSITIONS
from services.catalogue.models import ServiceModule
from services.core.errors import NotFound, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import holders_of

PRICED = (ServiceModule.prices, ServiceModule.extras)

WITH_MODULE = (joinedload(Booking.module, innerjoin=True).options(*(joinedload(part) for part in PRICED)),)
"""A booking is read with its module, prices and extras in one query."""

_LOCKED = (
    select(Booking)
    .options(*WITH_MODULE)
    .where(
        Booking.id == bindparam("booking_id"), Booking.is_reservation.is_(False)
    )  # the laboratory's own are not moved
    .with_for_update(of=Booking)
    .execution_options(populate_existing=True)
)
_NOTE = insert(BookingEvent.__table__).inline()


def of_client(work: Work, booking_id: int) -> Booking:
    """Return a booking of the actor's own organisation; NotFound for any other."""
    booking = _load(work, booking_id)
    work.require(Permission.BOOKING_REQUEST, scope=booking.organisation_id)
    return booking


def of_staff(work: Work, booking_id: int, permission: Permission = Permission.BOOKING_RUN) -> Booking:
    """Return a booking of the actor's own centre; NotFound for any other."""
    booking = _load(work, booking_id)
    work.require(permission, scope=booking.provider_id)
    return booking


def _load(work: Work, booking_id: int) -> Booking:
    booking = work.session.scalars(_LOCKED, {"booking_id": booking_id}).unique().one_or_none()
    if booking is None:
        raise NotFound
    return booking


def step(work: Work, booking: Booking, transition: str, *, reason: str = "", **changes: Any) -> None:
    """Take the named transition, once; WrongState when it does not start from the present state.

    The booking was read locked, and its UPDATE names the version that was read: nobody takes the same step twice.
    The history and the audit log carry the new state afterwards.
    """
    starts, ends = TRANSITIONS[transition]
    before = booking.state
    if before not in starts:
        raise WrongState(state=STATE_NAMES[before])
    booking.state, booking.state_at, booking.state_reason = ends, work.now, reason
    for name, value in ({"hold_expires_at": None} | changes).items():
        setattr(booking, name, value)
    note(work, booking, transition, reason=reason)
    work.record(f"booking.{transition}", booking, before=before, after=ends, reason=reason)


def note(work: Work, booking: Booking, kind: str, *, reason: str = "", **facts: Any) -> None:
    """Add a line to the booking's history."""
    by_staff = work.actor.is_system or work.actor.organisation_id == booking.provider_id
    line = {
        "booking_id": booking.id,
        "at": work.now,
        "kind": kind,
        "person_id": work.actor.person_id,
        "by_staff": by_staff,
        "reason": reason,
        "facts": facts,
    }
    work.session.execute(_NOTE, line)


def void_order(work: Work, booking: Booking, *, fee_fen: int = 0, reason: str = "") -> None:
    """Let the order owe nothing but ``fee_fen``; what was paid beyond shows as a refund due."""
    order = booking.order
    if order is not None:
        adjust(
            work,
            order,
            kind=LineKind.CANCELLATION,
            label=N_("Cancelled: the price is dropped but for the fee"),
            amount_fen=fee_fen - order.due_fen,
            reason=reason,
        )


def tell_client(work: Work, booking: Booking, letter: str, message: str, **facts: Any) -> None:
    """Tell whoever booked, in the portal and by letter."""
    link = f"/bookings/{booking.id}"
    work.tell(booking.booked_by_id, message, link=link, no=booking.no or "", name=booking.module.name, **facts)
    work.later(f"mail.{letter}", booking_id=booking.id)


def tell_centre(work: Work, booking: Booking, letter: str, message: str, **facts: Any) -> None:
    """Tell everyone who approves bookings at the centre, in the portal and by letter."""
    link = f"/bookings/desk/{booking.id}"
    for person_id in work.session.scalars(holders_of(Permission.BOOKING_APPROVE, booking.provider_id)).all():
        work.tell(person_id, message, link=link, no=booking.no or "", name=booking.module.name, **facts)
    work.later(f"mail.{letter}", booking_id=booking.id)
