"""The reasons the association says no in matters of notices and mailings."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class NoticeFixed(RuleBroken):
    """What has been published is not changed."""

    message = N_("What has been published is not changed. Withdraw it and publish a new one.")


class NoticeEmpty(RuleBroken):
    """A notice has words or a file."""

    message = N_("A notice needs a text, or a file.")
    field = "text"


class PublicReceipt(RuleBroken):
    """The public confirms nothing."""

    message = N_("Only members can be asked to confirm that they have read it.")
    field = "wants_receipt"


class ReasonNeededToWithdraw(RuleBroken):
    """Readers are told why."""

    message = N_("Please say why it is withdrawn.")
    field = "reason"


class NoReceiptWanted(RuleBroken):
    """The association does not ask for a confirmation."""

    message = N_("No confirmation is asked for this notice.")


class RemindedToday(RuleBroken):
    """One reminder a day."""

    message = N_("A reminder has been sent today already.")


class NoticeFilesMany(RuleBroken):
    """Ten files are enough."""

    message = N_("A notice has at most %(most)s files.")
    field = "file"


class PlaceUnknown(RuleBroken):
    """A letter has known places only."""

    message = N_("Unknown place in the letter: %(shown)s. Known places: %(known)s.")
    field = "text"


class TemplateNameTaken(RuleBroken):
    """A template's name leads to one template."""

    message = N_("There is a template of this name.")
    field = "name"


class NobodyInSegment(RuleBroken):
    """A mailing has readers."""

    message = N_("Nobody belongs to this part of the members.")
    field = "standing"


class MailingGone(RuleBroken):
    """A mailing goes out once."""

    message = N_("This mailing has gone out or has been given up already.")


class CountChanged(RuleBroken):
    """What was previewed is what is sent."""

    message = N_("The number of readers has changed since the preview: now %(now)s. Please look at it again.")
