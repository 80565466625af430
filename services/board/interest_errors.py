"""Why the board says no to an expression of interest, a deal or a rating."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class SenderNotVerified(RuleBroken):
    """Only firms whose licence has been checked answer posts."""

    message = N_("Only verified organisations may answer posts. Please have your organisation verified first.")


class PostNotOpen(RuleBroken):
    """The post has been closed, or has expired, meanwhile."""

    message = N_("This post is not open any more.")


class InterestOpen(RuleBroken):
    """The firm has answered this post already."""

    message = N_("Your organisation has an open interest in this post already: %(no)s.")


class TooManyInterests(RuleBroken):
    """The firm has answered as many posts today as one may in a day."""

    message = N_("Your organisation has sent %(most)s interests today; please go on tomorrow.")


class ContactFound(RuleBroken):
    """There is contact data in an answer."""

    message = N_("Please leave out contact data (“%(shown)s”): both sides get it when the interest is accepted.")


class NameFound(RuleBroken):
    """An answer to an anonymous post names its firm."""

    message = N_("Please leave out your organisation's name (“%(shown)s”): names are exchanged on acceptance.")


class ReasonMissing(RuleBroken):
    """A refusal needs its reason."""

    message = N_("Please say why.")
    field = "reason"


class AlreadyForwarded(RuleBroken):
    """The association has passed the interest on already."""

    message = N_("This interest has been passed on already.")


class NotExchanged(RuleBroken):
    """Contacts are shown after the interest was accepted, and while it goes on."""

    message = N_("Contacts are shown once the interest has been accepted.")


class AmountOutsideBand(RuleBroken):
    """The exact amount does not lie in the chosen band."""

    message = N_("The amount does not lie in the chosen band.")
    field = "amount"


class AmountGiven(RuleBroken):
    """This side has given its amount, and the other has not given its own yet."""

    message = N_("Your organisation has given its amount already; it counts when the other side gives the same.")
    field = "amount"


class AmountKept(RuleBroken):
    """Both sides have given the same amount before."""

    message = N_("The exact amount of this deal is kept already.")
    field = "amount"


class AlreadyRated(RuleBroken):
    """One side rates a deal once."""

    message = N_("Your organisation has rated this deal already.")


class NothingToSave(RuleBroken):
    """A search without words and choices finds everything."""

    message = N_("Type words or choose something first; otherwise the search finds every post.")


class TooManySearches(RuleBroken):
    """A person keeps a limited number of searches."""

    message = N_("You keep %(most)s searches already; please delete one first.")
