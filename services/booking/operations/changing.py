"""What happens to a booking afterwards: confirmed, declined, moved, cancelled, used, missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from services.booking.claims import claims_of, release
from services.booking.errors import (
    CostChanged,
    NotBookable,
    NothingToMove,
    NotMissedYet,
    OtherLength,
    PrepaymentNeeded,
    ReasonNeeded,
    SlotTaken,
    TooLateToMove,
)
from services.booking.models import BatchClaim, Booking, BookingState
from services.booking.operations.making import promise
from services.booking.operations.steps import note, of_client, of_staff, step, tell_centre, tell_client, void_order
from services.booking.placement import Choice, Placing
from services.booking.rules import MOVABLE, STATE_NAMES, CancellationCost, Span, cancellation_cost
from services.catalogue.models import BookingMode, ModuleState
from services.core import clock
from services.core.errors import WrongState
from services.core.files import Attachment
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.organisations.models import Organisation


def confirm(work: Work, booking_id: int) -> Booking:
    """Confirm a request after checking again that the module, the firm and the claims still stand.

    Raises WrongState for the second of two clerks, PrepaymentNeeded while a firm with no-shows has not paid.
    """
    booking = of_staff(work, booking_id, Permission.BOOKING_APPROVE)
    _check_again(work, booking)
    promise(work, booking, work.now)
    step(work, booking, "confirm")
    tell_client(work, booking, "booking_confirmed", N_("Booking %(no)s of %(name)s is confirmed."))
    return booking


def _check_again(work: Work, booking: Booking) -> None:
    if booking.module.state not in {ModuleState.PUBLISHED, ModuleState.PAUSED}:
        raise NotBookable
    if booking.terms.get("prepay") and booking.order is not None and booking.order.balance_fen > 0:
        raise PrepaymentNeeded
    mode = booking.module.booking_mode
    if mode is BookingMode.SLOT and not claims_of(work.session, booking.id):
        raise SlotTaken
    batch = select(BatchClaim.resource_id).where(BatchClaim.booking_id == booking.id)
    if mode is BookingMode.BATCH and work.session.scalar(batch.limit(1)) is None:
        raise SlotTaken


def reject(work: Work, booking_id: int, *, reason: str) -> Booking:
    """Decline a request with a reason; the slot is free again and nothing is owed."""
    booking = of_staff(work, booking_id, Permission.BOOKING_APPROVE)
    _need(reason)
    step(work, booking, "reject", reason=reason)
    release(work, booking_id)
    void_order(work, booking, reason=reason)
    tell_client(work, booking, "booking_rejected", N_("The centre has declined booking %(no)s of %(name)s."))
    return booking


def cost_of_cancelling(work: Work, booking: Booking) -> CancellationCost:
    """Return what cancelling would cost the firm now; shown before the button."""
    due_fen = booking.order.due_fen if booking.order else 0
    return cancellation_cost(booking.state, booking.starts_at, due_fen, booking.terms, work.now)


def cancel(work: Work, booking_id: int, *, reason: str = "", shown_fee_fen: int | None = None) -> Booking:
    """Cancel as the firm: free until the agreed hour, later for the agreed share of the price.

    Raises CostChanged when it costs more than the firm was shown (``shown_fee_fen``).
    """
    booking = of_client(work, booking_id)
    cost = cost_of_cancelling(work, booking)
    if shown_fee_fen is not None and cost.fee_fen > shown_fee_fen:
        raise CostChanged
    step(work, booking, "cancel", reason=reason)
    release(work, booking_id)
    void_order(work, booking, fee_fen=cost.fee_fen, reason=reason)
    tell_centre(work, booking, "booking_cancelled", N_("The firm has cancelled booking %(no)s of %(name)s."))
    return booking


def cancel_by_centre(work: Work, booking_id: int, *, reason: str) -> Booking:
    """Cancel as the centre, or withdraw a proposal, with a reason and without cost for the firm, who is told."""
    booking = of_staff(work, booking_id, Permission.BOOKING_APPROVE)
    _need(reason)
    step(work, booking, "withdraw" if booking.state is BookingState.PROPOSED else "cancel", reason=reason)
    release(work, booking_id)
    void_order(work, booking, reason=reason)
    message = N_("We are sorry: the centre had to cancel booking %(no)s of %(name)s. You owe nothing.")
    tell_client(work, booking, "booking_cancelled_by_centre", message)
    return booking


def move(work: Work, booking_id: int, choice: Choice) -> Booking:
    """Move the firm's own booking to another time in one transaction; the old one stays if the new one is gone.

    A confirmed booking that needed approval waits for the centre again. The price stays as agreed. Raises TooLateToMove
    once cancelling would cost something: moving is no way around the fee.
    """
    booking = of_client(work, booking_id)
    cost = cost_of_cancelling(work, booking)
    if not cost.is_free:
        raise TooLateToMove(hours=booking.terms.get("free_cancel_hours", 24))
    _move(work, booking, choice, overrides=False)
    tell_centre(work, booking, "booking_moved_by_client", N_("The firm has moved booking %(no)s of %(name)s."))
    return booking


def move_by_centre(work: Work, booking_id: int, choice: Choice, *, reason: str, overrides: bool = False) -> Booking:
    """Move a booking as the centre, with a reason; a displaced one is confirmed at its new time."""
    booking = of_staff(work, booking_id, Permission.BOOKING_APPROVE)
    _need(reason)
    _move(work, booking, choice, overrides=overrides, reason=reason)
    tell_client(work, booking, "booking_moved", N_("The centre has moved booking %(no)s of %(name)s."))
    return booking


def _move(work: Work, booking: Booking, choice: Choice, *, overrides: bool, reason: str = "") -> None:
    if booking.state not in MOVABLE:
        raise WrongState(state=STATE_NAMES[booking.state])
    if booking.module.booking_mode is BookingMode.PROJECT:
        raise NothingToMove
    work.session.get(Organisation, booking.organisation_id, with_for_update={"key_share": True})
    placing = Placing(work, booking.module, booking.organisation_id, choice, overrides=overrides)
    placing.check_shape()
    _keep_length(booking, choice)
    before = {"starts_at": _text(booking.starts_at), "ends_at": _text(booking.ends_at)}
    release(work, booking.id)
    placing.prepare()
    placing.take(booking.id)
    if booking.module.booking_mode is BookingMode.BATCH and choice.day is not None:
        booking.starts_at, booking.ends_at = clock.at(choice.day, 0), clock.at(choice.day, 1440)
    else:
        booking.starts_at, booking.ends_at = choice.starts_at, choice.ends_at
    promise(work, booking, work.now)
    note(work, booking, "move", reason=reason, **before)
    work.record("booking.move", booking, before=before, starts_at=booking.starts_at, reason=reason)
    if booking.state is BookingState.DISPLACED:
        step(work, booking, "rearrange", reason=reason)
    elif booking.state is BookingState.CONFIRMED and booking.terms.get("needs_approval") and not reason:
        step(work, booking, "ask_again")


def _keep_length(booking: Booking, choice: Choice) -> None:
    """The price stays as agreed, so the length and the quantity do too."""
    if choice.quantity != booking.quantity:
        raise OtherLength(field="quantity")
    if booking.starts_at is None or booking.ends_at is None or booking.module.booking_mode is not BookingMode.SLOT:
        return
    if choice.span.minutes != Span(booking.starts_at, booking.ends_at).minutes:
        raise OtherLength


def check_in(work: Work, booking_id: int) -> Booking:
    """Record that the firm has come, or that work on a project has begun."""
    booking = of_staff(work, booking_id)
    step(work, booking, "check_in")
    return booking


def complete(work: Work, booking_id: int, *, delivery_note: str, delivery_file_id: int | None = None) -> Booking:
    """Finish a booking: the firm can read what was delivered and fetch the file, if there is one."""
    booking = of_staff(work, booking_id)
    if delivery_file_id is not None:
        work.session.get_one(Attachment, delivery_file_id)
    step(work, booking, "complete", delivery_note=delivery_note, delivery_file_id=delivery_file_id)
    tell_client(work, booking, "booking_completed", N_("Booking %(no)s of %(name)s is completed."))
    return booking


def miss(work: Work, booking_id: int) -> Booking:
    """Record a no-show once the grace time has passed, or the whole day of a batch; the late fee is owed."""
    booking = of_staff(work, booking_id)
    minutes = int(setting(work.session, "booking.no_show_grace_minutes"))
    if booking.module.booking_mode is BookingMode.BATCH:
        minutes = 24 * 60
    if booking.starts_at is None or booking.starts_at + timedelta(minutes=minutes) > work.now:
        raise NotMissedYet(minutes=minutes)
    cost = cost_of_cancelling(work, booking)
    step(work, booking, "miss")
    release(work, booking_id)
    void_order(work, booking, fee_fen=cost.fee_fen, reason="no-show")
    tell_client(work, booking, "booking_missed", N_("Nobody came for booking %(no)s of %(name)s."))
    return booking


def _need(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded


def _text(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
