"""The transition tables of the laboratory: what starts where, where it leads (booking-and-testing.md 4.4)."""

from __future__ import annotations

from services.core.messages import N_
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.lines import LineState
from services.laboratory.models.reports import ObjectionState, ReportState
from services.laboratory.models.samples import SampleState

C, L, S, R, O = CommissionState, LineState, SampleState, ReportState, ObjectionState  # noqa: E741 - O is for objection

BEFORE_TESTING = frozenset(
    {
        C.DRAFT,
        C.SUBMITTED,
        C.IN_REVIEW,
        C.NEED_INFO,
        C.QUOTED,
        C.AMENDING,
        C.AWAIT_PAYMENT,
        C.AWAIT_SAMPLE,
        C.CLIENT_CONFIRM,
        C.SAMPLE_IN,
    }
)
"""The states in which the client may cancel alone."""

AGREED = frozenset({C.AWAIT_PAYMENT, C.AWAIT_SAMPLE, C.SAMPLE_IN})
"""What follows an agreement: payment, samples, or the samples that are there already."""

COMMISSION_STEPS: dict[str, tuple[frozenset[CommissionState], frozenset[CommissionState]]] = {
    "submit": (frozenset({C.DRAFT}), frozenset({C.SUBMITTED})),
    "propose": (frozenset({C.DRAFT}), frozenset({C.QUOTED})),
    "take_up": (frozenset({C.SUBMITTED}), frozenset({C.IN_REVIEW})),
    "ask": (frozenset({C.IN_REVIEW}), frozenset({C.NEED_INFO})),
    "answer": (frozenset({C.NEED_INFO}), frozenset({C.IN_REVIEW})),
    "approve": (frozenset({C.IN_REVIEW}), AGREED),
    "quote": (frozenset({C.IN_REVIEW, C.AMENDING}), frozenset({C.QUOTED})),
    "decline": (frozenset({C.IN_REVIEW}), frozenset({C.DECLINED})),
    "accept": (frozenset({C.QUOTED}), AGREED | {C.IN_REVIEW}),
    "reject": (frozenset({C.QUOTED}), frozenset({C.REJECTED_BY_CLIENT})),
    "lapse": (frozenset({C.QUOTED}), frozenset({C.LAPSED})),
    "amend": (AGREED, frozenset({C.AMENDING})),
    "keep": (frozenset({C.AMENDING, C.QUOTED}), AGREED),
    "pay": (frozenset({C.AWAIT_PAYMENT}), frozenset({C.AWAIT_SAMPLE, C.SAMPLE_IN})),
    "deviate": (AGREED, frozenset({C.CLIENT_CONFIRM})),
    "settle_deviation": (frozenset({C.CLIENT_CONFIRM}), AGREED),
    "receive": (frozenset({C.AWAIT_SAMPLE}), frozenset({C.SAMPLE_IN})),
    "refuse": (AGREED | {C.CLIENT_CONFIRM}, frozenset({C.REFUSED})),
    "expire": (frozenset({C.AWAIT_PAYMENT, C.AWAIT_SAMPLE}), frozenset({C.EXPIRED})),
    "start": (frozenset({C.SAMPLE_IN}), frozenset({C.TESTING})),
    "suspend": (frozenset({C.TESTING}), frozenset({C.SUSPENDED})),
    "resume": (frozenset({C.SUSPENDED}), frozenset({C.TESTING})),
    "finish_testing": (frozenset({C.TESTING}), frozenset({C.DATA_REVIEW})),
    "finish_checking": (frozenset({C.DATA_REVIEW}), frozenset({C.REPORTING})),
    "test_again": (frozenset({C.DATA_REVIEW, C.REPORTING, C.REPORT_REVIEW}), frozenset({C.TESTING})),
    "send_report": (frozenset({C.REPORTING}), frozenset({C.REPORT_REVIEW})),
    "return_report": (frozenset({C.REPORT_REVIEW}), frozenset({C.REPORTING})),
    "issue": (frozenset({C.REPORT_REVIEW}), frozenset({C.ISSUED})),
    "deliver": (frozenset({C.ISSUED}), frozenset({C.DELIVERED})),
    "close": (frozenset({C.DELIVERED}), frozenset({C.CLOSED})),
    "cancel": (BEFORE_TESTING, frozenset({C.CANCELLED})),
    "terminate": (frozenset({C.TESTING, C.SUSPENDED, C.DATA_REVIEW}), frozenset({C.TERMINATED})),
}
"""Every named step of a commission: the states it starts from and those it can lead to."""

