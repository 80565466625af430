"""Courses and classes: planned with rooms and teachers, filed, opened, begun, postponed and cancelled."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from services.booking.models import Booking, BookingState, Claim
from services.booking.operations.outages import enter_outage
from services.booking.rules import Span
from services.catalogue.models import CapacityKind, ResourceKind, ResourceState
from services.core import clock
from services.core.audit import AuditEntry
from services.core.errors import ChangedMeanwhile, NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.training.errors import (
    CourseHidden,
    DaysPast,
    FilingMissing,
    LessonHeld,
    LessonOutside,
    LessonsOverlap,
    NothingPlanned,
    NotInService,
    PlaceTaken,
    SeatsInUse,
    TooFewRegistered,
    WrongHours,
)
from services.training.models.courses import ClassState, Lesson
from services.training.models.outcomes import Attendance, Presence
from services.training.models.registrations import OfferResult, RegistrationState, SeatOffer
from services.training.operations.attending import Mark, call_the_roll
from services.training.operations.classes import (
    ClassWish,
    begin_class,
    cancel_class,
    change_class,
    close_class,
    close_due,
    file_class,
    open_class,
    plan_class,
    postpone_class,
)
from services.training.operations.courses import CourseWish, enter_course, publish_course
from services.training.operations.registering import withdraw
from services.training.operations.timetables import LessonWish, lesson_displaced, set_timetable
from services.training.queries.counting import miscounted
from services.training.teaching_errors import DayAhead
from tests.factories.catalogue import make_module, make_resource
from tests.factories.training import School, make_school
from tests.factories.training_held import at, make_held

C, S = ClassState, RegistrationState


@pytest.fixture
def school(session) -> School:
    school = make_school(session)
    school.room = make_resource(session, school.centre, kind=ResourceKind.ROOM, name="灯工实训室")
    school.teacher = make_resource(session, school.centre, kind=ResourceKind.EXPERT, name="灯工教师")
    make_module(session, school.centre, resources=[school.room])
    make_module(session, school.centre, resources=[school.teacher])
    school.course.theory_hours, school.course.practice_hours = 8, 8
    session.commit()
    return school


def wish(school: School, **over) -> ClassWish:
    now, given = clock.now(), school.training_class
    values = {
        "starts_on": given.starts_on,
        "ends_on": given.ends_on,
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=5),
        "capacity": 2,
        "min_seats": 1,
    } | over
    return ClassWish(**values)


def lessons(school: School, days: int = 2, **over) -> list[LessonWish]:
    """Return eight hours a day from the first day of the class on."""
    found = []
    for number in range(days):
        start = clock.at(school.training_class.starts_on + timedelta(days=number), 8 * 60)
        values = {"hours": 8, "room_id": school.room.id, "teacher_id": school.teacher.id} | over
        found.append(LessonWish(start, start + timedelta(hours=8), topic=f"第{number + 1}天", **values))
    return found


def kinds(refused) -> list[type]:
    return [type(one) for one in refused.value.errors]


# Courses ------------------------------------------------------------------------------------------------------------


def test_a_course_is_entered_published_and_changed_by_its_own_centre(school, session):
    given = CourseWish(code="KC90", title="玻璃彩绘与喷涂", theory_hours=8, practice_hours=32)
    course = enter_course(school.work(), school.centre.id, given)
    publish_course(school.work(), course.id, is_published=True)
    enter_course(school.work(), school.centre.id, replace(given, title="玻璃彩绘"), course.id)
    assert (course.title, course.hours, course.is_published) == ("玻璃彩绘", 40, True)

    other = make_school(session)
    for refused in (
        lambda: enter_course(other.work(), school.centre.id, given),
        lambda: publish_course(other.work(), course.id, is_published=False),
        lambda: plan_class(other.work(), course.id, wish(school)),
    ):
        with pytest.raises(NotFound):
            refused()


# Planning and opening -----------------------------------------------------------------------------------------------


def test_a_class_opens_once_everything_is_there_and_until_then_all_that_is_missing_is_told(school):
    planned = plan_class(school.work(), school.course.id, wish(school, needs_filing=True))
    assert planned.state is C.DRAFT
    assert planned.no.startswith("BM-")
    school.course.is_published = False

    with pytest.raises(RulesBroken) as refused:
        open_class(school.work(), planned.id)
    assert kinds(refused) == [CourseHidden, NothingPlanned, FilingMissing]

    school.course.is_published = True
    set_timetable(school.work(), planned.id, lessons(school, 1))
    with pytest.raises(RulesBroken) as refused:
        open_class(school.work(), planned.id)
    assert kinds(refused) == [WrongHours, FilingMissing]

    set_timetable(school.work(), planned.id, lessons(school))
    with pytest.raises(RulesBroken):
        file_class(school.work(), planned.id, " ")
    file_class(school.work(), planned.id, "宝人社培备〔2026〕17号")
    open_class(school.work(), planned.id)
    assert planned.state is C.OPEN
    with pytest.raises(WrongState):
        open_class(school.work(), planned.id)


def test_a_class_is_changed_by_who_saw_its_present_state(school):
    given = school.training_class
    school.enrol(2)
    before = given.version
    change_class(school.work(), given.id, wish(school, place="三号楼", capacity=3), before)
    assert (given.place, given.capacity) == ("三号楼", 3)
    with pytest.raises(ChangedMeanwhile):
        change_class(school.work(), given.id, wish(school), before)
    with pytest.raises(SeatsInUse):
        change_class(school.work(), given.id, wish(school, capacity=1), given.version)


# Rooms and teachers -------------------------------------------------------------------------------------------------


def test_each_lesson_takes_its_room_and_its_teacher(school, session):
    made = set_timetable(school.work(), school.training_class.id, lessons(school))

    claimed = session.scalars(select(Claim.resource_id).order_by(Claim.id)).all()
    assert sorted(claimed) == sorted([school.room.id, school.teacher.id] * 2)
    bookings = session.scalars(select(Booking).order_by(Booking.id)).all()
    assert [one.id for one in bookings] == [one.booking_id for one in made]
    assert all(one.is_reservation and one.state is BookingState.CONFIRMED for one in bookings)


def test_a_room_that_another_class_has_is_not_given_twice_and_nothing_changes(school, session):
    set_timetable(school.work(), school.training_class.id, lessons(school))
    session.commit()
    other = plan_class(school.work(), school.course.id, wish(school))
    session.commit()

    with pytest.raises(RulesBroken) as refused:
        set_timetable(school.work(), other.id, lessons(school))
    session.rollback()

    assert kinds(refused) == [PlaceTaken] * 4
    assert session.scalars(select(Lesson).where(Lesson.class_id == other.id)).all() == []


def test_a_hall_is_taken_with_all_its_seats(school, session):
    school.room.capacity_kind, school.room.units = CapacityKind.SEATS, 3
    session.commit()
    set_timetable(school.work(), school.training_class.id, lessons(school, 1, teacher_id=None))
    assert len(session.scalars(select(Claim)).all()) == 3


def test_a_new_timetable_gives_the_old_places_back(school, session):
    set_timetable(school.work(), school.training_class.id, lessons(school))
    set_timetable(school.work(), school.training_class.id, lessons(school, 1))
    assert len(session.scalars(select(Claim)).all()) == 2
    states = session.scalars(select(Booking.state).order_by(Booking.id)).all()
    assert states == [BookingState.CANCELLED, BookingState.CANCELLED, BookingState.CONFIRMED]


def test_all_that_is_wrong_with_a_timetable_is_told_at_once(school):
    school.teacher.state = ResourceState.REPAIR
    first, second = lessons(school)
    late = replace(first, starts_at=first.starts_at + timedelta(days=90), ends_at=first.ends_at + timedelta(days=90))
    twice = replace(first, starts_at=first.starts_at + timedelta(hours=1))
    with pytest.raises(RulesBroken) as refused:
        set_timetable(school.work(), school.training_class.id, [second, first, late, twice])
    assert kinds(refused) == [LessonOutside, LessonsOverlap, NotInService]


def test_rooms_of_another_centre_do_not_exist(school, session):
    other = make_school(session)
    room = make_resource(session, other.centre)
    with pytest.raises(NotFound):
        set_timetable(school.work(), school.training_class.id, lessons(school, 1, room_id=room.id))


def test_after_an_outage_staff_are_told_to_plan_the_lesson_anew(school, session):
    (made,) = set_timetable(school.work(), school.training_class.id, lessons(school, 1))
    session.commit()
    work = school.work()
    work.actor = replace(work.actor, roles=frozenset({Role.PROVIDER_ADMIN}))
    span = Span(made.starts_at, made.ends_at)
    enter_outage(work, resource_id=school.room.id, span=span, kind="maintenance", reason="电路检修")
    session.commit()
    assert [one.task for one in session.scalars(select(OutboxTask)) if "displaced" in one.task] == [
        "reservation.displaced"
    ]

    lesson_displaced(school.work(), made.booking_id)
    lesson_displaced(school.work(), 0)

    assert made.booking_id is None
    told = session.scalars(select(Notification.message)).all()
    assert [one for one in told if "lesson" in one] != []


# Beginning, postponing, cancelling ----------------------------------------------------------------------------------


def test_a_class_begins_with_those_who_are_certain(school):
    school.training_class.min_seats = 1
    set_timetable(school.work(), school.training_class.id, lessons(school))
    first, second, third = school.enrol(3)
    close_class(school.work(), school.training_class.id)
    begin_class(school.on_the_day(), school.training_class.id)

    assert (first.state, second.state, third.state) == (S.CONFIRMED, S.CONFIRMED, S.CANCELLED)
    assert school.training_class.state is C.RUNNING
    assert school.counters() == (2, 0)


def test_a_class_is_not_begun_before_its_first_day(school):
    school.training_class.min_seats = 1
    set_timetable(school.work(), school.training_class.id, lessons(school))
    (certain,) = school.enrol(1)
    close_class(school.work(), school.training_class.id)

    with pytest.raises(DayAhead):
        begin_class(school.work(), school.training_class.id)

    assert (school.training_class.state, certain.state) == (C.CLOSED, S.CONFIRMED)


def test_below_the_minimum_staff_must_say_why_it_begins(school):
    school.training_class.min_seats = 2
    school.enrol(1)
    close_class(school.work(), school.training_class.id)
    with pytest.raises(RulesBroken) as refused:
        begin_class(school.on_the_day(), school.training_class.id)
    assert kinds(refused) == [NothingPlanned, TooFewRegistered]
    set_timetable(school.work(), school.training_class.id, lessons(school))
    with pytest.raises(TooFewRegistered):
        begin_class(school.on_the_day(), school.training_class.id)
    begin_class(school.on_the_day(), school.training_class.id, reason="企业急用工")
    assert school.training_class.state_reason == "企业急用工"


def test_cancelling_frees_everything_and_tells_everybody(school, session):
    set_timetable(school.work(), school.training_class.id, lessons(school))
    registrations = school.enrol(3)
    session.commit()

    cancel_class(school.work(), school.training_class.id, "报名人数不足")

    assert [one.state for one in registrations] == [S.CANCELLED] * 3
    assert school.counters() == (0, 0)
    assert session.scalars(select(Claim)).all() == []
    assert len(session.scalars(select(Notification)).all()) == 3
    assert miscounted(session) == []
    with pytest.raises(WrongState):
        cancel_class(school.work(), school.training_class.id, "再次")


def test_an_offer_that_is_open_ends_with_the_class(school, session):
    first, worker = school.enrolled()
    *_, third = school.enrol(2)
    withdraw(school.work(worker), first.id)
    assert third.state is S.OFFERED

    cancel_class(school.work(), school.training_class.id, "报名人数不足")

    offer = session.scalars(select(SeatOffer)).one()
    assert (offer.result, offer.answered_at is not None) == (OfferResult.CANCELLED, True)


def test_what_was_held_stays_when_the_class_is_cancelled_and_cannot_be_planned_anew(session):
    school = make_held(session)
    first, second = school.lessons
    class_id, registration = school.training_class.id, school.first[0]
    with at(first.ends_at):
        call_the_roll(school.work(), first.id, {registration.id: Mark(Presence.PRESENT)})
        school.training_class.state = C.CLOSED
        for refused in (
            lambda: set_timetable(school.work(), class_id, []),
            lambda: postpone_class(school.work(), class_id, school.training_class.ends_on, "教师生病"),
        ):
            with pytest.raises(LessonHeld):
                refused()
        school.training_class.state = C.RUNNING
        cancel_class(school.work(), class_id, "设备故障")
    assert session.scalars(select(Lesson.id).where(Lesson.class_id == class_id)).all() == [first.id]
    assert session.scalars(select(Attendance.registration_id)).all() == [registration.id]
    assert registration.state is S.CANCELLED
    assert second not in session


def test_a_class_that_is_announced_cannot_be_made_one_that_has_to_be_filed_first(school):
    version = school.training_class.version
    with pytest.raises(RulesBroken) as refused:
        change_class(school.work(), school.training_class.id, wish(school, needs_filing=True), version)
    assert kinds(refused) == [FilingMissing]


def test_a_class_is_cancelled_for_a_reason_only(school):
    with pytest.raises(RulesBroken):
        cancel_class(school.work(), school.training_class.id, "  ")


def test_a_postponed_class_keeps_its_people_and_gives_its_rooms_back(school, session):
    set_timetable(school.work(), school.training_class.id, lessons(school))
    (registration,) = school.enrol(1)
    before = school.training_class.starts_on

    postpone_class(school.work(), school.training_class.id, before + timedelta(days=7), "教师生病")

    assert school.training_class.starts_on == before + timedelta(days=7)
    assert registration.state is S.CONFIRMED
    assert session.scalars(select(Claim)).all() == []
    with pytest.raises(RulesBroken):
        postpone_class(school.work(), school.training_class.id, before, "提前")


def test_registration_closes_by_the_clock(school, session):
    assert close_due(school.work()) == 0
    school.training_class.closes_at = clock.now() - timedelta(seconds=1)
    session.flush()
    assert close_due(school.work()) == 1
    session.refresh(school.training_class)
    assert school.training_class.state is C.CLOSED
    assert close_due(school.work()) == 0
    assert session.scalars(select(AuditEntry.kind).where(AuditEntry.kind == "class.close")).all() == ["class.close"]


def test_no_class_is_planned_for_or_moved_to_days_that_are_over(school):
    now, today = clock.now(), clock.local_day(clock.now())
    past = {
        "starts_on": today - timedelta(days=1),
        "closes_at": now - timedelta(days=2),
        "opens_at": now - timedelta(days=3),
    }
    planned = plan_class(school.work(), school.course.id, wish(school, starts_on=today, closes_at=now))
    for refused in (
        lambda: plan_class(school.work(), school.course.id, wish(school, **past)),
        lambda: change_class(school.work(), planned.id, wish(school, **past), planned.version),
    ):
        with pytest.raises(RulesBroken) as told:
            refused()
        assert kinds(told) == [DaysPast]
    with time_machine.travel(now + timedelta(days=2), tick=False):
        kept = wish(school, starts_on=today, closes_at=now, opens_at=now - timedelta(hours=1), place="二楼")
        assert change_class(school.work(), planned.id, kept, planned.version).place == "二楼"
