"""What a measurement is, and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """A rate of ours beside the raw one of the same run; ``aim`` is what it should reach."""

    name: str
    ours: float
    raw: float
    raw_name: str
    aim: float

    @property
    def ratio(self) -> float:
        """Ours as a share of the raw limit; 1 is as fast."""
        return self.ours / self.raw

    def __str__(self) -> str:
        mark = "reached" if self.ratio >= self.aim else "missed"
        return (
            f"{self.ratio:6.2f} (aim {self.aim:.2f}, {mark})  {self.name}: {self.ours:.1f}"
            f"  beside {self.raw:.1f} ({self.raw_name})"
        )


@dataclass(frozen=True)
class Duration:
    """How long something takes at the median of some rounds, with its size where that matters."""

    name: str
    median_ms: float
    aim_ms: float
    size_kb: float | None = None
    aim_kb: float | None = None

    def __str__(self) -> str:
        mark = "reached" if self.median_ms <= self.aim_ms else "missed"
        size = "" if self.size_kb is None else f", {self.size_kb:.1f} KB (aim {self.aim_kb:.0f})"
        return f"{self.median_ms:6.1f} ms (aim {self.aim_ms:.0f}, {mark})  {self.name}{size}"
