"""The reasons the laboratory says no."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class ReasonNeeded(RuleBroken):
    """Somebody must say why."""

    message = N_("Please give a reason.")
    field = "reason"
