"""The reasons accounts say no."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class PasswordTooShort(RuleBroken):
    """The new password is too short."""

    message = N_("A password has at least %(count)s characters.")
    field = "password"


class PasswordTooLong(RuleBroken):
    """The new password is too long."""

    message = N_("A password has at most %(count)s characters.")
    field = "password"


class PasswordTooGuessable(RuleBroken):
    """The new password would soon be guessed."""

    message = N_("This password is easily guessed. Leave out names, places, years and rows of keys, or add more words.")
    field = "password"


class WrongCredentials(RuleBroken):
    """There is no such account, or it has another password; nobody is told which."""

    message = N_("The account or the password is wrong.")


class WrongPassword(RuleBroken):
    """Somebody who is signed in did not give their present password."""

    message = N_("This is not your present password.")
    field = "present_password"


class AccountDisabled(RuleBroken):
    """The password is right, but the account has been switched off."""

    message = N_("This account has been switched off. Please call the operator of the portal.")


class TooManyTries(RuleBroken):
    """There were too many failures; the next try is possible after a while."""

    message = N_("There were too many tries. Please wait 15 minutes, or set a new password.")


class WrongCode(RuleBroken):
    """The code that was sent is another one, has been used, or has lapsed; nobody is told which."""

    message = N_("The code is wrong or no longer valid. Ask for a new one if in doubt.")
    field = "code"


class CodeWornOut(RuleBroken):
    """The code was tried too often."""

    message = N_("This code was tried too often. Please ask for a new one.")
    field = "code"


class TooManyCodes(RuleBroken):
    """Too many codes were asked for."""

    message = N_("Too many codes were asked for. Please wait an hour and try again.")
    field = "contact"


class SignInLapsed(RuleBroken):
    """Too much time passed, or too many codes were tried, between the password and the second factor."""

    message = N_("Please sign in again.")


class WrongFactor(RuleBroken):
    """The time-based code or recovery code is wrong or was used before."""

    message = N_("The code is wrong or was used before. A new one appears in your app every 30 seconds.")
    field = "code"


class OfferLapsed(RuleBroken):
    """The set-up page of the second factor was open for too long."""

    message = N_("This page was open for too long. Please scan the new picture.")
    field = "code"


class NotYourself(RuleBroken):
    """Nobody switches off the account they are working with."""

    message = N_("You cannot switch off your own account.")
