"""Why a verification is not answered."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class TooManyChecks(RuleBroken):
    """This address has verified too often within a short time."""

    message = N_("Too many verifications from your network. Please try again in a few minutes.")
