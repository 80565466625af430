"""The reasons what a laboratory can do is refused, or an item of it is closed."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class NoEditionInForce(RuleBroken):
    """Every edition by which the item is tested has been withdrawn, or none has taken effect."""

    message = N_("No edition of its standard is in force on this day.")


class EditionWithdrawn(NoEditionInForce):
    """The edition by which the item was tested has been withdrawn and another replaces it."""

    message = N_("%(number)s has been withdrawn; it is replaced by %(successor)s.")


class EditionNotYetInForce(NoEditionInForce):
    """The only edition of the item takes effect later."""

    message = N_("%(number)s takes effect on %(effective_on)s.")


class CalibrationOverdue(RuleBroken):
    """No instrument of one kind that the item needs is in calibration on the day."""

    message = N_("The calibration of %(instrument)s ended on %(due_on)s.")


class InstrumentStopped(RuleBroken):
    """No instrument of one kind that the item needs is in service."""

    message = N_("%(instrument)s is out of service.")


class NotOffered(RuleBroken):
    """The module of the item is not published."""

    message = N_("This item is not offered at present.")


class NotOfferedBecause(NotOffered):
    """The module of the item is paused, and its page says why."""

    message = N_("This item is not offered at present: %(reason)s")


class NotATest(RuleBroken):
    """Only a service module of kind test is a test item."""

    message = N_("Only a service of the kind “test item” can be defined as a test item.")


class DefinedAlready(RuleBroken):
    """The module has been made an item by somebody else."""

    message = N_("This test item has been defined already.")


class NumberExpected(RuleBroken):
    """A measure is no decimal number."""

    message = N_("Enter a number such as 0.05.")


class ScaleUnknown(RuleBroken):
    """Grades run to 5, or to 8."""

    message = N_("A scale of grades ends at 5, or at 8 for fastness to light.")
    field = "range_high"


class GradeExpected(RuleBroken):
    """A limit of a graded item is a grade."""

    message = N_("Enter a grade such as 3 or 3-4.")


class OnlyForNumbers(RuleBroken):
    """Decimals, detection limit and range belong to items whose results are numbers."""

    message = N_("This is for results that are numbers. Leave it empty.")


class OutOfOrder(RuleBroken):
    """The lower end lies above the upper one."""

    message = N_("The lower end lies above the upper end.")


class DatesOutOfOrder(RuleBroken):
    """The last day lies before the first."""

    message = N_("The last day lies before the first.")
    field = "valid_until"


class KindFixed(RuleBroken):
    """What an item measures cannot change once something has been tested by it."""

    message = N_("Samples have been tested for this item, so the kind of its results and their unit stay as they are.")
    field = "result_kind"


class StandardUnknown(RuleBroken):
    """No edition with this number is in the library."""

    message = N_("The standards library has no edition with this number. Enter it there first.")
    field = "standard"


class MethodKnown(RuleBroken):
    """The item is tested by this edition already."""

    message = N_("The item is tested by this edition already.")
    field = "standard"


class ScopeKnown(RuleBroken):
    """There is an entry of the same certificate mark from that day on."""

    message = N_("There is an entry for this mark from that day on already.")
    field = "valid_from"


class EndInThePast(RuleBroken):
    """What has been relied upon is not taken back for days that are over."""

    message = N_("The last day cannot lie before yesterday.")
    field = "valid_until"


class EndTooLate(RuleBroken):
    """Ending something earlier does not make it longer."""

    message = N_("It ends on %(valid_until)s anyway.")
    field = "valid_until"


class LimitNameTaken(RuleBroken):
    """The laboratory has limits of this name."""

    message = N_("There are limits of this name already.")
    field = "name"


class NoLimits(RuleBroken):
    """A limit needs at least one end."""

    message = N_("Enter a lower or an upper limit.")
    field = "high"


class NeverJudged(RuleBroken):
    """Words are not compared with limits."""

    message = N_("Results of this item are words and are not judged.")
    field = "item_id"


class NotAPackage(RuleBroken):
    """Only a service module of kind package has contents."""

    message = N_("Only a service of the kind “test package” has contents.")


class EmptyPackage(RuleBroken):
    """A package holds something."""

    message = N_("Choose at least one item.")
    field = "items"


class ForeignItem(RuleBroken):
    """A package holds items of its own laboratory that exist."""

    message = N_("One of the chosen items no longer exists.")
    field = "items"


class PackageTooDear(RuleBroken):
    """A package never costs more than its items one by one."""

    message = N_("“%(package)s” would cost %(price)s yuan on %(day)s, its items one by one only %(parts)s yuan.")
    field = "items"


class NotCalibratedYet(RuleBroken):
    """A calibration is entered when it has been done."""

    message = N_("A calibration is entered when it has been done.")
    field = "calibrated_on"


class NoSignatory(RuleBroken):
    """Whoever signs holds the role in this laboratory."""

    message = N_("This person is no authorised signatory of your laboratory. Give the role first.")
    field = "person_id"


class AuthorisedAlready(RuleBroken):
    """The person holds the field from that day on."""

    message = N_("This person holds one of these fields from that day on already.")
    field = "fields"


class FieldsMissing(RuleBroken):
    """A signatory is authorised in at least one field."""

    message = N_("Choose at least one field.")
    field = "fields"


class CodeUnknown(RuleBroken):
    """A row of a table names no test of this laboratory."""

    message = N_("Your laboratory has no service of the kind “test item” with this code.")
    field = "table"


class WordUnknown(RuleBroken):
    """A cell is none of the words that are known there."""

    message = N_("The field or the kind of result is none of the known words.")
    field = "table"


class WholeNumberExpected(RuleBroken):
    """A cell is no whole number."""

    message = N_("A whole number within its bounds is expected.")
    field = "table"


class TwiceInTable(RuleBroken):
    """A table names an item twice."""

    message = N_("This code stands in the table twice.")
    field = "table"


class CellTooLong(RuleBroken):
    """A cell of a table is longer than what is kept."""

    message = N_("This text is too long.")
    field = "table"
