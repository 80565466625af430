"""The table of a case: which step starts where, where it leads, and who takes it (training-and-association.md 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.association.models.cases import CaseState
from services.association.models.judging import Instance, Measure

S = CaseState


class Side(StrEnum):
    """In which capacity somebody acts in a case; the clock acts when the days are over."""

    CLAIMANT = "claimant"
    RESPONDENT = "respondent"
    PANEL = "panel"
    DESK = "desk"
    CLOCK = "clock"


PARTIES = frozenset({Side.CLAIMANT, Side.RESPONDENT})
HEARING = frozenset({Side.PANEL, Side.DESK})


@dataclass(frozen=True)
class Step:
    """A named step: the states it starts from, where it leads, and which sides take it."""

    starts: frozenset[CaseState]
    after: CaseState
    sides: frozenset[Side]


def _step(starts: set[CaseState], after: CaseState, sides: set[Side] | frozenset[Side]) -> Step:
    return Step(frozenset(starts), after, frozenset(sides))


STEPS: dict[str, Step] = {
    "accept": _step({S.SUBMITTED}, S.ANSWERING, {Side.DESK}),
    "accept_absent": _step({S.SUBMITTED}, S.INVESTIGATING, {Side.DESK}),
    "refuse": _step({S.SUBMITTED}, S.REFUSED, {Side.DESK}),
    "answer": _step({S.ANSWERING}, S.INVESTIGATING, {Side.RESPONDENT}),
    "stay_silent": _step({S.ANSWERING}, S.INVESTIGATING, {Side.CLOCK}),
    "mediate": _step({S.INVESTIGATING}, S.MEDIATING, {Side.DESK}),
    "settle": _step({S.MEDIATING}, S.PERFORMING, PARTIES),
    "perform": _step({S.PERFORMING, S.BREACHED}, S.PERFORMED, PARTIES),
    "breach": _step({S.PERFORMING}, S.BREACHED, PARTIES),
    "fail": _step({S.MEDIATING}, S.FAILED, HEARING),
    "refer": _step({S.INVESTIGATING, S.FAILED, S.BREACHED}, S.REFERRED, {Side.DESK}),
    "decide": _step({S.INVESTIGATING, S.FAILED, S.BREACHED}, S.DECIDED, {Side.PANEL}),
    "appeal": _step({S.DECIDED}, S.APPEALED, PARTIES),
    "rest": _step({S.DECIDED}, S.CLOSED, {Side.CLOCK}),
    "decide_appeal": _step({S.APPEALED}, S.CLOSED, {Side.PANEL}),
    "withdraw": _step(
        {S.SUBMITTED, S.ANSWERING, S.INVESTIGATING, S.MEDIATING, S.FAILED, S.BREACHED}, S.WITHDRAWN, {Side.CLAIMANT}
    ),
}
"""Every step of a case. ``accept_absent`` is for a respondent that is not on the portal, and so cannot answer there."""

FINAL = frozenset({S.REFUSED, S.PERFORMED, S.REFERRED, S.CLOSED, S.WITHDRAWN})
OPEN = frozenset(CaseState) - FINAL
HEARD = OPEN - {S.SUBMITTED, S.DECIDED}
"""While a case stands here, its sides and its panel may add remarks and evidence."""
FIRST_PANEL = frozenset({S.INVESTIGATING, S.MEDIATING, S.FAILED, S.BREACHED})
DECIDING: dict[CaseState, Instance] = {
    S.INVESTIGATING: Instance.FIRST,
    S.FAILED: Instance.FIRST,
    S.BREACHED: Instance.FIRST,
    S.APPEALED: Instance.APPEAL,
}
"""Where a panel decides, and which one."""


@dataclass(frozen=True)
class Wait:
    """How many working days somebody has."""

    days: int
    awaited: Side


WAITS: dict[CaseState, Wait] = {
    S.SUBMITTED: Wait(5, Side.DESK),
    S.ANSWERING: Wait(5, Side.RESPONDENT),
    S.INVESTIGATING: Wait(15, Side.DESK),
    S.MEDIATING: Wait(20, Side.PANEL),
    S.FAILED: Wait(10, Side.PANEL),
    S.BREACHED: Wait(10, Side.PANEL),
    S.DECIDED: Wait(10, Side.CLAIMANT),
    S.APPEALED: Wait(20, Side.PANEL),
}
"""The clock of each state that has one. A performed agreement has the days of its own."""

QUORUM = 3
"""So many must sit on a panel that decides."""
SERIOUS = frozenset({Measure.SUSPENSION, Measure.EXPULSION})
"""Measures that a meeting must carry, since they take rights away."""
RECORD_YEARS = {Measure.REMINDER: 1, Measure.CIRCULAR: 1, Measure.SUSPENSION: 3, Measure.EXPULSION: 3}
"""How long the record of a measure counts (domain.md F16 rule 3: minor 1 year, serious 3 years)."""
LONGEST_SUSPENSION = 365


def panel_of(state: CaseState) -> Instance | None:
    """Return which panel is at work in this state."""
    return Instance.APPEAL if state is S.APPEALED else Instance.FIRST if state in FIRST_PANEL else None


def outcome(sitting: int, agreed: int, against: int) -> bool | None:
    """Tell whether a proposal is adopted (more than half of all who sit agree), lost, or still open (None).

    Without the quorum nothing is adopted.
    """
    if sitting >= QUORUM and agreed * 2 > sitting:
        return True
    return False if against * 2 >= sitting else None
