"""What can be chosen when a service is booked or moved: when, where, how many, how fast, with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, SubmitField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.components import word
from portal.forms import PortalForm
from portal.forms.fields import LocalDateField, LocalDateTimeField, Required, WholeNumberField, wall_clock
from portal.i18n import gettext, long_date, money
from portal.times import duration_text, hours_text, short_span_text
from services.booking.availability import FreeSlot
from services.booking.offers import Offer
from services.booking.operations.making import Wish
from services.booking.placement import Choice
from services.catalogue.models import BookingMode, Resource, Urgency
from services.catalogue.rules import urgent_days
from services.core import clock
from services.core.errors import RuleBroken, RulesBroken
from services.core.messages import N_

OWN = "own"
ANY = 0
DAY, MOMENT = "%Y-%m-%d", "%Y-%m-%dT%H:%M"
CHOSEN = ("quantity", "urgency", "extras", "minutes", "resource", "slot", "starts_at", "day", "other_day")


class PickForm(PortalForm):
    """A choice that can be looked at from the address of its page, and then be sent."""

    look = SubmitField(N_("Show free times and price"))
    heads: Mapping[str, str] = MappingProxyType({})

    def __init__(self, asked: MultiDict[str, str] | None = None) -> None:
        given = asked.items(multi=True) if asked and not self.is_submitted() else ()
        known = [(name, value) for name, value in given if name in CHOSEN]
        super().__init__(**({"formdata": MultiDict(known)} if known else {}))

    @property
    def as_arguments(self) -> dict[str, list[str]]:
        """Everything chosen, for the address of the same page."""
        sent = {name: request.form.getlist(name) for name in CHOSEN if name in self}
        return {name: values for name, values in sent.items() if any(values)}

    def place_of(self, name: str | None) -> str | None:
        """Return the field of this form beside which a rule about ``name`` is told."""
        return name

    def blame(self, error: RuleBroken) -> None:
        """Show a broken rule beside the field that this form has for it."""
        for one in error.errors if isinstance(error, RulesBroken) else [error]:
            one.field = self.place_of(one.field)
        super().blame(error)


class TimeForm(PickForm):
    """Which of the equal resources, and when."""

    resource = SelectField(N_("Equipment or place"), coerce=int, default=ANY, render_kw={"data-look": ""})
    slot = RadioField(N_("Next free times"), validate_choice=False)
    starts_at = LocalDateTimeField(N_("Another date and time"))
    nearest = StringField(N_("Nearest free times"))

    def offer_resources(self, resources: Sequence[Resource]) -> None:
        """Offer the equal resources, unless there is only one."""
        if len(resources) > 1:
            some = [(ANY, gettext("Whichever is free"))]
            self.resource.choices = [*some, *((one.id, one.name) for one in resources)]
        else:
            del self.resource

    @property
    def resource_id(self) -> int | None:
        """The resource that was asked for, if any."""
        if self.picked is not None:
            return self.picked[0]
        chosen = self.resource.data if "resource" in self else ANY
        known = [value for value, _ in self.resource.choices] if "resource" in self else []
        return chosen if chosen in known and chosen != ANY else None

    @property
    def picked(self) -> tuple[int, datetime] | None:
        """The button of a nearest free time that was pressed, as resource and start."""
        key, _, text = (self.nearest.data or "").partition("@")
        moment = wall_clock(text, MOMENT)
        return (int(key), moment) if moment and key.isascii() and key.isdigit() and len(key) < 11 else None

    @property
    def start(self) -> datetime | None:
        """When it is to begin; None when nothing that can be read was chosen."""
        if self.picked is not None:
            return self.picked[1]
        if self.slot.data and self.slot.data != OWN:
            return wall_clock(self.slot.data, MOMENT)
        return self.starts_at.data

    def offer_slots(self, slots: Sequence[FreeSlot]) -> None:
        """Offer the free times as radio buttons under their days, and the field for another one."""
        days = {clock.local_day(one.starts_at) for one in slots}
        headed = len(days) < len(slots)
        text = hours_text if headed else short_span_text
        starts = {_value(one.starts_at): text(one.starts_at, one.ends_at) for one in slots}
        self.heads = {_value(one.starts_at): long_date(one.starts_at) for one in slots} if headed else {}
        self.slot.choices = [*starts.items(), (OWN, gettext("Another time, which I enter below"))]
        if self.is_submitted() or self.slot.data in {OWN, *starts}:
            return
        near = _value(self.starts_at.data) if self.starts_at.data else next(iter(starts), OWN)
        self.slot.data = near if near in starts else OWN
        if near in starts:
            self.starts_at.data = self.starts_at.raw_data = None

    def place_of(self, name: str | None) -> str | None:
        """A rule about the start is told where the start was chosen."""
        if name == "starts_at" and self.slot.data not in {None, "", OWN}:
            return "slot"
        return super().place_of(name)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes; some time must be chosen, and only one."""
        right = super().validate(extra_validators)
        if self.starts_at.errors:
            return False
        if self.start is None:
            self.starts_at.errors = [gettext("Please choose a time.")]
        elif self.picked is None and self.starts_at.data not in {None, self.start}:
            self.starts_at.errors = [gettext("You chose a time above and entered another one. Please leave only one.")]
        return right and not self.starts_at.errors


