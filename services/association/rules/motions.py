"""The transition tables of meetings and motions: what starts where, and where it leads (training-and-association.md 4.3)."""

from __future__ import annotations

from services.association.models.meetings import MeetingState, MotionState
from services.core.messages import N_

G, M = MeetingState, MotionState

MEETING_STEPS: dict[str, tuple[frozenset[MeetingState], MeetingState]] = {
    "convene": (frozenset({G.PLANNED}), G.CONVENED),
    "call_off": (frozenset({G.PLANNED, G.CONVENED}), G.CANCELLED),
    "begin": (frozenset({G.CONVENED}), G.RUNNING),
    "close": (frozenset({G.RUNNING}), G.CLOSED),
}

MOTION_STEPS: dict[str, tuple[frozenset[MotionState], frozenset[MotionState]]] = {
    "decline": (frozenset({M.PROPOSED}), frozenset({M.DECLINED})),
    "list": (frozenset({M.PROPOSED}), frozenset({M.LISTED})),
    "unlist": (frozenset({M.LISTED, M.NOTIFIED}), frozenset({M.PROPOSED})),
    "notify": (frozenset({M.LISTED}), frozenset({M.NOTIFIED})),
    "withdraw": (frozenset({M.PROPOSED, M.LISTED, M.NOTIFIED}), frozenset({M.WITHDRAWN})),
    "open": (frozenset({M.NOTIFIED}), frozenset({M.OPEN})),
    "close": (frozenset({M.OPEN}), frozenset({M.CLOSED})),
    "count": (frozenset({M.CLOSED}), frozenset({M.PASSED, M.REJECTED, M.VOID})),
    "challenge": (frozenset({M.PASSED, M.REJECTED}), frozenset({M.CHALLENGED})),
    "dismiss": (frozenset({M.CHALLENGED}), frozenset({M.PASSED, M.REJECTED})),
    "annul": (frozenset({M.CHALLENGED}), frozenset({M.VOID})),
}

BEFORE_VOTE = frozenset({M.PROPOSED, M.LISTED, M.NOTIFIED})
COUNTED = frozenset({M.PASSED, M.REJECTED, M.VOID, M.CHALLENGED})
UNDECIDED = frozenset({M.DECLINED, M.VOID, M.WITHDRAWN})
"""Where a motion ends without any decision about its matter."""
OVER = UNDECIDED | {M.REJECTED}
"""Where a motion stands in the way of no other one about the same matter; the index ``uq_motion_live`` says so too."""

MEETING_NAMES: dict[MeetingState, str] = {
    G.PLANNED: N_("Meeting planned"),
    G.CONVENED: N_("Notices sent"),
    G.RUNNING: N_("Meeting in session"),
    G.CLOSED: N_("Meeting closed"),
    G.CANCELLED: N_("Meeting called off"),
}

MOTION_NAMES: dict[MotionState, str] = {
    M.PROPOSED: N_("Motion proposed"),
    M.DECLINED: N_("Not put on the agenda"),
    M.LISTED: N_("On the agenda"),
    M.NOTIFIED: N_("Notified to the members"),
    M.OPEN: N_("Vote open"),
    M.CLOSED: N_("Vote closed, to be counted"),
    M.PASSED: N_("Motion passed"),
    M.REJECTED: N_("Motion rejected"),
    M.VOID: N_("Vote void"),
    M.CHALLENGED: N_("Under challenge"),
    M.WITHDRAWN: N_("Motion withdrawn"),
}
