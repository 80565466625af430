"""Who may take a course (domain.md F06 rule 10 and the entry conditions of the course)."""

from __future__ import annotations

from datetime import date

from services.core.errors import RuleBroken
from services.training.errors import TooOld, TooYoung
from services.training.models.courses import Course
from services.training.rules.identity import age_on

ADULT = 18


def hindrances(course: Course, born_on: date, first_day: date) -> list[RuleBroken]:
    """Return every reason why somebody born on that day may not take the course; ages count on the first day."""
    age = age_on(born_on, first_day)
    youngest = max(course.min_age, ADULT) if course.is_hazardous else course.min_age
    found: list[RuleBroken] = []
    if age < youngest:
        found.append(TooYoung(age=youngest))
    if course.max_age is not None and age > course.max_age:
        found.append(TooOld(age=course.max_age))
    return found
