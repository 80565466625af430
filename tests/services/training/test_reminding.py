"""Everybody with a certain seat is reminded of the first lesson once."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from services.core import clock
from services.core.outbox import OutboxTask
from services.training.models.courses import Lesson
from services.training.operations.reminding import remind
from tests.factories.training import School, make_school


@pytest.fixture
def school(session) -> School:
    return make_school(session)


def lesson(school, hours: float) -> None:
    starts = clock.now() + timedelta(hours=hours)
    school.session.add(
        Lesson(class_id=school.training_class.id, starts_at=starts, ends_at=starts + timedelta(hours=2), hours=2)
    )
    school.session.commit()


def test_who_has_a_seat_is_reminded_once_and_again_of_another_time(school):
    school.enrol(3)
    lesson(school, 23)
    lesson(school, 48)
    assert remind(school.work()) == 2, "who waits is not"
    assert remind(school.work()) == 0
    tasks = [one.task for one in school.session.scalars(select(OutboxTask))]
    assert tasks.count("mail.training_reminder") == 2


@pytest.mark.parametrize("hours", [-1, 25])
def test_nobody_is_reminded_too_early_or_too_late(school, hours):
    school.enrol(1)
    lesson(school, hours)
    assert remind(school.work()) == 0


def test_a_new_time_is_told_again(school):
    school.enrol(1)
    lesson(school, 23)
    assert remind(school.work()) == 1
    begins = clock.now() + timedelta(days=5)
    school.session.execute(update(Lesson).values(starts_at=begins, ends_at=begins + timedelta(hours=2)))
    school.session.commit()
    assert remind(school.work()) == 0
    with time_machine.travel(begins - timedelta(hours=2), tick=False):
        assert remind(school.work()) == 1
