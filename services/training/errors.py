"""The reasons the training says no."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class RegistrationClosed(RuleBroken):
    """The class does not take registrations now."""

    message = N_("Registration for this class is closed.")


class WaitingListFull(RuleBroken):
    """Every seat is taken, and as many people wait as may."""

    message = N_("The waiting list is full.")


class AlreadyRegistered(RuleBroken):
    """The trainee has a registration for this class that has not ended."""

    message = N_("%(name)s is already registered for this class.")
    field = "identity"


class NotAnIdentity(RuleBroken):
    """The identity number does not hold."""

    message = N_("The identity number is not valid. Please check it.")
    field = "identity"


class OtherName(RuleBroken):
    """The identity number is known under another name."""

    message = N_("This identity number is registered under another name.")
    field = "name"


class TooYoung(RuleBroken):
    """The trainee has not reached the age the course asks for on its first day."""

    message = N_("This course is open from the age of %(age)s.")
    field = "identity"


class TooOld(RuleBroken):
    """The trainee is beyond the age the course asks for on its first day."""

    message = N_("This course is open up to the age of %(age)s.")
    field = "identity"


class CompanyFull(RuleBroken):
    """The company holds as many seats of the class as one company may."""

    message = N_("One company may hold %(cap)s seats of this class.")


class GroupTooLarge(RuleBroken):
    """More people want to be in the class together than it has seats."""

    message = N_("The class has %(capacity)s seats. A larger group cannot be in it together.")


class OfferOver(RuleBroken):
    """The offer of a seat was answered or has lapsed."""

    message = N_("This offer is over. The seat has been given to the next person.")


class OfferTaken(OfferOver):
    """The offered seat was taken up before."""

    message = N_("You have accepted this seat already. To give it back, withdraw the registration.")


class SeatsInUse(RuleBroken):
    """The class cannot have fewer seats than are taken."""

    message = N_("%(taken)s seats are taken. The class cannot have fewer.")
    field = "capacity"


class TooLateToWithdraw(RuleBroken):
    """The class has begun, or its registration has closed for those who withdraw by themselves."""

    message = N_("The class has begun. Please speak to the training centre.")


class TooLateToSubstitute(RuleBroken):
    """The class has begun: who sits in it stays the same."""

    message = N_("The class has begun. Nobody can come in somebody else's place any more.")


class LessonOutside(RuleBroken):
    """A lesson is not within the days of its class, or ends before it begins."""

    message = N_("Lesson %(number)s must lie within the days of the class and end after it begins.")


class LessonsOverlap(RuleBroken):
    """A lesson begins before the one before it has ended."""

    message = N_("Lesson %(number)s begins before the one before it has ended.")


class NotInService(RuleBroken):
    """A room or a teacher is out of service."""

    message = N_("%(name)s is out of service.")


class NotOffered(RuleBroken):
    """A room or a teacher belongs to no service of the centre, so that nothing can be booked on it."""

    message = N_("%(name)s belongs to no service of the centre. Please add it to one first.")


class PlaceTaken(RuleBroken):
    """A room or a teacher is taken at the time of a lesson."""

    message = N_("%(name)s is taken at the time of lesson %(number)s.")


class WrongHours(RuleBroken):
    """The lessons of a class do not add up to the hours of its course."""

    message = N_("The lessons add up to %(planned)s hours, the course has %(hours)s.")


class FilingMissing(RuleBroken):
    """The class must be filed with the authority before it opens."""

    message = N_("This class must be filed with the authority before registration opens.")


class NothingPlanned(RuleBroken):
    """A class without a timetable cannot open."""

    message = N_("Please plan the lessons of the class first.")


class CourseHidden(RuleBroken):
    """A class of a course that is not published cannot open."""

    message = N_("Please publish the course first.")


class TooFewRegistered(RuleBroken):
    """A class below its minimum begins only if staff decide so, with a reason."""

    message = N_("%(taken)s of at least %(least)s people are registered. Decide: cancel, postpone, or hold it anyway.")


class NotYet(RuleBroken):
    """The lesson is not held now."""

    message = N_("This lesson is not being held now.")


class CodeOver(RuleBroken):
    """The code is not the one that is shown now."""

    message = N_("This code is over. Please scan the one that is shown now.")
    field = "code"


class NotInClass(RuleBroken):
    """The person is not on the roll of the class."""

    message = N_("This person is not on the roll of the class.")


class AttendanceTooLow(RuleBroken):
    """The attendance does not reach what the course asks for before the examination."""

    message = N_("Attended: %(rate)s %%. The examination asks for %(least)s %%.")


class NotExamined(RuleBroken):
    """The course has no examination in this part."""

    message = N_("This course has no examination in this part.")
    field = "part"


class PassedAlready(RuleBroken):
    """The part was passed in an earlier attempt."""

    message = N_("This part was passed already.")


class NothingToIssue(RuleBroken):
    """The registration has no completed course that leads to a certificate of the centre."""

    message = N_("There is no completed course with a certificate of this centre.")


class ClaimedAlready(RuleBroken):
    """The subsidy for this person, occupation and level was claimed before."""

    message = N_("The subsidy for %(name)s in this occupation and level was claimed before.")


class ClaimTooLate(RuleBroken):
    """The subsidy must be claimed within twelve months of the certificate."""

    message = N_("The certificate of %(name)s is more than twelve months old.")


class NotYetOpen(RuleBroken):
    """The registration of the class begins later."""

    message = N_("Registration opens at %(when)s. What you have typed is kept on this page.")


class OtherAccount(RuleBroken):
    """The identity number belongs to the account of somebody else."""

    message = N_("This identity number belongs to another account. Please speak to the training centre.")
    field = "identity"


class NotDeclared(RuleBroken):
    """An entry condition of the course was not said to be met."""

    message = N_("This course asks for it. Please tick the box if it is so.")


class MembersOnly(RuleBroken):
    """The class is for people of members of the association."""

    message = N_("This class is for the people of members of the association. Act for a member to register.")


class TimesClash(RuleBroken):
    """The trainee has another class at the time of a lesson; a warning, which a tick answers."""

    message = N_("%(name)s has a lesson of “%(course)s” at %(when)s. Tick the box below if it shall be so.")
    field = "knowingly"


class TwiceInTable(RuleBroken):
    """Two rows name the same person."""

    message = N_("This person stands in row %(row)s already.")
    field = "identity"


class NobodyListed(RuleBroken):
    """No row names anybody."""

    message = N_("Please enter at least one person.")


class TooManyListed(RuleBroken):
    """More people than are taken in at once."""

    message = N_("At most %(most)s people are registered at once. Please send the others after these.")
    field = "file"


class TooManyDocuments(RuleBroken):
    """The class has as many papers as a filing may have."""

    message = N_("At most %(most)s papers are kept with a class.")
    field = "file"


class PhotographExpected(RuleBroken):
    """The photograph of a course is no picture."""

    message = N_("Please choose a photograph as JPG or PNG.")
    field = "photo"


class ReasonMissing(RuleBroken):
    """A decision about a class is told to everybody concerned, with its reason."""

    message = N_("Please give a reason; everybody who is registered reads it.")
    field = "reason"


class NotLater(RuleBroken):
    """A class is postponed to a later day only."""

    message = N_("The new first day must be later than %(starts_on)s.")
    field = "starts_on"


class ClosesWrong(RuleBroken):
    """The registration closes after now, and at the latest when the class begins."""

    message = N_("The new end of registration must lie between now and the end of the first day of the class.")
    field = "closes_at"


class WindowWrong(RuleBroken):
    """The registration ends before it begins, or after the class has begun."""

    message = N_("Registration must end after it begins, and at the latest on the first day of the class.")
    field = "closes_at"


class DaysWrong(RuleBroken):
    """The last day of the class is before its first."""

    message = N_("The last day must not be before the first.")
    field = "ends_on"


class DaysPast(RuleBroken):
    """The first day of the class is set to a day that is over."""

    message = N_("The first day must not lie in the past.")
    field = "starts_on"


class LeastWrong(RuleBroken):
    """The class asks for more people than it has seats."""

    message = N_("The minimum must not be above the number of seats.")
    field = "min_seats"


class CapWrong(RuleBroken):
    """One company may hold more seats than there are."""

    message = N_("A company cannot hold more seats than the class has.")
    field = "company_cap"


class CodeTaken(RuleBroken):
    """Another course has the code."""

    message = N_("Another course has this code already.")
    field = "code"


class NoHours(RuleBroken):
    """A course without hours."""

    message = N_("The course must have hours of theory or of practice.")
    field = "theory_hours"


class AgesWrong(RuleBroken):
    """The upper age is below the lower one."""

    message = N_("The upper age must not be below the lower one.")
    field = "max_age"


class EnoughRegistered(RuleBroken):
    """There is nothing to decide: the minimum is reached."""

    message = N_("The minimum is reached; there is nothing to decide.")


class LessonHeld(RuleBroken):
    """A lesson with attendance has been held; it stays where it was."""

    message = N_("Attendance has been entered for this lesson. It cannot be moved any more.")


class SaidAlready(RuleBroken):
    """Somebody has said once how satisfied he was."""

    message = N_("You have told us already. Thank you.")


class NotFinished(RuleBroken):
    """The class is still running."""

    message = N_("Please come back when the class is over.")


class NameMissing(RuleBroken):
    """A row has no name."""

    message = N_("Please enter the name.")
    field = "name"


class MobileWrong(RuleBroken):
    """A row has a mobile number that is none."""

    message = N_("Please enter a mobile number of 11 digits.")
    field = "mobile"


class TextTooLong(RuleBroken):
    """A cell is longer than is kept."""

    message = N_("At most %(most)s characters.")
