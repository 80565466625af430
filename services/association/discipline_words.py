"""What the fixed words of pacts, cases and measures are called; marked here, translated where they are shown."""

from __future__ import annotations

from services.association.models.cases import CaseKind, CaseState, Party, RemarkKind
from services.association.models.judging import Finding, Instance, Measure, SanctionState, Seat
from services.association.models.pacts import PactState
from services.association.rules.cases import Side
from services.core.messages import N_

PACT_NAMES = {
    PactState.DRAFT: N_("Draft of the pact"),
    PactState.ADOPTED: N_("Version in force"),
    PactState.REPLACED: N_("Replaced by a later version"),
}

KIND_NAMES = {
    CaseKind.COPYING: N_("Copying of designs or products"),
    CaseKind.POACHING: N_("Poaching of staff under contract"),
    CaseKind.FALSE_CLAIM: N_("False claims or advertising"),
    CaseKind.QUALITY: N_("Quality"),
    CaseKind.SAFETY: N_("Safety of work"),
    CaseKind.PAYMENT: N_("Overdue payment"),
    CaseKind.OTHER: N_("Other conduct against the pact"),
}

STATE_NAMES = {
    CaseState.SUBMITTED: N_("Complaint submitted"),
    CaseState.REFUSED: N_("Not accepted"),
    CaseState.ANSWERING: N_("Waiting for the respondent's answer"),
    CaseState.INVESTIGATING: N_("Being investigated"),
    CaseState.MEDIATING: N_("In mediation"),
    CaseState.PERFORMING: N_("Agreement being performed"),
    CaseState.PERFORMED: N_("Agreement performed"),
    CaseState.BREACHED: N_("Agreement not performed"),
    CaseState.FAILED: N_("Mediation failed"),
    CaseState.REFERRED: N_("Referred to an authority or court"),
    CaseState.DECIDED: N_("Decided by the panel"),
    CaseState.APPEALED: N_("Under appeal"),
    CaseState.CLOSED: N_("Case closed"),
    CaseState.WITHDRAWN: N_("Complaint withdrawn"),
}

SIDE_NAMES = {
    Side.CLAIMANT: N_("Claimant"),
    Side.RESPONDENT: N_("Respondent"),
    Side.PANEL: N_("Mediation panel"),
    Side.DESK: N_("Secretariat"),
    Side.CLOCK: N_("Time limit"),
}

INSTANCE_NAMES = {
    Instance.FIRST: N_("Mediation panel"),
    Instance.APPEAL: N_("Appeal panel"),
}

SEAT_NAMES = {
    Seat.SITTING: N_("On the panel"),
    Seat.CHALLENGED: N_("Challenged"),
    Seat.ASIDE: N_("Stepped aside"),
}

REMARK_NAMES = {
    RemarkKind.ANSWER: N_("Answer of the respondent"),
    RemarkKind.REMARK: N_("Statement in the case"),
    RemarkKind.INTERNAL: N_("Internal note"),
}

FINDING_NAMES = {
    Finding.DISMISSED: N_("The complaint is not upheld"),
    Finding.ADVICE: N_("Advice on legal ways"),
    Finding.MEASURE: N_("A measure of the pact"),
    Finding.APPEAL_REJECTED: N_("Appeal rejected: the decision stands"),
    Finding.APPEAL_UPHELD: N_("Appeal upheld: the decision is lifted"),
}

MEASURE_NAMES = {
    Measure.REMINDER: N_("Reminder"),
    Measure.CIRCULAR: N_("Internal circular"),
    Measure.SUSPENSION: N_("Suspension of members' rights"),
    Measure.EXPULSION: N_("Expulsion procedure"),
}

SANCTION_NAMES = {
    SanctionState.PENDING: N_("Not in force before the days for an appeal are over"),
    SanctionState.TO_MEETING: N_("Waiting for a meeting's vote"),
    SanctionState.IN_FORCE: N_("Measure in force"),
    SanctionState.EXPIRED: N_("Record expired"),
    SanctionState.LIFTED: N_("Lifted on appeal"),
    SanctionState.NOT_CARRIED: N_("Not carried by the meeting"),
}

EVENT_NAMES: dict[str, tuple[str, str]] = {
    "complain": (N_("Complaint submitted"), "info"),
    "accept": (N_("Accepted; the respondent was asked to answer"), "info"),
    "accept_absent": (N_("Accepted; the respondent is not on the portal"), "info"),
    "refuse": (N_("Not accepted"), "warning"),
    "answer": (N_("Respondent has answered"), "info"),
    "stay_silent": (N_("No answer in time"), "warning"),
    "mediate": (N_("Mediation opened"), "info"),
    "settle": (N_("Both sides signed the agreement"), "success"),
    "perform": (N_("Agreement performed"), "success"),
    "breach": (N_("Agreement not performed"), "danger"),
    "fail": (N_("Mediation failed"), "warning"),
    "refer": (N_("Referred to an authority or court"), "info"),
    "decide": (N_("Decided by the panel"), "info"),
    "appeal": (N_("Appeal lodged"), "warning"),
    "rest": (N_("No appeal in time; the case is closed"), "info"),
    "decide_appeal": (N_("Appeal decided; the case is closed"), "info"),
    "withdraw": (N_("Complaint withdrawn"), "warning"),
    "appoint": (N_("Panel member appointed"), "info"),
    "aside": (N_("Panel member stepped aside"), "warning"),
    "challenge": (N_("Panel member challenged"), "warning"),
    "keep": (N_("Challenge rejected"), "info"),
    "evidence": (N_("Evidence added"), "info"),
    "remark": (N_("Statement added"), "info"),
    "plan": (N_("Mediation session planned"), "info"),
    "sit": (N_("Mediation session recorded"), "info"),
    "propose": (N_("Agreement proposed"), "info"),
    "sign": (N_("Agreement signed by one side"), "info"),
    "done": (N_("Performance reported"), "info"),
    "confirm": (N_("Performance confirmed"), "success"),
    "late": (N_("Time limit passed"), "danger"),
    "in_force": (N_("Measure in force"), "warning"),
    "to_meeting": (N_("The measure is put to a meeting"), "warning"),
    "lift": (N_("Measure lifted"), "success"),
    "not_carried": (N_("The meeting did not carry the measure"), "info"),
    "expire": (N_("Record of the measure expired"), "info"),
}
"""What the lines of a case's history are called, with their tone."""

NAMES = {
    PactState: PACT_NAMES,
    CaseKind: KIND_NAMES,
    CaseState: STATE_NAMES,
    Side: SIDE_NAMES,
    Party: {party: SIDE_NAMES[Side(party)] for party in Party},
    Instance: INSTANCE_NAMES,
    Seat: SEAT_NAMES,
    RemarkKind: REMARK_NAMES,
    Finding: FINDING_NAMES,
    Measure: MEASURE_NAMES,
    SanctionState: SANCTION_NAMES,
}
