"""The reasons the catalogue says no."""

from services.core.errors import NotFound, RuleBroken
from services.core.messages import N_


class NoSuchModule(NotFound):
    """No service has this code, or it is not shown to this person."""

    message = N_("There is no such service in the catalogue.")


class NoPriceYet(RuleBroken):
    """No price version of the module is in force on that day."""

    message = N_("No price is in force for this service on that day.")


class UrgencyNotOffered(RuleBroken):
    """The module is not done faster for money, or not that fast."""

    message = N_("This service is not offered that fast.")
    field = "urgency"


class QuantityTooSmall(RuleBroken):
    """Nothing is priced for less than something."""

    message = N_("The quantity must be more than nothing.")
    field = "quantity"


class CodeTaken(RuleBroken):
    """Another module or resource has this code."""

    message = N_("This code is in use already. Please choose another one.")
    field = "code"


class NotAProvider(RuleBroken):
    """The active organisation offers no services on the portal."""

    message = N_("Your organisation is not registered as a service provider yet. Please ask the platform.")


class NotReady(RuleBroken):
    """Something that every published module has is missing; the instances say what."""


class Unfit(RuleBroken):
    """What was entered does not fit together; the instances say what."""


class FixedOncePublished(RuleBroken):
    """Kind and booking mode hold while clients can book."""

    message = N_("This cannot be changed while the service is published or paused. Withdraw it first.")


class OwnSubmission(RuleBroken):
    """Who submits a module does not publish it."""

    message = N_("You submitted this service yourself. Somebody else has to publish it.")


class PriceDateTaken(RuleBroken):
    """There is a price version from that day on already."""

    message = N_("There is a price from that day on already. Remove it or choose another day.")
    field = "effective_on"


class PriceBegun(RuleBroken):
    """A price version that has begun is history."""

    message = N_("This price is in force or past and cannot be changed. Add a new one with a later date.")


class DateInThePast(RuleBroken):
    """A change starts today at the earliest."""

    message = N_("This date has passed. Choose today or a later day.")


class TooManyExtras(RuleBroken):
    """A module keeps a short list of extras."""

    message = N_("A service has at most %(most)s extras. Remove one first.")


class PeriodsOverlap(RuleBroken):
    """Two sets of weekly hours hold for the same days."""

    message = N_(
        "The weekly hours “%(other)s” hold for some of these days already. Choose other dates or change those."
    )
    field = "valid_from"
