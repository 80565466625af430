"""The reasons the training says no from the first lesson to the subsidy."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_
from services.training.errors import NotInClass, NotYet


class DayAhead(NotYet):
    """A class begins on its first day and not before: it puts out whoever still waits or has not paid."""

    message = N_("This class begins on %(day)s. It can be begun from that day on.")


class LessonAhead(NotYet):
    """Signing in to the lesson is not possible yet."""

    message = N_("This lesson begins at %(starts)s. You can sign in from %(opens)s on.")


class LessonOver(NotYet):
    """The lesson is over; only its teacher enters who was there."""

    message = N_("This lesson ended at %(ended)s. Please ask the teacher to enter you from the paper sheet.")


class NotOnRoll(NotInClass):
    """Whoever signs in has no confirmed registration for the class."""

    message = N_("You are not on the roll of this class. If you are registered, please speak to the teacher.")


class MinutesNeeded(RuleBroken):
    """Somebody was there for a part of the lesson, and nobody said how long."""

    message = N_("Enter how many minutes were attended, at most %(most)s.")


class CorrectionReason(RuleBroken):
    """What was confirmed is changed without a reason."""

    message = N_("You change what was confirmed before. Please say why; both are kept.")
    field = "reason"


class DayToCome(RuleBroken):
    """An examination cannot be held on a day to come."""

    message = N_("The day of the examination cannot lie ahead.")
    field = "examined_on"


class ScoreOutside(RuleBroken):
    """A score is a number from 0 to 100."""

    message = N_("A score is a whole number from 0 to 100.")


class NothingEntered(RuleBroken):
    """The form names nobody."""

    message = N_("Nothing was entered.")


class NotLastDay(RuleBroken):
    """The last day of the class has not come."""

    message = N_("The class ends on %(day)s. It can be finished from that day on.")


class NoStanding(RuleBroken):
    """There is no certificate that stands behind a claim."""

    message = N_("No certificate stands.")


class CertificateEnded(RuleBroken):
    """The certificate behind a claim was taken back after the claim had been listed."""

    message = N_("The certificate of %(name)s does not stand any more, so that nothing can be claimed or paid for it.")


class FeeOutstanding(RuleBroken):
    """What is not paid yet is not subsidised yet."""

    message = N_("The fee is not paid in full yet.")


class NotSubsidised(RuleBroken):
    """The course carries no subsidy."""

    message = N_("No subsidy is paid for this course.")


class BeyondSubsidyAge(RuleBroken):
    """The department pays up to an age."""

    message = N_("The subsidy is paid up to the age of %(age)s.")


class NothingPaid(RuleBroken):
    """Nobody paid a fee, so that there is nothing to subsidise."""

    message = N_("No fee was paid.")
