"""A class that is held, for the tests from the first lesson to the subsidy."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from services.core import clock
from services.core.errors import RulesBroken
from services.training.models.courses import Level
from services.training.models.outcomes import (
    Part,
    Presence,
)
from services.training.operations.attending import Mark, call_the_roll
from services.training.operations.classes import begin_class, close_class
from services.training.operations.finishing import enter_scores, finish_class
from services.training.operations.timetables import LessonWish, set_timetable
from tests.factories.training import School, make_school

P = Presence


def make_held(session: Session) -> School:
    """Return a school whose class of two lessons of eight hours has begun with two people."""
    school = make_school(session, fee_fen=0)
    school.course.theory_hours, school.course.practice_hours = 8, 8
    school.course.is_subsidised, school.course.level = True, Level.JUNIOR
    school.course.occupation, school.course.certificate_months = "玻璃热加工工", 36
    school.first, school.second = school.enrolled(), school.enrolled()
    start = clock.at(school.training_class.starts_on, 8 * 60)
    wishes = [
        LessonWish(start + timedelta(days=day), start + timedelta(days=day, hours=8), hours=8) for day in range(2)
    ]
    school.lessons = set_timetable(school.work(), school.training_class.id, wishes)
    close_class(school.work(), school.training_class.id)
    begin_class(school.on_the_day(), school.training_class.id)
    session.commit()
    return school


def at(moment):
    """Let the clock stand at a moment."""
    return time_machine.travel(moment, tick=False)


def attend_all(school: School, *registrations, presence: Presence = P.PRESENT) -> None:
    """Write somebody down for every lesson."""
    for lesson in school.lessons:
        with at(lesson.ends_at):
            call_the_roll(school.work(), lesson.id, {one.id: Mark(presence) for one in registrations})


def scored(school: School, registration, score: int, part: Part = Part.THEORY) -> None:
    """Enter one score."""
    day = clock.local_day(clock.now())
    enter_scores(school.work(), school.training_class.id, part, day, {registration.id: score})


def refused(school: School, registration, score: int) -> list[type]:
    """Return what stands against a score."""
    with pytest.raises(RulesBroken) as refusal:
        scored(school, registration, score)
    return [type(one) for one in refusal.value.errors]


def graduate(school: School, registration, score: int = 80):
    """Let somebody attend, pass, and the class end."""
    attend_all(school, registration)
    with at(school.lessons[-1].ends_at):
        scored(school, registration, score)
    with at(clock.at(school.training_class.ends_on, 20 * 60)):
        finish_class(school.work(), school.training_class.id)
    school.session.commit()
