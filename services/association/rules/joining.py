"""The transition table of applications (training-and-association.md 4.2, domain.md F08), and when one may apply again."""

from __future__ import annotations

from datetime import date

from services.association.models.register import ApplicationState
from services.core import clock
from services.core.messages import N_

S = ApplicationState

OPEN = frozenset({S.SUBMITTED, S.RETURNED, S.PUBLIC_NOTICE, S.COUNCIL, S.AWAITING_DUES})
"""What is being handled: one for an organisation."""

STEPS: dict[str, tuple[frozenset[ApplicationState], ApplicationState]] = {
    "return": (frozenset({S.SUBMITTED, S.PUBLIC_NOTICE}), S.RETURNED),
    "resubmit": (frozenset({S.RETURNED}), S.SUBMITTED),
    "publish": (frozenset({S.SUBMITTED}), S.PUBLIC_NOTICE),
    "end_notice": (frozenset({S.PUBLIC_NOTICE}), S.COUNCIL),
    "approve": (frozenset({S.COUNCIL}), S.AWAITING_DUES),
    "refuse": (frozenset({S.COUNCIL}), S.REFUSED),
    "annul": (frozenset({S.AWAITING_DUES}), S.COUNCIL),
    "admit": (frozenset({S.AWAITING_DUES}), S.ADMITTED),
    "lapse": (frozenset({S.AWAITING_DUES}), S.LAPSED),
    "withdraw": (OPEN, S.WITHDRAWN),
}

STATE_NAMES: dict[ApplicationState, str] = {
    S.SUBMITTED: N_("Application handed in"),
    S.RETURNED: N_("Returned for completion"),
    S.PUBLIC_NOTICE: N_("In public notice"),
    S.COUNCIL: N_("Before the council"),
    S.AWAITING_DUES: N_("Approved, dues to be paid"),
    S.ADMITTED: N_("Member"),
    S.REFUSED: N_("Not admitted by the council"),
    S.WITHDRAWN: N_("Application withdrawn"),
    S.LAPSED: N_("Dues not paid in time"),
}


def reapply_on(refused_on: date, months: int) -> date:
    """Return the first day on which an organisation may apply again."""
    return clock.months_after(refused_on, months)
