"""Exactly one booking each, whatever comes together; and a control that oversells when the guard is taken out."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.booking.models import BatchDay, Booking, BookingState, Claim
from services.booking.operations.making import Wish, hold, submit
from services.booking.placement import Choice
from services.catalogue.models import (
    BookingMode,
    CapacityKind,
    ModuleKind,
    ModuleResource,
    PriceUnit,
    Resource,
    ServiceModule,
)
from services.core import clock
from services.core.work import Work, working
from tests.factories.catalogue import make_module, make_policy, make_provider, make_resource, open_weekly
from tests.races.arena import Arena, Crowd
from tests.races.contenders import actor_of, holds, looks_then_writes, moves, sends_or_expires
from tests.services.booking.conftest import make_firm

pytestmark = [pytest.mark.race, pytest.mark.both_databases, pytest.mark.timeout(7200)]

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
FIRST = clock.at(date(2026, 11, 25), 0)
HALF_HOUR = timedelta(minutes=30)
PROCESSES, THREADS = 4, 16
BATHS = 3  # a day can be booked at most 400 days ahead, and each round has a day of a bath for itself


class Ring:
    """Two instruments, some baths, modules on them, and 64 firms that want the same."""

    def __init__(self, session: Session, hours: str = "00:00-24:00") -> None:
        self.session = session
        self.provider = make_provider(session)
        policy = make_policy(
            session,
            self.provider,
            lead_min=0,
            horizon_days=400,
            maximum_min=1440,
            needs_approval=False,
            free_cancel_hours=0,
        )
        self.resources = [make_resource(session, self.provider, policy=policy, crosses_midnight=True) for _ in range(2)]
        self.baths = [
            make_resource(
                session,
                self.provider,
                policy=policy,
                capacity_kind=CapacityKind.BATCH,
                daily_capacity=3,
                crosses_midnight=True,
            )
            for _ in range(BATHS)
        ]
        for resource in [*self.resources, *self.baths]:
            open_weekly(session, resource, hours, range(7))
        self.one = self._module([self.resources[0]])
        self.forth = self._module(self.resources, both=True)
        self.back = self._module(self.resources[::-1], both=True)
        self.batches = [make_module(session, self.provider, resources=[bath]) for bath in self.baths]
        firms = [make_firm(session, f"示例·{number}号厂") for number in range(PROCESSES * THREADS)]
        self.people = [{"firm": firm.id, "person": client.person_id, "now": NOW} for firm, client in firms]
        session.commit()

    def _module(self, resources: list[Resource], *, both: bool = False) -> ServiceModule:
        module = make_module(
            self.session,
            self.provider,
            kind=ModuleKind.MACHINE_HOUR,
            booking_mode=BookingMode.SLOT,
            resources=resources,
            working_days=None,
            price={"unit": PriceUnit.HOUR, "urgent_percent": None},
        )
        if both:
            for number, resource in enumerate(resources, start=1):
                self.session.get_one(ModuleResource, (module.id, resource.id)).group_no = number
            self.session.flush()
        return module

    def slot(self, number: int) -> dict:
        """Return a half hour of its own for each round, three a day in the first hour and a half."""
        start = FIRST + timedelta(days=number // 3) + number % 3 * HALF_HOUR
        return {"starts_at": start, "ends_at": start + HALF_HOUR}

    def tasks(self, module: ServiceModule, choice: dict, **more) -> list[dict]:
        """Return one task for each firm: the same choice of the same module."""
        return [person | {"module": module.id, "choice": choice} | more for person in self.people]

    def held(self, number: int) -> Booking:
        """Hold the slot of a round for the first firm, until a quarter of an hour after NOW."""
        with working(self.session, actor_of(self.people[0]), now=NOW) as work:
            return self.held_in(work, number)

    def held_in(self, work: Work, number: int) -> Booking:
        """Hold the slot of a round inside ``work``."""
        choice = Choice(**self.slot(number))
        return hold(work, module_id=self.one.id, organisation_id=self.people[0]["firm"], choice=choice)


@pytest.fixture
def ring(session: Session) -> Ring:
    """Return a ring with few hours a day, since every loser is told which of them are still free."""
    return Ring(session, "00:00-01:30")


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    crowd = Crowd(PROCESSES, THREADS)
    yield crowd
    crowd.close()


@pytest.fixture
def arena(crowd: Crowd, database_url: str, ring: Ring) -> Iterator[Arena]:
    arena = Arena(crowd, database_url)
    yield arena
    arena.close()


def live_claims(session: Session, choice: dict) -> int:
    """Count the claims that overlap a choice, on all resources."""
    session.rollback()
    statement = select(func.count()).where(Claim.busy_from < choice["ends_at"], Claim.busy_to > choice["starts_at"])
    return session.scalar(statement) or 0


def test_one_slot_is_booked_once(arena: Arena, ring: Ring, session: Session, race_rounds: int):
    for number in range(race_rounds):
        outcomes = arena.round(holds, ring.tasks(ring.one, ring.slot(number)))

        assert outcomes == {"won": 1, "lost": 63}
        assert live_claims(session, ring.slot(number)) == 1


def test_the_last_unit_of_a_day_is_taken_once(arena: Arena, ring: Ring, session: Session, race_rounds: int):
    for number in range(race_rounds):
        days, bath = divmod(number, BATHS)
        key = (ring.baths[bath].id, date(2026, 11, 25) + timedelta(days=days))
        session.add(BatchDay(resource_id=key[0], day=key[1], capacity=3, used=2))
        session.commit()
        outcomes = arena.round(holds, ring.tasks(ring.batches[bath], {"day": key[1]}), table="batch_day")

        assert outcomes == {"won": 1, "lost": 63}
        session.rollback()
        assert session.get_one(BatchDay, key).used == 3


def test_the_last_seats_are_taken_once_each(arena: Arena, ring: Ring, session: Session, race_rounds: int):
    ring.resources[0].units = 3
    session.commit()
    for number in range(race_rounds):
        outcomes = arena.round(holds, ring.tasks(ring.one, ring.slot(number)))

        assert outcomes == {"won": 3, "lost": 61}
        assert live_claims(session, ring.slot(number)) == 3


def test_two_resources_in_opposite_orders_never_deadlock(arena: Arena, ring: Ring, session: Session, race_rounds: int):
    for number in range(race_rounds):
        tasks = ring.tasks(ring.forth, ring.slot(number))
        for task in tasks[::2]:
            task["module"] = ring.back.id
        outcomes = arena.round(holds, tasks)

        assert outcomes == {"won": 1, "lost": 63}
        assert live_claims(session, ring.slot(number)) == 2


def test_a_hold_is_sent_or_lapses_and_never_both(arena: Arena, ring: Ring, session: Session, race_rounds: int):
    for number in range(race_rounds):
        booking_id = ring.held(number).id
        limit = NOW + timedelta(minutes=15)
        tasks = ring.tasks(ring.one, ring.slot(number), booking=booking_id, part="hold")
        for place, task in enumerate(tasks):
            task["now"] = limit + timedelta(seconds=1)
            if place < 16:
                task.update(ring.people[0], part="send", now=limit - timedelta(seconds=1))
            elif place < 32:
                task["part"] = "expire"
        outcomes = arena.round(sends_or_expires, tasks, table="booking")

        session.rollback()
        state = session.scalar(select(Booking.state).where(Booking.id == booking_id))
        assert set(outcomes) <= {"send", "hold", "expired", "send lost", "hold lost", "not expired"}
        assert outcomes["send"] + outcomes["hold"] == 1, outcomes
        assert (state is BookingState.CONFIRMED) == (outcomes["send"] == 1)
        assert live_claims(session, ring.slot(number)) == 1


def test_two_firms_change_places_without_a_double_booking(arena: Arena, ring: Ring, session: Session):
    for number in range(0, 20, 2):
        bookings = []
        for offset in (0, 1):
            with working(session, actor_of(ring.people[0]), now=NOW) as work:
                bookings.append(submit(work, ring.held_in(work, number + offset).id, Wish()).id)
        tasks = [
            ring.people[0] | {"booking": booking, "choice": ring.slot(number + 1 - place)}
            for place, booking in enumerate(bookings)
        ]
        outcomes = arena.round(moves, tasks)

        assert set(outcomes) <= {"won", "lost", "to be tried again"}
        session.rollback()
        rows = session.execute(select(Claim.busy_from, func.count()).group_by(Claim.busy_from)).all()
        assert all(count == 1 for _, count in rows)
        assert session.scalar(select(func.count()).where(Claim.booking_id.in_(bookings))) == 2


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_the_database_itself_holds_the_slot(
    arena: Arena, ring: Ring, session: Session, unguard: Callable[[], None], guarded: bool
):
    if not guarded:
        unguard()
    tasks = ring.tasks(ring.one, ring.slot(0), resource=ring.resources[0].id, provider=ring.provider.id)
    arena.round(looks_then_writes, tasks)

    taken = live_claims(session, ring.slot(0))
    assert taken == 1 if guarded else taken > 1
