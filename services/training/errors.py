"""The reasons the training says no."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class RegistrationClosed(RuleBroken):
    """The class does not take registrations now."""

    message = N_("Registration for this class is closed.")


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


class OfferOver(RuleBroken):
    """The offer of a seat was answered or has lapsed."""

    message = N_("This offer is over. The seat has been given to the next person.")


class SeatsInUse(RuleBroken):
    """The class cannot have fewer seats than are taken."""

    message = N_("%(taken)s seats are taken. The class cannot have fewer.")
    field = "capacity"


class TooLateToWithdraw(RuleBroken):
    """The class has begun, or its registration has closed for those who withdraw by themselves."""

    message = N_("The class has begun. Please speak to the training centre.")


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
