"""What the tables of the training refuse by themselves, whoever writes to them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.core import clock
from services.training.models.courses import ClassState, TrainingClass
from services.training.models.outcomes import (
    Assessment,
    Attendance,
    AttendanceChange,
    Certificate,
    CertificateState,
    ClaimState,
    Part,
    Presence,
    SignMethod,
    SubsidyClaim,
)
from services.training.models.registrations import Registration, RegistrationState, SeatOffer
from services.training.operations.attending import Mark, call_the_roll
from services.training.operations.certifying import issue_certificate
from services.training.operations.registering import withdraw
from services.training.operations.subsidies import list_class
from tests.factories.training import School, make_school
from tests.factories.training_held import at, attend_all, graduate, make_held

S = RegistrationState


@pytest.fixture
def school(session) -> School:
    """Return a school whose class has begun."""
    return make_held(session)


@pytest.fixture
def open_school(session) -> School:
    """Return a school whose class is open for registration."""
    return make_school(session, capacity=4)


def refused(session, statement) -> None:
    """Expect that the database refuses a statement, and leave everything as it was."""
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(statement)
    session.expire_all()


def allowed(session, statement) -> None:
    with session.begin_nested():
        session.execute(statement)
    session.expire_all()


def columns_of(one, **over) -> dict:
    known = {column.name: getattr(one, column.name) for column in type(one).__table__.columns if column.name != "id"}
    return known | over


# The roster ---------------------------------------------------------------------------------------------------------


def of_person(registration: Registration, **over):
    return update(Registration).where(Registration.id == registration.id).values(**over)


def test_the_roster_is_fixed_once_the_class_has_begun(school, session):
    (first, _), (stranger, _) = school.first, school.worker()
    refused(session, insert(Registration).values(columns_of(first, no="PX-LATE", trainee_id=stranger.id)))
    refused(session, of_person(first, trainee_id=stranger.id))


@pytest.mark.parametrize("state", [S.REJECTED, S.WITHDRAWN, S.LAPSED, S.CANCELLED])
def test_what_has_ended_stays_ended(open_school, session, state):
    (registration,) = open_school.enrol()
    allowed(session, of_person(registration, state=state, holds_seat=False, expires_at=None))
    refused(session, of_person(registration, state=S.CONFIRMED, holds_seat=True))


def test_a_company_never_comes_to_hold_more_seats_than_one_may(open_school, session):
    firm, actor = open_school.firm()
    one, other = open_school.sent(firm, actor), open_school.sent(firm, actor)
    allowed(session, update(TrainingClass).values(company_cap=2))
    stranger, _ = open_school.worker()
    refused(session, insert(Registration).values(columns_of(one, no="PX-MORE", trainee_id=stranger.id)))
    withdraw(open_school.work(actor), other.id)
    assert open_school.sent(firm, actor).holds_seat, "one has left"


def test_nobody_joins_a_waiting_list_that_is_full(open_school, session):
    one, *_, waiting = open_school.enrol(5)
    allowed(session, update(TrainingClass).values(waiting_limit=1))
    stranger, _ = open_school.worker()
    refused(session, insert(Registration).values(columns_of(waiting, no="PX-MORE", trainee_id=stranger.id, place=2)))
    refused(session, of_person(one, state=S.WAITLISTED, holds_seat=False, place=2))
    refused(session, update(TrainingClass).values(waiting_limit=-1))
    allowed(session, update(TrainingClass).values(waiting_limit=2))
    allowed(session, insert(Registration).values(columns_of(waiting, no="PX-MORE", trainee_id=stranger.id, place=2)))


def test_nobody_has_two_offers_at_once(open_school, session):
    (registration,) = open_school.enrol()
    until = clock.now() + timedelta(hours=1)
    offer = {"registration_id": registration.id, "sent_at": clock.now(), "expires_at": until}
    allowed(session, insert(SeatOffer).values(token_hash="a", **offer))
    refused(session, insert(SeatOffer).values(token_hash="b", **offer))


# Attendance ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def attended(school, session):
    """Return the condition that finds a confirmed attendance."""
    registration, _ = school.first
    with at(school.lessons[0].ends_at):
        call_the_roll(school.work(), school.lessons[0].id, {registration.id: Mark(Presence.ABSENT)})
    session.commit()
    return (Attendance.registration_id == registration.id) & (Attendance.lesson_id == school.lessons[0].id)


def test_an_attendance_says_what_was_last_written_down_of_it(attended, session):
    refused(session, update(Attendance).where(attended).values(presence=Presence.PRESENT, minutes=480))
    refused(session, update(Attendance).where(attended).values(minutes=480))
    refused(session, update(Attendance).where(attended).values(confirmed_at=None))
    refused(session, delete(Attendance).where(attended))


def test_what_was_confirmed_changes_for_a_reason(attended, school, session):
    change = {
        "lesson_id": school.lessons[0].id,
        "registration_id": school.first[0].id,
        "at": clock.now(),
        "method": SignMethod.TEACHER,
        "after": Presence.PRESENT,
        "minutes": 480,
    }
    refused(session, insert(AttendanceChange).values(**change, reason=""))
    allowed(session, insert(AttendanceChange).values(**change, reason="看错了人"))
    allowed(session, update(Attendance).where(attended).values(presence=Presence.PRESENT, minutes=480))


# The examination ----------------------------------------------------------------------------------------------------


def score(school: School, attempt: int, points: int):
    """Return the statement that enters a score of the first person."""
    return insert(Assessment).values(
        registration_id=school.first[0].id,
        part=Part.THEORY,
        attempt=attempt,
        score=points,
        examined_on=clock.local_day(clock.now()),
        examiner_id=school.trainer.person_id,
        entered_at=clock.now(),
        note="",
    )


def test_whoever_attended_too_little_makes_no_attempt(school, session):
    refused(session, score(school, 1, 90))
    registration, lesson = school.first[0], school.lessons[0]
    with at(lesson.ends_at):
        call_the_roll(school.work(), lesson.id, {registration.id: Mark(Presence.PRESENT)})
    refused(session, score(school, 1, 90))
    lesson = school.lessons[1]
    with at(lesson.ends_at):
        call_the_roll(school.work(), lesson.id, {registration.id: Mark(Presence.LATE, 287)})
    refused(session, score(school, 1, 90))
    with at(lesson.ends_at):
        call_the_roll(school.work(), lesson.id, {registration.id: Mark(Presence.LATE, 288)}, reason="正好八成")
    allowed(session, score(school, 1, 90))


def test_attempts_follow_one_another_until_one_is_passed(school, session):
    attend_all(school, school.first[0])
    refused(session, score(school, 2, 50))
    allowed(session, score(school, 1, 59))
    refused(session, score(school, 1, 70))
    allowed(session, score(school, 2, 60))
    refused(session, score(school, 3, 100))


def test_nobody_is_examined_outside_a_running_class(school, session):
    attend_all(school, school.first[0])
    allowed(session, update(TrainingClass).values(state=ClassState.FINISHED))
    refused(session, score(school, 1, 90))


# Certificates and claims --------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(school, session) -> Certificate:
    """Return the certificate of the first person; the second never came."""
    school.training_class.fee_fen = 98000
    graduate(school, school.first[0])
    issued = issue_certificate(school.work(), school.first[0].id)
    session.commit()
    return issued


def of_certificate(certificate: Certificate, **over):
    return update(Certificate).where(Certificate.id == certificate.id).values(**over)


def another(certificate: Certificate, **over):
    return insert(Certificate).values(columns_of(certificate, no="PXZS-2026-99999", token="t") | over)


def test_a_certificate_is_that_of_a_completed_course(school, session, certificate):
    refused(session, another(certificate, registration_id=school.second[0].id))
    refused(session, another(certificate))


def test_a_certificate_that_was_revoked_stays_so(school, session, certificate):
    refused(session, of_certificate(certificate, valid_until=None))
    allowed(session, of_certificate(certificate, state=CertificateState.REVOKED, state_reason="误发"))
    refused(session, of_certificate(certificate, state=CertificateState.ISSUED))
    refused(session, of_certificate(certificate, state_reason="改写"))
    refused(session, another(certificate, state=CertificateState.ISSUED, replaces_id=certificate.id))


def test_a_claim_rests_on_a_certificate_and_a_fee_and_is_decided_once(school, session, certificate):
    list_class(school.work(), school.training_class.id)
    claim = session.scalars(select(SubsidyClaim)).one()
    session.commit()

    def changed(**over):
        return update(SubsidyClaim).where(SubsidyClaim.id == claim.id).values(**over)

    refused(session, insert(SubsidyClaim).values(columns_of(claim)))
    refused(session, changed(amount_fen=1))
    refused(session, changed(state=ClaimState.PAID))
    refused(session, changed(state=ClaimState.REFUSED, state_reason=""))
    refused(session, delete(SubsidyClaim))
    twin = columns_of(claim)
    allowed(session, changed(state=ClaimState.REFUSED, state_reason="材料不全"))
    refused(session, changed(state=ClaimState.LISTED))
    refused(session, insert(SubsidyClaim).values(twin | {"amount_fen": 98001}))
    refused(session, insert(SubsidyClaim).values(twin | {"trainee_id": school.second[0].trainee_id}))
    allowed(session, insert(SubsidyClaim).values(twin))
    allowed(session, of_certificate(certificate, state=CertificateState.REVOKED, state_reason="误发"))
    assert session.get_one(SubsidyClaim, claim.id).state is ClaimState.REFUSED
