"""What the fixed words of the laboratory are called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.core.messages import N_
from services.laboratory.models.commissions import DecisionRule, Leftover, Purpose, ReportLanguage
from services.laboratory.models.reports import ObjectionOutcome, VerificationOutcome
from services.laboratory.rules.reports import LineGroup

GROUP_NAMES: dict[LineGroup, str] = {
    LineGroup.IN_SCOPE: N_("Within the accredited scope"),
    LineGroup.OUTSIDE: N_("Outside the accredited scope"),
    LineGroup.UNMARKED: N_("Results"),
    LineGroup.SUBCONTRACTED: N_("Subcontracted"),
}

OUTCOME_NAMES: dict[ObjectionOutcome, str] = {
    ObjectionOutcome.UPHELD: N_("The result stands"),
    ObjectionOutcome.AMENDED: N_("The report was corrected"),
}

VERIFICATION_NAMES: dict[VerificationOutcome, str] = {
    VerificationOutcome.VALID: N_("This report is valid"),
    VerificationOutcome.SUPERSEDED: N_("This report has been replaced and is void"),
    VerificationOutcome.WITHDRAWN: N_("This report has been withdrawn and is void"),
    VerificationOutcome.NOT_FOUND: N_("No report was found"),
}

PURPOSE_NAMES: dict[Purpose, str] = {
    Purpose.RELEASE: N_("Release from the factory"),
    Purpose.DEVELOPMENT: N_("Development"),
    Purpose.EXPORT: N_("Export"),
    Purpose.TENDER: N_("Tender"),
    Purpose.DISPUTE: N_("Dispute or arbitration"),
}

LANGUAGE_NAMES: dict[ReportLanguage, str] = {
    ReportLanguage.CHINESE: N_("Chinese report"),
    ReportLanguage.ENGLISH: N_("English report"),
    ReportLanguage.BOTH: N_("Chinese and English report"),
}

LEFTOVER_NAMES: dict[Leftover, str] = {
    Leftover.DISPOSE: N_("Disposed of by the laboratory"),
    Leftover.RETURN: N_("Returned to the client"),
}

RULE_NAMES: dict[DecisionRule, str] = {
    DecisionRule.SIMPLE: N_("Rounded result compared with the limit"),
    DecisionRule.GUARDED: N_("Uncertainty counted against the product"),
}

_BY_KIND: dict[type[StrEnum], Mapping[Any, str]] = {
    Purpose: PURPOSE_NAMES,
    ReportLanguage: LANGUAGE_NAMES,
    Leftover: LEFTOVER_NAMES,
    DecisionRule: RULE_NAMES,
    LineGroup: GROUP_NAMES,
    ObjectionOutcome: OUTCOME_NAMES,
    VerificationOutcome: VERIFICATION_NAMES,
}


def name_of(word: StrEnum) -> str:
    """Return the marked name of a fixed word of commissions and reports."""
    return _BY_KIND[type(word)][word]
