"""Forms about resources, their hours and exceptions, and booking policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from portal.catalogue.desk_forms import check_code, code_text
from portal.desk import DeskForm, VersionField, named
from portal.forms.fields import LocalDateField, ParsedField, Required, WholeNumberField, wall_clock
from portal.forms.hours import WEEKDAYS, HoursField
from portal.i18n import gettext
from services.catalogue.models import BookingPolicy, CapacityKind, ResourceKind, ResourceState
from services.catalogue.operations.opening import Minutes, Period
from services.catalogue.operations.policies import PolicyTerms
from services.catalogue.operations.resources import Capacity, ResourceParticulars
from services.core.messages import N_


class PeriodField(ParsedField):
    """The days that weekly hours hold for, as ``2026-05-01/2026-09-30``; an open end is empty."""

    widget = HiddenInput()

    def parse(self, text: str) -> Period:
        """Return the period."""
        period = period_of(text)
        if period is None:
            raise ValueError(gettext("These weekly hours no longer exist."))
        return period

    def show(self, value: Period) -> str:
        """Return the period as it is sent."""
        return period_key(value)


def period_key(period: Period) -> str:
    """Return a period as it stands in addresses and hidden fields."""
    return f"{period.first or ''}/{period.last or ''}"


def period_of(text: str) -> Period | None:
    """Return the period that ``text`` stands for, None for anything else."""
    ends = text.split("/")
    days = [wall_clock(end, "%Y-%m-%d") for end in ends if end]
    if len(ends) != 2 or None in days:
        return None
    return Period(*(moment.date() if (moment := wall_clock(end, "%Y-%m-%d")) else None for end in ends))


class ResourceForm(DeskForm):
    """Everything the centre says about a resource."""

    version = VersionField()
    name = StringField(N_("Name of the resource"), [Required(), Length(max=60)])
    kind = SelectField(N_("Kind of resource"), coerce=ResourceKind)
    policy_id = SelectField(N_("Booking policy"), coerce=int)
    crosses_midnight = BooleanField(N_("Bookings may run through the night (24 hours)"))
    asset_no = StringField(N_("Asset number"), [Length(max=40)])
    model = StringField(N_("Model number"), [Length(max=60)])
    accuracy = StringField(N_("Range and accuracy"), [Length(max=120)])
    keeper = StringField(N_("Keeper"), [Length(max=40)])
    calibration_due_on = LocalDateField(
        N_("Calibration due on"),
        [Optional()],
        description=N_("After this day the resource cannot be booked until a new date is entered."),
    )

    def __init__(self, *args: Any, policies: Sequence[BookingPolicy] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(ResourceKind)
        self.policy_id.choices = {policy.id: policy.name for policy in policies}

    def particulars(self) -> ResourceParticulars:
        """Return what was typed."""
        names = ResourceParticulars.__dataclass_fields__
        plain = {name: self[name].data for name in names}
        texts = {name: plain[name] or "" for name in ("asset_no", "model", "accuracy", "keeper")}
        return ResourceParticulars(**(plain | texts))


class NewResourceForm(ResourceForm):
    """A resource that is entered has a code and a kind of capacity besides; neither is ever changed."""

    code = StringField(
        N_("Code"),
        [Required(), Length(max=20), check_code],
        filters=[code_text],
        description=N_("Such as E-G01; it is never changed."),
    )
    capacity_kind = SelectField(
        N_("How much one booking takes"), coerce=CapacityKind, description=N_("This is never changed.")
    )
    units = WholeNumberField(
        N_("Units or seats"),
        [Required()],
        minimum=1,
        maximum=500,
        description=N_("How many equal ones there are; 1 for a resource booked by day and quantity."),
    )
    daily_capacity = WholeNumberField(
        N_("Quantity per day"),
        [Optional()],
        minimum=1,
        maximum=100_000,
        description=N_("Only for resources booked by day and quantity, such as samples in a day."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.capacity_kind.choices = named(CapacityKind)

    def capacity(self) -> Capacity:
        """Return how much of it there is."""
        return Capacity(self.capacity_kind.data, self.units.data, self.daily_capacity.data)


class OutOfServiceForm(DeskForm):
    """Why a resource cannot be used."""

    state = SelectField(N_("State"), coerce=ResourceState)
    reason = TextAreaField(N_("Reason"), [Required(), Length(max=200)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = {
            ResourceState.REPAIR: gettext("Under repair"),
            ResourceState.STOPPED: gettext("Out of service"),
        }


class WeeklyHoursForm(DeskForm):
    """The hours of a week and the days they hold for."""

    replaces = PeriodField()
    valid_from = LocalDateField(N_("First day"), [Optional()], description=N_("Leave empty for “from the beginning”."))
    valid_to = LocalDateField(N_("Last day"), [Optional()], description=N_("Leave empty for “until further notice”."))
    day_0 = HoursField(WEEKDAYS[0])
    day_1 = HoursField(WEEKDAYS[1])
    day_2 = HoursField(WEEKDAYS[2])
    day_3 = HoursField(WEEKDAYS[3])
    day_4 = HoursField(WEEKDAYS[4])
    day_5 = HoursField(WEEKDAYS[5])
    day_6 = HoursField(WEEKDAYS[6])

    @property
    def days(self) -> list[Any]:
        """The fields of the weekdays."""
        return [self[f"day_{number}"] for number in range(7)]

    @property
    def week(self) -> dict[int, Sequence[Minutes]]:
        """What was typed for each weekday."""
        return {number: field.data or () for number, field in enumerate(self.days)}


class PeriodForm(DeskForm):
    """Which weekly hours a button is about."""

    period = PeriodField(validators=[Required()])


class ExceptionForm(DeskForm):
    """Other hours on a day or on several days."""

    first_day = LocalDateField(N_("First day"), [Required()])
    last_day = LocalDateField(N_("Last day"), [Optional()], description=N_("Leave empty for a single day."))
    hours = HoursField(N_("Open at"), description=N_("Such as 09:00-12:00. Leave empty when it is closed."))
    note = StringField(N_("Note for clients"), [Required(), Length(max=100)])


class DayForm(DeskForm):
    """Which day a button is about."""

    day = LocalDateField(N_("Day"), [Required()], widget=HiddenInput())


class PolicyForm(DeskForm):
    """The rules of a booking policy."""

    version = VersionField()
    name = StringField(N_("Name of the policy"), [Required(), Length(max=60)])
    granularity_min = WholeNumberField(
        N_("Step of the grid (minutes)"),
        [Required()],
        minimum=5,
        maximum=1440,
        description=N_("Bookings begin and end on this grid, counted from midnight."),
    )
    minimum_min = WholeNumberField(N_("Shortest booking (minutes)"), [Required()], minimum=5, maximum=44_640)
    maximum_min = WholeNumberField(N_("Longest booking (minutes)"), [Required()], minimum=5, maximum=44_640)
    buffer_before_min = WholeNumberField(N_("Preparation before (minutes)"), [Required()], maximum=1440)
    buffer_after_min = WholeNumberField(N_("Cleaning after (minutes)"), [Required()], maximum=1440)
    lead_min = WholeNumberField(
        N_("Notice needed (minutes)"),
        [Required()],
        maximum=44_640,
        description=N_("How long before the start a booking has to be made; 1440 is a day."),
    )
    horizon_days = WholeNumberField(N_("Bookable ahead (days)"), [Required()], minimum=1, maximum=400)
    quota_per_day = WholeNumberField(
        N_("Bookings of one firm per day"),
        [Optional()],
        minimum=1,
        maximum=100,
        description=N_("Leave empty for no limit."),
    )
    needs_approval = BooleanField(N_("The centre confirms each booking"))
    free_cancel_hours = WholeNumberField(N_("Cancelling is free until (hours before)"), [Required()], maximum=720)
    late_fee_percent = WholeNumberField(N_("Fee for cancelling later (per cent)"), [Required()], maximum=100)

    def terms(self) -> PolicyTerms:
        """Return what was typed."""
        return PolicyTerms(**{name: self[name].data for name in PolicyTerms.__dataclass_fields__})