LINE_STEPS: dict[str, tuple[frozenset[LineState], LineState]] = {
    "schedule": (frozenset({L.PENDING, L.SCHEDULED}), L.SCHEDULED),
    "unschedule": (frozenset({L.SCHEDULED}), L.PENDING),
    "begin": (frozenset({L.PENDING, L.SCHEDULED}), L.IN_PROGRESS),
    "submit": (frozenset({L.IN_PROGRESS}), L.SUBMITTED),
    "check": (frozenset({L.SUBMITTED}), L.CHECKED),
    "send_back": (frozenset({L.SUBMITTED, L.CHECKED}), L.IN_PROGRESS),
    "test_again": (frozenset({L.SUBMITTED, L.CHECKED}), L.IN_PROGRESS),
    "subcontract": (frozenset({L.PENDING, L.SCHEDULED}), L.SUBCONTRACTED),
    "take_in": (frozenset({L.SUBCONTRACTED}), L.SUBMITTED),
    "ask_again": (frozenset({L.SUBMITTED, L.CHECKED}), L.SUBCONTRACTED),
    "cancel": (frozenset({L.PENDING, L.SCHEDULED, L.IN_PROGRESS, L.SUBCONTRACTED}), L.CANCELLED),
}
"""Every named step of a test line. ``send_back`` corrects within a round; ``test_again`` opens the next one.

``ask_again`` is both for a line that another body tests.
"""

SAMPLE_STEPS: dict[str, tuple[frozenset[SampleState], SampleState]] = {
    "receive": (frozenset({S.EXPECTED}), S.RECEIVED),
    "deviate": (frozenset({S.EXPECTED, S.RECEIVED}), S.DEVIATING),
    "accept_deviation": (frozenset({S.DEVIATING}), S.RECEIVED),
    "refuse": (frozenset({S.EXPECTED, S.DEVIATING, S.RECEIVED}), S.REFUSED),
    "divide": (frozenset({S.RECEIVED}), S.RECEIVED),
    "take": (frozenset({S.RECEIVED, S.TESTED, S.RETAINED}), S.IN_TEST),
    "bring_back": (frozenset({S.IN_TEST}), S.TESTED),
    "retain": (frozenset({S.RECEIVED, S.DEVIATING, S.TESTED}), S.RETAINED),
    "give_back": (frozenset({S.RETAINED, S.REFUSED}), S.RETURNED),
    "dispose": (frozenset({S.RETAINED, S.REFUSED}), S.DISPOSED),
    "withdraw": (frozenset({S.EXPECTED}), S.WITHDRAWN),
}
"""Every named step of a sample."""

REPORT_STEPS: dict[str, tuple[frozenset[ReportState], ReportState]] = {
    "send": (frozenset({R.DRAFT}), R.IN_REVIEW),
    "send_back": (frozenset({R.IN_REVIEW, R.REVIEWED}), R.DRAFT),
    "review": (frozenset({R.IN_REVIEW}), R.REVIEWED),
    "issue": (frozenset({R.REVIEWED}), R.ISSUED),
    "supersede": (frozenset({R.ISSUED}), R.SUPERSEDED),
    "withdraw": (frozenset({R.ISSUED}), R.WITHDRAWN),
    "drop": (frozenset({R.DRAFT, R.IN_REVIEW, R.REVIEWED}), R.DROPPED),
}
"""Every named step of a report."""

OBJECTION_STEPS: dict[str, tuple[frozenset[ObjectionState], ObjectionState]] = {
    "investigate": (frozenset({O.LODGED}), O.INVESTIGATING),
    "test_again": (frozenset({O.INVESTIGATING}), O.RETESTING),
    "answer": (frozenset({O.INVESTIGATING, O.RETESTING}), O.ANSWERED),
    "close": (frozenset({O.ANSWERED}), O.CLOSED),
    "withdraw": (frozenset({O.LODGED, O.INVESTIGATING}), O.CLOSED),
}
"""Every named step of an objection."""

OPEN_OBJECTIONS = frozenset({O.LODGED, O.INVESTIGATING, O.RETESTING})
"""While an objection stands here, nothing of its commission is disposed of."""

