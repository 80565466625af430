"""What the fixed words of a laboratory's capability are called; marked here, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.core.messages import N_
from services.laboratory.models.capability import Mark, ResultKind, TestField
from services.standards.models import StandardState
from services.standards.rules import STATE_NAMES

FIELD_NAMES: dict[TestField, str] = {
    TestField.GLASS: N_("Glass"),
    TestField.CHEMISTRY: N_("Chemistry"),
    TestField.PACKAGING: N_("Packaging and transport"),
    TestField.ELECTRICAL: N_("Electrical safety"),
    TestField.METAL: N_("Metals and auto parts"),
    TestField.TEXTILE: N_("Textiles"),
    TestField.FOOD: N_("Food and feed"),
}

RESULT_NAMES: dict[ResultKind, str] = {
    ResultKind.NUMBER: N_("A number"),
    ResultKind.GRADE: N_("A grade (1 to 5)"),
    ResultKind.TEXT: N_("Words"),
}

MARK_NAMES: dict[Mark, str] = {Mark.CMA: N_("CMA"), Mark.CNAS: N_("CNAS")}

NAMES: dict[type[StrEnum], Mapping[Any, str]] = {
    TestField: FIELD_NAMES,
    ResultKind: RESULT_NAMES,
    Mark: MARK_NAMES,
    StandardState: STATE_NAMES,
}
"""The names of the words of each kind."""
