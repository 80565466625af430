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
