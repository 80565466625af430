"""The words and steps of consultations (检测咨询)."""

from __future__ import annotations

from services.core.messages import N_
from services.laboratory.models.commissions import ConsultationState, Feasibility

S = ConsultationState

MOST_PHOTOS = 6

CONSULTATION_STEPS: dict[str, tuple[frozenset[ConsultationState], ConsultationState]] = {
    "answer": (frozenset({S.ASKED, S.ANSWERED}), S.ANSWERED),
    "order": (frozenset({S.ANSWERED}), S.ORDERED),
    "close": (frozenset({S.ASKED, S.ANSWERED}), S.CLOSED),
}
"""Every named step of a consultation. An answer may be given anew until it is ordered or closed."""

CONSULTATION_NAMES: dict[ConsultationState, str] = {
    S.ASKED: N_("Waiting for the laboratory"),
    S.ANSWERED: N_("Answered"),
    S.ORDERED: N_("Ordered"),
    S.CLOSED: N_("Closed"),
}

FEASIBILITY_NAMES: dict[Feasibility, str] = {
    Feasibility.FEASIBLE: N_("Can be done"),
    Feasibility.DIFFICULT: N_("Can be done with difficulty"),
    Feasibility.IMPOSSIBLE: N_("Cannot be done here"),
}
