"""Why an objection cannot be lodged, investigated or answered."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class ObjectionLate(RuleBroken):
    """The days in which a report may be objected to are over."""

    message = N_("Objections were taken until %(day)s. Please call the laboratory.")


class ObjectionOpen(RuleBroken):
    """There is an open objection to this report."""

    message = N_("There is an open objection to this report already.")


class NotAnEffectiveReport(RuleBroken):
    """Only a valid report can be objected to."""

    message = N_("This report is not valid any more; object to the one that replaced it.")


class WordsNeeded(RuleBroken):
    """An objection, and an answer, say something."""

    message = N_("Please describe what this is about.")
    field = "text"


class AnswerNeeded(RuleBroken):
    """An answer says something."""

    message = N_("Please write the answer.")
    field = "answer"


class LineUnknown(RuleBroken):
    """A chosen line does not belong to this report."""

    message = N_("One of the chosen tests does not belong to this report.")
    field = "line_ids"


class LinesNeeded(RuleBroken):
    """A retest needs a line."""

    message = N_("Please choose what is tested again.")
    field = "line_ids"


class Involved(RuleBroken):
    """Somebody who tested, checked, reviewed or signed does not investigate."""

    message = N_("You took part in this report; somebody who did not has to investigate.")


class NotTheInvestigator(RuleBroken):
    """Only the investigator goes on with an objection."""

    message = N_("%(name)s investigates this objection.")


class SampleGone(RuleBroken):
    """There is nothing left to test again."""

    message = N_("%(sample)s is not here any more, so it cannot be tested again.")
    field = "line_ids"


class RetestRunning(RuleBroken):
    """The retest is not finished."""

    message = N_("The retest is not finished: every result has to be checked first.")


class NotAmendedYet(RuleBroken):
    """An objection that is right needs an amended or withdrawn report first."""

    message = N_("Issue the amended report, or withdraw the old one, before you answer that it is corrected.")
    field = "outcome"


class StillAmended(RuleBroken):
    """An objection that is not right leaves the report as it is."""

    message = N_("The report is not valid any more, so the objection cannot be answered as not right.")
    field = "outcome"


class RetestContradicts(RuleBroken):
    """A retest that comes to another verdict leaves no report as it is."""

    message = N_("The retest comes to another verdict (%(lines)s): amend or withdraw the report first.")
    field = "outcome"


class WhyStandsNeeded(RuleBroken):
    """A result that was not judged and came out otherwise stands only for a reason that is written down."""

    message = N_("The retest came to something else (%(lines)s): write down why the report stands nevertheless.")
    field = "why_stands"


class RefundNeeded(RuleBroken):
    """A laboratory that was at fault gives its fee back."""

    message = N_("The laboratory was at fault: say how much of the fee is given back.")
    field = "refund"


class RefundTooMuch(RuleBroken):
    """No more is given back than was charged."""

    message = N_("At most ¥%(most)s were charged.")
    field = "refund"


class RefundWithoutFault(RuleBroken):
    """A fee is given back only when the laboratory was at fault."""

    message = N_("A fee is given back only when the laboratory was at fault.")
    field = "refund"