COMMISSION_NAMES = {
    C.DRAFT: N_("Draft"),
    C.SUBMITTED: N_("Sent to the laboratory"),
    C.IN_REVIEW: N_("Contract review"),
    C.NEED_INFO: N_("Waiting for your answer"),
    C.DECLINED: N_("Not accepted"),
    C.QUOTED: N_("Quotation to confirm"),
    C.LAPSED: N_("Quotation lapsed"),
    C.REJECTED_BY_CLIENT: N_("Quotation rejected"),
    C.AMENDING: N_("Change under review"),
    C.AWAIT_PAYMENT: N_("Waiting for payment"),
    C.AWAIT_SAMPLE: N_("Waiting for samples"),
    C.CLIENT_CONFIRM: N_("Deviation to confirm"),
    C.SAMPLE_IN: N_("Samples received"),
    C.TESTING: N_("In test"),
    C.SUSPENDED: N_("Suspended"),
    C.DATA_REVIEW: N_("Results being checked"),
    C.REPORTING: N_("Report being prepared"),
    C.REPORT_REVIEW: N_("Report to be issued"),
    C.ISSUED: N_("Report issued"),
    C.DELIVERED: N_("Report collected"),
    C.CLOSED: N_("Archived"),
    C.REFUSED: N_("Samples refused"),
    C.EXPIRED: N_("Closed: no samples came"),
    C.CANCELLED: N_("Cancelled"),
    C.TERMINATED: N_("Terminated"),
}

LINE_NAMES = {
    L.PENDING: N_("Not scheduled yet"),
    L.SCHEDULED: N_("Scheduled"),
    L.IN_PROGRESS: N_("In test"),
    L.SUBMITTED: N_("To be checked"),
    L.CHECKED: N_("Checked"),
    L.SUBCONTRACTED: N_("Subcontracted"),
    L.CANCELLED: N_("Cancelled"),
}

SAMPLE_NAMES = {
    S.EXPECTED: N_("Not received yet"),
    S.RECEIVED: N_("Waiting for test"),
    S.DEVIATING: N_("Deviation: the client decides"),
    S.IN_TEST: N_("In test"),
    S.TESTED: N_("Tested"),
    S.RETAINED: N_("Retained"),
    S.RETURNED: N_("Returned"),
    S.DISPOSED: N_("Disposed of"),
    S.REFUSED: N_("Refused at the counter"),
    S.WITHDRAWN: N_("Withdrawn"),
}

REPORT_NAMES = {
    R.DRAFT: N_("In preparation"),
    R.IN_REVIEW: N_("To be reviewed"),
    R.REVIEWED: N_("To be signed"),
    R.ISSUED: N_("Valid"),
    R.SUPERSEDED: N_("Replaced"),
    R.WITHDRAWN: N_("Withdrawn"),
    R.DROPPED: N_("Dropped"),
}

OBJECTION_NAMES = {
    O.LODGED: N_("Lodged"),
    O.INVESTIGATING: N_("Being investigated"),
    O.RETESTING: N_("Being tested again"),
    O.ANSWERED: N_("Answered"),
    O.CLOSED: N_("Closed"),
}

CLIENT_STEPS: tuple[tuple[str, frozenset[CommissionState]], ...] = (
    (N_("Order sent"), frozenset({C.DRAFT, C.SUBMITTED})),
    (N_("Contract review"), frozenset({C.IN_REVIEW, C.NEED_INFO, C.DECLINED})),
    (N_("Price and date agreed"), frozenset({C.QUOTED, C.AMENDING, C.LAPSED, C.REJECTED_BY_CLIENT})),
    (N_("Pay or on account"), frozenset({C.AWAIT_PAYMENT})),
    (N_("Samples sent in"), frozenset({C.AWAIT_SAMPLE, C.CLIENT_CONFIRM, C.SAMPLE_IN, C.REFUSED, C.EXPIRED})),
    (N_("Testing"), frozenset({C.TESTING, C.SUSPENDED, C.DATA_REVIEW, C.TERMINATED})),
    (N_("Report written"), frozenset({C.REPORTING, C.REPORT_REVIEW})),
    (N_("Report handed over"), frozenset({C.ISSUED, C.DELIVERED, C.CLOSED})),
)
"""The eight steps a client sees, and the states that belong to each."""
