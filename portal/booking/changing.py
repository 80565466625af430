"""What a firm does with a booking afterwards: move, cancel, answer a proposal of the centre."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.access import holds
from portal.booking import bp
from portal.booking.choice_forms import DayForm, MoveForm, PickForm, slot_choice
from portal.booking.choosing import day_buttons, fill, lapsed, slot_buttons
from portal.booking.forms import CancelForm, DeclineForm
from portal.booking.presenters import cancelling_text, choice_text, order_items
from portal.current import actor
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import gettext
from portal.times import when_text
from portal.work import begin_work
from services.booking import queries, rules
from services.booking.errors import CostChanged, DayFull, HoldLapsed, SlotTaken
from services.booking.models import Booking
from services.booking.offers import Offer, offer_again
from services.booking.operations import changing, making
from services.booking.placement import Choice
from services.catalogue.models import BookingMode
from services.core import clock
from services.core.errors import NotFound, RuleBroken, WrongState
from services.core.permissions import Permission


def _own(booking_id: int) -> Booking:
    return queries.booking_of(db.session(), booking_id, actor().organisation_id)


@bp.route("/<id:booking_id>/move", methods=["GET", "POST"])
@holds(Permission.BOOKING_REQUEST)
def move(booking_id: int):
    """Choose another time for a booking; the old one stays until the new one is certain."""
    booking = _own(booking_id)
    if booking.module.booking_mode is BookingMode.PROJECT:
        raise NotFound
    offer = offer_again(db.session(), booking, clock.now())
    form = DayForm(request.args) if offer.mode is BookingMode.BATCH else MoveForm(offer, request.args)
    if form.look.data:
        return redirect(url_for("booking.move", booking_id=booking_id, **form.as_arguments), code=303)
    if not form.submitted():
        return _move_page(booking, offer, form)
    choice, address = _choice(booking, form), url_for("booking.show", booking_id=booking_id)
    try:
        with begin_work(form) as work:
            changing.move(work, booking_id, choice)
            work.leads_to(address)
    except WrongState:
        raise
    except RuleBroken as error:
        return _move_refused(_own(booking_id), form, error)
    flash(gettext("The booking has been moved."), "success")
    return redirect(address, code=303)


def _choice(booking: Booking, form: PickForm) -> Choice:
    """Moving keeps length and quantity."""
    if isinstance(form, DayForm):
        return Choice(day=form.chosen_day, quantity=booking.quantity)
    assert isinstance(form, MoveForm)
    return slot_choice(form.start, _minutes(booking), form.resource_id, booking.quantity)


def _minutes(booking: Booking) -> int:
    if booking.starts_at is None or booking.ends_at is None:
        raise NotFound
    return rules.Span(booking.starts_at, booking.ends_at).minutes


def _move_refused(booking: Booking, form: PickForm, error: RuleBroken) -> Any:
    offer = offer_again(db.session(), booking, clock.now())
    form.blame(error)
    if isinstance(error, SlotTaken):
        return _move_page(booking, offer, form, slot_buttons(offer, error)), 409
    if isinstance(error, DayFull):
        return _move_page(booking, offer, form, day_buttons(offer, booking.quantity)), 409
    return _move_page(booking, offer, form)


def _move_page(booking: Booking, offer: Offer, form: PickForm, nearest: list[tuple[str, str]] | None = None) -> Any:
    _refuse_unless(booking.state in rules.MOVABLE, booking)
    fill(form, offer, minutes=_minutes(booking), quantity=booking.quantity)
    return render_template(
        "booking/move.html",
        booking=booking,
        form=form,
        when=when_text(booking),
        nearest=nearest or [],
        wanted=choice_text(_choice(booking, form)),
        waits_again=booking.terms.get("needs_approval", False),
    )


def _refuse_unless(possible: bool, booking: Booking) -> None:
    if not possible:
        raise WrongState(state=rules.STATE_NAMES[booking.state])


@bp.route("/<id:booking_id>/cancel", methods=["GET", "POST"])
@holds(Permission.BOOKING_REQUEST)
def cancel(booking_id: int):
    """Say what cancelling costs, and cancel for no more than that."""
    booking = _own(booking_id)
    form, address = CancelForm(), url_for("booking.show", booking_id=booking_id)
    if not form.submitted():
        return _cancel_page(booking, form)
    try:
        with begin_work(form) as work:
            changing.cancel(work, booking_id, reason=form.reason.data or "", shown_fee_fen=form.shown_fee_fen)
            work.leads_to(address)
    except CostChanged as error:
        form.blame(error)
        return _cancel_page(_own(booking_id), form), 409
    flash(gettext("The booking has been cancelled."), "success")
    return redirect(address, code=303)


def _cancel_page(booking: Booking, form: CancelForm) -> str:
    _refuse_unless(rules.may("cancel", booking.state), booking)
    cost = cost_now(booking)
    form.fee_fen.data = str(cost.fee_fen)
    return render_template(
        "booking/cancel.html",
        booking=booking,
        form=form,
        when=when_text(booking),
        cost=cost,
        rule=cancelling_text(booking),
        money=order_items(booking.order) if booking.order else [],
    )


def cost_now(booking: Booking) -> rules.CancellationCost:
    """Return what cancelling costs at this moment."""
    due_fen = booking.order.due_fen if booking.order else 0
    return rules.cancellation_cost(booking.state, booking.starts_at, due_fen, booking.terms, clock.now())


@bp.route("/<id:booking_id>/accept", methods=["POST"])
@holds(Permission.BOOKING_REQUEST)
def accept(booking_id: int):
    """Accept what the centre has entered for the firm."""
    _own(booking_id)
    form, address = ActionForm(), url_for("booking.show", booking_id=booking_id)
    if not form.submitted():
        flash(" ".join(form.form_errors) or gettext("Please try again."), "error")
        return redirect(address, code=303)
    try:
        with begin_work(form) as work:
            making.accept(work, booking_id)
            work.leads_to(address)
    except HoldLapsed:
        return lapsed(_own(booking_id))
    flash(gettext("The booking is confirmed."), "success")
    return redirect(address, code=303)


@bp.route("/<id:booking_id>/decline", methods=["GET", "POST"])
@holds(Permission.BOOKING_REQUEST)
def decline(booking_id: int):
    """Decline what the centre has entered for the firm."""
    booking = _own(booking_id)
    form, address = DeclineForm(), url_for("booking.show", booking_id=booking_id)
    if not form.submitted():
        _refuse_unless(rules.may("decline", booking.state), booking)
        return render_template("booking/decline.html", booking=booking, form=form, when=when_text(booking))
    with begin_work(form) as work:
        making.decline(work, booking_id, reason=form.reason.data or "")
        work.leads_to(address)
    flash(gettext("You have declined the proposal. The slot is free for others again."), "success")
    return redirect(address, code=303)
