"""What the four scores of a review lead to (thresholds of the Enterprise Europe Network, domain.md F07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from services.board.models.reviews import ReviewOutcome

PUBLISH_FROM = 10
HOLD_FROM = 5
MOST_POINTS = 5
DAYS_TO_REVIEW = 1


@dataclass(frozen=True)
class Checklist:
    """The six points of a review."""

    direction_right: bool = False
    goods_allowed: bool = False
    detail_enough: bool = False
    not_misleading: bool = False
    no_contact: bool = False
    no_brand: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether every point is passed."""
        return all(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True)
class Scores:
    """The four scores, 0 to 5 each; all of them or none."""

    clear: int | None = None
    feasible: int | None = None
    useful: int | None = None
    serious: int | None = None

    @property
    def given(self) -> tuple[int, ...]:
        """The scores that are given."""
        return tuple(score for score in (self.clear, self.feasible, self.useful, self.serious) if score is not None)


def leads_to(scores: Sequence[int]) -> ReviewOutcome:
    """Return the best outcome that four scores allow: 10 and more publish, 5 to 9 hold, less reject, any 0 holds."""
    total = sum(scores)
    if total < HOLD_FROM:
        return ReviewOutcome.RETURNED
    return ReviewOutcome.HELD if total < PUBLISH_FROM or 0 in scores else ReviewOutcome.PUBLISHED


ALLOWED = {
    ReviewOutcome.PUBLISHED: frozenset(ReviewOutcome),
    ReviewOutcome.HELD: frozenset({ReviewOutcome.HELD, ReviewOutcome.RETURNED}),
    ReviewOutcome.RETURNED: frozenset({ReviewOutcome.RETURNED}),
}
"""Which decisions remain open for each outcome that the scores allow: a reviewer may be stricter, never laxer."""
