"""The reasons billing says no."""

from services.core.errors import RuleBroken
from services.core.messages import N_


class NotAnAmount(RuleBroken):
    """The amount is not above zero."""

    message = N_("The amount must be above zero.")
    field = "amount"


class MoreThanOwed(RuleBroken):
    """A payment would exceed what is owed."""

    message = N_("Only %(balance)s is still to pay.")
    field = "amount"


class MoreThanPaid(RuleBroken):
    """A refund would exceed what was paid and is not refunded yet."""

    message = N_("At most %(paid)s can be refunded.")
    field = "amount"


class NotReceivedYet(RuleBroken):
    """The day of a payment lies in the future."""

    message = N_("The day of receipt cannot lie in the future.")
    field = "received_on"


class ReasonNeeded(RuleBroken):
    """No price is changed and no money given back without saying why."""

    message = N_("Please give a reason.")
    field = "reason"


class NotRefundedYet(RuleBroken):
    """The day of a refund lies in the future."""

    message = N_("The day of the refund cannot lie in the future.")
    field = "refunded_on"
