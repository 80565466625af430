"""Outages over existing bookings, and capacity that shrinks."""

import pytest

from services.booking.availability import free_slots
from services.booking.claims import claims_of
from services.booking.errors import (
    DayFull,
    DecisionNeeded,
    OutageOverlaps,
    StillClaimed,
    UnderOutage,
)
from services.booking.models import BookingState
from services.booking.operations.changing import confirm, move_by_centre
from services.booking.operations.outages import Decision, Fate, end_outage, enter_outage, set_capacity
from services.booking.placement import Choice
from services.booking.rules import Span
from services.core.errors import NotFound, RulesBroken
from tests.factories.catalogue import make_module
from tests.services.booking.conftest import DAY, NOW, Scene, at, make_staff, slot

MORNING = Span(at("08:30"), at("11:30"))


def outage(scene: Scene, span: Span = MORNING, **over):
    """Enter an outage as the centre."""
    values = {"resource_id": scene.resource.id, "span": span, "kind": "breakdown", "reason": "故障"} | over
    return enter_outage(scene.work(over.pop("actor", scene.staff)), **values)


def test_an_outage_over_bookings_asks_for_a_decision_on_each(scene: Scene):
    booking = scene.requested()
    scene.session.commit()

    with pytest.raises(DecisionNeeded) as needed:
        outage(scene)
    scene.session.rollback()
    assert needed.value.values == {"count": 1}
    assert booking.state is BookingState.REQUESTED


def test_each_fate_is_carried_out_in_one_step(scene: Scene):
    moved, cancelled, later = (
        confirm(scene.work(scene.staff), scene.requested(slot(*hours)).id)
        for hours in (("08:30", "09:30"), ("09:30", "10:30"), ("10:30", "11:30"))
    )
    decisions = {
        moved.id: Decision(Fate.MOVE, slot("14:00", "15:00")),
        cancelled.id: Decision(Fate.CANCEL),
        later.id: Decision(Fate.LATER),
    }

    outage(scene, decisions=decisions)

    assert [one.state for one in (moved, cancelled, later)] == [
        BookingState.CONFIRMED,
        BookingState.CANCELLED,
        BookingState.DISPLACED,
    ]
    assert moved.starts_at == at("14:00")
    assert claims_of(scene.session, later.id) == []
    rearranged = move_by_centre(scene.work(scene.staff), later.id, slot("15:00", "16:00"), reason="改期")
    assert rearranged.state is BookingState.CONFIRMED


def test_nothing_can_be_booked_during_an_outage_until_it_ends(scene: Scene):
    closed = outage(scene)
    with pytest.raises(RulesBroken) as broken:
        scene.held()
    assert [type(error) for error in broken.value.errors] == [UnderOutage]

    end_outage(scene.work(scene.staff), closed.id)
    assert scene.held().state is BookingState.HELD


def test_one_unit_is_closed_and_the_others_stay_free(scene: Scene):
    scene.resource.units = 3
    outage(scene, unit=2)

    assert [row[1] for row in claims_of(scene.session, scene.held(slot("09:00", "10:00", quantity=2)).id)] == [1, 3]


def test_outages_do_not_overlap_each_other(scene: Scene):
    outage(scene)
    with pytest.raises(OutageOverlaps):
        outage(scene, Span(at("11:00"), at("12:00")))


def test_a_hold_gives_way_to_an_outage(scene: Scene):
    booking = scene.held()
    outage(scene)
    assert booking.state is BookingState.CANCELLED


def test_a_batch_day_is_closed_by_an_outage_and_opened_again(scene: Scene, batch):
    module = batch()
    bath = module.resources[0]
    closed = outage(scene, resource_id=bath.id)
    with pytest.raises((RulesBroken, DayFull)):
        scene.held(Choice(day=DAY), module=module)
    scene.session.rollback()
    module = make_module(scene.session, scene.provider, resources=[bath])
    closed = outage(scene, resource_id=bath.id)
    end_outage(scene.work(scene.staff), closed.id)
    assert scene.held(Choice(day=DAY), module=module)


def test_other_centres_cannot_close_this_one(scene: Scene):
    stranger = make_staff(scene.session, make_module(scene.session).provider)
    with pytest.raises(NotFound):
        enter_outage(scene.work(stranger), resource_id=scene.resource.id, span=MORNING, kind="breakdown", reason="故障")


def test_capacity_shrinks_only_as_far_as_bookings_allow(scene: Scene):
    scene.resource.units = 3
    booking = scene.requested(slot("09:00", "10:00", quantity=2))

    with pytest.raises(StillClaimed) as claimed:
        set_capacity(scene.work(scene.staff), scene.resource.id, units=1, daily_capacity=None)
    assert claimed.value.values == {"numbers": booking.no}
    assert set_capacity(scene.work(scene.staff), scene.resource.id, units=2, daily_capacity=None).units == 2


def test_a_smaller_batch_holds_for_days_that_are_begun(scene: Scene, batch):
    module = batch(daily_capacity=10)
    scene.requested(Choice(day=DAY, quantity=4), module=module)
    bath = module.resources[0]

    with pytest.raises(StillClaimed):
        set_capacity(scene.work(scene.staff), bath.id, units=1, daily_capacity=3)
    set_capacity(scene.work(scene.staff), bath.id, units=1, daily_capacity=5)
    with pytest.raises((DayFull, RulesBroken)):
        scene.held(Choice(day=DAY, quantity=2), module=module)


def test_free_slots_leave_out_outages_and_what_is_taken(scene: Scene):
    outage(scene)
    scene.requested(slot("13:30", "14:00"))

    found = free_slots(scene.session, scene.module.id, at("00:00"), most=2)
    assert [one.starts_at for one in found] == [at("14:00"), at("14:30")]
    assert free_slots(scene.session, scene.module.id, NOW, most=1)[0].starts_at > NOW
