"""The four ways a service says no."""

from __future__ import annotations

from collections.abc import Sequence

from services.core.messages import N_


class ServiceError(Exception):
    """Something a person may be told.

    ``message`` is a marked English sentence whose ``%(name)s`` places are filled from ``values`` after translation;
    ``field`` names the form field to blame, if there is one.
    """

    message: str = N_("This is not possible.")
    field: str | None = None

    def __init__(self, message: str | None = None, *, field: str | None = None, **values: object) -> None:
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field
        self.values = values
        super().__init__(self.message)


class NotFound(ServiceError):
    """The thing does not exist for this person (404)."""

    message = N_("There is nothing here, or it is not yours to see.")


class NotAllowed(ServiceError):
    """The person is known but may not do this (403)."""

    message = N_("You are not allowed to do this.")


class RuleBroken(ServiceError):
    """A rule of the business says no (409, or back into the form)."""


class RulesBroken(RuleBroken):
    """Several rules say no at once; ``errors`` holds each of them."""

    message = N_("Several things need to be corrected.")

    def __init__(self, errors: Sequence[RuleBroken]) -> None:
        super().__init__()
        self.errors = list(errors)


class WrongState(RuleBroken):
    """The named transition does not start from the present state."""

    message = N_("The present state “%(state)s” does not allow this.")


class ChangedMeanwhile(RuleBroken):
    """Somebody else saved the same record since it was read."""

    message = N_("Somebody else has changed this record. Look at the newer version below and decide again.")


class AlreadyDone(RuleBroken):
    """The same form was sent with other content under a used token."""

    message = N_("Please do not submit the same form twice.")
