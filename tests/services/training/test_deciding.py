"""Classes below their minimum, counters that are wrong, papers of a filing, opinions, figures, and single lessons."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from services.catalogue.models import ResourceKind
from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.core.uploads import Upload
from services.core.work import Work
from services.training.errors import (
    EnoughRegistered,
    LessonHeld,
    LessonsOverlap,
    NotFinished,
    PhotographExpected,
    PlaceTaken,
    ReasonMissing,
    SaidAlready,
    TooManyDocuments,
)
from services.training.models.courses import ClassState, LessonKind, TrainingClass
from services.training.models.outcomes import Satisfaction
from services.training.models.papers import ClassDocument, CoursePhoto, DocumentKind
from services.training.operations.classes import begin_class, close_class, file_class, postpone_class
from services.training.operations.deciding import ask_decisions, hold_anyway, recount
from services.training.operations.filing import (
    MOST_DOCUMENTS,
    add_document,
    drop_photo,
    remove_document,
    set_photo,
)
from services.training.operations.satisfying import Opinion, say
from services.training.operations.timetables import LessonWish, change_lesson, set_timetable
from services.training.queries import desk
from services.training.queries.papers import documents_of, missing_papers
from services.training.queries.places import Places
from services.training.queries.statistics import by_month, figures_of, grades_of, totals, words_of
from services.training.queries.waiting import to_decide
from services.training.rules.patterns import Pattern, meetings
from tests.factories.catalogue import make_module, make_resource
from tests.factories.training import School, make_class, make_school
from tests.factories.training_run import make_running

PAPER = Upload("开班申请.pdf", "pdf", "application/pdf", b"%PDF-1.4 something")
PICTURE = Upload("车间.png", "png", "image/png", b"a picture")


@pytest.fixture
def school(session) -> School:
    return make_school(session)


@pytest.fixture
def small(school: School) -> TrainingClass:
    """Return a class with one of at least two people that begins in three days."""
    found = school.training_class
    school.enrol(1)
    found.min_seats, found.starts_on = 2, clock.local_day(clock.now()) + timedelta(days=3)
    school.session.commit()
    return found


# Too few people -----------------------------------------------------------------------------------------------------


def test_staff_are_asked_once_about_a_class_that_begins_soon_with_too_few_people(school, session, small):
    make_class(session, school.course, min_seats=2)  # begins later
    asked = Actor.system("timetable")
    assert ask_decisions(school.work(asked)) == 1
    assert ask_decisions(school.work(asked)) == 0
    assert to_decide(session, school.centre.id).count == 1
    told = session.scalars(select(Notification).where(Notification.link.contains("decision"))).all()
    assert [one.person_id for one in told] == [school.trainer.person_id]

    postpone_class(school.work(), small.id, small.starts_on + timedelta(days=1), "教师生病")
    small.starts_on = clock.local_day(clock.now()) + timedelta(days=3)
    session.flush()
    assert ask_decisions(school.work(asked)) == 1

    school.enrol(1)
    assert to_decide(session, school.centre.id).count == 0, "enough have come meanwhile"


def test_a_class_that_is_held_anyway_is_not_asked_about_and_begins_without_another_reason(school, small):
    hold_anyway(school.work(), small.id, " 企业急用工 ")
    assert ask_decisions(school.work(Actor.system("timetable"))) == 0
    start = clock.at(small.starts_on, 480)
    set_timetable(school.work(), small.id, [LessonWish(start, start + timedelta(hours=8), 8)])
    close_class(school.work(), small.id)
    begin_class(Work(school.session, school.trainer, start), small.id)
    assert (small.state, small.state_reason) == (ClassState.RUNNING, "企业急用工")


def test_a_class_is_held_anyway_for_a_reason_when_there_is_something_to_decide(school, small):
    with pytest.raises(ReasonMissing):
        hold_anyway(school.work(), small.id, " ")
    school.enrol(1)
    with pytest.raises(EnoughRegistered):
        hold_anyway(school.work(), small.id, "足够了")
    small.state = ClassState.RUNNING
    school.session.flush()
    with pytest.raises(WrongState):
        hold_anyway(school.work(), small.id, "已开班")


def test_a_counter_that_is_wrong_is_told_to_the_staff(school, session):
    assert recount(school.work(Actor.system("timetable"))) == 0
    school.enrol(1)
    session.execute(update(TrainingClass).values(seats_taken=2))
    assert recount(school.work(Actor.system("timetable"))) == 1
    assert "counted wrong" in session.scalars(select(Notification.message).order_by(Notification.id.desc())).first()


# Papers and photographs ---------------------------------------------------------------------------------------------


@pytest.fixture
def draft(school: School) -> TrainingClass:
    """Return a class that has to be filed."""
    made = make_class(school.session, school.course, state=ClassState.DRAFT, needs_filing=True)
    school.session.commit()
    return made


def test_papers_come_and_go_until_the_class_is_filed_and_stay_then(school, session, draft, tmp_path):
    kept = add_document(school.work(), tmp_path, draft.id, DocumentKind.APPLICATION, PAPER, "第一版")
    gone = add_document(school.work(), tmp_path, draft.id, DocumentKind.OTHER, PAPER)
    remove_document(school.work(), gone.id)
    assert [one.id for one in documents_of(session, draft.id)] == [kept.id]
    assert DocumentKind.APPLICATION not in missing_papers(documents_of(session, draft.id))
    file_class(school.work(), draft.id, "宝人社培备〔2026〕17号")
    with pytest.raises(WrongState):
        remove_document(school.work(), kept.id)
    add_document(school.work(), tmp_path, draft.id, DocumentKind.RECEIPT, PAPER)
    session.commit()
    for statement in (delete(ClassDocument), update(ClassDocument).values(note="改")):
        with pytest.raises(DBAPIError):
            session.execute(statement)
        session.rollback()


def test_papers_belong_to_a_class_of_ones_own_centre_and_are_few(school, session, draft, tmp_path, monkeypatch):
    other = make_school(session)
    with pytest.raises(NotFound):
        add_document(other.work(), tmp_path, draft.id, DocumentKind.OTHER, PAPER)
    made = add_document(school.work(), tmp_path, draft.id, DocumentKind.OTHER, PAPER)
    for refused in (lambda: remove_document(other.work(), made.id), lambda: remove_document(school.work(), 0)):
        with pytest.raises(NotFound):
            refused()
    monkeypatch.setattr("services.training.operations.filing.MOST_DOCUMENTS", 1)
    assert MOST_DOCUMENTS == 30
    with pytest.raises(TooManyDocuments):
        add_document(school.work(), tmp_path, draft.id, DocumentKind.OTHER, PAPER)
    draft.state = ClassState.CANCELLED
    session.flush()
    with pytest.raises(WrongState):
        add_document(school.work(), tmp_path, draft.id, DocumentKind.OTHER, PAPER)


def test_a_course_has_one_photograph_which_is_a_picture(school, session, tmp_path):
    with pytest.raises(PhotographExpected):
        set_photo(school.work(), tmp_path, school.course.id, PAPER)
    for _ in range(2):
        set_photo(school.work(), tmp_path, school.course.id, PICTURE)
    (photo,) = session.scalars(select(CoursePhoto)).all()
    assert photo.file.name == f"{school.course.code}.png"
    drop_photo(school.work(), school.course.id)
    drop_photo(school.work(), school.course.id)
    assert session.scalars(select(CoursePhoto)).all() == []
    with pytest.raises(NotFound):
        set_photo(make_school(session).work(), tmp_path, school.course.id, PICTURE)
    with pytest.raises(NotFound):
        drop_photo(school.work(), 0)


# Opinions and figures -----------------------------------------------------------------------------------------------


def test_only_who_was_there_says_how_it_was_and_once(school, session):
    """Indico #6836: a form for those who were accepted reaches everybody."""
    run = make_running(school)
    (registration, worker), (_, other) = run.people
    with pytest.raises(NotFinished):
        say(school.work(worker), registration.id, Opinion(5, 5, 5))
    run.graduate(80, 59)
    with pytest.raises(NotFound):
        say(school.work(other), registration.id, Opinion(5, 5, 5))
    with pytest.raises(RulesBroken):
        say(school.work(worker), registration.id, Opinion(6, 0, 5))
    say(school.work(worker), registration.id, Opinion(5, 4, 3, " 讲得清楚 "))
    with pytest.raises(SaidAlready):
        say(school.work(worker), registration.id, Opinion(1, 1, 1))


