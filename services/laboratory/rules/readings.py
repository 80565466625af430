"""What may be written down as a reading of an item, in its one spelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.laboratory.models.capability import ResultKind, TestItem
from services.laboratory.rules.rounding import GRADE_SCALES, GRADES, read_grade, read_number
from services.laboratory.rules.verdicts import Outcome, Reading
from services.laboratory.testing_errors import (
    AboveDetection,
    BelowDetection,
    NoDetectionLimit,
    NotAGrade,
    NotANumber,
    OutsideRange,
    ReadingNeeded,
    ReadingTooLong,
)

LONGEST_RESULT = 200


@dataclass(frozen=True)
class Observation:
    """What an analyst typed for one specimen."""

    value: str
    is_detected: bool = True
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return not self.value and self.is_detected


@dataclass(frozen=True)
class Conditions:
    """On which instrument and in which surroundings: tenths of a degree and of a percent."""

    instrument_id: int | None = None
    temperature: int | None = None
    humidity: int | None = None


def grade_scale(item: TestItem) -> Sequence[str]:
    """Return the grades of an item, the worst first: up to 8 where its range ends there (fastness to light), else to 5."""
    return GRADE_SCALES.get(item.range_high, GRADES)


def reading_of(item: TestItem, observation: Observation) -> Reading:
    """Return the reading behind what was typed. Raises a RuleBroken whose field is ``value``, ``undetected`` or ``note``."""
    if item.result_kind is ResultKind.NUMBER:
        return _number(item, observation)
    if not observation.is_detected:
        raise NoDetectionLimit(field="undetected")
    if item.result_kind is ResultKind.GRADE:
        scale = grade_scale(item)
        grade = read_grade(observation.value, scale)
        if grade is None:
            raise NotAGrade(field="value", grades="、".join(scale))
        return Reading(grade)
    return _words(item, observation)


def _words(item: TestItem, observation: Observation) -> Reading:
    most = (LONGEST_RESULT - item.specimens + 1) // item.specimens
    if not observation.value:
        raise ReadingNeeded(field="value")
    if len(observation.value) > most:
        raise ReadingTooLong(field="value", most=most)
    return Reading(observation.value)


def _number(item: TestItem, observation: Observation) -> Reading:
    number, lod = read_number(observation.value), read_number(item.lod)
    if not observation.is_detected:
        if lod is None:
            raise NoDetectionLimit(field="undetected")
        if number is not None and number >= lod:
            raise AboveDetection(field="value", lod=item.lod)
    if number is None:
        if observation.is_detected or observation.value:
            raise NotANumber(field="value")
        return Reading("", is_detected=False)
    if observation.is_detected and lod is not None and number < lod:
        raise BelowDetection(field="value", lod=item.lod)
    _refuse_out_of_range(item, number, observation)
    return Reading(f"{number:f}", observation.is_detected)


def _refuse_out_of_range(item: TestItem, number: Decimal, observation: Observation) -> None:
    low, high = read_number(item.range_low), read_number(item.range_high)
    outside = (low is not None and number < low) or (high is not None and number > high)
    if outside and observation.is_detected and not observation.note:
        raise OutsideRange(field="note", low=item.range_low or "−∞", high=item.range_high or "∞")


def reported_elsewhere(item: TestItem, typed: str) -> Outcome:
    """Return the result that another body reported, as it stands there (``<0.02`` is not detected).

    Raises a RuleBroken whose field is ``value``.
    """
    if item.result_kind is ResultKind.NUMBER:
        plain = typed.replace("＜", "<").strip()
        number = read_number(plain.removeprefix("<"))
        if number is None:
            raise NotANumber(field="value")
        is_detected = not plain.startswith("<")
        return Outcome(f"{'' if is_detected else '<'}{number:f}", f"{number:f}", is_detected)
    value = reading_of(item, Observation(typed)).value
    return Outcome(value, value)
