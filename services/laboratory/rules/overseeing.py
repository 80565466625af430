"""What a terminated commission owes: pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from services.core.money import round_half_up
from services.laboratory.models.lines import LineState

DONE = frozenset({LineState.SUBMITTED, LineState.CHECKED})


def due_for_done(states: Iterable[LineState], due_fen: int) -> int:
    """Return what the finished lines come to: their share of all lines, of the agreed price, rounded half up.

    It is where the two sides begin; the laboratory may ask for another amount, and the other side has to agree.
    """
    live = [state for state in states if state is not LineState.CANCELLED]
    done = sum(state in DONE for state in live)
    return round_half_up(Fraction(due_fen * done, len(live))) if live else 0
