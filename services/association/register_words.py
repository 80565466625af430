"""What the words of the register and of the dues are called on pages and in letters."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.association.models.dues import (
    DuesMethod,
    InvoiceState,
    LineState,
    TableState,
    WaiverState,
)
from services.association.models.register import Ending, Office, Representation, Standing, Tier
from services.core.messages import N_

TIER_NAMES: dict[Tier, str] = {
    Tier.MEMBER: N_("Ordinary member"),
    Tier.DIRECTOR: N_("Director member"),
    Tier.VICE_PRESIDENT: N_("Vice-president member"),
    Tier.PRESIDENT: N_("President member"),
}

OFFICE_NAMES: dict[Office, str] = {
    Office.PRESIDENT: N_("President"),
    Office.VICE_PRESIDENT: N_("Vice-president"),
    Office.STANDING_DIRECTOR: N_("Standing director"),
    Office.DIRECTOR: N_("Council director"),
    Office.SUPERVISOR: N_("Supervisor"),
    Office.DELEGATE: N_("Delegate"),
}

STANDING_NAMES: dict[Standing, str] = {
    Standing.AWAITED: N_("Not yet a member"),
    Standing.ACTIVE: N_("In good standing"),
    Standing.DUE: N_("Dues to be paid"),
    Standing.GRACE: N_("In arrears, within the grace period"),
    Standing.SUSPENDED: N_("Rights suspended"),
    Standing.LAPSED: N_("Deemed to have left"),
    Standing.EXITED: N_("Has left"),
    Standing.EXPELLED: N_("Expelled"),
}

ENDING_NAMES: dict[Ending, str] = {
    Ending.LAPSED: N_("Deemed to have left"),
    Ending.EXITED: N_("Has left"),
    Ending.EXPELLED: N_("Expelled"),
}

REPRESENTATION_NAMES: dict[Representation, str] = {
    Representation.VOTING: N_("Voting representative"),
    Representation.DUES: N_("Contact for dues"),
    Representation.CONTACT: N_("Contact for the association"),
}

TABLE_NAMES: dict[TableState, str] = {
    TableState.DRAFT: N_("Not adopted yet"),
    TableState.ACTIVE: N_("In force"),
    TableState.REPLACED: N_("Replaced"),
}

DUES_NAMES: dict[InvoiceState, str] = {
    InvoiceState.OPEN: N_("To be paid"),
    InvoiceState.SETTLED: N_("Settled"),
    InvoiceState.CANCELLED: N_("Asked for no more"),
}

LINE_NAMES: dict[LineState, str] = {
    LineState.WAITING: N_("To be booked"),
    LineState.BOOKED: N_("Booked as dues"),
    LineState.SET_ASIDE: N_("Put aside"),
}

METHOD_NAMES: dict[DuesMethod, str] = {
    DuesMethod.TRANSFER: N_("Bank transfer"),
    DuesMethod.CASH: N_("Cash"),
    DuesMethod.SCAN: N_("QR code payment"),
}

WAIVER_NAMES: dict[WaiverState, str] = {
    WaiverState.PROPOSED: N_("Before the council"),
    WaiverState.GRANTED: N_("Waived"),
    WaiverState.REFUSED: N_("Not waived"),
}

NAMES: Mapping[type[StrEnum], Mapping[Any, str]] = {
    Tier: TIER_NAMES,
    Office: OFFICE_NAMES,
    Standing: STANDING_NAMES,
    Ending: ENDING_NAMES,
    Representation: REPRESENTATION_NAMES,
    TableState: TABLE_NAMES,
    InvoiceState: DUES_NAMES,
    LineState: LINE_NAMES,
    DuesMethod: METHOD_NAMES,
    WaiverState: WAIVER_NAMES,
}

APPLICATION_EVENTS: dict[str, str] = {
    "submit": N_("Application handed in"),
    "return": N_("Returned for completion"),
    "resubmit": N_("Completed and handed in again"),
    "publish": N_("First review passed, public notice begins"),
    "object": N_("Objection raised"),
    "answer_objection": N_("Objection answered"),
    "end_notice": N_("Laid before the council"),
    "approve": N_("Approved by the council"),
    "refuse": N_("Not admitted by the council"),
    "annul": N_("Decision void, laid before the council again"),
    "admit": N_("Dues paid, membership begins"),
    "lapse": N_("Lapsed, dues not paid in time"),
    "withdraw": N_("Application withdrawn"),
}

MEMBER_EVENTS: dict[str, str] = {
    "joined": N_("Became a member"),
    "reinstated": N_("Became a member again"),
    "term": N_("Term begins"),
    "standing": N_("Standing changed"),
    "lapsed": N_("Deemed to have left"),
    "lapse_lifted": N_("Payment was in time, membership goes on"),
    "dues_asked": N_("Dues asked for"),
    "paid": N_("Dues paid"),
    "payment_reversed": N_("Payment taken back"),
    "waived": N_("Dues waived"),
    "tier": N_("Level of dues changed"),
    "representative": N_("Representative named"),
    "representative_ended": N_("Representative ended"),
    "exit_asked": N_("Asked to leave"),
    "exit_taken_back": N_("Stays after all"),
    "exited": N_("Has left"),
    "expelled": N_("Expelled"),
}
