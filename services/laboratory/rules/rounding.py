"""Rounding of measured values by GB/T 8170 (数值修约): once, half to even, and the readings it starts from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from services.core.characters import narrow

GRADES = ("1", "1-2", "2", "2-3", "3", "3-4", "4", "4-5", "5")
"""The grades of colour fastness and their like, the worst first."""

LIGHT_GRADES = (*GRADES, "5-6", "6", "6-7", "7", "7-8", "8")
"""The longer scale of fastness to light (GB/T 8427); it begins with the same grades, so that all grades compare on it."""

GRADE_SCALES = {"5": GRADES, "8": LIGHT_GRADES}
"""The scales by their last grade."""

_NUMBER = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,6})?\Z")
_DASHES = str.maketrans({"—": "-", "–": "-", "−": "-", "~": "-", "/": "-"})


def rounded(value: Fraction | Decimal, decimals: int) -> Decimal:
    """Return ``value`` rounded to ``decimals`` places; a value exactly between two goes to the even one."""
    return Decimal(round(Fraction(value) * 10**decimals)).scaleb(-decimals)


def mean(values: Sequence[Decimal]) -> Fraction:
    """Return the exact mean: it is rounded once, by ``rounded``, never on the way."""
    return sum((Fraction(value) for value in values), Fraction()) / len(values)


def read_number(text: str) -> Decimal | None:
    """Return the number that ``text`` is, None when it is none; full-width digits are understood."""
    plain = narrow(text).replace("−", "-")
    return Decimal(plain) if _NUMBER.match(plain) else None


def read_grade(text: str, scale: Sequence[str] = GRADES) -> str | None:
    """Return the grade of ``scale`` that ``text`` is in its one spelling (``3—4 级`` is ``3-4``), None when it is none."""
    plain = narrow(text).replace("级", "").replace(" ", "").translate(_DASHES)
    return plain if plain in scale else None
