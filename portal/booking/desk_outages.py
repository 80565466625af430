"""Outages of resources: what is closed, closing over bookings with a decision on each, ending early, less capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from wtforms import Form, HiddenField, RadioField

from portal.access import holds
from portal.booking import bp
from portal.booking.desk_forms import OWN, DailyCapacityForm, OutageForm, UnitsForm, choice_of, moved_to, value_of
from portal.booking.desk_pages import button_for_here
from portal.booking.desk_words import other_time_text
from portal.desk import ActionForm, asked_id, carry_out, not_done, provider_id
from portal.extensions import db
from portal.forms.fields import LocalDateField, LocalDateTimeField
from portal.i18n import gettext
from portal.paging import paged
from services.booking import desk_queries, desk_schedule
from services.booking.errors import StillClaimed
from services.booking.models import Booking, BookingState
from services.booking.operations.outages import Decision, Fate, end_outage, enter_outage, set_capacity
from services.booking.other_times import OtherTime, OtherTimes, bookings_under
from services.booking.placement import Choice
from services.booking.rules import Span
from services.catalogue.desk_queries import provider_resource
from services.catalogue.models import BookingMode, CapacityKind, Resource
from services.core import clock
from services.core.errors import RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

LATER, CANCEL, MOVE = (fate.value for fate in (Fate.LATER, Fate.CANCEL, Fate.MOVE))


class FateForm(Form):
    """What is done with one booking that an outage hits; ``offered`` is the free time that was shown."""

    fate = RadioField(N_("What to do"), choices=[], validate_choice=False)
    offered = HiddenField()
    starts_at = LocalDateTimeField(N_("Another start"))
    day = LocalDateField(N_("Another day"))


@dataclass
class Affected:
    """A booking that an outage hits, what was decided on it, and the free time it can go to."""

    booking: Booking
    form: FateForm

    @property
    def is_in_use(self) -> bool:
        """Whether the firm is there now: then there is nothing to decide, the booking stays on record."""
        return self.booking.state is BookingState.IN_USE

    @property
    def choice(self) -> Choice | None:
        """Where the booking is to be moved, if it is."""
        if self.form.fate.data == MOVE:
            return choice_of(self.form.offered.data, self.booking)
        if self.form.fate.data == OWN:
            return moved_to(self.booking, self.typed.data)
        return None

    @property
    def decision(self) -> Decision | None:
        """The decision; None while there is none that can be carried out."""
        if self.is_in_use or self.form.fate.data == LATER:
            return Decision(Fate.LATER)
        if self.form.fate.data == CANCEL:
            return Decision(Fate.CANCEL)
        return Decision(Fate.MOVE, self.choice) if self.choice is not None else None

    @property
    def typed(self) -> Any:
        """The field for another time: a day for a batch, a start otherwise."""
        return self.form.day if self.booking.module.booking_mode is BookingMode.BATCH else self.form.starts_at

    def refuse(self) -> None:
        """Say beside the booking that the time chosen for it is not free, and ask again."""
        self.typed.errors = self.typed.process_errors or [gettext("This time is not free. Please choose another one.")]
        if self.form.fate.data == MOVE:
            self.form.fate.data = None

    def offer(self, other: OtherTime | None) -> None:
        """Offer the fates: the free time that was found or agreed on, another one, deciding later, cancelling."""
        move = []
        if other is not None:
            self.form.offered.data = value_of(other)
            move = [(MOVE, gettext("Move to %(time)s", time=other_time_text(other)))]
        self.form.fate.choices = [
            *move,
            (OWN, gettext("Move to another time:")),
            (LATER, gettext("Decide later: the firm is told that a new time is needed")),
            (CANCEL, gettext("Cancel: the firm owes nothing and is told")),
        ]


# The pages ----------------------------------------------------------------------------------------------------------


@bp.route("/desk/outages")
@holds(Permission.RESOURCE_EDIT)
def outages():
    """Show what is closed now, what will be, and what was."""
    now = clock.now()
    running, coming = desk_schedule.outage_lists(db.session(), provider_id(), now)
    return render_template(
        "booking/desk/outages.html",
        running=running,
        coming=coming,
        page=paged(desk_schedule.past_outages(provider_id(), now)),
        action=button_for_here(),
    )


@bp.route("/desk/outages/new", methods=["GET", "POST"])
@holds(Permission.RESOURCE_EDIT)
def outage_new():
    """Close a resource for a time; every booking that this hits gets a decision."""
    resource_id = asked_id("resource")
    if resource_id is None:
        shown = desk_schedule.resources(db.session(), provider_id())
        return render_template("booking/desk/outage_resource.html", resources=shown)
    resource = provider_resource(db.session(), provider_id(), resource_id)
    form = OutageForm(resource)
    form.submitted()
    rows = _affected(resource, form)

    def close(work: Work) -> None:
        enter_outage(
            work,
            resource_id=resource_id,
            span=Span(form.starts_at.data, form.ends_at.data),
            unit=form.unit_no,
            kind=form.kind.data,
            reason=form.reason.data,
            decisions={row.booking.id: row.decision for row in rows if row.decision is not None},
        )

    done = gettext("The outage is entered; the firms concerned have been told.")
    answer = None if form.refusal else carry_out(form, close, leads_to=url_for("booking.outages"), done=done)
    return answer or _outage_page(resource_id, form)


def _outage_page(resource_id: int, form: OutageForm):
    """Show the form again with everything that was decided, on what is there now."""
    resource = provider_resource(db.session(), provider_id(), resource_id)
    refusal = form.refusal
    rows = _affected(resource, form) if form.is_submitted() else []
    form.refusal = refusal or form.refusal
    page = render_template(
        "booking/desk/outage_new.html",
        resource=resource,
        form=form,
        rows=rows,
        tests=_tests_hit(resource, form),
        batch=BookingMode.BATCH,
        own=OWN,
    )
    return page, form.status


def _tests_hit(resource: Resource, form: OutageForm) -> int:
    """Return how many tests of the laboratory lose their time; they move by themselves."""
    if form.span is None:
        return 0
    return sum(one.is_reservation for one in bookings_under(db.session(), resource.id, form.unit_no, form.span))


def _affected(resource: Resource, form: OutageForm) -> list[Affected]:
    """Return the bookings that the typed outage hits, with what was decided and a free time for each of the others."""
    if form.span is None:
        return []
    found = bookings_under(db.session(), resource.id, form.unit_no, form.span)
    hit = [one for one in found if one.state is not BookingState.HELD and not one.is_reservation]
    rows = [Affected(one, FateForm(request.form, prefix=f"b{one.id}-")) for one in hit]
    times = OtherTimes(db.session(), hit, clock.now())
    times.close(resource.id, form.unit_no, form.span)
    kept = _kept(rows, times)
    if any(row.typed.errors for row in rows) and form.refusal is None:
        form.blame(RuleBroken(N_("Some of the times chosen for the bookings are not free. Please look at them again.")))
    for row in rows:
        row.offer(kept.get(row.booking.id) or _found(row, times))
    return rows


def _kept(rows: Sequence[Affected], times: OtherTimes) -> dict[int, OtherTime]:
    """Keep every time that was decided on, and return those that had been offered; the others are refused."""
    kept = {}
    for row in rows:
        if row.form.fate.data not in {MOVE, OWN}:
            continue
        if row.choice is None or not times.reserve(row.booking, row.choice):
            row.refuse()
        elif row.form.fate.data == MOVE:
            kept[row.booking.id] = times.described(row.choice)
    return kept


def _found(row: Affected, times: OtherTimes) -> OtherTime | None:
    """Return the nearest free time for a booking, and keep it for that booking."""
    other = None if row.is_in_use else next(iter(times.nearest(row.booking)), None)
    if other is not None:
        times.reserve(row.booking, other.choice)
    return other


@bp.route("/desk/outages/<id:outage_id>/end", methods=["POST"])
@holds(Permission.RESOURCE_EDIT)
def outage_end(outage_id: int):
    """End an outage now; one that has not begun is withdrawn."""
    form, address = ActionForm(), url_for("booking.outages")
    done = gettext("The outage is over; the resource can be booked again.")
    answer = carry_out(form, lambda work: end_outage(work, outage_id), leads_to=address, done=done)
    return answer or not_done(form, address)


@bp.route("/desk/resources/<id:resource_id>/capacity", methods=["GET", "POST"])
@holds(Permission.RESOURCE_EDIT)
def capacity(resource_id: int):
    """Change how many units a resource has, or how much it takes a day; less only when no booking is in the way."""
    resource = provider_resource(db.session(), provider_id(), resource_id)
    is_batch = resource.capacity_kind is CapacityKind.BATCH
    form: Any = DailyCapacityForm(obj=resource) if is_batch else UnitsForm(obj=resource)
    units, daily = resource.units, resource.daily_capacity

    def change(work: Work) -> None:
        wanted = (units, form.daily_capacity.data) if is_batch else (form.units.data, daily)
        set_capacity(work, resource_id, units=wanted[0], daily_capacity=wanted[1])

    done = gettext("The capacity is changed.")
    answer = carry_out(form, change, leads_to=url_for("booking.capacity", resource_id=resource_id), done=done)
    return answer or _capacity_page(resource_id, form)


def _capacity_page(resource_id: int, form: Any):
    resource = provider_resource(db.session(), provider_id(), resource_id)
    numbers = str(form.refusal.values["numbers"]).split("、") if isinstance(form.refusal, StillClaimed) else []
    in_the_way = desk_queries.numbered(db.session(), provider_id(), numbers)
    page = render_template("booking/desk/capacity.html", resource=resource, form=form, in_the_way=in_the_way)
    return page, form.status
