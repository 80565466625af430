"""The bookings of a firm: the list, and one booking with everything about it."""

from __future__ import annotations

from flask import render_template, request, url_for

import portal.booking.calendar
import portal.booking.desk
import portal.booking.papers  # noqa: F401 - registers the desk and what is printed and fetched
from portal.access import holds
from portal.booking import bp
from portal.booking.changing import cost_now
from portal.booking.forms import FilterForm
from portal.booking.presenters import cancelling_text, has_lapsed, is_late, order_items, timeline_of
from portal.current import actor
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import gettext
from portal.paging import paged
from portal.times import when_text
from services.billing.rules import payment_state
from services.booking import queries, rules
from services.booking.models import Booking
from services.booking.operations.making import agreed_extras
from services.booking.queries import Tab
from services.catalogue.models import BookingMode
from services.core import clock
from services.core.permissions import Permission


@bp.app_template_filter("payment_state")
def _payment_state(order):
    return payment_state(order)


@bp.route("")
@holds(Permission.BOOKING_READ)
def index():
    """Show the bookings of the active organisation: coming, waiting, past."""
    organisation_id, now = actor().organisation_id, clock.now()
    form = FilterForm(request.args, queries.providers_of(db.session(), organisation_id))
    tab = form.tab(request.args.get("tab"))
    wanted = queries.bookings_of(organisation_id, tab, now=now, provider_id=form.provider_id, words=form.words)
    page = paged(wanted)
    return render_template(
        "booking/index.html",
        form=form,
        tab=tab,
        tabs=_tabs(tab, queries.counts(db.session(), organisation_id, now)),
        is_filtered=bool(form.provider_id or form.words),
        page=page,
        when={booking.id: when_text(booking) for booking in page.items},
        late={booking.id for booking in page.items if is_late(booking, now)},
    )


def _tabs(active: Tab, counts: dict[Tab, int]) -> list[tuple[str, str, bool]]:
    words = {Tab.COMING: gettext("Coming"), Tab.WAITING: gettext("In progress"), Tab.PAST: gettext("Past bookings")}
    return [(f"{words[tab]} ({counts[tab]})", url_for("booking.index", tab=tab.value), tab is active) for tab in Tab]


@bp.route("/<id:booking_id>")
@holds(Permission.BOOKING_READ)
def show(booking_id: int):
    """Show one booking of the active organisation."""
    booking = queries.booking_of(db.session(), booking_id, actor().organisation_id)
    now = clock.now()
    return render_template(
        "booking/show.html",
        booking=booking,
        module=booking.module,
        order=booking.order,
        when=when_text(booking),
        resources=queries.resource_names(db.session(), booking_id),
        extras=agreed_extras(booking),
        timeline=timeline_of(booking, queries.history(db.session(), booking_id)),
        money=order_items(booking.order) if booking.order else [],
        rule=cancelling_text(booking),
        cost=cost_now(booking),
        late=is_late(booking, now),
        lapsed=has_lapsed(booking, now),
        can=_possible(booking, lapsed=has_lapsed(booking, now)),
        action=ActionForm(),
    )


def _possible(booking: Booking, *, lapsed: bool) -> dict[str, bool]:
    """Return what the firm can do with the booking now."""
    may_book = actor().may(Permission.BOOKING_REQUEST)
    has_time = booking.module.booking_mode is not BookingMode.PROJECT
    return {
        "finish": may_book and rules.may("submit", booking.state) and not lapsed,
        "answer": may_book and rules.may("accept", booking.state) and not lapsed,
        "move": may_book and has_time and booking.state in rules.MOVABLE,
        "cancel": may_book and rules.may("cancel", booking.state),
    }
