"""What staff of a centre fill in at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from portal.booking.desk_words import OUTAGE_KINDS, other_time_text
from portal.desk import DeskForm
from portal.forms.fields import (
    LocalDateField,
    LocalDateTimeField,
    Required,
    UploadField,
    WholeNumberField,
    wall_clock,
)
from portal.i18n import gettext, translate
from services.booking.models import Booking
from services.booking.other_times import OtherTime
from services.booking.placement import Choice
from services.booking.rules import Span
from services.catalogue.models import BookingMode, CapacityKind, Resource
from services.core import clock
from services.core.messages import N_

OWN = "own"
MOST_AT_ONCE = 100


class ChosenForm(DeskForm):
    """Several requests ticked in the queue."""

    chosen = SelectMultipleField(N_("Requests"), coerce=int, validate_choice=False)

    @property
    def booking_ids(self) -> list[int]:
        """The ticked requests, those that can be rows at all, at most a hundred."""
        return [one for one in self.chosen.data or [] if 0 < one < 2**31][:MOST_AT_ONCE]


class CompleteForm(DeskForm):
    """What was delivered."""

    delivery_note = TextAreaField(N_("What was delivered"), validators=[Length(max=1000)])
    file = UploadField(N_("Report or file for the firm"))


class MoveForm(DeskForm):
    """Another time for a booking: one of those offered, or one typed."""

    other = RadioField(N_("Free times near the present one"), validate_choice=False)
    starts_at = LocalDateTimeField(N_("Another start"))
    day = LocalDateField(N_("Another day"))
    reason = StringField(N_("Reason"), validators=[Required(), Length(max=300)])
    overrides = BooleanField(N_("Set the booking rules aside (never what is taken or closed)"))

    def __init__(self, booking: Booking) -> None:
        super().__init__()
        self._booking = booking
        self._is_batch = booking.module.booking_mode is BookingMode.BATCH
        del self["starts_at" if self._is_batch else "day"]

    def offer(self, offered: Sequence[OtherTime]) -> None:
        """Offer the free times, the first of them chosen, and the field for another one."""
        own = (OWN, gettext("Another time, which I enter below"))
        self.other.choices = [*((value_of(one), other_time_text(one)) for one in offered), own]
        if not self.other.data:
            self.other.data = self.other.choices[0][0]

    @property
    def choice(self) -> Choice | None:
        """Where the booking is to go; None when nothing that can be read was chosen."""
        if self.other.data and self.other.data != OWN:
            return choice_of(self.other.data, self._booking)
        typed = self.day.data if self._is_batch else self.starts_at.data
        return moved_to(self._booking, typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes; some time must be chosen."""
        right = super().validate(extra_validators)
        typed = self.day if self._is_batch else self.starts_at
        if self.choice is None and not typed.errors:
            typed.errors = [gettext("Please choose a time.")]
        return right and self.choice is not None


def value_of(other: OtherTime) -> str:
    """Return what stands for a free time in a form: the resource and the wall clock, or the day of a batch."""
    if other.day is not None:
        return other.day.isoformat()
    return f"{other.resource_id}@{clock.local(other.starts_at):%Y-%m-%dT%H:%M}"


def choice_of(value: str | None, booking: Booking) -> Choice | None:
    """Return the choice behind such a value; None for anything else."""
    key, _, text = (value or "").rpartition("@")
    if booking.module.booking_mode is BookingMode.BATCH:
        moment = wall_clock(text, "%Y-%m-%d")
        return moved_to(booking, moment.date() if moment else None)
    moment = wall_clock(text, "%Y-%m-%dT%H:%M")
    if moment is None or not (key.isascii() and key.isdigit() and len(key) < 10):
        return None
    return moved_to(booking, moment, resource_id=int(key))


def moved_to(booking: Booking, start: datetime | date | None, *, resource_id: int | None = None) -> Choice | None:
    """Return the choice that moves a booking to ``start`` and keeps its length and quantity."""
    if start is None or booking.starts_at is None or booking.ends_at is None:
        return None
    if not isinstance(start, datetime):
        return Choice(day=start, quantity=booking.quantity)
    ends_at = start + (booking.ends_at - booking.starts_at)
    return Choice(start, ends_at, resource_id=resource_id, quantity=booking.quantity)


class OutageForm(DeskForm):
    """A time in which a resource, or one of its units, is closed."""

    kind = SelectField(N_("Kind of outage"))
    unit = SelectField(N_("Which unit"), coerce=int, default=0)
    starts_at = LocalDateTimeField(N_("From"), validators=[Required()])
    ends_at = LocalDateTimeField(N_("Until"), validators=[Required()])
    reason = StringField(N_("Reason"), validators=[Required(), Length(max=200)])

    def __init__(self, resource: Resource) -> None:
        super().__init__()
        self.kind.choices = [(value, translate(name)) for value, name in OUTAGE_KINDS.items()]
        if resource.units > 1 and resource.capacity_kind is not CapacityKind.BATCH:
            numbers = range(1, resource.units + 1)
            units = [(number, gettext("Unit %(number)s only", number=number)) for number in numbers]
            self.unit.choices = [(0, gettext("All units")), *units]
        else:
            del self.unit

    @property
    def unit_no(self) -> int | None:
        """The one unit that is closed; None for all."""
        return (self.unit.data or None) if "unit" in self else None

    @property
    def span(self) -> Span | None:
        """The time; None while one end is missing or they are the wrong way round."""
        begin, end = self.starts_at.data, self.ends_at.data
        return Span(begin, end) if begin and end and begin < end else None


class UnitsForm(DeskForm):
    """How many units a resource has."""

    units = WholeNumberField(N_("Number of units"), minimum=1, maximum=500, validators=[Required()])


class DailyCapacityForm(DeskForm):
    """How much a batch resource takes a day."""

    daily_capacity = WholeNumberField(N_("Quantity per day"), minimum=1, maximum=100000, validators=[Required()])
