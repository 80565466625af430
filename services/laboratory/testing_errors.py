"""The reasons why a line is not tested, recorded, submitted, checked or subcontracted."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class WithColleague(RuleBroken):
    """Somebody else tests this line."""

    message = N_("This line is with %(name)s. Ask for it to be handed over.")


class NotAnAnalyst(RuleBroken):
    """Lines are given to analysts of the laboratory only."""

    message = N_("Please choose an analyst of this laboratory.")
    field = "person"


class NothingChosen(RuleBroken):
    """No line was ticked."""

    message = N_("Please tick the lines.")


class NotPaidYet(RuleBroken):
    """A prepaid commission waits for its payment."""

    message = N_("Testing begins once the commission is paid.")


class SampleNotTaken(RuleBroken):
    """The sample lies in the sample room, or has not come."""

    message = N_("Sample %(no)s has not been taken out of the sample room. Take it out first.")


class InstrumentNeeded(RuleBroken):
    """The item is measured on one of its instruments, and on no other."""

    message = N_("Please choose one of the instruments of this item.")
    field = "instrument"


class InstrumentNotReady(RuleBroken):
    """The instrument is being repaired or no longer used."""

    message = N_("%(instrument)s is out of service.")
    field = "instrument"


class InstrumentOverdue(RuleBroken):
    """The instrument has to be calibrated before it is used again."""

    message = N_("The calibration of %(instrument)s ended on %(due_on)s.")
    field = "instrument"


class NothingEntered(RuleBroken):
    """No reading was filled in."""

    message = N_("Please enter at least one reading.")


class NoSuchSpecimen(RuleBroken):
    """The item has fewer specimens."""

    message = N_("This item has %(count)s specimens.")


class NotANumber(RuleBroken):
    """The reading of such an item is a number."""

    message = N_("Enter a number such as 0.12, with at most six decimals.")


class NotAGrade(RuleBroken):
    """The reading of such an item is one of the grades."""

    message = N_("Enter one of the grades %(grades)s.")


class ReadingNeeded(RuleBroken):
    """Something has to be written down."""

    message = N_("Please enter what was observed.")


class ReadingTooLong(RuleBroken):
    """The readings together have to fit into the report."""

    message = N_("Please use at most %(most)s characters.")


class NoDetectionLimit(RuleBroken):
    """Without a detection limit everything is detected."""

    message = N_("This item has no detection limit.")


class BelowDetection(RuleBroken):
    """A number below the detection limit is no detection."""

    message = N_("The detection limit is %(lod)s. Tick “not detected”.")


class AboveDetection(RuleBroken):
    """A number above the detection limit is a detection."""

    message = N_("This is not below the detection limit of %(lod)s.")


class OutsideRange(RuleBroken):
    """The instrument does not reach so far; somebody has to say why the reading holds."""

    message = N_("The instrument measures from %(low)s to %(high)s. If the reading holds, say why in the note.")


class RecordedMeanwhile(RuleBroken):
    """The specimen has been recorded already, perhaps in another window; it can be corrected."""

    message = N_("Specimen %(specimen)s has been recorded meanwhile. Correct it if it is wrong.")


class SpecimensMissing(RuleBroken):
    """A result needs a reading of each specimen."""

    message = N_("No reading yet of specimen %(missing)s.")


class UncertaintyNeeded(RuleBroken):
    """The decision rule that was agreed counts the uncertainty against the product."""

    message = N_("The decision rule agreed with the client needs the uncertainty.")
    field = "uncertainty"


class UncertaintyWrong(RuleBroken):
    """An uncertainty is a number, and only numbers have one."""

    message = N_("The uncertainty is a number not below 0, in the unit of the result.")
    field = "uncertainty"


class CheckedByTester(RuleBroken):
    """A result is checked by somebody who neither measured nor submitted it."""

    message = N_("You have tested this line yourself; somebody else has to check it.")


class ReportIssued(RuleBroken):
    """After the report only an amendment or an objection changes a result."""

    message = N_("The report has been issued. Its results change only by an amendment or an objection.")


class ConsentMissing(RuleBroken):
    """Nothing leaves the laboratory without the client's consent."""

    message = N_("The client has not agreed to subcontracting.")


class NotSubcontracted(RuleBroken):
    """The laboratory tests this item itself, always."""

    message = N_("This item is never subcontracted.")


class BodyNeeded(RuleBroken):
    """The body is named in the report."""

    message = N_("Please name the body.")
    field = "body"


class AccreditationNeeded(RuleBroken):
    """Only an accredited body is given work."""

    message = N_("Please enter the number of its accreditation.")
    field = "mark_no"
