"""What staff enter on behalf of a firm, and what the firm answers."""

from datetime import timedelta

import pytest

from services.booking.claims import claims_of
from services.booking.errors import (
    HoldLapsed,
    ReasonNeeded,
    SlotTaken,
    UnknownChoice,
)
from services.booking.models import Booking, BookingState
from services.booking.operations.changing import cancel_by_centre
from services.booking.operations.making import Wish, accept, decline, propose
from services.booking.operations.sweeping import expire_overdue
from services.core.errors import NotFound
from tests.factories.catalogue import make_resource
from tests.services.booking.conftest import NOW, Scene, make_firm, make_staff, slot


def test_staff_enter_a_booking_and_the_firm_accepts(scene: Scene):
    booking = propose(
        scene.work(scene.staff),
        module_id=scene.module.id,
        organisation_id=scene.firm.id,
        choice=slot("09:00", "10:00"),
        wish=Wish(purpose="代办"),
        booked_for_id=scene.client.person_id,
    )
    assert booking.state is BookingState.PROPOSED
    assert booking.hold_expires_at == NOW + timedelta(days=2)

    assert accept(scene.work(), booking.id).state is BookingState.CONFIRMED


def test_a_declined_proposal_owes_nothing_and_frees_the_slot(scene: Scene):
    booking = _proposed(scene)
    decline(scene.work(), booking.id, reason="时间不合适")
    scene.session.refresh(booking.order)

    assert booking.state is BookingState.CANCELLED
    assert booking.order.due_fen == 0
    assert claims_of(scene.session, booking.id) == []


def test_a_proposal_lapses_unanswered(scene: Scene):
    booking = _proposed(scene)
    late = NOW + timedelta(days=2)

    with pytest.raises(HoldLapsed):
        accept(scene.work(now=late), booking.id)
    assert expire_overdue(scene.work(now=late)) == 1
    scene.session.refresh(booking.order)
    assert booking.order.due_fen == 0


def test_an_override_needs_a_reason_and_never_takes_a_taken_slot(scene: Scene):
    scene.held()
    wish = {"module_id": scene.module.id, "organisation_id": scene.firm.id, "wish": Wish()}
    wish |= {"booked_for_id": scene.client.person_id, "overrides": True}

    with pytest.raises(ReasonNeeded):
        propose(scene.work(scene.staff), choice=slot("11:00", "12:00"), **wish)
    assert propose(scene.work(scene.staff), choice=slot("11:00", "12:00"), override_reason="急件", **wish)
    with pytest.raises(SlotTaken):
        propose(scene.work(scene.staff), choice=slot("09:00", "10:00"), override_reason="急件", **wish)


def test_another_centre_cannot_enter_a_booking_here(scene: Scene):
    stranger = make_staff(scene.session, make_resource(scene.session).provider)

    with pytest.raises(NotFound):
        _proposed(scene, stranger)


def _proposed(scene: Scene, actor=None) -> Booking:
    return propose(
        scene.work(actor or scene.staff),
        module_id=scene.module.id,
        organisation_id=scene.firm.id,
        choice=slot("09:00", "10:00"),
        wish=Wish(),
        booked_for_id=scene.client.person_id,
    )


def test_a_booking_is_entered_for_somebody_of_that_firm_only(scene: Scene):
    _, stranger = make_firm(scene.session, "示例·冬星")
    scene.client = stranger

    with pytest.raises(UnknownChoice):
        _proposed(scene)


def test_the_centre_withdraws_what_it_proposed(scene: Scene):
    booking = _proposed(scene)
    cancel_by_centre(scene.work(scene.staff), booking.id, reason="设备另有安排")
    scene.session.refresh(booking.order)

    assert (booking.state, booking.order.due_fen) == (BookingState.CANCELLED, 0)
    assert claims_of(scene.session, booking.id) == []
