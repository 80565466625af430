"""The training of the demonstration: classes in the states that are told, and everything they leave behind."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.training.models.courses import ClassState, Course, Lesson, TrainingClass
from services.training.models.outcomes import Attendance, Certificate, ClaimState, Satisfaction, SubsidyClaim
from services.training.models.registrations import Registration, RegistrationState
from services.training.queries.counting import miscounted


def classes(session: Session) -> dict[str, TrainingClass]:
    """Return the classes by course and name: KC01 A班."""
    return {f"{one.course.code} {one.name}": one for one in session.scalars(select(TrainingClass))}


def test_the_classes_stand_as_they_are_told(full: Session):
    told = {name: (one.state, one.seats_taken, one.waiting) for name, one in classes(full).items()}
    assert told == {
        "KC01 A班": (ClassState.OPEN, 14, 0),
        "KC01 B班": (ClassState.OPEN, 0, 0),
        "KC02 A班": (ClassState.OPEN, 16, 5),
        "KC03 A班": (ClassState.CLOSED, 12, 0),
        "KC05 A班": (ClassState.RUNNING, 22, 0),
        "KC06 A班": (ClassState.FINISHED, 28, 0),
        "KC08 A班": (ClassState.CLOSED, 6, 0),
        "KC09 A班": (ClassState.OPEN, 21, 0),
        "KC12 A班": (ClassState.FINISHED, 16, 0),
        "KC15 A班": (ClassState.OPEN, 40, 0),
        "KC20 A班": (ClassState.CANCELLED, 0, 0),
        "KC24 A班": (ClassState.OPEN, 43, 0),
    }
    assert not miscounted(full)
    assert full.scalar(select(func.count()).select_from(Course)) == 25


def test_the_timetable_of_a_class_has_all_hours_of_its_course(full: Session):
    hours = select(Lesson.class_id, func.sum(Lesson.hours)).group_by(Lesson.class_id)
    planned = dict(full.execute(hours).all())
    for one in classes(full).values():
        if one.state is not ClassState.CANCELLED:
            assert planned[one.id] == one.course.hours, one.no


def test_people_wait_are_offered_a_seat_pass_and_fail(full: Session):
    states = Counter(full.scalars(select(Registration.state)))
    assert states[RegistrationState.OFFERED] == 1
    assert states[RegistrationState.WAITLISTED] == 5
    assert states[RegistrationState.AWAITING_PAYMENT] >= 1
    finished = classes(full)["KC06 A班"]
    results = Counter(full.scalars(select(Registration.state).where(Registration.class_id == finished.id)))
    assert results == {RegistrationState.COMPLETED: 26, RegistrationState.NOT_COMPLETED: 2}


def test_certificates_claims_attendance_and_opinions_are_there(full: Session):
    assert full.scalar(select(func.count()).select_from(Certificate)) == 40
    claims = Counter(full.scalars(select(SubsidyClaim.state)))
    assert claims == {ClaimState.PAID: 11, ClaimState.SUBMITTED: 2, ClaimState.REFUSED: 1}
    assert full.scalar(select(func.count()).select_from(Attendance))
    assert full.scalar(select(func.count()).select_from(Satisfaction))
