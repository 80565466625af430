"""The reasons an order of tests is refused."""

from __future__ import annotations

from datetime import date

from services.core.errors import RuleBroken
from services.core.messages import N_
from services.core.money import yuan_text


class PromiseMoved(RuleBroken):
    """The calendar cannot hold the date that was shown; ``promised_on`` is the earliest it can. Nothing was claimed."""

    message = N_(
        "The earliest date is now %(promised_on)s. Nothing has been ordered yet: look at it and confirm again."
    )

    def __init__(self, promised_on: date) -> None:
        super().__init__(promised_on=promised_on)
        self.promised_on = promised_on


class PriceMoved(RuleBroken):
    """The price is no longer the one that was shown; ``due_fen`` is the new one. Nothing was ordered."""

    message = N_("The price is now %(due)s yuan. Nothing has been ordered yet: look at it and confirm again.")

    def __init__(self, due_fen: int) -> None:
        super().__init__(due=yuan_text(due_fen))
        self.due_fen = due_fen


class FeeMoved(RuleBroken):
    """Cancelling costs more than was shown."""

    message = N_("Cancelling now costs %(fee)s yuan. Nothing has been cancelled yet: look at it and decide again.")


class NothingFree(RuleBroken):
    """No instrument has room for a test within half a year."""

    message = N_("There is no free time for “%(name)s” within the next half year. Please ask the laboratory.")


class NotFaster(RuleBroken):
    """Urgency would cost more and bring nothing: the instruments or the test itself take as long either way."""

    message = N_("Urgent service would not be faster: the earliest date is %(promised_on)s either way.")
    field = "urgency"


class WishedTooEarly(RuleBroken):
    """The date wished for lies before the earliest that can be promised."""

    message = N_("The earliest possible date is %(promised_on)s.")
    field = "wished_on"


class WishPassed(RuleBroken):
    """The date wished for has passed already."""

    message = N_("This day has passed. Choose a later one, or leave it empty for the earliest day.")
    field = "wished_on"


class TooMuch(RuleBroken):
    """More of a test is ordered than one order can hold."""

    message = N_("“%(name)s”: at most %(line)s for each sample and %(whole)s in one order.")
    field = "chosen"


class NoSample(RuleBroken):
    """An order needs at least one sample."""

    message = N_("Please enter at least one sample.")
    field = "samples"


class NothingChosen(RuleBroken):
    """An order needs at least one item or package."""

    message = N_("Please choose at least one test item or package.")
    field = "chosen"


class SampleWithoutTest(RuleBroken):
    """A sample is sent for nothing."""

    message = N_("No test is chosen for sample “%(name)s”.")
    field = "samples"


class SampleTwice(RuleBroken):
    """Two samples of one order carry the same name, model and batch number, and could be mixed up."""

    message = N_("Two samples are described alike (“%(name)s”). Give each its own name, model or batch number.")
    field = "samples"


class ChosenTwice(RuleBroken):
    """An item would be tested twice on the same sample."""

    message = N_("“%(item)s” would be tested twice on the same sample: “%(first)s” and “%(second)s” both contain it.")
    field = "chosen"


class OtherLaboratory(RuleBroken):
    """An order goes to one laboratory."""

    message = N_("“%(name)s” is offered by another laboratory. Please order it separately.")
    field = "chosen"


class NotATest(RuleBroken):
    """The module is neither a test item nor a package of them."""

    message = N_("“%(name)s” is no test that can be ordered here.")
    field = "chosen"


class ItemClosed(RuleBroken):
    """An item cannot be ordered at present; ``reason`` is a marked sentence already filled."""

    message = N_("“%(name)s” cannot be ordered at present.")
    field = "chosen"


class NotForProduct(RuleBroken):
    """An item is not meant for the class of products."""

    message = N_("“%(name)s” is not meant for %(product)s.")
    field = "chosen"


class LimitsNeeded(RuleBroken):
    """A judgement needs limits to judge by."""

    message = N_("Choose by which limits the results are to be judged.")
    field = "limit_set"


class LimitsDoNotFit(RuleBroken):
    """The limits chosen hold for none of the items, or for another product or market."""

    message = N_("“%(limits)s” has no limits for the tests of this order.")
    field = "limit_set"


class ExtraUnknown(RuleBroken):
    """The extra is not offered with any of the tests."""

    message = N_("This extra is not offered with the chosen tests.")
    field = "extras"


class NotVerified(RuleBroken):
    """The firm's licence has not been checked."""

    message = N_("Your organisation must be verified before it can order tests.")


class BillsOpen(RuleBroken):
    """Bills older than thirty days are open with this laboratory."""

    message = N_("There are unpaid bills older than 30 days. Please settle them first.")


class NothingOffered(RuleBroken):
    """There is no quotation to answer."""

    message = N_("There is no open quotation. Look at the newest version.")


class NobodyNamed(RuleBroken):
    """An order entered for a firm is placed in the name of one of its people."""

    message = N_("Please choose for whom the order is entered.")
    field = "placed_by"
