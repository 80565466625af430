"""Closing and shrinking a resource while somebody books or cancels at the same moment."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.booking.errors import DayFull, DecisionNeeded, SlotTaken
from services.booking.models import BatchClaim, BookingState, Claim, Outage
from services.booking.operations.changing import cancel, check_in, complete, confirm
from services.booking.operations.making import hold
from services.booking.operations.outages import Decision, Fate, enter_outage, set_capacity
from services.booking.placement import Choice
from services.booking.rules import Span
from services.core.actor import Actor
from services.core.errors import ServiceError
from services.core.work import Work, working
from tests.services.booking.conftest import DAY, NOW, Scene, at, slot

MORNING = Span(at("08:30"), at("11:30"))
BLOCKED = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


class Rival:
    """Somebody who acts in a transaction of his own until another one holds him up."""

    def __init__(self, engine: Engine, actor: Actor, act: Callable[[Work], object]) -> None:
        self.error: BaseException | None = None
        self._engine, self._actor, self._act = engine, actor, act
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        with engine.connect() as connection:
            for _ in range(500):
                if connection.scalar(BLOCKED) or not self._thread.is_alive():
                    break
                connection.rollback()
                time.sleep(0.01)
        self.waited = self._thread.is_alive()

    def _run(self) -> None:
        try:
            with Session(self._engine) as session, working(session, self._actor, now=NOW) as work:
                self._act(work)
        except (ServiceError, SQLAlchemyError) as error:
            self.error = error

    def outcome(self) -> BaseException | None:
        self._thread.join(30)
        assert self.waited
        return self.error


@pytest.mark.postgresql_only
def test_a_unit_is_not_taken_while_it_is_taken_away(scene: Scene, engine: Engine):
    scene.resource.units = 2
    scene.held()
    scene.session.commit()
    module_id, firm_id = scene.module.id, scene.firm.id

    set_capacity(scene.work(scene.staff), scene.resource.id, units=1, daily_capacity=None)
    scene.session.flush()
    choice = slot("09:00", "10:00")
    rival = Rival(
        engine, scene.client, lambda work: hold(work, module_id=module_id, organisation_id=firm_id, choice=choice)
    )
    scene.session.commit()

    assert isinstance(rival.outcome(), SlotTaken)
    assert scene.session.scalars(select(Claim.unit)).all() == [1]


@pytest.mark.postgresql_only
def test_a_day_is_not_closed_over_a_batch_that_came_this_moment(scene: Scene, batch, engine: Engine):
    module = batch()
    bath_id = module.resources[0].id

    scene.held(Choice(day=DAY), module=module)  # the day has its row already
    scene.session.commit()
    scene.requested(Choice(day=DAY), module=module)
    rival = Rival(
        engine,
        scene.staff,
        lambda work: enter_outage(work, resource_id=bath_id, span=MORNING, kind="breakdown", reason="故障"),
    )
    scene.session.commit()

    assert isinstance(rival.outcome(), DecisionNeeded)
    assert scene.session.scalars(select(Outage)).all() == []


@pytest.mark.postgresql_only
def test_a_day_is_begun_with_the_capacity_that_was_entered_this_moment(scene: Scene, batch, engine: Engine):
    module = batch(daily_capacity=10)
    module_id, firm_id = module.id, scene.firm.id

    set_capacity(scene.work(scene.staff), module.resources[0].id, units=1, daily_capacity=3)
    scene.session.flush()
    choice = Choice(day=DAY, quantity=5)
    rival = Rival(
        engine, scene.client, lambda work: hold(work, module_id=module_id, organisation_id=firm_id, choice=choice)
    )
    scene.session.commit()

    assert isinstance(rival.outcome(), DayFull)
    assert scene.session.scalars(select(BatchClaim)).all() == []


@pytest.mark.postgresql_only
def test_an_outage_takes_no_offence_at_a_booking_cancelled_this_moment(scene: Scene, engine: Engine):
    booking = scene.requested()
    scene.session.commit()
    resource_id, decisions = scene.resource.id, {booking.id: Decision(Fate.LATER)}

    cancel(scene.work(), booking.id)
    scene.session.flush()
    rival = Rival(
        engine,
        scene.staff,
        lambda work: enter_outage(
            work, resource_id=resource_id, span=MORNING, kind="breakdown", reason="故障", decisions=decisions
        ),
    )
    scene.session.commit()

    assert rival.outcome() is None
    scene.session.refresh(booking)
    assert booking.state is BookingState.CANCELLED


def test_what_was_completed_early_does_not_keep_the_instrument_from_being_closed(scene: Scene):
    booking = confirm(scene.work(scene.staff), scene.requested().id)
    check_in(scene.work(scene.staff, at("09:00")), booking.id)
    complete(scene.work(scene.staff, at("09:20")), booking.id, delivery_note="")

    closed = enter_outage(
        scene.work(scene.staff, at("09:30")),
        resource_id=scene.resource.id,
        span=Span(at("09:30"), at("11:30")),
        kind="breakdown",
        reason="故障",
    )

    claims = scene.session.execute(select(Claim.booking_id, Claim.busy_from, Claim.busy_to).order_by(Claim.id)).all()
    assert claims == [(booking.id, at("09:00"), at("09:30")), (None, closed.starts_at, closed.ends_at)]


def test_a_batch_day_with_completed_work_can_be_closed(scene: Scene, batch):
    module = batch()
    booking = confirm(scene.work(scene.staff), scene.requested(Choice(day=DAY), module=module).id)
    check_in(scene.work(scene.staff, at("09:00")), booking.id)
    complete(scene.work(scene.staff, at("09:20")), booking.id, delivery_note="")

    span = Span(at("09:30"), at("11:30"))
    work = scene.work(scene.staff, at("09:30") + timedelta(minutes=1))
    assert enter_outage(work, resource_id=module.resources[0].id, span=span, kind="breakdown", reason="故障")
