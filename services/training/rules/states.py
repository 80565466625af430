"""The transition tables of the training: what starts where, and where it leads (training-and-association.md 4.1)."""

from __future__ import annotations

from services.core.messages import N_
from services.training.models.courses import ClassState
from services.training.models.outcomes import CertificateState, ClaimState
from services.training.models.registrations import RegistrationState

C, R = ClassState, RegistrationState

CLASS_STEPS: dict[str, tuple[frozenset[ClassState], ClassState]] = {
    "file": (frozenset({C.DRAFT}), C.FILED),
    "open": (frozenset({C.DRAFT, C.FILED}), C.OPEN),
    "close": (frozenset({C.OPEN}), C.CLOSED),
    "reopen": (frozenset({C.CLOSED}), C.OPEN),
    "begin": (frozenset({C.CLOSED}), C.RUNNING),
    "finish": (frozenset({C.RUNNING}), C.FINISHED),
    "archive": (frozenset({C.FINISHED}), C.ARCHIVED),
    "cancel": (frozenset({C.DRAFT, C.FILED, C.OPEN, C.CLOSED, C.RUNNING}), C.CANCELLED),
}

SEATED = frozenset({R.PENDING, R.AWAITING_PAYMENT, R.OFFERED, R.CONFIRMED})
"""Who holds a seat of a class that has not begun."""

HOLDING = SEATED | {R.NO_SHOW, R.COMPLETED, R.NOT_COMPLETED}
"""Who is counted in ``seats_taken``."""

ON_ROLL = frozenset({R.CONFIRMED, R.NO_SHOW, R.COMPLETED, R.NOT_COMPLETED})
"""Who is on the roll of a class that has begun."""

ENDED = frozenset({R.REJECTED, R.EXPIRED, R.REFUND_DUE, R.WITHDRAWN, R.LAPSED, R.CANCELLED})
"""What is over: the same trainee may register for the same class again."""

BEFORE_CLASS = SEATED | {R.WAITLISTED}

ASKED = frozenset({R.COMPLETED, R.NOT_COMPLETED})
"""Who was there until the end of the class, and is asked how it was."""

REGISTRATION_STEPS: dict[str, tuple[frozenset[RegistrationState], frozenset[RegistrationState]]] = {
    "approve": (frozenset({R.PENDING, R.WAITLISTED}), frozenset({R.CONFIRMED, R.AWAITING_PAYMENT, R.WAITLISTED})),
    "reject": (frozenset({R.PENDING, R.WAITLISTED}), frozenset({R.REJECTED})),
    "pay": (frozenset({R.AWAITING_PAYMENT}), frozenset({R.CONFIRMED})),
    "expire": (frozenset({R.AWAITING_PAYMENT}), frozenset({R.EXPIRED})),
    "pay_late": (frozenset({R.EXPIRED}), frozenset({R.CONFIRMED, R.REFUND_DUE})),
    "promote": (frozenset({R.WAITLISTED}), frozenset({R.OFFERED, R.PENDING})),
    "accept": (frozenset({R.OFFERED}), frozenset({R.CONFIRMED, R.AWAITING_PAYMENT})),
    "decline": (frozenset({R.OFFERED}), frozenset({R.WITHDRAWN})),
    "lapse": (frozenset({R.OFFERED}), frozenset({R.LAPSED})),
    "recheck": (frozenset({R.CONFIRMED, R.AWAITING_PAYMENT}), frozenset({R.PENDING})),
    "withdraw": (BEFORE_CLASS, frozenset({R.WITHDRAWN})),
    "cancel": (BEFORE_CLASS, frozenset({R.CANCELLED})),
    "miss": (frozenset({R.CONFIRMED}), frozenset({R.NO_SHOW})),
    "complete": (frozenset({R.CONFIRMED}), frozenset({R.COMPLETED})),
    "fail": (frozenset({R.CONFIRMED}), frozenset({R.NOT_COMPLETED})),
}

CLASS_NAMES: dict[ClassState, str] = {
    C.DRAFT: N_("Draft"),
    C.FILED: N_("Filed with the authority"),
    C.OPEN: N_("Registration open"),
    C.CLOSED: N_("Registration closed"),
    C.RUNNING: N_("In class"),
    C.FINISHED: N_("Class finished"),
    C.ARCHIVED: N_("Archived"),
    C.CANCELLED: N_("Class cancelled"),
}

REGISTRATION_NAMES: dict[RegistrationState, str] = {
    R.PENDING: N_("Registration being checked"),
    R.AWAITING_PAYMENT: N_("Admitted, to be paid"),
    R.CONFIRMED: N_("Admitted"),
    R.WAITLISTED: N_("On the waiting list"),
    R.OFFERED: N_("Seat offered, to be confirmed"),
    R.REJECTED: N_("Not admitted"),
    R.EXPIRED: N_("Not paid in time"),
    R.REFUND_DUE: N_("To be refunded"),
    R.WITHDRAWN: N_("Registration withdrawn"),
    R.LAPSED: N_("Offer not taken up"),
    R.CANCELLED: N_("Cancelled with the class"),
    R.NO_SHOW: N_("Did not come"),
    R.COMPLETED: N_("Course completed"),
    R.NOT_COMPLETED: N_("Course not completed"),
}

CERTIFICATE_NAMES: dict[CertificateState, str] = {
    CertificateState.ISSUED: N_("Certificate issued"),
    CertificateState.REPLACED: N_("Certificate replaced"),
    CertificateState.REVOKED: N_("Certificate revoked"),
}

CLAIM_NAMES: dict[ClaimState, str] = {
    ClaimState.LISTED: N_("Listed for the subsidy"),
    ClaimState.SUBMITTED: N_("Sent to the department"),
    ClaimState.PAID: N_("Subsidy paid"),
    ClaimState.REFUSED: N_("Subsidy refused"),
}
