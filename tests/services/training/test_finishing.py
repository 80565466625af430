"""From the first lesson to the certificate: signing in, the roll, the examination, the end, the subsidy."""

from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from services.core import clock
from services.core.errors import NotFound, RulesBroken, WrongState
from services.training.errors import (
    AttendanceTooLow,
    ClaimedAlready,
    ClaimTooLate,
    CodeOver,
    NotExamined,
    NothingToIssue,
    NotInClass,
    NotYet,
    PassedAlready,
)
from services.training.models.courses import ClassState, Level
from services.training.models.outcomes import (
    Attendance,
    AttendanceChange,
    Certificate,
    CertificateState,
    ClaimState,
    Part,
    Presence,
    SignMethod,
)
from services.training.models.registrations import RegistrationState
from services.training.operations.attending import Mark, call_the_roll, sign_in
from services.training.operations.classes import begin_class, close_class
from services.training.operations.finishing import (
    digest_of,
    enter_score,
    finish_class,
    issue_certificate,
    replace_certificate,
    revoke_certificate,
)
from services.training.operations.subsidies import decide_claim, list_claim
from services.training.operations.timetables import LessonWish, set_timetable
from services.training.queries.results import attendance_rate, certificate_behind
from services.training.rules.attendance import Window, code_holds, code_of, is_enough, rate
from tests.factories.training import School, make_school

S, P = RegistrationState, Presence
KEY = b"a key for the codes of lessons"
PRESENT = Mark(P.PRESENT)


@pytest.fixture
def school(session) -> School:
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
    begin_class(school.work(), school.training_class.id)
    session.commit()
    return school


def at(moment):
    return time_machine.travel(moment, tick=False)


def attend_all(school: School, *registrations, presence: Presence = P.PRESENT) -> None:
    for lesson in school.lessons:
        with at(lesson.ends_at):
            call_the_roll(school.work(), lesson.id, {one.id: Mark(presence) for one in registrations})


def graduate(school: School, registration, score: int = 80):
    """Let somebody attend, pass, and the class end."""
    attend_all(school, registration)
    with at(school.lessons[-1].ends_at):
        enter_score(school.work(), registration.id, Part.THEORY, score, clock.local_day(clock.now()))
    with at(clock.at(school.training_class.ends_on, 20 * 60)):
        finish_class(school.work(), school.training_class.id)
    school.session.commit()


# The code of a lesson -----------------------------------------------------------------------------------------------


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
    for moment in (lesson.starts_at - timedelta(minutes=31), lesson.ends_at):
        with at(moment), pytest.raises(NotYet):
            sign_in(school.work(worker), KEY, lesson.id, code_of(KEY, lesson.id, moment))
    with at(lesson.starts_at):
        with pytest.raises(CodeOver):
            sign_in(school.work(worker), KEY, lesson.id, code_of(KEY, lesson.id, clock.now() - timedelta(minutes=5)))
        with pytest.raises(NotInClass):
            sign_in(school.work(stranger), KEY, lesson.id, code_of(KEY, lesson.id, clock.now()))
        with pytest.raises(NotFound):
            sign_in(school.work(worker), KEY, 999, "x")


# The roll -----------------------------------------------------------------------------------------------------------


def test_a_confirmed_attendance_is_corrected_with_a_reason_and_the_old_one_is_kept(school, session):
    registration, _ = school.first
    lesson = school.lessons[0]
    with at(lesson.ends_at):
        call_the_roll(school.work(), lesson.id, {registration.id: Mark(P.ABSENT)})
        with pytest.raises(RulesBroken):
            call_the_roll(school.work(), lesson.id, {registration.id: PRESENT})
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
        with pytest.raises(RulesBroken):
            call_the_roll(school.work(), lesson.id, {school.first[0].id: Mark(P.LEFT_EARLY)})


def test_the_teacher_of_the_lesson_calls_the_roll_and_other_centres_do_not(school, session):
    lesson = school.lessons[0]
    _, teacher = school.worker()
    lesson.teacher_person_id = teacher.person_id
    other = make_school(session)
    with at(lesson.ends_at):
        assert call_the_roll(school.work(teacher), lesson.id, {school.first[0].id: PRESENT}) == 1
        with pytest.raises(NotFound):
            call_the_roll(other.work(), lesson.id, {school.second[0].id: PRESENT})


# Rates --------------------------------------------------------------------------------------------------------------


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


# The examination ----------------------------------------------------------------------------------------------------


def test_the_rate_of_attendance_opens_the_examination(school):
    registration, _ = school.first
    with at(school.lessons[-1].ends_at):
        today = clock.local_day(clock.now())
        with pytest.raises(AttendanceTooLow):
            enter_score(school.work(), registration.id, Part.THEORY, 90, today)
    attend_all(school, registration)
    assert attendance_rate(school.session, registration) == 1
    with at(school.lessons[-1].ends_at):
        first = enter_score(school.work(), registration.id, Part.THEORY, 59, today)
        second = enter_score(school.work(), registration.id, Part.THEORY, 60, today)
        assert (first.attempt, second.attempt) == (1, 2)
        with pytest.raises(PassedAlready):
            enter_score(school.work(), registration.id, Part.THEORY, 99, today)
        with pytest.raises(NotExamined):
            enter_score(school.work(), registration.id, Part.PRACTICE, 99, today)


