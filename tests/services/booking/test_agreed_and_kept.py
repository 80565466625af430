"""What was agreed with a hold is kept, and what is closed stays closed, whatever staff change meanwhile."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.booking.availability import free_slots
from services.booking.errors import QuotaReached, TooSoon, UnderOutage
from services.booking.models import BookingEvent, BookingState
from services.booking.operations.changing import confirm, move
from services.booking.operations.making import Wish, accept, agreed_extras, agreed_quote, hold, propose, submit
from services.booking.operations.outages import enter_outage, set_capacity
from services.booking.operations.sweeping import remind
from services.booking.placement import Choice
from services.booking.rules import Span
from services.catalogue.models import BookingMode, PriceExtra
from services.core.actor import Actor
from services.core.errors import RulesBroken
from tests.factories.catalogue import make_module
from tests.services.booking.conftest import DAY, Scene, at, slot

WORKER = Actor.system("worker")


@pytest.mark.parametrize("change", ["dearer", "removed"])
def test_an_extra_costs_what_it_did_when_the_slot_was_held(scene: Scene, change: str):
    extra = PriceExtra(module_id=scene.module.id, code="x1", name="照片", amount_fen=5000)
    scene.session.add(extra)
    scene.session.flush()
    booking = hold(
        scene.work(),
        module_id=scene.module.id,
        organisation_id=scene.firm.id,
        choice=slot("09:00", "10:00"),
        wish=Wish(extras=("x1",)),
    )
    if change == "dearer":
        extra.amount_fen = 9000
    else:
        scene.session.delete(extra)
    scene.session.commit()

    assert agreed_quote(booking).due_fen == 25000
    assert agreed_extras(booking) == ["照片"]
    sent = submit(scene.work(), booking.id, Wish())
    assert sent.order is not None
    assert sent.order.due_fen == 25000


def test_a_minimum_order_entered_later_does_not_reach_a_held_slot(scene: Scene):
    booking = scene.held()
    scene.module.minimum_order_fen = 90000
    scene.session.commit()

    assert agreed_quote(booking).due_fen == 20000


def test_a_unit_added_during_an_outage_of_the_whole_resource_is_closed_too(scene: Scene):
    span = Span(at("08:30"), at("11:30"))
    enter_outage(scene.work(scene.staff), resource_id=scene.resource.id, span=span, kind="breakdown", reason="停电")
    set_capacity(scene.work(scene.staff), scene.resource.id, units=2, daily_capacity=None)

    with pytest.raises(RulesBroken) as broken:
        scene.held()
    assert [type(error) for error in broken.value.errors] == [UnderOutage]
    assert free_slots(scene.session, scene.module.id, at("00:00"), most=1)[0].starts_at == at("13:30")


def test_a_unit_taken_away_and_added_again_during_an_outage_stays_closed(scene: Scene):
    set_capacity(scene.work(scene.staff), scene.resource.id, units=2, daily_capacity=None)
    span = Span(at("08:30"), at("11:30"))
    enter_outage(scene.work(scene.staff), resource_id=scene.resource.id, span=span, kind="breakdown", reason="停电")
    set_capacity(scene.work(scene.staff), scene.resource.id, units=1, daily_capacity=None)
    set_capacity(scene.work(scene.staff), scene.resource.id, units=3, daily_capacity=None)

    assert free_slots(scene.session, scene.module.id, at("00:00"), most=1)[0].starts_at == at("13:30")


def test_a_moved_booking_is_reminded_of_its_new_time(scene: Scene):
    booking = confirm(scene.work(scene.staff), scene.requested().id)
    booking.terms = booking.terms | {"needs_approval": False}
    assert remind(scene.work(WORKER)) == 1
    assert remind(scene.work(WORKER)) == 0

    later = DAY + timedelta(days=5)
    move(scene.work(), booking.id, slot("09:00", "10:00", later))
    assert remind(scene.work(WORKER, at("12:00"))) == 0
    assert remind(scene.work(WORKER, at("12:00", later - timedelta(days=1)))) == 1
    assert remind(scene.work(WORKER, at("12:10", later - timedelta(days=1)))) == 0
    kinds = scene.session.scalars(select(BookingEvent.kind).where(BookingEvent.booking_id == booking.id)).all()
    assert kinds.count("remind_day") == 2


def test_a_project_is_promised_from_the_day_the_firm_accepts(scene: Scene):
    project = make_module(scene.session, scene.provider, booking_mode=BookingMode.PROJECT, working_days=3)
    scene.session.commit()
    booking = propose(
        scene.work(scene.staff),
        module_id=project.id,
        organisation_id=scene.firm.id,
        choice=Choice(),
        wish=Wish(),
        booked_for_id=scene.client.person_id or 0,
    )
    assert booking.promised_on == date(2026, 11, 27)

    accepted = accept(scene.work(now=scene.now + timedelta(days=1)), booking.id)
    assert accepted.state is BookingState.CONFIRMED
    assert accepted.promised_on == date(2026, 11, 30)


def test_a_batch_keeps_its_lead_time_over_midnight(scene: Scene, batch):
    module = batch()
    scene.resource.policy.lead_min = 2 * 24 * 60
    scene.session.commit()

    with pytest.raises(RulesBroken) as broken:
        scene.held(Choice(day=DAY), module=module)
    assert [type(error) for error in broken.value.errors] == [TooSoon]
    assert scene.held(Choice(day=DAY + timedelta(days=1)), module=module)


def test_the_quota_of_a_firm_counts_batches_too(scene: Scene, batch):
    module = batch()
    scene.resource.policy.quota_per_day = 1
    scene.held(Choice(day=DAY), module=module)

    with pytest.raises(RulesBroken) as broken:
        scene.held(Choice(day=DAY), module=module)
    assert [type(error) for error in broken.value.errors] == [QuotaReached]
    assert scene.held(Choice(day=DAY + timedelta(days=1)), module=module)
