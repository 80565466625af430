"""The words and colours of the states of the register and of the dues."""

from __future__ import annotations

from services.association.models.dues import InvoiceState, LineState, TableState, WaiverState
from services.association.models.register import ApplicationState, Standing
from services.association.register_words import (
    DUES_NAMES,
    LINE_NAMES,
    STANDING_NAMES,
    TABLE_NAMES,
    WAIVER_NAMES,
)
from services.association.rules.joining import STATE_NAMES

STANDING_TONES = {
    Standing.AWAITED: "neutral",
    Standing.ACTIVE: "success",
    Standing.DUE: "info",
    Standing.GRACE: "warning",
    Standing.SUSPENDED: "danger",
    Standing.LAPSED: "neutral",
    Standing.EXITED: "neutral",
    Standing.EXPELLED: "danger",
}
APPLICATION_TONES = dict.fromkeys(ApplicationState, "info") | {
    ApplicationState.RETURNED: "warning",
    ApplicationState.AWAITING_DUES: "warning",
    ApplicationState.ADMITTED: "success",
    ApplicationState.REFUSED: "danger",
    ApplicationState.WITHDRAWN: "neutral",
    ApplicationState.LAPSED: "neutral",
}

REGISTER_STATES: dict[str, dict[str, tuple[str, str]]] = {
    "membership": {state: (STANDING_NAMES[state], tone) for state, tone in STANDING_TONES.items()},
    "application": {state: (STATE_NAMES[state], tone) for state, tone in APPLICATION_TONES.items()},
    "dues": {
        state: (DUES_NAMES[state], tone)
        for state, tone in zip(InvoiceState, ("warning", "success", "neutral"), strict=True)
    },
    "dues_table": {
        state: (TABLE_NAMES[state], tone)
        for state, tone in zip(TableState, ("warning", "success", "neutral"), strict=True)
    },
    "bank_line": {
        state: (LINE_NAMES[state], tone)
        for state, tone in zip(LineState, ("warning", "success", "neutral"), strict=True)
    },
    "waiver": {
        state: (WAIVER_NAMES[state], tone)
        for state, tone in zip(WaiverState, ("info", "success", "neutral"), strict=True)
    },
}
