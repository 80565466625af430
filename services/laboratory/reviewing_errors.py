"""The reasons the desk of the laboratory says no."""

from __future__ import annotations

from datetime import date

from services.core.errors import RuleBroken
from services.core.messages import N_


class NoteNeeded(RuleBroken):
    """A question of the review is answered with no, or against what the portal found, without a note."""

    message = N_("Please note why.")


class Unanswered(RuleBroken):
    """A question of the review was left open."""

    message = N_("Please answer this question.")


class NothingSaid(RuleBroken):
    """The client has to be told something, and nothing is written."""

    message = N_("Please write what the client is to read.")
    field = "reason"


class AnswerMissing(RuleBroken):
    """A question was sent without words."""

    message = N_("Please write your answer.")
    field = "text"


class TooEarly(RuleBroken):
    """A promised date that the calendar of the instruments cannot hold."""

    message = N_("The earliest day that can be promised is %(earliest)s.")
    field = "promised_on"


class TooLate(RuleBroken):
    """A date so far away that it is a slip of the pen."""

    message = N_("%(latest)s is the last day that can be offered.")

    def __init__(self, field: str, latest: date) -> None:
        super().__init__(field=field, latest=latest.isoformat())


class ValidityPassed(RuleBroken):
    """A quotation would lapse on the day it is made."""

    message = N_("The quotation must be valid for at least one more day.")
    field = "valid_until"


class BelowNothing(RuleBroken):
    """Adjustments would make a price negative."""

    message = N_("A price cannot be below zero.")
    field = "amount"


class MoreThanAgreed(RuleBroken):
    """A termination would cost more than what was agreed for everything."""

    message = N_("At most %(due)s was agreed for the whole commission.")
    field = "amount"


class NotAsked(RuleBroken):
    """There is no termination that this side could confirm."""

    message = N_("The other side has not asked for a termination.")


class TermsChanged(RuleBroken):
    """The amount of a termination is not the one that was shown."""

    message = N_("The amount is now %(due)s. Please look at it and confirm again.")


class ReviewFirst(RuleBroken):
    """Another quotation follows from a contract review, which has not been kept yet."""

    message = N_("Please keep a contract review with the decision “Make another quotation” first.")


class EditionUnknown(RuleBroken):
    """An item is not tested by the edition named."""

    message = N_("The item is not tested by this edition.")
    field = "methods"
