"""What the desk pages of booking share: whose centre it is, one way to carry something out, and the booking's page."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from portal.booking import bp
from portal.booking.desk_forms import CompleteForm
from portal.booking.desk_words import history, outage_kind, test_hours
from portal.components import may
from portal.desk import ActionForm, DeskForm, ReasonForm, provider_id
from portal.extensions import db
from portal.forms.money import PaymentForm, PriceForm, RefundForm
from portal.i18n import translate
from services.billing.models import PaymentMethod
from services.billing.words import METHOD_NAMES
from services.booking import desk_queries
from services.booking.models import Booking, BookingState
from services.booking.rules import MOVABLE
from services.booking.rules import may as starts
from services.catalogue.models import BookingMode
from services.core import clock
from services.core.permissions import Permission

ACTIONS = {
    "confirm": ("confirm", Permission.BOOKING_APPROVE),
    "reject": ("reject", Permission.BOOKING_APPROVE),
    "cancel": ("cancel", Permission.BOOKING_APPROVE),
    "check_in": ("check_in", Permission.BOOKING_RUN),
    "complete": ("complete", Permission.BOOKING_RUN),
    "no_show": ("miss", Permission.BOOKING_RUN),
}
"""What staff do with a booking: the transition behind it, and who may."""

bp.app_template_filter("outage_kind")(outage_kind)
bp.app_template_filter("test_hours")(test_hours)


@bp.app_template_filter("payment_method")
def payment_method(method: PaymentMethod) -> str:
    """Return how money came or went, in the reader's language."""
    return translate(METHOD_NAMES[method])


def button_for_here() -> ActionForm:
    """Return the form behind the buttons of a list; what they do leads back to the list as it is shown now."""
    form = ActionForm(fresh=True)
    form.back.data = request.full_path.rstrip("?")
    return form


def booking_page(booking_id: int, sent: DeskForm | None = None, name: str = "") -> Any:
    """Show everything of a booking of this centre; with ``sent``, the form that was refused, as it was typed."""
    now = clock.now()
    booking = desk_queries.booking_of(db.session(), provider_id(), booking_id)
    order = booking.order
    doers = [event.person_id for event in booking.events]
    doers += [one.recorded_by_id for one in [*order.payments, *order.refunds]] if order else []
    names = desk_queries.names_of(db.session(), doers)
    page = render_template(
        "booking/desk/show.html",
        booking=booking,
        order=order,
        batches=desk_queries.batch_claims(db.session(), booking_id),
        actions=actions_for(booking),
        history=history(booking, names),
        names=names,
        forms=_forms(booking) | ({name: sent} if sent else {}),
        sent=sent,
        now=now,
    )
    return page, sent.status if sent else 200


def actions_for(booking: Booking) -> set[str]:
    """Return what this person can do with the booking as it stands."""
    able = {
        name
        for name, (transition, permission) in ACTIONS.items()
        if starts(transition, booking.state) and may(permission, booking.provider_id)
    }
    if booking.state is BookingState.REQUESTED:
        able.discard("cancel")  # a request is declined
    if starts("withdraw", booking.state) and may(Permission.BOOKING_APPROVE, booking.provider_id):
        able.add("cancel")
    is_batch = booking.module.booking_mode is BookingMode.BATCH
    missed_from = booking.ends_at if is_batch else booking.starts_at
    if missed_from is None or missed_from > clock.now():
        able.discard("no_show")
    has_time = booking.module.booking_mode is not BookingMode.PROJECT
    if booking.state in MOVABLE and has_time and may(Permission.BOOKING_APPROVE, booking.provider_id):
        able.add("move")
    if booking.order is not None and may(Permission.PAYMENT_RECORD, booking.provider_id):
        able.add("money")
    return able


def _forms(booking: Booking) -> dict[str, DeskForm]:
    """Return the forms of a booking's page as they are opened."""
    forms: dict[str, DeskForm] = {
        "action": ActionForm(mark="action", fresh=True),
        "reject": ReasonForm(mark="reject", fresh=True),
        "cancel": ReasonForm(mark="cancel", fresh=True),
        "complete": CompleteForm(mark="complete", fresh=True),
    }
    if booking.order is not None:
        balance_fen, today = booking.order.balance_fen, clock.local_day(clock.now())
        forms["payment"] = PaymentForm(balance_fen, today, mark="payment", fresh=True)
        forms["refund"] = RefundForm(-balance_fen, today, mark="refund", fresh=True)
        forms["price"] = PriceForm(booking.order.due_fen, mark="price", fresh=True)
    return forms
