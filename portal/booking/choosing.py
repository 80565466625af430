"""From a service to a booking: choosing, holding, sending, giving back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.access import holds, public
from portal.booking import bp
from portal.booking.choice_forms import (
    BatchForm,
    SlotForm,
    TimeForm,
    WishForm,
    form_for,
    slot_choice,
)
from portal.booking.forms import ConfirmForm
from portal.booking.presenters import cancelling_text, choice_text, grid_of, has_lapsed, quote_items
from portal.current import actor, organisation, person
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import gettext
from portal.times import day_text, span_text, when_text
from portal.work import begin_work
from services.association.standing import is_member
from services.booking import availability, queries
from services.booking.errors import DayFull, HoldLapsed, SlotTaken
from services.booking.models import Booking, BookingState
from services.booking.offers import Offer, expected, offer_of, spread
from services.booking.operations import making
from services.catalogue.models import BookingMode
from services.core import clock
from services.core.errors import RuleBroken
from services.core.permissions import Permission
from services.laboratory.queries.offers import is_ordered_as_test

SLOTS_SHOWN = 12
SLOTS_A_DAY = 4
MOST_LOOKED_AT = 300
DAYS_SHOWN = 8
NEAREST = 3


@bp.route("/new/<code>")
@public
def new(code: str):
    """Show what can be chosen and what is free; nobody needs to sign in to look."""
    offer = offer_of(db.session(), code, clock.now())
    if is_ordered_as_test(db.session(), offer.module.id):
        return redirect(url_for("laboratory.testing", m=code))
    if not offer.is_open:
        return render_template("booking/not_bookable.html", offer=offer)
    return _picker(offer, form_for(offer, request.args))


@bp.route("/new/<code>", methods=["POST"])
@holds(Permission.BOOKING_REQUEST)
def hold(code: str):
    """Hold what was chosen; whoever comes too late is shown the nearest free times, and keeps what was typed."""
    offer = offer_of(db.session(), code, clock.now())
    if is_ordered_as_test(db.session(), offer.module.id):
        return redirect(url_for("laboratory.testing", m=code), code=303)
    if not offer.is_open:
        return render_template("booking/not_bookable.html", offer=offer), 409
    form = form_for(offer)
    if form.look.data:
        return redirect(url_for("booking.new", code=code, **form.as_arguments), code=303)
    if not form.submitted():
        return _picker(offer, form)
    wanted = {"module_id": offer.module.id, "choice": form.choice, "wish": form.wish}
    try:
        with begin_work(form) as work:
            booking = making.hold(work, organisation_id=actor().organisation_id, **wanted)
            address = url_for("booking.confirm_hold", booking_id=booking.id)
            work.leads_to(address)
    except RuleBroken as error:
        return _refused(offer_of(db.session(), code, clock.now()), form, error)
    return redirect(address, code=303)


def _refused(offer: Offer, form: WishForm, error: RuleBroken) -> Any:
    form.blame(error)
    if isinstance(error, SlotTaken):
        return _picker(offer, form, nearest=slot_buttons(offer, error)), 409
    if isinstance(error, DayFull):
        return _picker(offer, form, nearest=day_buttons(offer, form.how_many)), 409
    return _picker(offer, form)


def slot_buttons(offer: Offer, error: SlotTaken) -> list[tuple[str, str]]:
    """Return the nearest free times as values and texts of buttons."""
    names = {one.id: one.name for one in offer.resources}
    buttons = []
    for key, starts_at, ends_at in error.nearest:
        text = span_text(starts_at, ends_at)
        named = f"{text} · {names[key]}" if len(names) > 1 and key in names else text
        buttons.append((f"{key}@{clock.local(starts_at):%Y-%m-%dT%H:%M}", named))
    return buttons


def day_buttons(offer: Offer, quantity: int) -> list[tuple[str, str]]:
    """Return the next days with room for ``quantity`` as values and texts of buttons."""
    days = availability.free_days(db.session(), offer.module.id, clock.now(), days=42)
    return [(day.isoformat(), day_text(day)) for day, room in days if room >= quantity][:NEAREST]


def fill(form: Any, offer: Offer, *, minutes: int, quantity: int) -> None:
    """Offer the free times, or the days with room, in the form."""
    now = clock.now()
    if isinstance(form, TimeForm):
        slots = availability.free_slots(
            db.session(),
            offer.module.id,
            now,
            minutes=minutes,
            units=quantity,
            resource_id=form.resource_id,
            most=MOST_LOOKED_AT,
        )
        asked = form.start if form.start else form.starts_at.data
        form.offer_slots(spread(slots, per_day=SLOTS_A_DAY, most=SLOTS_SHOWN, asked=asked))
    elif offer.mode is BookingMode.BATCH:
        days = availability.free_days(db.session(), offer.module.id, now)
        form.offer_days([(day, room) for day, room in days if room >= quantity][:DAYS_SHOWN])


def _picker(offer: Offer, form: WishForm, nearest: list[tuple[str, str]] | None = None) -> str:
    now = clock.now()
    today = clock.local_day(now)
    minutes = form.length if isinstance(form, SlotForm) else 0
    fill(form, offer, minutes=minutes, quantity=form.how_many)
    sample = slot_choice(now, minutes, None, form.how_many) if minutes else form.choice
    quote = offer.price(sample, form.wish, today, is_member=is_member(db.session(), actor().organisation_id, today))
    resource = next((one for one in offer.resources if one.id == getattr(form, "resource_id", None)), None)
    shown = resource or next(iter(offer.resources), None)
    return render_template(
        "booking/new.html",
        offer=offer,
        module=offer.module,
        form=form,
        nearest=nearest or [],
        wanted=choice_text(form.choice),
        money=quote_items(quote) if quote else [],
        promised=expected(db.session(), offer.module, form.wish.urgency, _start_of(form), now),
        shown=shown,
        grid=_grid(offer, shown) if isinstance(form, TimeForm) and shown else None,
        firm=organisation(),
        can_book=actor().may(Permission.BOOKING_REQUEST),
        sign_in=url_for("accounts.sign_in", next=request.full_path.rstrip("?")),
    )


def _start_of(form: WishForm) -> Any:
    if isinstance(form, BatchForm):
        return clock.at(form.chosen_day, 0) if form.chosen_day else None
    return form.start if isinstance(form, SlotForm) else None


def _grid(offer: Offer, shown: Any) -> dict[str, Any]:
    now = clock.now()
    return grid_of(availability.week_grid(db.session(), shown.id, clock.local_day(now), now), offer.module)


@bp.route("/<id:booking_id>/confirm", methods=["GET", "POST"])
@holds(Permission.BOOKING_REQUEST)
def confirm_hold(booking_id: int):
    """Show what is held, until when and what it costs, and send it to the centre."""
    address = url_for("booking.show", booking_id=booking_id)
    form = ConfirmForm(data=_known())
    if not form.submitted():
        return _held(booking_id, form) or redirect(address, code=303)
    try:
        with begin_work(form) as work:
            sent = making.submit(work, booking_id, form.wish)
            work.leads_to(address)
            at_once = sent.state is BookingState.CONFIRMED
    except HoldLapsed:
        return lapsed(queries.booking_of(db.session(), booking_id, actor().organisation_id))
    flash(_sent(at_once=at_once), "success")
    return redirect(address, code=303)


def _held(booking_id: int, form: ConfirmForm) -> Any:
    """Return the page of a held booking, or of one that has lapsed; None for any other."""
    booking = queries.booking_of(db.session(), booking_id, actor().organisation_id)
    if booking.state is BookingState.EXPIRED:
        return lapsed(booking)
    if booking.state is BookingState.HELD:
        return lapsed(booking) if has_lapsed(booking, clock.now()) else _confirmation(booking, form)
    return None


def _sent(*, at_once: bool) -> str:
    if at_once:
        return gettext("Your booking is confirmed. We look forward to seeing you.")
    return gettext("Your booking has been sent. The slot is yours unless the centre declines it; you will be told.")


def _known() -> dict[str, str]:
    """Return what the portal knows already, so that nobody types it twice."""
    firm, who = organisation(), person()
    return {
        "contact_name": who.name or (firm.contact_name if firm else ""),
        "contact_phone": who.mobile or (firm.contact_phone if firm else ""),
    }


def _confirmation(booking: Booking, form: ConfirmForm) -> str:
    quote = making.agreed_quote(booking)
    return render_template(
        "booking/confirm_hold.html",
        booking=booking,
        module=booking.module,
        form=form,
        action=ActionForm(),
        when=when_text(booking),
        resources=queries.resource_names(db.session(), booking.id),
        money=quote_items(quote),
        quote=quote,
        extras=making.agreed_extras(booking),
        promised=expected(db.session(), booking.module, booking.urgency, booking.starts_at, clock.now()),
        rule=cancelling_text(booking),
        seconds=max(0, int((booking.hold_expires_at - clock.now()).total_seconds())),
    )


def lapsed(booking: Booking) -> tuple[str, int]:
    """Say kindly that time has run out, with the way back to the same choice."""
    again: dict[str, Any] = {"urgency": booking.urgency.value, "extras": booking.extras, "quantity": booking.quantity}
    if booking.starts_at is not None and booking.ends_at is not None:
        start = clock.local(booking.starts_at)
        again |= (
            {"other_day": start.date().isoformat()}
            if booking.module.booking_mode is BookingMode.BATCH
            else {
                "starts_at": f"{start:%Y-%m-%dT%H:%M}",
                "minutes": int((booking.ends_at - booking.starts_at).total_seconds() // 60),
            }
        )
    back = url_for("booking.new", code=booking.module.code, **again)
    return render_template("booking/lapsed.html", booking=booking, when=when_text(booking), back=back), 409


@bp.route("/<id:booking_id>/abandon", methods=["POST"])
@holds(Permission.BOOKING_REQUEST)
def abandon(booking_id: int):
    """Give a held slot back."""
    booking = queries.booking_of(db.session(), booking_id, actor().organisation_id)
    address = url_for("booking.new", code=booking.module.code)
    form = ActionForm()
    if not form.submitted():
        flash(" ".join(form.form_errors) or gettext("Please try again."), "error")
        return redirect(url_for("booking.confirm_hold", booking_id=booking_id), code=303)
    with begin_work(form) as work:
        making.abandon(work, booking_id)
        work.leads_to(address)
    flash(gettext("The slot has been given back."), "success")
    return redirect(address, code=303)
