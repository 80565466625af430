"""What the fixed words of the catalogue are called; marked here, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.catalogue.models import (
    BookingMode,
    CapacityKind,
    CenterType,
    Market,
    ModuleKind,
    PriceUnit,
    Recognition,
    ResourceKind,
    ServiceField,
    Urgency,
)
from services.core.messages import N_

CENTER_NAMES: dict[CenterType, str] = {
    CenterType.RD: N_("Technology R&D centre"),
    CenterType.TEST: N_("Product testing centre"),
    CenterType.INFO: N_("Industry information centre"),
    CenterType.TRAIN: N_("Talent training centre"),
}

FIELD_NAMES: dict[ServiceField, str] = {
    ServiceField.GUARANTEE: N_("Credit guarantee"),
    ServiceField.CONSULTING: N_("Management consulting"),
    ServiceField.INFORMATION: N_("Information services"),
    ServiceField.MARKET: N_("Market development"),
    ServiceField.TRAINING: N_("Training of staff"),
    ServiceField.TECHNOLOGY: N_("Technical problem-solving"),
}

KIND_NAMES: dict[ModuleKind, str] = {
    ModuleKind.TEST: N_("Test item"),
    ModuleKind.PACKAGE: N_("Test package"),
    ModuleKind.MACHINE_HOUR: N_("Machine hours"),
    ModuleKind.CONSULT: N_("Expert consultation"),
    ModuleKind.PROJECT: N_("Technical service"),
    ModuleKind.ROOM: N_("Room or place"),
    ModuleKind.INFO: N_("Information product"),
    ModuleKind.AGENT: N_("Agency service"),
}

MODE_NAMES: dict[BookingMode, str] = {
    BookingMode.SLOT: N_("By appointment"),
    BookingMode.BATCH: N_("By day and quantity"),
    BookingMode.PROJECT: N_("By promised date"),
}

RECOGNITION_NAMES: dict[Recognition, str] = {
    Recognition.CMA: N_("Report with CMA mark"),
    Recognition.CNAS: N_("Report with CNAS mark"),
    Recognition.NONE: N_("Report without mark of recognition"),
    Recognition.NOT_APPLICABLE: N_("No test report"),
}

MARKET_NAMES: dict[Market, str] = {
    Market.DOMESTIC: N_("Domestic market"),
    Market.EU: N_("Export to the EU"),
    Market.US: N_("Export to the United States"),
}

UNIT_NAMES: dict[PriceUnit, str] = {
    PriceUnit.SAMPLE: N_("sample"),
    PriceUnit.HOUR: N_("hour"),
    PriceUnit.HALF_HOUR: N_("half hour"),
    PriceUnit.HALF_DAY: N_("half-day"),
    PriceUnit.DAY: N_("day"),
    PriceUnit.TIME: N_("time"),
    PriceUnit.PIECE: N_("piece"),
    PriceUnit.MONTH: N_("month"),
    PriceUnit.QUARTER: N_("quarter"),
}

URGENCY_NAMES: dict[Urgency, str] = {
    Urgency.NORMAL: N_("Normal"),
    Urgency.URGENT: N_("Urgent"),
    Urgency.VERY_URGENT: N_("Very urgent"),
}

RESOURCE_KIND_NAMES: dict[ResourceKind, str] = {
    ResourceKind.INSTRUMENT: N_("Instrument"),
    ResourceKind.BENCH: N_("Bench"),
    ResourceKind.ROOM: N_("Room"),
    ResourceKind.EXPERT: N_("Expert"),
}

CAPACITY_NAMES: dict[CapacityKind, str] = {
    CapacityKind.EXCLUSIVE: N_("One firm at a time"),
    CapacityKind.SEATS: N_("Seats"),
    CapacityKind.BATCH: N_("Quantity per day"),
}

_NAMES: tuple[Mapping[Any, str], ...] = (
    CENTER_NAMES,
    FIELD_NAMES,
    KIND_NAMES,
    MODE_NAMES,
    RECOGNITION_NAMES,
    MARKET_NAMES,
    UNIT_NAMES,
    URGENCY_NAMES,
    RESOURCE_KIND_NAMES,
    CAPACITY_NAMES,
)
_BY_KIND: dict[type[StrEnum], Mapping[Any, str]] = {type(next(iter(names))): names for names in _NAMES}


def name_of(word: StrEnum) -> str:
    """Return the marked name of a fixed word; equal words of different kinds (a test, a testing centre) differ."""
    return _BY_KIND[type(word)][word]