def test_opinions_are_shown_from_three_on(school, session):
    school.training_class.capacity = 3
    session.commit()
    for number, registration in enumerate(school.enrol(3), start=1):
        if number == 3:
            assert grades_of(session, [school.training_class.id])[school.training_class.id].hundredths is None
            assert words_of(session, school.training_class.id) == []
        session.add(
            Satisfaction(
                registration_id=registration.id,
                contents=number,
                teaching=5,
                organisation=4,
                text="好" if number == 2 else "",
                at=clock.now(),
            )
        )
        session.flush()
    grades = grades_of(session, [school.training_class.id])[school.training_class.id]
    assert (grades.count, grades.hundredths, grades.overall) == (3, (200, 500, 400), 367)
    assert words_of(session, school.training_class.id) == ["好"]


def test_figures_count_seats_attendance_results_and_money(school, session):
    run = make_running(school)
    run.graduate(80, 59)
    day = school.training_class.starts_on
    make_class(session, school.course, state=ClassState.CANCELLED)
    (one,) = figures_of(session, school.centre.id, day, day)
    assert (one.on_roll, one.completed, one.failed, one.missed) == (2, 1, 1, 0)
    assert one.attendance == Fraction(1)
    total = totals([one])
    assert (total.filled_percent, total.passed_percent, total.kept_fen) == (100, 50, 0)
    assert list(by_month([one])) == [day.replace(day=1)]
    assert figures_of(session, school.centre.id, date(2020, 1, 1), date(2020, 12, 31)) == []
    assert totals([]).filled_percent is None


