"""Who may take a course (domain.md F06 rule 10 and the entry conditions of the course)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from services.core.errors import RuleBroken
from services.training.errors import NotDeclared, TooOld, TooYoung
from services.training.models.courses import Course
from services.training.rules.identity import age_on

ADULT = 18


class Condition(StrEnum):
    """What whoever registers says to be so, and the centre sees on paper later."""

    EDUCATION = "meets_education"
    HEALTH = "meets_health"
    PRIOR = "meets_prior"


def youngest_of(course: Course) -> int:
    """Return from what age on the course is open; hazardous work only from eighteen."""
    return max(course.min_age, ADULT) if course.is_hazardous else course.min_age


def hindrances(course: Course, born_on: date, first_day: date) -> list[RuleBroken]:
    """Return every reason why somebody born on that day may not take the course; ages count on the first day."""
    age = age_on(born_on, first_day)
    found: list[RuleBroken] = []
    if age < youngest_of(course):
        found.append(TooYoung(age=youngest_of(course)))
    if course.max_age is not None and age > course.max_age:
        found.append(TooOld(age=course.max_age))
    return found


def conditions_of(course: Course) -> dict[Condition, str]:
    """Return the conditions that have to be declared, with what the course says of each."""
    asked = {
        Condition.EDUCATION: (bool(course.education), course.education),
        Condition.HEALTH: (course.needs_health, ""),
        Condition.PRIOR: (bool(course.prior_certificate), course.prior_certificate),
    }
    return {condition: text for condition, (is_asked, text) in asked.items() if is_asked}


def undeclared(course: Course, declared: Collection[Condition]) -> list[RuleBroken]:
    """Return an error for each condition that nobody said to be met."""
    return [NotDeclared(field=one.value) for one in conditions_of(course) if one not in declared]
