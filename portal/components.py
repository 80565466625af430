"""What components of templates need from Python: the one mapping from a state to its word and colour."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from portal.current import actor
from portal.discipline_states import STATES as DISCIPLINE_STATES
from portal.discipline_states import WORDS as DISCIPLINE_WORDS
from portal.i18n import translate
from portal.register_states import REGISTER_STATES
from services.association.meeting_words import NAMES as MEETING_WORDS
from services.association.models.meetings import ChallengeState, MeetingState, MotionState, ProxyState
from services.association.register_words import NAMES as REGISTER_WORDS
from services.association.rules.motions import MEETING_NAMES, MOTION_NAMES
from services.billing.models import InvoiceState, QuotationState
from services.billing.words import INVOICE_STATE_NAMES, QUOTATION_NAMES
from services.board.models.interests import InterestState
from services.board.models.posts import PostState
from services.board.models.reviews import AbuseState
from services.board.rules.states import INTEREST_NAMES, POST_NAMES
from services.board.words import ABUSE_STATE_NAMES
from services.board.words import NAMES as BOARD_NAMES
from services.booking.models import BookingState
from services.booking.rules import STATE_NAMES
from services.catalogue.words import name_of
from services.core.messages import N_
from services.core.permissions import Permission
from services.laboratory import capability_words
from services.laboratory.models.commissions import CommissionState, ConsultationState
from services.laboratory.models.lines import LineState, Verdict
from services.laboratory.models.reports import ObjectionState, ReportState
from services.laboratory.models.samples import SampleState
from services.laboratory.rules import states as laboratory
from services.laboratory.rules.consulting import CONSULTATION_NAMES
from services.laboratory.rules.verdicts import VERDICT_NAMES
from services.standards.models import StandardState
from services.training.models.courses import ClassState
from services.training.models.outcomes import CertificateState, ClaimState
from services.training.models.registrations import RegistrationState
from services.training.rules.standing import STANDING_NAMES, Standing
from services.training.rules.states import CERTIFICATE_NAMES, CLAIM_NAMES, CLASS_NAMES, REGISTRATION_NAMES
from services.training.words import NAMES as TRAINING_NAMES

BOOKING_TONES = {
    BookingState.HELD: "info",
    BookingState.REQUESTED: "warning",
    BookingState.PROPOSED: "warning",
    BookingState.CONFIRMED: "success",
    BookingState.IN_USE: "info",
    BookingState.COMPLETED: "success",
    BookingState.EXPIRED: "neutral",
    BookingState.REJECTED: "danger",
    BookingState.CANCELLED: "neutral",
    BookingState.NO_SHOW: "danger",
    BookingState.DISPLACED: "danger",
}

C, L, S, R = CommissionState, LineState, SampleState, ReportState
COMMISSION_TONES = (
    dict.fromkeys(CommissionState, "info")
    | dict.fromkeys((C.DRAFT, C.LAPSED, C.CANCELLED, C.EXPIRED, C.CLOSED), "neutral")
    | dict.fromkeys((C.NEED_INFO, C.QUOTED, C.AWAIT_PAYMENT, C.AWAIT_SAMPLE, C.CLIENT_CONFIRM), "warning")
    | dict.fromkeys((C.DECLINED, C.REJECTED_BY_CLIENT, C.REFUSED, C.SUSPENDED, C.TERMINATED), "danger")
    | dict.fromkeys((C.ISSUED, C.DELIVERED), "success")
)
LINE_TONES = dict.fromkeys(LineState, "info") | {
    L.PENDING: "warning",
    L.SUBMITTED: "warning",
    L.CHECKED: "success",
    L.CANCELLED: "neutral",
}
SAMPLE_TONES = dict.fromkeys(SampleState, "info") | {
    S.EXPECTED: "warning",
    S.DEVIATING: "danger",
    S.REFUSED: "danger",
    S.TESTED: "success",
    S.RETURNED: "neutral",
    S.DISPOSED: "neutral",
    S.WITHDRAWN: "neutral",
}
REPORT_TONES = dict.fromkeys(ReportState, "warning") | {
    R.ISSUED: "success",
    R.SUPERSEDED: "neutral",
    R.WITHDRAWN: "danger",
    R.DROPPED: "neutral",
}
OBJECTION_TONES = dict.fromkeys(ObjectionState, "warning") | {
    ObjectionState.ANSWERED: "info",
    ObjectionState.CLOSED: "neutral",
}

INTEREST_TONES = dict.fromkeys(InterestState, "neutral") | {
    InterestState.SUBMITTED: "warning",
    InterestState.SEEN: "warning",
    InterestState.EXCHANGED: "success",
    InterestState.NEGOTIATING: "info",
    InterestState.DEALT: "success",
    InterestState.DECLINED: "danger",
}

POST_TONES = dict.fromkeys(PostState, "neutral") | {
    PostState.SUBMITTED: "warning",
    PostState.RETURNED: "danger",
    PostState.PUBLISHED: "success",
    PostState.DEALT: "info",
    PostState.TAKEN_DOWN: "danger",
}

CLASS_TONES = dict.fromkeys(ClassState, "neutral") | {
    ClassState.FILED: "info",
    ClassState.OPEN: "success",
    ClassState.CLOSED: "warning",
    ClassState.RUNNING: "info",
    ClassState.CANCELLED: "danger",
}
STANDING_TONES = dict.fromkeys(Standing, "neutral") | {
    Standing.COMING: "info",
    Standing.OPEN: "success",
    Standing.FULL: "warning",
    Standing.RUNNING: "info",
    Standing.CANCELLED: "danger",
}
REGISTRATION_TONES = dict.fromkeys(RegistrationState, "neutral") | {
    RegistrationState.PENDING: "warning",
    RegistrationState.AWAITING_PAYMENT: "warning",
    RegistrationState.CONFIRMED: "success",
    RegistrationState.WAITLISTED: "info",
    RegistrationState.OFFERED: "warning",
    RegistrationState.REJECTED: "danger",
    RegistrationState.REFUND_DUE: "danger",
    RegistrationState.NO_SHOW: "danger",
    RegistrationState.COMPLETED: "success",
    RegistrationState.NOT_COMPLETED: "danger",
}

CERTIFICATE_TONES = {
    CertificateState.ISSUED: "success",
    CertificateState.REPLACED: "neutral",
    CertificateState.REVOKED: "danger",
}
CLAIM_TONES = {
    ClaimState.LISTED: "warning",
    ClaimState.SUBMITTED: "info",
    ClaimState.PAID: "success",
    ClaimState.REFUSED: "danger",
}

MEETING_TONES = dict.fromkeys(MeetingState, "neutral") | {
    MeetingState.CONVENED: "info",
    MeetingState.RUNNING: "warning",
    MeetingState.CLOSED: "success",
    MeetingState.CANCELLED: "danger",
}
MOTION_TONES = dict.fromkeys(MotionState, "neutral") | {
    MotionState.NOTIFIED: "info",
    MotionState.OPEN: "warning",
    MotionState.PASSED: "success",
    MotionState.REJECTED: "danger",
    MotionState.VOID: "danger",
    MotionState.CHALLENGED: "warning",
}
PROXY_TONES = dict(zip(ProxyState, ("warning", "success", "danger", "neutral"), strict=True))
CHALLENGE_TONES = dict(zip(ChallengeState, ("warning", "neutral", "danger"), strict=True))

STATES: dict[str, dict[str, tuple[str, str]]] = {
    **REGISTER_STATES,
    **DISCIPLINE_STATES,
    "meeting": {state: (MEETING_NAMES[state], tone) for state, tone in MEETING_TONES.items()},
    "motion": {state: (MOTION_NAMES[state], tone) for state, tone in MOTION_TONES.items()},
    "proxy": {state: (MEETING_WORDS[ProxyState][state], tone) for state, tone in PROXY_TONES.items()},
    "challenge": {state: (MEETING_WORDS[ChallengeState][state], tone) for state, tone in CHALLENGE_TONES.items()},
    "class": {state: (CLASS_NAMES[state], tone) for state, tone in CLASS_TONES.items()},
    "registration": {state: (REGISTRATION_NAMES[state], tone) for state, tone in REGISTRATION_TONES.items()},
    "certificate": {state: (CERTIFICATE_NAMES[state], tone) for state, tone in CERTIFICATE_TONES.items()},
    "claim": {state: (CLAIM_NAMES[state], tone) for state, tone in CLAIM_TONES.items()},
    "standing": {state: (STANDING_NAMES[state], tone) for state, tone in STANDING_TONES.items()},
    "post": {state: (POST_NAMES[state], tone) for state, tone in POST_TONES.items()},
    "abuse": {
        state: (ABUSE_STATE_NAMES[state], tone)
        for state, tone in zip(AbuseState, ("warning", "danger", "neutral"), strict=True)
    },
    "booking": {state: (STATE_NAMES[state], tone) for state, tone in BOOKING_TONES.items()},
    "commission": {state: (laboratory.COMMISSION_NAMES[state], tone) for state, tone in COMMISSION_TONES.items()},
    "line": {state: (laboratory.LINE_NAMES[state], tone) for state, tone in LINE_TONES.items()},
    "sample": {state: (laboratory.SAMPLE_NAMES[state], tone) for state, tone in SAMPLE_TONES.items()},
    "report": {state: (laboratory.REPORT_NAMES[state], tone) for state, tone in REPORT_TONES.items()},
    "objection": {state: (laboratory.OBJECTION_NAMES[state], tone) for state, tone in OBJECTION_TONES.items()},
    "interest": {state: (INTEREST_NAMES[state], tone) for state, tone in INTEREST_TONES.items()},
    "verdict": {
        Verdict.PASS: (VERDICT_NAMES[Verdict.PASS], "success"),
        Verdict.FAIL: (VERDICT_NAMES[Verdict.FAIL], "danger"),
        Verdict.NOT_JUDGED: (VERDICT_NAMES[Verdict.NOT_JUDGED], "neutral"),
    },
    "invoice": {
        "asked": (INVOICE_STATE_NAMES[InvoiceState.ASKED], "warning"),
        "issued": (INVOICE_STATE_NAMES[InvoiceState.ISSUED], "success"),
        "refused": (INVOICE_STATE_NAMES[InvoiceState.REFUSED], "danger"),
        "cancelled": (INVOICE_STATE_NAMES[InvoiceState.CANCELLED], "neutral"),
    },
    "quotation": {
        "offered": (QUOTATION_NAMES[QuotationState.OFFERED], "warning"),
        "accepted": (QUOTATION_NAMES[QuotationState.ACCEPTED], "success"),
        "rejected": (QUOTATION_NAMES[QuotationState.REJECTED], "danger"),
        "lapsed": (QUOTATION_NAMES[QuotationState.LAPSED], "neutral"),
        "superseded": (QUOTATION_NAMES[QuotationState.SUPERSEDED], "neutral"),
    },
    "consultation": {
        "asked": (CONSULTATION_NAMES[ConsultationState.ASKED], "warning"),
        "answered": (CONSULTATION_NAMES[ConsultationState.ANSWERED], "success"),
        "ordered": (CONSULTATION_NAMES[ConsultationState.ORDERED], "info"),
        "closed": (CONSULTATION_NAMES[ConsultationState.CLOSED], "neutral"),
    },
    "module": {
        "draft": (N_("Draft"), "neutral"),
        "submitted": (N_("Waiting for publication"), "warning"),
        "published": (N_("Published"), "success"),
        "paused": (N_("Paused"), "warning"),
        "withdrawn": (N_("Withdrawn"), "neutral"),
    },
    "organisation": {
        "draft": (N_("Draft"), "neutral"),
        "submitted": (N_("Waiting for verification"), "warning"),
        "verified": (N_("Verified"), "success"),
        "returned": (N_("Returned"), "danger"),
        "changing": (N_("Change waiting for verification"), "warning"),
        "suspended": (N_("Suspended"), "danger"),
    },
    "verification": {
        "waiting": (N_("Waiting for verification"), "warning"),
        "accepted": (N_("Accepted"), "success"),
        "returned": (N_("Returned"), "danger"),
    },
    "join": {
        "waiting": (N_("Waiting for a decision"), "warning"),
        "granted": (N_("Granted"), "success"),
        "refused": (N_("Refused"), "danger"),
    },
    "person": {
        "active": (N_("Account active"), "success"),
        "disabled": (N_("Account disabled"), "danger"),
    },
    "resource": {
        "normal": (N_("In service"), "success"),
        "repair": (N_("Under repair"), "warning"),
        "stopped": (N_("Out of service"), "danger"),
    },
    "payment": {
        "unpaid": (N_("Unpaid"), "warning"),
        "part_paid": (N_("Partly paid"), "warning"),
        "paid": (N_("Paid"), "success"),
        "on_account": (N_("On account"), "info"),
        "refund_due": (N_("Refund due"), "danger"),
        "free": (N_("Free of charge"), "neutral"),
        "dropped": (N_("Nothing to pay any more"), "neutral"),
        "lapsed": (N_("Lapsed unpaid"), "neutral"),
    },
    "standard": {
        state: (capability_words.NAMES[StandardState][state], tone)
        for state, tone in zip(StandardState, ("info", "success", "neutral"), strict=True)
    },
    "task": {
        "waiting": (N_("Waiting"), "neutral"),
        "running": (N_("Running"), "info"),
        "done": (N_("Done"), "success"),
        "parked": (N_("Parked"), "danger"),
    },
}


WORDS = {
    **capability_words.NAMES,
    **BOARD_NAMES,
    **TRAINING_NAMES,
    **MEETING_WORDS,
    **REGISTER_WORDS,
    **DISCIPLINE_WORDS,
}


def state_word(kind: str, state: str) -> str:
    """Return the word for a state in the reader's language."""
    return translate(STATES[kind][str(state)][0])


def state_tone(kind: str, state: str) -> str:
    """Return the tone (colour) of a state."""
    return STATES[kind][str(state)][1]


def state_tag(kind: str, state: str) -> Markup:
    """Return the tag component for a state."""
    macro = current_app.jinja_env.get_template("components/tag.html").module.tag  # type: ignore[attr-defined]
    return macro(state_word(kind, state), state_tone(kind, state))


def word(value: StrEnum) -> str:
    """Return what a fixed word of the catalogue, a laboratory, the board or the training is called."""
    known = WORDS.get(type(value))
    return translate(known[value] if known else name_of(value))


def may(permission: Permission, scope: int | None = None) -> bool:
    """Tell templates whether to show something; the operation decides again."""
    return actor().may(permission, scope)


def init_app(app: Flask) -> None:
    """Give the components to every template."""
    app.jinja_env.globals.update(
        state_tag=state_tag, state_word=state_word, state_tone=state_tone, may=may, Permission=Permission
    )

    app.jinja_env.filters["word"] = word

    @app.context_processor
    def _names() -> dict[str, Any]:
        return {"acting": actor}
