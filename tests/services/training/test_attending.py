"""Attendance: the code of a lesson, the roll, the rate."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from services.core import clock
from services.core.errors import NotFound, RulesBroken
from services.training.errors import (
    CodeOver,
    NotInClass,
    NotYet,
)
from services.training.models.outcomes import (
    Attendance,
    AttendanceChange,
    Presence,
    SignMethod,
)
from services.training.operations.attending import Mark, call_the_roll, sign_in
from services.training.rules.attendance import Window, code_holds, code_of, is_enough, rate
from services.training.teaching_errors import (
    CorrectionReason,
    LessonAhead,
    LessonOver,
    MinutesNeeded,
    NotOnRoll,
)
from tests.factories.training import School, make_school
from tests.factories.training_held import at, attend_all, make_held

P = Presence
KEY = b"a key for the codes of lessons"
PRESENT = Mark(P.PRESENT)


@pytest.fixture
def school(session) -> School:
    return make_held(session)


def test_a_code_holds_for_its_lesson_and_half_a_minute_more(school):
    moment = school.lessons[0].starts_at
    code = code_of(KEY, 1, moment)
    assert code_holds(KEY, 1, code, moment)
    assert code_holds(KEY, 1, code, moment + timedelta(seconds=30))
    assert not code_holds(KEY, 1, code, moment + timedelta(seconds=61))
    assert not code_holds(KEY, 2, code, moment)
    assert not code_holds(b"another", 1, code, moment)


def test_somebody_on_the_roll_signs_in_once_and_the_teacher_confirms(school, session):
    registration, worker = school.first
    lesson = school.lessons[0]
    with at(lesson.starts_at + timedelta(minutes=3)):
        for _ in range(2):
            signed = sign_in(school.work(worker), KEY, lesson.id, code_of(KEY, lesson.id, clock.now()))
        assert (signed.presence, signed.minutes, signed.confirmed_at) == (P.PRESENT, 480, None)
        assert call_the_roll(school.work(), lesson.id, {registration.id: PRESENT}) == 1
        assert call_the_roll(school.work(), lesson.id, {registration.id: PRESENT}) == 0
    assert len(session.scalars(select(AttendanceChange)).all()) == 2
    assert signed.confirmed_by_id == school.trainer.person_id


def test_whoever_comes_late_has_the_minutes_that_are_left(school):
    _, worker = school.first
    lesson = school.lessons[0]
    with at(lesson.starts_at + timedelta(hours=2)):
        signed = sign_in(school.work(worker), KEY, lesson.id, code_of(KEY, lesson.id, clock.now()))
    assert (signed.presence, signed.minutes) == (P.LATE, 360)


def test_nobody_signs_in_outside_the_window_with_an_old_code_or_off_the_roll(school):
    _, worker = school.first
    _, stranger = school.worker()
    lesson = school.lessons[0]
    for moment, refusal in ((lesson.starts_at - timedelta(minutes=31), LessonAhead), (lesson.ends_at, LessonOver)):
        with at(moment), pytest.raises(refusal):
            sign_in(school.work(worker), KEY, lesson.id, code_of(KEY, lesson.id, moment))
    with at(lesson.starts_at):
        with pytest.raises(CodeOver):
            sign_in(school.work(worker), KEY, lesson.id, code_of(KEY, lesson.id, clock.now() - timedelta(minutes=5)))
        with pytest.raises(NotOnRoll):
            sign_in(school.work(stranger), KEY, lesson.id, code_of(KEY, lesson.id, clock.now()))
        with pytest.raises(NotFound):
            sign_in(school.work(worker), KEY, 999, "x")


def test_a_confirmed_attendance_is_corrected_with_a_reason_and_the_old_one_is_kept(school, session):
    registration, _ = school.first
    lesson = school.lessons[0]
    with at(lesson.ends_at):
        call_the_roll(school.work(), lesson.id, {registration.id: Mark(P.ABSENT)})
        with pytest.raises(RulesBroken) as refusal:
            call_the_roll(school.work(), lesson.id, {registration.id: PRESENT})
        assert [type(one) for one in refusal.value.errors] == [CorrectionReason]
        call_the_roll(school.work(), lesson.id, {registration.id: PRESENT}, method=SignMethod.SHEET, reason="纸质签到")
    changes = session.scalars(select(AttendanceChange).order_by(AttendanceChange.id)).all()
    assert [(one.before, one.after, one.reason) for one in changes] == [
        (None, P.ABSENT, ""),
        (P.ABSENT, P.PRESENT, "纸质签到"),
    ]


def test_the_database_keeps_what_was_written_down(school, session):
    attend_all(school, school.first[0])
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(update(AttendanceChange).values(reason="改写"))


def test_a_lesson_to_come_has_no_attendance_and_strangers_are_on_no_roll(school):
    lesson = school.lessons[0]
    with at(lesson.starts_at - timedelta(seconds=1)), pytest.raises(NotYet):
        call_the_roll(school.work(), lesson.id, {school.first[0].id: PRESENT})
    with at(lesson.ends_at):
        with pytest.raises(NotInClass):
            call_the_roll(school.work(), lesson.id, {999: PRESENT})
        with pytest.raises(RulesBroken) as refusal:
            call_the_roll(school.work(), lesson.id, {school.first[0].id: Mark(P.LEFT_EARLY)})
    (missing,) = refusal.value.errors
    assert (type(missing), missing.field) == (MinutesNeeded, f"minutes_{school.first[0].id}")


def test_the_teacher_of_the_lesson_calls_the_roll_and_other_centres_do_not(school, session):
    lesson = school.lessons[0]
    _, teacher = school.worker()
    lesson.teacher_person_id = teacher.person_id
    other = make_school(session)
    with at(lesson.ends_at):
        assert call_the_roll(school.work(teacher), lesson.id, {school.first[0].id: PRESENT}) == 1
        with pytest.raises(NotFound):
            call_the_roll(other.work(), lesson.id, {school.second[0].id: PRESENT})


def test_an_attendance_is_one_row_for_a_person_and_a_lesson(school, session):
    attend_all(school, school.first[0])
    attend_all(school, school.first[0])
    assert len(session.scalars(select(Attendance)).all()) == 2


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ([], Fraction(0)),
        ([(8, 480, 480), (8, 480, 0)], Fraction(1, 2)),
        ([(8, 480, 480), (2, 120, 60)], Fraction(9, 10)),
        ([(8, 480, 9999)], Fraction(1)),
    ],
)
def test_the_rate_weighs_lessons_by_their_hours(rows, share):
    assert rate(rows) == share


def test_exactly_as_much_as_asked_is_enough():
    assert is_enough(Fraction(4, 5), 80)
    assert not is_enough(Fraction(799, 1000), 80)


def test_minutes_never_become_negative():
    window = Window(clock.at(clock.local_day(clock.now()), 480), clock.at(clock.local_day(clock.now()), 540))
    assert window.minutes_from(window.ends_at + timedelta(hours=1)) == 0
