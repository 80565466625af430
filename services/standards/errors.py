"""The reasons the standards library says no."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class NumberWrong(RuleBroken):
    """What was typed is no number of a standard."""

    message = N_("Enter the number with its year, such as GB/T 3920-2008.")
    field = "number"


class NumberTaken(RuleBroken):
    """The edition is in the library already, perhaps in another spelling."""

    message = N_("This edition is in the library already.")
    field = "number"


class TitleMissing(RuleBroken):
    """A standard has a title."""

    message = N_("The title is missing.")
    field = "title"


class TextTooLong(RuleBroken):
    """A text is longer than the library keeps."""

    message = N_("A text is too long.")
    field = "summary"


class EffectMissing(RuleBroken):
    """Without the day from which it holds nothing can be tested by it."""

    message = N_("Enter the day on which it takes effect.")
    field = "effective_on"


class EffectBeforeIssue(RuleBroken):
    """A standard takes effect when it has been issued."""

    message = N_("A standard does not take effect before it was issued.")
    field = "effective_on"


class WithdrawnBeforeEffect(RuleBroken):
    """A standard is withdrawn after it took effect."""

    message = N_("A standard is not withdrawn before it took effect.")
    field = "withdrawn_on"


class SuccessorUnknown(RuleBroken):
    """The successor is not in the library."""

    message = N_("The standard that replaces it is not in the library yet. Enter that one first.")
    field = "successor"


class SuccessorOlder(RuleBroken):
    """A standard is replaced by a newer one."""

    message = N_("The standard that replaces it took effect earlier than this one.")
    field = "successor"


class SuccessionLoops(RuleBroken):
    """The chain of successors would lead back to its start."""

    message = N_("These standards would replace each other in a circle.")
    field = "successor"


class DayWrong(RuleBroken):
    """A cell of a table is no day."""

    message = N_("A date is written as 2026-11-24.")
    field = "table"


class TwiceInTable(RuleBroken):
    """A table names an edition twice."""

    message = N_("This edition stands in the table twice.")
    field = "table"
