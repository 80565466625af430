"""What a measurement is, and how it is printed."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

TRANSACTION = frozenset({"BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK"})


@dataclass(frozen=True)
class Ratio:
    """A rate of ours beside the raw one of the same run; ``aim`` is what it should reach."""

    name: str
    ours: float
    raw: float
    raw_name: str
    aim: float | None = None

    @property
    def ratio(self) -> float:
        """Ours as a share of the raw limit; 1 is as fast."""
        return self.ours / self.raw

    def __str__(self) -> str:
        aim = ""
        if self.aim is not None:
            aim = f" (aim {self.aim:.2f}, {'reached' if self.ratio >= self.aim else 'missed'})"
        return f"{self.ratio:6.2f}{aim}  {self.name}: {self.ours:.1f}  beside {self.raw:.1f} ({self.raw_name})"


@dataclass(frozen=True)
class Duration:
    """How long something takes at the median of some rounds, with its size where that matters."""

    name: str
    median_ms: float
    aim_ms: float | None = None
    size_kb: float | None = None
    aim_kb: float | None = None

    def __str__(self) -> str:
        aim = ""
        if self.aim_ms is not None:
            aim = f" (aim {self.aim_ms:.0f}, {'reached' if self.median_ms <= self.aim_ms else 'missed'})"
        size = "" if self.size_kb is None else f", {self.size_kb:.1f} KB"
        return f"{self.median_ms:6.1f} ms{aim}  {self.name}{size}" + (
            f" (aim {self.aim_kb:.0f})" if self.aim_kb else ""
        )


@dataclass(frozen=True)
class Times:
    """How long one class of query takes."""

    p50: float
    p95: float

    def __str__(self) -> str:
        return f"p50 {self.p50:8.3f} ms, p95 {self.p95:8.3f} ms"


@dataclass(frozen=True)
class AtMost:
    """A figure beside the most it should be."""

    name: str
    value: float
    aim: float
    unit: str = "x"

    def __str__(self) -> str:
        verdict = "met" if self.value <= self.aim else "missed"
        return f"{self.value:8.3f} {self.unit} (at most {self.aim:g}: {verdict})  {self.name}"


@dataclass(frozen=True)
class AtLeast:
    """A figure beside the least it should be."""

    name: str
    value: float
    aim: float
    unit: str = ""

    def __str__(self) -> str:
        verdict = "met" if self.value >= self.aim else "missed"
        return f"{self.value:8.3f} {self.unit} (at least {self.aim:g}: {verdict})  {self.name}"


def median_ms(act: Callable[[], object], rounds: int) -> float:
    """Return how long ``act`` takes at the median of some rounds, after one that is not counted."""
    act()
    durations = []
    for _ in range(rounds):
        begun = perf_counter()
        act()
        durations.append((perf_counter() - begun) * 1000)
    return statistics.median(durations)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Gather what is read and written in the database inside the block, without the marks of transactions."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0] not in TRANSACTION:
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
