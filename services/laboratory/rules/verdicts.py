"""What a line's readings come to, and how that compares with the limits: computed, never typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.core.messages import N_
from services.laboratory.models.capability import ResultKind, TestItem
from services.laboratory.models.commissions import DecisionRule
from services.laboratory.models.lines import Verdict
from services.laboratory.rules.rounding import LIGHT_GRADES, mean, read_grade, read_number, rounded

VERDICT_NAMES = {
    Verdict.PASS: N_("Conforms"),
    Verdict.FAIL: N_("Does not conform"),
    Verdict.NOT_JUDGED: N_("Not judged"),
}


@dataclass(frozen=True)
class Reading:
    """What was observed on one specimen: a number, a grade or words; ``is_detected`` is False below the limit (LOD)."""

    value: str
    is_detected: bool = True


@dataclass(frozen=True)
class Outcome:
    """What the readings of a line come to. ``text`` is what a report prints, ``value`` what is judged."""

    text: str
    value: str
    is_detected: bool = True


@dataclass(frozen=True)
class Bounds:
    """What a result may be, both ends included; an empty one is open. ``rule`` says how it is compared."""

    low: str = ""
    high: str = ""
    rule: DecisionRule = DecisionRule.SIMPLE


def outcome_of(item: TestItem, readings: Sequence[Reading]) -> Outcome:
    """Return what the readings of all specimens come to: the rounded mean, the worst grade, or what was seen.

    A reading below the detection limit counts with half of it; a mean that stays below is given as ``<LOD``.
    """
    if item.result_kind is ResultKind.NUMBER:
        return _number(item, readings)
    if item.result_kind is ResultKind.GRADE:
        worst = min((reading.value for reading in readings), key=LIGHT_GRADES.index)
        return Outcome(worst, worst)
    words = "；".join(dict.fromkeys(reading.value for reading in readings))
    return Outcome(words, words)


def _number(item: TestItem, readings: Sequence[Reading]) -> Outcome:
    lod = read_number(item.lod)
    exact = exact_mean(item, readings)
    if lod is not None and (exact < lod or not any(reading.is_detected for reading in readings)):
        return Outcome(f"<{item.lod}", item.lod, is_detected=False)
    shown = f"{rounded(exact, item.decimals):f}"
    return Outcome(shown, shown)


def exact_mean(item: TestItem, readings: Sequence[Reading]) -> Fraction:
    """Return the mean before it is rounded; what was not detected counts with half the detection limit."""
    half = (read_number(item.lod) or Decimal(0)) / 2
    return mean([Decimal(reading.value) if reading.is_detected else half for reading in readings])


def mean_text(item: TestItem, readings: Sequence[Reading]) -> str:
    """Return the mean with four places more than the result, for whoever checks it; empty where there is none."""
    if item.result_kind is not ResultKind.NUMBER or not readings:
        return ""
    return f"{rounded(exact_mean(item, readings), item.decimals + 4):f}"


def judge(kind: ResultKind, outcome: Outcome, bounds: Bounds | None, *, uncertainty: str = "") -> Verdict:
    """Return the verdict on a result as it is reported, rounded; NOT_JUDGED where there is nothing to compare with."""
    if bounds is None or not (bounds.low or bounds.high) or kind is ResultKind.TEXT:
        return Verdict.NOT_JUDGED
    if kind is ResultKind.GRADE:
        return _judge_grade(outcome.value, bounds)
    margin = Decimal(uncertainty or 0) if bounds.rule is DecisionRule.GUARDED else Decimal(0)
    if not outcome.is_detected:
        return _judge_undetected(Decimal(outcome.value), margin, bounds)
    value = Decimal(outcome.value)
    low, high = read_number(bounds.low), read_number(bounds.high)
    keeps_low = low is None or value - margin >= low
    keeps_high = high is None or value + margin <= high
    return Verdict.PASS if keeps_low and keeps_high else Verdict.FAIL


def _judge_grade(grade: str, bounds: Bounds) -> Verdict:
    low, high = read_grade(bounds.low, LIGHT_GRADES), read_grade(bounds.high, LIGHT_GRADES)
    rank = LIGHT_GRADES.index(grade)
    keeps_low = low is None or rank >= LIGHT_GRADES.index(low)
    keeps_high = high is None or rank <= LIGHT_GRADES.index(high)
    return Verdict.PASS if keeps_low and keeps_high else Verdict.FAIL


def _judge_undetected(lod: Decimal, margin: Decimal, bounds: Bounds) -> Verdict:
    """Compare what is only known to lie below ``lod``: what that does not decide is not judged."""
    low, high = read_number(bounds.low), read_number(bounds.high)
    if low is not None:
        return Verdict.FAIL if lod <= low else Verdict.NOT_JUDGED
    return Verdict.PASS if high is not None and lod + margin <= high else Verdict.NOT_JUDGED
