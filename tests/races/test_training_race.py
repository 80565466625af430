"""The last seats of a class: taken once each, whoever comes at the same moment, and given on in the order of the list."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.core import clock
from services.training.models.registrations import Registration, RegistrationState
from services.training.queries.counting import miscounted
from tests.factories.training import School, make_school
from tests.races.arena import Arena, Crowd
from tests.races.training_contenders import (
    counts_then_writes,
    registers,
    registers_in_a_snapshot,
    registers_or_withdraws,
)

pytestmark = [pytest.mark.race, pytest.mark.both_databases, pytest.mark.timeout(7200)]

S = RegistrationState
PROCESSES, THREADS = 4, 8
CROWD = PROCESSES * THREADS
SEATS = 12


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session, capacity=SEATS)


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    crowd = Crowd(PROCESSES, THREADS)
    yield crowd
    crowd.close()


@pytest.fixture
def arena(crowd: Crowd, database_url: str, school: School) -> Iterator[Arena]:
    arena = Arena(crowd, database_url)
    yield arena
    arena.close()


def tasks_of(school: School, how_many: int = CROWD) -> list[dict]:
    """Return one worker for each contender."""
    found = []
    for _ in range(how_many):
        trainee, actor = school.worker()
        found.append(
            {
                "person": actor.person_id,
                "trainee": trainee.id,
                "class": school.training_class.id,
                "now": clock.now(),
            }
        )
    return found


def places(session: Session) -> list[int | None]:
    """Return the places on the waiting list, in order."""
    session.rollback()
    statement = select(Registration.place).where(Registration.state == S.WAITLISTED).order_by(Registration.place)
    return list(session.scalars(statement))


def seated(session: Session) -> int:
    """Count the registrations that hold a seat."""
    session.rollback()
    return session.scalar(select(func.count()).where(Registration.holds_seat)) or 0


def test_the_last_seats_are_taken_once_each_and_the_rest_waits_in_order(arena: Arena, school: School, session: Session):
    outcomes = arena.round(registers, tasks_of(school), "training_class")

    assert outcomes == {"confirmed": SEATS, "waitlisted": CROWD - SEATS}
    assert seated(session) == SEATS
    assert places(session) == list(range(1, CROWD - SEATS + 1))
    assert miscounted(session) == []


@pytest.mark.postgresql_only
def test_a_snapshot_as_old_as_the_transaction_sells_no_seat_twice(arena: Arena, school: School, session: Session):
    outcomes = arena.round(registers_in_a_snapshot, tasks_of(school), "training_class")

    assert outcomes == {"confirmed": SEATS, "waitlisted": CROWD - SEATS}
    assert seated(session) == SEATS
    assert places(session) == list(range(1, CROWD - SEATS + 1))
    assert miscounted(session) == []


def test_each_seat_given_back_goes_to_the_first_who_waits(arena: Arena, school: School, session: Session):
    leaving = [school.enrolled() for _ in range(SEATS)][: CROWD // 4]
    waiting = school.enrol(CROWD // 4)
    tasks = [
        {"registration": registration.id, "person": actor.person_id, "now": clock.now()}
        for registration, actor in leaving
    ]
    tasks += tasks_of(school, CROWD - len(tasks))

    outcomes = arena.round(registers_or_withdraws, tasks, "training_class")

    session.rollback()
    assert outcomes == {"withdrawn": CROWD // 4, "waitlisted": CROWD - CROWD // 4}
    assert [one.state for one in waiting] == [S.OFFERED] * len(waiting)
    assert seated(session) == SEATS
    assert miscounted(session) == []


def test_without_the_counter_more_seats_are_sold_than_there_are(arena: Arena, school: School, session: Session):
    outcomes = arena.round(counts_then_writes, tasks_of(school), "registration")

    assert outcomes["confirmed"] > SEATS
    assert seated(session) > SEATS
    assert len(miscounted(session)) == 1, "and the reconciler says so"