def test_the_desk_counts_what_waits(school, session, small):
    today = clock.local_day(clock.now())
    assert desk.matters(session, school.centre.id, today)[desk.Show.DECISION] == 1
    assert desk.heads_of(session, small.id).others == 0
    for show in desk.Show:
        found = session.scalars(desk.classes_at(session, school.centre.id, today, show, words="灯工")).all()
        assert (small in found) == (show in {desk.Show.LIVE, desk.Show.DECISION, desk.Show.ALL})


# Lessons ------------------------------------------------------------------------------------------------------------


def test_a_pattern_gives_theory_before_practice_until_the_hours_are_used_up():
    week = frozenset(range(5))
    asked = Pattern(date(2026, 12, 7), date(2026, 12, 31), week, ((480, 720), (810, 1050)))
    found = meetings(asked, 6, 5, lambda day: day != date(2026, 12, 8))
    assert [(one.day.day, one.starts_min, one.ends_min, one.hours, one.kind) for one in found] == [
        (7, 480, 720, 4, LessonKind.THEORY),
        (7, 810, 930, 2, LessonKind.THEORY),
        (9, 480, 720, 4, LessonKind.PRACTICE),
        (9, 810, 870, 1, LessonKind.PRACTICE),
    ]
    assert meetings(asked, 0, 0, lambda day: True) == []


@pytest.fixture
def rooms(school: School):
    """Return two rooms of the centre."""
    found = [
        make_resource(school.session, school.centre, kind=ResourceKind.ROOM, name=name) for name in ("一室", "二室")
    ]
    for one in found:
        make_module(school.session, school.centre, resources=[one])
    school.session.commit()
    return found


def planned(school: School, training_class: TrainingClass, room=None, days: int = 1):
    start = clock.at(training_class.starts_on, 480)
    wishes = [
        LessonWish(start + timedelta(days=one), start + timedelta(days=one, hours=8), 8, room_id=room and room.id)
        for one in range(days)
    ]
    made = set_timetable(school.work(), training_class.id, wishes)
    school.session.commit()
    return made


def test_what_is_taken_is_named_with_what_is_free_instead(school, session, rooms):
    one, two = rooms
    other = make_class(session, school.course)
    (theirs,) = planned(school, other, one)
    span = LessonWish(theirs.starts_at, theirs.ends_at, 8).span
    places = Places(session, school.training_class, [span], clock.now())
    instead = places.instead(one.id, span)
    assert other.no in instead.taken_by
    assert [room.id for room in instead.others] == [two.id]
    assert instead.days[0] == other.starts_on + timedelta(days=1)
    own = Places(session, other, [span], clock.now())
    assert own.instead(two.id, span).others[0].id == one.id


def test_one_lesson_moves_into_a_free_room_and_not_over_another(school, session, rooms):
    one, two = rooms
    first, second = planned(school, school.training_class, one, days=2)
    wish = LessonWish(second.starts_at, second.ends_at, 8, room_id=two.id)
    with pytest.raises(RulesBroken) as refused:
        change_lesson(school.work(), first.id, wish)
    assert [type(fault) for fault in refused.value.errors] == [LessonsOverlap]
    session.rollback()
    other = make_class(session, school.course)
    planned(school, other, two)
    there = LessonWish(first.starts_at, first.ends_at, 8, room_id=two.id)
    with pytest.raises(RulesBroken) as refused:
        change_lesson(school.work(), first.id, there)
    assert [type(fault) for fault in refused.value.errors] == [PlaceTaken]
    session.rollback()
    later = timedelta(days=3)
    change_lesson(
        school.work(), first.id, LessonWish(first.starts_at + later, first.ends_at + later, 8, room_id=two.id)
    )
    assert first.room_id == two.id
    assert first.booking_id is not None


def test_a_lesson_with_attendance_stays_and_one_of_another_centre_does_not_exist(school, session):
    run = make_running(school)
    run.attend()
    (lesson, *_), wish = run.lessons, LessonWish(run.lessons[0].starts_at, run.lessons[0].ends_at, 8)
    with pytest.raises(LessonHeld):
        change_lesson(school.work(), lesson.id, wish)
    other = make_school(session)
    for work, lesson_id in ((other.work(), lesson.id), (school.work(), 0)):
        with pytest.raises(NotFound):
            change_lesson(work, lesson_id, wish)
