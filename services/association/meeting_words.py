"""What the words of meetings and motions are called on pages, letters and minutes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.association.models.ballots import Choice
from services.association.models.meetings import (
    Answer,
    AttendanceMethod,
    Body,
    ChallengeState,
    Mode,
    MotionSubject,
    Outcome,
    ProxyState,
    Whole,
)
from services.core.messages import N_

BODY_NAMES: dict[Body, str] = {
    Body.GENERAL: N_("General meeting"),
    Body.DELEGATES: N_("Meeting of delegates"),
    Body.COUNCIL: N_("Council"),
    Body.STANDING: N_("Standing council"),
    Body.SUPERVISORS: N_("Board of supervisors"),
}

MODE_NAMES: dict[Mode, str] = {
    Mode.ON_SITE: N_("On site"),
    Mode.REMOTE: N_("Remote"),
    Mode.CORRESPONDENCE: N_("By correspondence"),
}

SUBJECT_NAMES: dict[MotionSubject, str] = {
    MotionSubject.APPLICATION: N_("Membership application"),
    MotionSubject.DUES_TABLE: N_("Dues standard"),
    MotionSubject.WAIVER: N_("Waiver of dues"),
    MotionSubject.EXPULSION: N_("Expulsion of a member"),
    MotionSubject.SANCTION: N_("Sanction under the pact"),
    MotionSubject.PACT: N_("Self-discipline pact"),
    MotionSubject.CHARTER: N_("Charter of the association"),
    MotionSubject.ELECTION: N_("Election"),
    MotionSubject.GENERAL: N_("Other matter"),
}

CHOICE_NAMES: dict[Choice, str] = {
    Choice.FOR: N_("In favour"),
    Choice.AGAINST: N_("Against"),
    Choice.ABSTAIN: N_("Abstain"),
}

OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.PASSED: N_("Motion passed"),
    Outcome.REJECTED: N_("Motion rejected"),
    Outcome.VOID: N_("Void, without a quorum"),
}

ANSWER_NAMES: dict[Answer, str] = {
    Answer.COMING: N_("We will come"),
    Answer.PROXY: N_("We send a proxy"),
    Answer.ABSENT: N_("We cannot come"),
}

METHOD_NAMES: dict[AttendanceMethod, str] = {
    AttendanceMethod.CODE: N_("By the code"),
    AttendanceMethod.REMOTE: N_("From afar"),
    AttendanceMethod.DESK: N_("By the secretariat"),
}

PROXY_NAMES: dict[ProxyState, str] = {
    ProxyState.FILED: N_("Proxy to be checked"),
    ProxyState.ACCEPTED: N_("Proxy accepted"),
    ProxyState.REFUSED: N_("Proxy refused"),
    ProxyState.WITHDRAWN: N_("Proxy withdrawn"),
}

CHALLENGE_NAMES: dict[ChallengeState, str] = {
    ChallengeState.OPEN: N_("Challenge open"),
    ChallengeState.DISMISSED: N_("Challenge dismissed"),
    ChallengeState.UPHELD: N_("Challenge upheld"),
}

WHOLE_NAMES: dict[Whole, str] = {
    Whole.PRESENT: N_("of those present"),
    Whole.ENTITLED: N_("of all entitled"),
}

NAMES: dict[type[StrEnum], Mapping[Any, str]] = {
    Body: BODY_NAMES,
    Mode: MODE_NAMES,
    MotionSubject: SUBJECT_NAMES,
    Choice: CHOICE_NAMES,
    Outcome: OUTCOME_NAMES,
    Answer: ANSWER_NAMES,
    AttendanceMethod: METHOD_NAMES,
    ProxyState: PROXY_NAMES,
    ChallengeState: CHALLENGE_NAMES,
    Whole: WHOLE_NAMES,
}
