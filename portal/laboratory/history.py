"""The history of a commission in words, as client and laboratory read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.i18n import gettext, local_time, money, translate
from services.core.messages import N_
from services.laboratory.models.commissions import CommissionEvent
from services.laboratory.rules.custody import REFUSAL_NAMES

EVENT_WORDS: dict[str, tuple[str, str]] = {
    "draft": (N_("Draft begun"), "neutral"),
    "displaced": (N_("An instrument failed and nothing else is free"), "danger"),
    "submit": (N_("Order sent to the laboratory"), "info"),
    "propose": (N_("Entered by the laboratory for your organisation"), "warning"),
    "take_up": (N_("Contract review begun"), "info"),
    "take_over": (N_("Another clerk is responsible now"), "neutral"),
    "ask": (N_("Question to the client; the clock stands still"), "warning"),
    "answer": (N_("Question answered; the clock goes on"), "info"),
    "approve": (N_("Contract review passed, order accepted"), "success"),
    "quote": (N_("Quotation offered"), "warning"),
    "decline": (N_("Not accepted by the laboratory"), "danger"),
    "accept": (N_("Quotation accepted"), "success"),
    "reject": (N_("Quotation rejected"), "neutral"),
    "lapse": (N_("Quotation lapsed unanswered"), "neutral"),
    "amend": (N_("Change asked for"), "warning"),
    "keep": (N_("What was agreed stays as it is"), "info"),
    "pay": (N_("Payment recorded"), "success"),
    "deviate": (N_("Sample differs from the order: the client decides; the clock stands still"), "warning"),
    "settle_deviation": (N_("Deviation decided; the clock goes on"), "info"),
    "receive": (N_("All samples received, the clock runs"), "success"),
    "refuse": (N_("Samples refused"), "danger"),
    "expire": (N_("Closed: no samples came"), "neutral"),
    "remind_samples": (N_("Reminder: the last day for the samples is near"), "neutral"),
    "start": (N_("Testing begun"), "info"),
    "suspend": (N_("Testing suspended; the clock stands still"), "danger"),
    "resume": (N_("Testing goes on; the clock runs again"), "info"),
    "finish_testing": (N_("All lines tested, results being checked"), "info"),
    "finish_checking": (N_("Results checked, report being prepared"), "info"),
    "test_again": (N_("Tested again"), "warning"),
    "send_report": (N_("Report sent to review"), "info"),
    "return_report": (N_("Report sent back to preparation"), "warning"),
    "issue": (N_("Report issued"), "success"),
    "deliver": (N_("Report delivered"), "success"),
    "close": (N_("Archived"), "neutral"),
    "cancel": (N_("Cancelled"), "neutral"),
    "ask_termination": (N_("Termination asked for"), "warning"),
    "decline_termination": (N_("Not terminated, testing goes on"), "info"),
    "terminate": (N_("Terminated by agreement of both sides"), "danger"),
    "replan": (N_("An instrument failed: moved to the next possible date"), "warning"),
    "sample_received": (N_("Sample received"), "success"),
    "sample_deviates": (N_("Sample is not as ordered"), "warning"),
    "sample_refused": (N_("Sample refused: not tested, not charged"), "danger"),
    "deviation_accepted": (N_("Deviation accepted by the client"), "info"),
    "sample_returned": (N_("Sample returned to the client"), "neutral"),
    "sample_disposed": (N_("Sample disposed of"), "neutral"),
    "amend_report": (N_("Amendment of a report begun"), "neutral"),
    "withdraw_report": (N_("Report withdrawn"), "danger"),
    "object": (N_("Objection lodged"), "warning"),
    "investigate": (N_("Objection being investigated"), "info"),
    "answer_objection": (N_("Objection answered"), "success"),
    "withdraw_objection": (N_("Objection taken back"), "neutral"),
    "note": (N_("Note of the laboratory"), "neutral"),
}
"""What each kind of event is called, and its tone."""

SYSTEM_REASONS = {
    "lapsed": N_("lapsed"),
    "expired": N_("no samples came"),
    "terminated": N_("terminated"),
    **{reason.value: name for reason, name in REFUSAL_NAMES.items()},
}
"""Reasons that the portal itself gives."""


def history(events: Sequence[CommissionEvent], names: Mapping[int, str], *, for_client: bool) -> list[dict[str, str]]:
    """Return the events for the timeline, in the order given; the client reads neither internal notes nor staff names."""
    shown = [one for one in events if not (for_client and one.is_internal)]
    return [_line(one, names, for_client=for_client) for one in shown]


def _line(event: CommissionEvent, names: Mapping[int, str], *, for_client: bool) -> dict[str, str]:
    title, tone = EVENT_WORDS.get(event.kind, (N_("Changed"), "neutral"))
    name = names.get(event.person_id or 0, "")
    by = gettext("by the laboratory") if event.by_staff and for_client else name or gettext("by the portal")
    facts = [by, translate(SYSTEM_REASONS.get(event.reason, "")) or event.reason, *_facts(event)]
    text = " · ".join(part for part in facts if part)
    return {"when_text": local_time(event.at), "title": translate(title), "text": text, "tone": tone}


def _facts(event: CommissionEvent) -> list[str]:
    """Return what an event carries and people want to read: words, an amount, dates."""
    facts, told = event.facts, []
    if facts.get("no"):
        told.append(str(facts["no"]))
    if facts.get("text"):
        told.append(str(facts["text"]))
    if "due_fen" in facts:
        told.append(money(int(facts["due_fen"])))
    if facts.get("promised_on"):
        told.append(gettext("promised for %(day)s", day=facts["promised_on"]))
    return told