class DayForm(PickForm):
    """On which day."""

    day = RadioField(N_("Day of delivery of the samples"), validate_choice=False)
    other_day = LocalDateField(N_("Another day"))
    nearest = StringField(N_("Nearest days with room"))

    @property
    def chosen_day(self) -> date | None:
        """The day; None when nothing that can be read was chosen."""
        text = self.nearest.data or (self.day.data if self.day.data != OWN else "")
        if not text:
            return self.other_day.data
        moment = wall_clock(text, DAY)
        return moment.date() if moment else None

    def offer_days(self, days: Sequence[tuple[date, int]]) -> None:
        """Offer the days with what each can still take."""
        shown = {
            one.isoformat(): gettext("%(day)s · %(room)s left", day=long_date(one), room=room) for one, room in days
        }
        self.day.choices = [*shown.items(), (OWN, gettext("Another day, which I enter below"))]
        if self.is_submitted() or self.day.data in {OWN, *shown}:
            return
        asked = self.other_day.data.isoformat() if self.other_day.data else next(iter(shown), OWN)
        self.day.data = asked if asked in shown else OWN
        if asked in shown:
            self.other_day.data = self.other_day.raw_data = None

    def place_of(self, name: str | None) -> str | None:
        """A rule about the day is told where the day was chosen."""
        if name == "day" and self.day.data in {None, "", OWN}:
            return "other_day"
        return super().place_of(name)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes; some day must be chosen, and only one."""
        right = super().validate(extra_validators)
        if self.other_day.errors:
            return False
        if self.chosen_day is None:
            self.other_day.errors = [gettext("Please choose a day.")]
        elif not self.nearest.data and self.other_day.data not in {None, self.chosen_day}:
            self.other_day.errors = [gettext("You chose a day above and entered another one. Please leave only one.")]
        return right and not self.other_day.errors


class WishForm(PickForm):
    """How many, how fast and with what; the only questions where just a date is promised."""

    quantity = WholeNumberField(N_("Quantity"), default=1, minimum=1, validators=[Required()])
    urgency = RadioField(N_("How fast"), default=Urgency.NORMAL.value)
    extras = SelectMultipleField(
        N_("Extras"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), default=()
    )

    def __init__(self, offer: Offer, asked: MultiDict[str, str] | None = None) -> None:
        super().__init__(asked)
        self.offer = offer
        self._limit_quantity(request.form if self.is_submitted() else asked)
        self.urgency.choices = [(one.value, _speed_text(offer, one)) for one in offer.speeds]
        self.extras.choices = [(one.code, f"{one.name} +{money(one.amount_fen)}") for one in offer.module.extras]
        useless = {
            "quantity": offer.most == 1,
            "urgency": len(offer.speeds) == 1,
            "extras": not offer.module.extras,
        }
        for name in [name for name, so in useless.items() if so]:
            del self[name]

    def _limit_quantity(self, sent: MultiDict[str, str] | None) -> None:
        """Read the quantity again, now that it is known how much there is."""
        self.quantity.maximum = self.offer.most
        self.quantity.label.text = _quantity_text(self.offer)
        self.quantity.process(sent, 1)

    @property
    def how_many(self) -> int:
        """The quantity; one while nothing sensible was entered."""
        return self.quantity.data or 1 if "quantity" in self else 1

    @property
    def wish(self) -> Wish:
        """Speed and extras; what is not offered counts as not chosen."""
        speeds = {one.value for one in self.offer.speeds}
        fast = self.urgency.data if "urgency" in self and self.urgency.data in speeds else Urgency.NORMAL.value
        known = {code for code, _ in self.extras.choices} if "extras" in self else set()
        chosen = self.extras.data or () if "extras" in self else ()
        return Wish(Urgency(fast), [code for code in chosen if code in known])

    @property
    def choice(self) -> Choice:
        """What is to be held."""
        return Choice(quantity=self.how_many)


class SlotForm(WishForm, TimeForm):
    """A time of a resource."""

    minutes = SelectField(N_("How long"), coerce=int, render_kw={"data-look": ""})

    def __init__(self, offer: Offer, asked: MultiDict[str, str] | None = None) -> None:
        super().__init__(offer, asked)
        self.minutes.choices = [(one, duration_text(one)) for one in offer.lengths]
        if self.minutes.data not in offer.lengths and not self.is_submitted():
            self.minutes.data = offer.lengths[0]
        self.offer_resources(offer.resources)

    @property
    def length(self) -> int:
        """The length in minutes; the shortest while nothing sensible was chosen."""
        return self.minutes.data if self.minutes.data in self.offer.lengths else self.offer.lengths[0]

    @property
    def choice(self) -> Choice:
        """The time from the chosen start."""
        return slot_choice(self.start, self.length, self.resource_id, self.how_many)

    def place_of(self, name: str | None) -> str | None:
        """A rule about the end is one about the length here."""
        return "minutes" if name == "ends_at" else super().place_of(name)


class BatchForm(WishForm, DayForm):
    """A quantity on a day."""

    @property
    def choice(self) -> Choice:
        """The quantity on the chosen day."""
        return Choice(day=self.chosen_day, quantity=self.how_many)


class MoveForm(TimeForm):
    """Another time for a booking."""

    def __init__(self, offer: Offer, asked: MultiDict[str, str] | None = None) -> None:
        super().__init__(asked)
        self.offer_resources(offer.resources)

    def place_of(self, name: str | None) -> str | None:
        """Length and quantity cannot be chosen here: such a rule is told at the top."""
        return super().place_of(name) if name in self else None


def slot_choice(start: datetime | None, minutes: int, resource_id: int | None, quantity: int) -> Choice:
    """Return the choice of ``minutes`` from ``start``; without a start it has no times."""
    begin = start.astimezone(UTC) if start else None
    end = begin + timedelta(minutes=minutes) if begin else None
    return Choice(begin, end, None, resource_id, quantity)


def form_for(offer: Offer, asked: MultiDict[str, str] | None = None) -> WishForm:
    """Return the form that books a module of this mode, filled from the address when it says something."""
    forms = {BookingMode.SLOT: SlotForm, BookingMode.BATCH: BatchForm, BookingMode.PROJECT: WishForm}
    return forms[offer.mode](offer, asked)


def _value(moment: datetime) -> str:
    return clock.local(moment).strftime(MOMENT)


def _quantity_text(offer: Offer) -> str:
    """Say what is counted: equal units of a resource, or what the price is for."""
    if offer.mode is BookingMode.SLOT or offer.version is None:
        return gettext("Quantity (at most %(most)s)", most=offer.most)
    unit = word(offer.version.unit)
    if offer.mode is BookingMode.BATCH:
        return gettext("Quantity (%(unit)s, at most %(most)s)", unit=unit, most=offer.most)
    return gettext("Quantity (%(unit)s)", unit=unit)


def _speed_text(offer: Offer, speed: Urgency) -> str:
    days = urgent_days(offer.module.working_days, speed)
    if days is None:
        return word(speed)
    return gettext("%(speed)s – %(days)s working days", speed=word(speed), days=days)
