"""The last seats of a class: taken once each, whoever comes at the same moment, and given on in the order of the list."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.operations.registering import register
from services.training.queries.counting import miscounted
from tests.factories.training import School, make_class, make_school
from tests.races.arena import Arena, Contender, Crowd
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
LEAVE = CROWD // 4


@pytest.fixture
def school(session: Session) -> School:
    return make_school(session)


@pytest.fixture
def workers(school: School) -> list[tuple[Trainee, Actor]]:
    """Return those who have a seat, those who wait and those who come, for every round anew."""
    return [school.worker() for _ in range(SEATS + CROWD)]


@pytest.fixture
def rounds(race_rounds: int) -> int:
    """Return how often a race is run; a round of it is long."""
    return race_rounds // 5


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


def new_class(school: School, **over) -> TrainingClass:
    """Make the class of a round."""
    made = make_class(school.session, school.course, capacity=SEATS, **over)
    school.session.commit()
    return made


def tasks_of(one: TrainingClass, workers: list[tuple[Trainee, Actor]]) -> list[dict]:
    """Return what each contender wants: to register for a class."""
    now = clock.now()
    return [
        {"person": actor.person_id, "trainee": trainee.id, "class": one.id, "now": now} for trainee, actor in workers
    ]


def places(session: Session, one: TrainingClass) -> list[int | None]:
    """Return the places on the waiting list of a class, in order."""
    waiting = (Registration.class_id == one.id) & (Registration.state == S.WAITLISTED)
    return list(session.scalars(select(Registration.place).where(waiting).order_by(Registration.place)))


def seated(session: Session, one: TrainingClass) -> int:
    """Count the registrations that hold a seat of a class."""
    session.rollback()
    return session.scalar(select(func.count()).where(Registration.class_id == one.id, Registration.holds_seat)) or 0


@dataclass
class Field:
    """What the races of a test are run with."""

    arena: Arena
    school: School
    workers: list[tuple[Trainee, Actor]]
    rounds: int

    def race(self, contender: Contender, waiting_limit: int | None = None) -> None:
        """Let a crowd come for the seats of one class after another, and look that none was taken twice."""
        waits = CROWD - SEATS if waiting_limit is None else waiting_limit
        told = Counter(confirmed=SEATS, waitlisted=waits, full=CROWD - SEATS - waits)
        session = self.school.session
        for _ in range(self.rounds):
            one = new_class(self.school, waiting_limit=waiting_limit)
            outcomes = self.arena.round(contender, tasks_of(one, self.workers[:CROWD]), "training_class")

            assert Counter(outcomes) == told
            assert seated(session, one) == SEATS
            assert places(session, one) == list(range(1, waits + 1))
        assert miscounted(session) == []


@pytest.fixture
def field(arena: Arena, school: School, workers, rounds: int) -> Field:
    return Field(arena, school, workers, rounds)


def test_the_last_seats_are_taken_once_each_and_the_rest_waits_in_order(field: Field):
    """Event Espresso #109, Rock #2510, simple-courses #197, verbb #129: more places are sold than there are."""
    field.race(registers)


def test_no_more_join_the_waiting_list_than_may(field: Field):
    """alf.io #201: the list has no end."""
    field.race(registers, waiting_limit=5)


@pytest.mark.postgresql_only
def test_a_snapshot_as_old_as_the_transaction_sells_no_seat_twice(field: Field):
    field.race(registers_in_a_snapshot)


def test_each_seat_given_back_goes_to_the_first_who_waits(field: Field, session: Session):
    school, workers = field.school, field.workers
    for _ in range(field.rounds):
        one = new_class(school)
        known = [register(school.work(actor), one.id, trainee) for trainee, actor in workers[: SEATS + LEAVE]]
        waiting, newcomers = known[SEATS:], workers[SEATS + LEAVE :]
        tasks = [
            {"registration": known[number].id, "person": workers[number][1].person_id, "now": clock.now()}
            for number in range(LEAVE)
        ]
        session.commit()

        outcomes = field.arena.round(registers_or_withdraws, tasks + tasks_of(one, newcomers), "training_class")

        assert outcomes == {"withdrawn": LEAVE, "waitlisted": len(newcomers)}
        assert seated(session, one) == SEATS
        assert [other.state for other in waiting] == [S.OFFERED] * len(waiting)
    assert miscounted(session) == []


def test_without_the_counter_more_seats_are_sold_than_there_are(
    arena: Arena, school: School, workers, session: Session
):
    one = new_class(school)
    outcomes = arena.round(counts_then_writes, tasks_of(one, workers[:CROWD]), "registration")

    assert outcomes["confirmed"] > SEATS
    assert seated(session, one) > SEATS
    assert len(miscounted(session)) == 1, "and the reconciler says so"
