"""What a report is made of: verification codes, how its lines are grouped, who has tested what, and masked names."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.core import clock
from services.core.characters import narrow
from services.laboratory.models.capability import Mark
from services.laboratory.models.lines import LineState, RawRecord, TestLine, TestResult, Verdict
from services.laboratory.rules.editions import scope_on

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 26
"""Of 32 characters that nobody mistakes for one another: 130 bits."""


class LineGroup(StrEnum):
    """Under which heading a line of a report stands (booking-and-testing.md 4.4 rule 1)."""

    IN_SCOPE = "in_scope"
    OUTSIDE = "outside"
    UNMARKED = "unmarked"
    SUBCONTRACTED = "subcontracted"


def new_code() -> str:
    """Return a verification code that nobody can guess, nor derive from another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def plain_code(text: str) -> str:
    """Return a typed code in the spelling in which codes are stored: capitals, no spaces, no hyphens."""
    return "".join(char for char in narrow(text).upper() if char in ALPHABET)


def shown_code(code: str) -> str:
    """Return a code in groups of four, as it is printed and read out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@dataclass(frozen=True)
class Tested:
    """A line as a report states it: its standing result and the last revision of each reading of its round."""

    line: TestLine
    result: TestResult | None
    readings: list[RawRecord]

    @classmethod
    def of(cls, line: TestLine) -> Tested:
        """Return the line with what stands of it now."""
        result = next((one for one in line.results if not one.is_void), None)
        last = {one.specimen: one for one in line.records if one.round == line.round}
        return cls(line, result, list(last.values()))

    @property
    def is_checked(self) -> bool:
        """Whether the line has a checked result of its present round."""
        result = self.result
        checked = result is not None and result.checked_at is not None and result.round == self.line.round
        return checked and self.line.state is LineState.CHECKED

    @property
    def is_external(self) -> bool:
        """Whether a subcontractor tested it."""
        return bool(self.line.subcontractor)

    @property
    def moments(self) -> list[datetime]:
        """When it was observed."""
        return [one.observed_at for one in self.readings]

    @property
    def days(self) -> list[date]:
        """The days on which it was tested."""
        return sorted({clock.local_day(moment) for moment in self.moments})

    def marks(self) -> list[Mark]:
        """Return the marks whose scope covered the edition on every day of the test; none for what others tested."""
        method = self.line.method
        if method is None or self.is_external or not self.days:
            return []
        return [mark for mark in Mark if all(scope_on(method, mark, day) is not None for day in self.days)]


def group_of(tested: Tested, *, wants_mark: bool) -> LineGroup:
    """Return the heading under which a line stands."""
    if tested.is_external:
        return LineGroup.SUBCONTRACTED
    if not wants_mark:
        return LineGroup.UNMARKED
    return LineGroup.IN_SCOPE if tested.marks() else LineGroup.OUTSIDE


def testers(lines: Iterable[TestLine]) -> set[int]:
    """Return everybody who has tested one of ``lines``, in whichever round."""
    return {
        person_id
        for line in lines
        for person_id in (
            *(one.entered_by_id for one in line.records),
            *(one.submitted_by_id for one in line.results),
            *([line.analyst_id] if line.analyst_id and line.started_at else []),
        )
    }


def checkers(lines: Iterable[TestLine]) -> set[int]:
    """Return everybody who has checked a result of one of ``lines``."""
    return {one.checked_by_id for line in lines for one in line.results if one.checked_by_id}


def summary(verdicts: Iterable[Verdict]) -> Verdict:
    """Return what the verdicts of all lines come to: one failure fails, nothing judged is not judged."""
    judged = set(verdicts) - {Verdict.NOT_JUDGED}
    if not judged:
        return Verdict.NOT_JUDGED
    return Verdict.FAIL if Verdict.FAIL in judged else Verdict.PASS