@pytest.mark.parametrize("score", [-1, 101])
def test_a_score_is_between_none_and_a_hundred(school, score):
    attend_all(school, school.first[0])
    with at(school.lessons[-1].ends_at), pytest.raises(RulesBroken):
        enter_score(school.work(), school.first[0].id, Part.THEORY, score, clock.local_day(clock.now()))


def test_at_the_end_each_has_completed_the_course_or_not_or_never_came(school):
    first, second = school.first[0], school.second[0]
    graduate(school, first)
    assert (first.state, second.state) == (S.COMPLETED, S.NO_SHOW)
    assert school.training_class.state is ClassState.FINISHED
    assert school.counters() == (2, 0)


def test_who_failed_or_was_absent_too_often_has_not_completed_it(school):
    first, second = school.first[0], school.second[0]
    with at(school.lessons[0].ends_at):
        call_the_roll(school.work(), school.lessons[0].id, {second.id: PRESENT})
    graduate(school, first, score=59)
    assert (first.state, second.state) == (S.NOT_COMPLETED, S.NOT_COMPLETED)


def test_a_class_does_not_end_before_its_last_day(school):
    with at(school.lessons[0].starts_at), pytest.raises(WrongState):
        finish_class(school.work(), school.training_class.id)


# Certificates -------------------------------------------------------------------------------------------------------


def test_a_certificate_says_what_was_learnt_and_its_link_lives_on(school, session):
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    assert issued.contents["hours"] == 16
    assert issued.contents["scores"] == {"theory": 80}
    assert issued.contents["identity"].count("*") == 11
    assert issued.sha256 == digest_of(issued.contents)
    assert issued.valid_until == clock.months_after(clock.local_day(clock.now()), 36)
    with pytest.raises(WrongState):
        issue_certificate(school.work(), school.first[0].id)

    corrected = replace_certificate(school.work(), issued.id, "姓名更正")
    assert certificate_behind(session, issued.token).state is CertificateState.REPLACED
    assert corrected.replaces_id == issued.id
    revoke_certificate(school.work(), corrected.id, "成绩作假")
    assert certificate_behind(session, corrected.token).state is CertificateState.REVOKED
    for operation in (revoke_certificate, replace_certificate):
        with pytest.raises(WrongState):
            operation(school.work(), corrected.id, "再次")
    numbers = session.scalars(select(Certificate.no).order_by(Certificate.id)).all()
    assert [one[-5:] for one in numbers] == ["00001", "00002"]


def test_the_database_keeps_what_a_certificate_says(school, session):
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(update(Certificate).where(Certificate.id == issued.id).values(no="PXZS-2026-99999"))
    session.rollback()
    with pytest.raises(IntegrityError):
        session.execute(delete(Certificate).where(Certificate.id == issued.id))


def test_nothing_is_issued_to_who_did_not_complete_the_course(school):
    graduate(school, school.first[0])
    with pytest.raises(NothingToIssue):
        issue_certificate(school.work(), school.second[0].id)


def test_a_certificate_is_taken_back_for_a_reason_by_its_own_centre(school, session):
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    with pytest.raises(RulesBroken):
        revoke_certificate(school.work(), issued.id, " ")
    other = make_school(session)
    with pytest.raises(NotFound):
        revoke_certificate(other.work(), issued.id, "误发")


# Subsidy ------------------------------------------------------------------------------------------------------------


def test_a_subsidy_is_claimed_once_for_a_person_an_occupation_and_a_level(school, session):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issue_certificate(school.work(), school.first[0].id)
    claim = list_claim(school.work(), school.first[0].id)
    assert claim.amount_fen == 98000, "never more than the fee"
    with pytest.raises(ClaimedAlready):
        list_claim(school.work(), school.first[0].id)

    decide_claim(school.work(), claim.id, ClaimState.SUBMITTED)
    with pytest.raises(RulesBroken):
        decide_claim(school.work(), claim.id, ClaimState.REFUSED)
    decide_claim(school.work(), claim.id, ClaimState.REFUSED, "材料不全")
    assert list_claim(school.work(), school.first[0].id).state is ClaimState.LISTED
    with pytest.raises(WrongState):
        decide_claim(school.work(), claim.id, ClaimState.PAID)


def test_a_subsidy_is_claimed_within_twelve_months(school):
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    last = clock.months_after(clock.local_day(issued.issued_at), 12)
    with at(clock.at(last + timedelta(days=1), 9 * 60)), pytest.raises(ClaimTooLate):
        list_claim(school.work(), school.first[0].id)
    with at(clock.at(last, 9 * 60)):
        assert list_claim(school.work(), school.first[0].id).amount_fen == 98000


def test_without_a_certificate_or_for_a_free_course_there_is_no_subsidy(school):
    graduate(school, school.first[0])
    with pytest.raises(NothingToIssue):
        list_claim(school.work(), school.first[0].id)
    issue_certificate(school.work(), school.first[0].id)
    with pytest.raises(NothingToIssue):
        list_claim(school.work(), school.first[0].id)


def test_an_attendance_is_one_row_for_a_person_and_a_lesson(school, session):
    attend_all(school, school.first[0])
    attend_all(school, school.first[0])
    assert len(session.scalars(select(Attendance)).all()) == 2
