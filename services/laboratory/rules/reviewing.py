"""The seven questions of a contract review (合同评审), and when an answer needs a note (GB/T 27025 7.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.core.messages import N_
from services.laboratory.models.commissions import CommissionState, ReviewDecision


class Check(StrEnum):
    """What is asked, in the order of the form."""

    SCOPE = "scope"
    STANDARD = "standard"
    CALIBRATION = "calibration"
    AMOUNT = "amount"
    CAPACITY = "capacity"
    DECISION_RULE = "decision_rule"
    SUBCONTRACT = "subcontract"


class Answer(StrEnum):
    """What the clerk answers, and what the portal itself found; it does not always find something."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


CHECK_NAMES: dict[Check, str] = {
    Check.SCOPE: N_("Within the scope of the certificates"),
    Check.STANDARD: N_("The agreed editions are in force"),
    Check.CALIBRATION: N_("Instruments in calibration"),
    Check.AMOUNT: N_("Enough sample"),
    Check.CAPACITY: N_("Instruments reserved"),
    Check.DECISION_RULE: N_("Limits and decision rule agreed"),
    Check.SUBCONTRACT: N_("Consent to subcontracting"),
}

ANSWER_NAMES: dict[Answer, str] = {
    Answer.YES: N_("Yes"),
    Answer.NO: N_("No"),
    Answer.NOT_APPLICABLE: N_("Does not apply"),
}

DECISION_NAMES: dict[ReviewDecision, str] = {
    ReviewDecision.ACCEPT: N_("Accept as ordered"),
    ReviewDecision.QUOTE: N_("Make another quotation"),
    ReviewDecision.ASK: N_("Ask the client for information"),
    ReviewDecision.DECLINE: N_("Decline the commission"),
}


DECISIONS: dict[CommissionState, frozenset[ReviewDecision]] = {
    CommissionState.IN_REVIEW: frozenset(ReviewDecision),
    CommissionState.AMENDING: frozenset({ReviewDecision.QUOTE}),
}
"""Where a contract is reviewed, and what can be decided there: a change is reviewed before it is offered."""


@dataclass(frozen=True)
class Finding:
    """What the portal found about one question; ``about`` names what is wrong, in the words of the records."""

    found: Answer | None
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What the clerk answered to one question."""

    answer: Answer
    note: str = ""


def unexplained(replies: Mapping[Check, Reply], findings: Mapping[Check, Finding]) -> list[Check]:
    """Return the questions that lack a note: answered with no, or against what the portal found, or not at all."""
    return [check for check in Check if _lacks_note(replies.get(check), findings[check].found)]


def _lacks_note(reply: Reply | None, found: Answer | None) -> bool:
    if reply is None:
        return True
    return not reply.note.strip() and Answer.NO in {reply.answer, found}


def record_of(replies: Mapping[Check, Reply], findings: Mapping[Check, Finding]) -> dict[str, dict[str, str]]:
    """Return the review as it is kept."""
    return {check.value: _kept(replies.get(check), findings[check].found) for check in Check}


def _kept(reply: Reply | None, found: Answer | None) -> dict[str, str]:
    return {
        "answer": reply.answer.value if reply else "",
        "note": reply.note.strip() if reply else "",
        "found": found.value if found else "",
    }


_AMOUNT = re.compile(r"\s*(?:≥\s*)?(\d+)\s*([^\d\s]+)\s*\Z")


def is_enough(wanted: str, quantity: int, unit: str) -> bool | None:
    """Tell whether ``quantity`` of ``unit`` is the amount an item wants (``4 件``); None where that cannot be compared."""
    match = _AMOUNT.match(wanted)
    if match is None or match[2] != unit:
        return None
    return quantity >= int(match[1])
