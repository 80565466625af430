"""The words and colours of the states of pacts, cases, measures, notices and mailings."""

from __future__ import annotations

from services.association import discipline_words, notice_words
from services.association.models.cases import CaseState
from services.association.models.judging import SanctionState
from services.association.models.notices import MailingState, NoticeState
from services.association.models.pacts import PactState

C = CaseState
CASE_TONES = dict.fromkeys(CaseState, "neutral") | {
    C.SUBMITTED: "warning",
    C.ANSWERING: "warning",
    C.INVESTIGATING: "info",
    C.MEDIATING: "info",
    C.PERFORMING: "info",
    C.PERFORMED: "success",
    C.BREACHED: "danger",
    C.FAILED: "danger",
    C.DECIDED: "warning",
    C.APPEALED: "warning",
}
SANCTION_TONES = dict.fromkeys(SanctionState, "neutral") | {
    SanctionState.PENDING: "warning",
    SanctionState.TO_MEETING: "warning",
    SanctionState.IN_FORCE: "danger",
    SanctionState.LIFTED: "success",
}
PACT_TONES = {PactState.DRAFT: "warning", PactState.ADOPTED: "success", PactState.REPLACED: "neutral"}
NOTICE_TONES = {NoticeState.DRAFT: "warning", NoticeState.PUBLISHED: "success", NoticeState.WITHDRAWN: "neutral"}
MAILING_TONES = dict.fromkeys(MailingState, "neutral") | {
    MailingState.DRAFT: "warning",
    MailingState.SENDING: "info",
    MailingState.SENT: "success",
}

STATES: dict[str, dict[str, tuple[str, str]]] = {
    "case": {state: (discipline_words.STATE_NAMES[state], tone) for state, tone in CASE_TONES.items()},
    "side": {side: (name, "neutral") for side, name in discipline_words.SIDE_NAMES.items()},
    "sanction": {state: (discipline_words.SANCTION_NAMES[state], tone) for state, tone in SANCTION_TONES.items()},
    "pact": {state: (discipline_words.PACT_NAMES[state], tone) for state, tone in PACT_TONES.items()},
    "notice": {state: (notice_words.STATE_NAMES[state], tone) for state, tone in NOTICE_TONES.items()},
    "mailing": {state: (notice_words.MAILING_NAMES[state], tone) for state, tone in MAILING_TONES.items()},
}
WORDS = {**discipline_words.NAMES, **notice_words.NAMES}
