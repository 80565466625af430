"""The reasons booking says no."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.core.errors import RuleBroken
from services.core.messages import N_


class SlotTaken(RuleBroken):
    """Somebody else holds the slot; ``nearest`` lists up to three free ones as (resource id, start, end)."""

    message = N_("Somebody has just taken that slot. Please choose another one.")
    field = "starts_at"

    def __init__(self, nearest: Sequence[tuple[int, datetime, datetime]] = ()) -> None:
        super().__init__()
        self.nearest = list(nearest)


class DayFull(RuleBroken):
    """The day's batch has no room for the quantity."""

    message = N_("The day has room for %(left)s more only. Please choose another day or a smaller quantity.")
    field = "day"


class NotBookable(RuleBroken):
    """The module is not offered at present."""

    message = N_("This service cannot be booked at present.")


class NotVerified(RuleBroken):
    """The organisation's licence has not been checked yet."""

    message = N_("Your organisation must be verified before it can book.")


class UnpaidBills(RuleBroken):
    """Bills older than thirty days are open."""

    message = N_("There are unpaid bills older than 30 days. Please settle them first.")


class EndBeforeStart(RuleBroken):
    """The interval is empty or backwards."""

    message = N_("The start must be before the end.")
    field = "ends_at"


class InThePast(RuleBroken):
    """The start has passed."""

    message = N_("A time in the past cannot be chosen.")
    field = "starts_at"


class TooSoon(RuleBroken):
    """The lead time is not kept."""

    message = N_("Please book at least %(minutes)s minutes ahead.")
    field = "starts_at"


class TooFarAhead(RuleBroken):
    """The start lies beyond the horizon."""

    message = N_("Bookings are taken at most %(days)s days ahead.")
    field = "starts_at"


class TooShort(RuleBroken):
    """The interval is shorter than allowed."""

    message = N_("The shortest booking is %(minutes)s minutes.")
    field = "ends_at"


class TooLong(RuleBroken):
    """The interval is longer than allowed."""

    message = N_("The longest booking is %(minutes)s minutes.")
    field = "ends_at"


class OffGrid(RuleBroken):
    """Start or length is not a multiple of the step."""

    message = N_("Times go in steps of %(minutes)s minutes.")
    field = "starts_at"


class Closed(RuleBroken):
    """The resource is not open all the time."""

    message = N_("The resource is not open for the whole of this time.")
    field = "starts_at"


class OutOfService(RuleBroken):
    """The resource is under repair or stopped."""

    message = N_("%(resource)s is out of service.")


class CalibrationOverdue(RuleBroken):
    """The instrument's calibration ends before the booking."""

    message = N_("The calibration of %(resource)s is due before that day.")


class UnderOutage(RuleBroken):
    """An outage has been entered for that time."""

    message = N_("%(resource)s is closed for maintenance at that time.")
    field = "starts_at"


class QuotaReached(RuleBroken):
    """The firm's bookings of the day reach the quota."""

    message = N_("At most %(quota)s bookings of this resource per firm and day.")
    field = "starts_at"


class QuantityOutOfRange(RuleBroken):
    """The resource has not so many units."""

    message = N_("The quantity must be between 1 and %(most)s.")
    field = "quantity"


class UnknownChoice(RuleBroken):
    """Something that this module does not offer was chosen."""

    message = N_("This choice is not offered.")


class HoldLapsed(RuleBroken):
    """The held slot has been given back."""

    message = N_("The time for completing this booking has run out. Please choose the slot again.")


class ReasonNeeded(RuleBroken):
    """Staff must say why."""

    message = N_("Please give a reason.")
    field = "reason"


class PrepaymentNeeded(RuleBroken):
    """After three no-shows the firm pays before it is confirmed."""

    message = N_("This firm pays in advance after several no-shows. Record the payment first.")


class DecisionNeeded(RuleBroken):
    """The outage hits bookings on which nothing has been decided."""

    message = N_("%(count)s bookings are affected. Please decide on each of them.")


class OutageOverlaps(RuleBroken):
    """Another outage covers part of that time."""

    message = N_("Another outage has been entered for part of this time.")
    field = "starts_at"


class StillClaimed(RuleBroken):
    """The capacity is in use by future bookings."""

    message = N_("Bookings in the coming time use more than that: %(numbers)s")
    field = "units"


class NotMissedYet(RuleBroken):
    """The grace time after the start has not passed."""

    message = N_("A no-show can be recorded %(minutes)s minutes after the start.")


class OtherLength(RuleBroken):
    """A move would change what was paid for."""

    message = N_("Moving keeps the length and the quantity. To change them, cancel and book anew.")
    field = "ends_at"


class NothingToMove(RuleBroken):
    """A project has a promised date and no slot."""

    message = N_("This service has no slot that could be moved.")


class CostChanged(RuleBroken):
    """Cancelling costs more now than when the firm was asked."""

    message = N_("Cancelling costs more now than when you opened this page. Please look at it again.")


class TooLateToMove(RuleBroken):
    """Moving is free up to the hour at which cancelling begins to cost."""

    message = N_("Moving is possible up to %(hours)s hours before the start. Please ring the centre.")
    field = "starts_at"
