"""Whether an examination is passed: every part the course has, by the best attempt at each."""

from __future__ import annotations

from collections.abc import Mapping

from services.training.models.courses import Course
from services.training.models.outcomes import Part


def parts_of(course: Course) -> tuple[Part, ...]:
    """Return the parts in which the course examines."""
    wanted = {Part.THEORY: course.has_theory_test, Part.PRACTICE: course.has_practice_test}
    return tuple(part for part, is_examined in wanted.items() if is_examined)


def has_passed(course: Course, best: Mapping[Part, int]) -> bool:
    """Tell whether the best score of each part reaches the pass score; a course without examination is passed."""
    return all(best.get(part, -1) >= course.pass_score for part in parts_of(course))
