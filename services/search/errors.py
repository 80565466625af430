"""The reasons the search says no."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class LineTooLong(RuleBroken):
    """More was typed than anybody searches for."""

    message = N_("Search for at most %(most)s characters.")
    field = "q"


class IndexBusy(RuleBroken):
    """Another process writes the index just now."""

    message = N_("Another process is writing the search index. Try again later.")


class TermTwice(RuleBroken):
    """The same words stand in another group of synonyms already."""

    message = N_("“%(term)s” stands in another group already. Change that group instead.")
    field = "terms"


class TooFewTerms(RuleBroken):
    """One word alone has no synonym."""

    message = N_("Write at least two different words that mean the same, each of 2 to 12 characters.")
    field = "terms"


class TooManyTerms(RuleBroken):
    """A group must stay small, for every word of it makes a query longer."""

    message = N_("A group has at most %(most)s words.")
    field = "terms"
