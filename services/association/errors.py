"""The reasons the register and the dues say no."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class FirmNotVerified(RuleBroken):
    """Only a verified organisation applies."""

    message = N_("Have your organisation verified first; then you can apply.")


class NotOfCluster(RuleBroken):
    """An organisation of other clusters alone cannot be a member."""

    message = N_("Your organisation belongs to none of the association's clusters.")


class MemberAlready(RuleBroken):
    """A member does not apply."""

    message = N_("Your organisation is a member already.")


class ApplicationOpen(RuleBroken):
    """One application at a time."""

    message = N_("An application of your organisation is being handled already.")


class TooEarlyToReapply(RuleBroken):
    """After a refusal the charter's months have to pass."""

    message = N_("Your organisation may apply again from %(day)s on.")


class CharterNotAccepted(RuleBroken):
    """Joining is accepting the charter."""

    message = N_("Please read the charter and accept it.")
    field = "accepts_charter"


class NotOurPerson(RuleBroken):
    """Who represents a member acts for it on the portal."""

    message = N_("This person does not act for your organisation.")
    field = "person"


class ReasonMissing(RuleBroken):
    """What is refused, returned or reversed needs a reason."""

    message = N_("Please give a reason.")
    field = "reason"


class NoticeRuns(RuleBroken):
    """The council decides after the public notice."""

    message = N_("The public notice runs until %(day)s.")


class ObjectionsWait(RuleBroken):
    """Each objection is answered before the council decides."""

    message = N_("Answer every objection first.")


class NoticeOver(RuleBroken):
    """Objections are raised during the public notice."""

    message = N_("The public notice of this application is over.")


class ObjectedAlready(RuleBroken):
    """One objection by each organisation."""

    message = N_("Your organisation has objected already.")


class NotBeforeStart(RuleBroken):
    """What ends does not end before it began."""

    message = N_("The last day lies before the first one.")
    field = "until_on"


class DayPassed(RuleBroken):
    """What is to come does not begin in the past."""

    message = N_("Choose today or a later day.")
    field = "from_on"


class SeatTaken(RuleBroken):
    """An organisation holds one office at a time."""

    message = N_("This organisation holds an office already. End it first.")
    field = "organisation"


class MembershipOver(RuleBroken):
    """Whoever has left comes back through a new application: a payment does not bring back the old membership."""

    message = N_("This membership has ended. Coming back takes a new application and begins a new term.")


class NoDuesTable(RuleBroken):
    """Dues need a table that was adopted."""

    message = N_("No dues table has been adopted for %(year)s.")


class AdoptedInFuture(RuleBroken):
    """A meeting that has not been held adopts nothing."""

    message = N_("This day lies in the future.")
    field = "meeting_on"


class LevelMissing(RuleBroken):
    """A dues table gives an amount for each level that members have."""

    message = N_("Give an amount for at least one level.")


class AdoptionMissing(RuleBroken):
    """A dues table is in force only with the record of the meeting that adopted it."""

    message = N_("Enter the day and the name of the meeting that adopted it.")
    field = "meeting_on"


class QuorumMissed(RuleBroken):
    """Two thirds of those entitled have to be present."""

    message = N_("Only %(present)s of %(entitled)s were present; at least %(needed)s are needed.")
    field = "present"


class MajorityMissed(RuleBroken):
    """More than half of those present have to be in favour."""

    message = N_("Only %(in_favour)s of %(present)s present were in favour; at least %(needed)s are needed.")
    field = "in_favour"


class BallotNotSecret(RuleBroken):
    """Dues are adopted by a secret ballot."""

    message = N_("Dues are adopted by a secret ballot.")
    field = "is_secret"


class FiguresDisagree(RuleBroken):
    """Nobody votes who is not present, and nobody is present who is not entitled."""

    message = N_("The votes are more than those present, or those present more than those entitled.")
    field = "present"


class TableInForce(RuleBroken):
    """What a meeting adopted is not changed; another table follows it."""

    message = N_("This dues table has been adopted and stays as it is. Prepare another one.")


class InvoiceClosed(RuleBroken):
    """Nothing is booked on an invoice that is settled or cancelled."""

    message = N_("This invoice is not open any more.")


class MoreThanOpen(RuleBroken):
    """Dues are not overpaid: the rest stays with the bank line."""

    message = N_("Only %(open)s yuan of this invoice are open.")
    field = "amount"


class NoAmount(RuleBroken):
    """Something has to have been paid."""

    message = N_("Enter an amount above zero.")
    field = "amount"


class PaidInFuture(RuleBroken):
    """Money that has not come is not booked."""

    message = N_("The day of the payment lies in the future.")
    field = "received_on"


class LineUsedUp(RuleBroken):
    """A bank line is not booked beyond its amount."""

    message = N_("Only %(open)s yuan of this bank line have not been booked yet.")
    field = "amount"


class LineBookedThere(RuleBroken):
    """A bank line is booked on an invoice once."""

    message = N_("This bank line is booked on this invoice already.")


class LineKnown(RuleBroken):
    """A serial number of the bank stands for one payment."""

    message = N_("This serial number is in the bank statements already. Book it from there.")
    field = "serial"


class SerialMissing(RuleBroken):
    """A transfer is known by the serial number of the bank."""

    message = N_("Enter the serial number of the bank, so that the payment is not booked twice.")
    field = "serial"


class StatementKnown(RuleBroken):
    """The same file is not taken in twice."""

    message = N_("This statement was taken in on %(day)s already.")
    field = "file"


class SerialDiffers(RuleBroken):
    """The same serial number with another amount or day is an error of the table."""

    message = N_("This serial number is known with another amount or day.")
    field = "serial"


class DayUnreadable(RuleBroken):
    """A bank line has a day that is not in the future."""

    message = N_("Write the day like 2026-11-24; it must not lie in the future.")
    field = "arrived_on"


class AmountUnreadable(RuleBroken):
    """A bank line has an amount."""

    message = N_("Write the amount like 2000.00.")
    field = "amount"


class WaiverWaits(RuleBroken):
    """One waiver at a time for an invoice."""

    message = N_("A waiver of this invoice waits for its decision already.")


class PaidBefore(RuleBroken):
    """An invoice with money on it is not cancelled."""

    message = N_("Something was paid or waived on this invoice. Reverse it first.")
