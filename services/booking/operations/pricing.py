"""Staff change the price of a booking after it was agreed."""

from __future__ import annotations

from services.billing.operations.orders import adjust_order
from services.booking.models import Booking
from services.booking.operations.steps import note, of_staff
from services.core import links
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.permissions import Permission
from services.core.work import Work


def change_price(work: Work, booking_id: int, *, was_fen: int, due_fen: int, reason: str) -> Booking:
    """Let the booking cost ``due_fen``, with a reason that its history keeps; whoever booked is told.

    Raises ChangedMeanwhile when it no longer costs ``was_fen``.
    """
    booking = of_staff(work, booking_id, Permission.PAYMENT_RECORD)
    if booking.order_id is None:
        raise NotFound
    adjust_order(work, booking.order_id, was_fen=was_fen, due_fen=due_fen, reason=reason)
    note(work, booking, "price", reason=reason, was_fen=was_fen, due_fen=due_fen)
    message = N_(
        "The centre has changed the price of booking %(no)s of %(name)s to %(amount)s yuan. Reason: %(reason)s"
    )
    facts = {"no": booking.no or "", "name": booking.module.name, "amount": yuan_text(due_fen), "reason": reason}
    work.tell(booking.booked_by_id, message, link=links.booking(booking.id), **facts)
    return booking
