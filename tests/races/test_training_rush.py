"""Opening day over real HTTP, through the released command: no seat twice, nobody out of turn, no error."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import Settings
from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, RegistrationState, SeatOffer
from services.training.queries.counting import miscounted
from tests.factories.training import School, make_class, make_school
from tests.races.rush import COMMAND, TOGETHER, UNGUARDED, is_registration, running, rush, signed_in

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]

S = RegistrationState


@pytest.fixture
def size(request: pytest.FixtureRequest) -> tuple[int, int, float]:
    """Return how many people come for how many seats within how many seconds."""
    return (300, 30, 10.0) if request.config.getoption("--long") else (16, 4, 0.2)


@pytest.fixture
def school(session: Session, size) -> School:
    return make_school(session, capacity=size[1])


def registrations(session: Session, one: TrainingClass) -> list[Registration]:
    """Return the registrations for a class in the order in which the database took them."""
    session.rollback()
    statement = select(Registration).where(Registration.class_id == one.id).order_by(Registration.id)
    return list(session.scalars(statement))


@pytest.mark.both_databases
def test_every_seat_is_taken_once_in_order_also_while_a_third_leaves(
    app: Flask, session: Session, school: School, settings: Settings, size
):
    """EMF #879, #895, #1901; Hi.Events #178; WordCamp #1303: on the opening day requests time out and baskets are lost."""
    how_many, seats, seconds = size
    stayed, left = school.training_class, make_class(session, school.course, capacity=seats)
    people = signed_in(app, session, how_many)
    with running(COMMAND, settings) as port:
        landed = rush(port, stayed.no, people, seconds)
        landed += rush(port, left.no, people, seconds, leaving=3)

    assert all(is_registration(one) for one in landed)
    assert set(Counter(status for one in people for status in one.statuses)) == {200, 303}
    assert miscounted(session) == []
    nobody_was_seated_twice_or_out_of_turn(registrations(session, stayed), seats)
    each_seat_given_back_went_to_the_first_who_waited(session, registrations(session, left), seats)


def nobody_was_seated_twice_or_out_of_turn(found: list[Registration], seats: int) -> None:
    waiting = len(found) - seats
    assert [one.state for one in found] == [S.CONFIRMED] * seats + [S.WAITLISTED] * waiting
    assert [one.place for one in found[seats:]] == list(range(1, waiting + 1))


def each_seat_given_back_went_to_the_first_who_waited(session: Session, found: list[Registration], seats: int) -> None:
    states = Counter(one.state for one in found)
    assert states[S.WITHDRAWN] == -(-len(found) // 3)
    assert states[S.CONFIRMED] + states[S.OFFERED] == seats
    assert set(states) <= {S.CONFIRMED, S.OFFERED, S.WITHDRAWN, S.WAITLISTED}
    promoted = [one.place for one in found if one.state is S.OFFERED]
    waiting = [one.place for one in found if one.state is S.WAITLISTED]
    assert max(promoted, default=0) < min(waiting), "nobody was promoted past somebody who came before"
    listed = [one.place for one in found if one.place]
    assert listed == list(range(1, len(listed) + 1))
    offers = session.scalars(select(SeatOffer.registration_id).where(SeatOffer.result.is_(None))).all()
    assert sorted(offers) == sorted(one.id for one in found if one.state is S.OFFERED), "and nobody twice"


def test_without_the_guard_more_seats_are_sold_than_there_are(app: Flask, session: Session, settings: Settings):
    one = make_school(session, capacity=1).training_class
    people = signed_in(app, session, TOGETHER)
    with running(UNGUARDED, settings) as port:
        rush(port, one.no, people, 0.0)

    confirmed = [found for found in registrations(session, one) if found.state is S.CONFIRMED]
    assert len(confirmed) > one.capacity
    assert len(miscounted(session)) == 1, "and the reconciler says so"
