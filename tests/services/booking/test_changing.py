"""Confirming, declining, moving, cancelling, coming, not coming."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.booking.claims import claims_of
from services.booking.errors import (
    DayFull,
    NotBookable,
    NothingToMove,
    NotMissedYet,
    OtherLength,
    PrepaymentNeeded,
    ReasonNeeded,
    SlotTaken,
    TooLateToMove,
)
from services.booking.models import BatchDay, BookingEvent, BookingState
from services.booking.operations import changing
from services.booking.operations.changing import (
    cancel,
    cancel_by_centre,
    check_in,
    complete,
    confirm,
    cost_of_cancelling,
    miss,
    move,
    move_by_centre,
    reject,
)
from services.booking.operations.sweeping import remind
from services.booking.placement import Choice
from services.booking.rules import TRANSITIONS
from services.catalogue.models import BookingMode, ModuleState
from services.core.errors import NotFound, RulesBroken, WrongState
from services.core.outbox import OutboxTask
from tests.factories.catalogue import make_module
from tests.services.booking.conftest import DAY, NOW, Scene, at, make_firm, make_staff, slot


@pytest.fixture
def confirmed(scene: Scene):
    """Return a confirmed booking of tomorrow nine to ten."""
    booking = scene.requested()
    return confirm(scene.work(scene.staff), booking.id)


def test_confirming_tells_the_firm(scene: Scene, confirmed):
    assert confirmed.state is BookingState.CONFIRMED
    tasks = scene.session.scalars(select(OutboxTask.task).order_by(OutboxTask.id)).all()
    assert tasks == ["mail.booking_requested", "mail.booking_confirmed"]


def test_the_second_clerk_is_told_the_state(scene: Scene, confirmed):
    with pytest.raises(WrongState) as wrong:
        confirm(scene.work(scene.staff), confirmed.id)
    assert wrong.value.values == {"state": "Confirmed"}


def test_confirming_checks_again(scene: Scene):
    booking = scene.requested()
    scene.module.state = ModuleState.WITHDRAWN
    with pytest.raises(NotBookable):
        confirm(scene.work(scene.staff), booking.id)

    scene.module.state = ModuleState.PUBLISHED
    changing.release(scene.work(), booking.id)
    with pytest.raises(SlotTaken):
        confirm(scene.work(scene.staff), booking.id)


def test_a_firm_that_must_prepay_is_confirmed_after_it_has_paid(scene: Scene):
    booking = scene.requested()
    booking.terms = booking.terms | {"prepay": True}
    scene.session.flush()

    with pytest.raises(PrepaymentNeeded):
        confirm(scene.work(scene.staff), booking.id)
    booking.order.paid_fen = booking.order.due_fen
    assert confirm(scene.work(scene.staff), booking.id)


def test_declining_needs_a_reason_and_frees_the_slot(scene: Scene):
    booking = scene.requested()
    with pytest.raises(ReasonNeeded):
        reject(scene.work(scene.staff), booking.id, reason=" ")

    reject(scene.work(scene.staff), booking.id, reason="样品不符")
    scene.session.refresh(booking.order)
    assert (booking.state, booking.state_reason) == (BookingState.REJECTED, "样品不符")
    assert booking.order.due_fen == 0
    assert claims_of(scene.session, booking.id) == []


@pytest.mark.parametrize(
    ("before", "fee"),
    [(timedelta(hours=24), 0), (timedelta(hours=24) - timedelta(seconds=1), 6000), (timedelta(0), 6000)],
)
def test_cancelling_is_free_up_to_and_including_the_agreed_hour(scene: Scene, confirmed, before, fee):
    work = scene.work(now=at("09:00") - before)
    assert cost_of_cancelling(work, confirmed).fee_fen == fee

    cancel(work, confirmed.id, reason="改期")
    scene.session.refresh(confirmed.order)
    assert confirmed.order.due_fen == fee


def test_a_request_that_nobody_confirmed_is_cancelled_for_nothing(scene: Scene):
    booking = scene.requested()

    assert cost_of_cancelling(scene.work(now=at("08:59")), booking).is_free


def test_the_centre_cancels_with_a_reason_and_for_nothing(scene: Scene, confirmed):
    with pytest.raises(ReasonNeeded):
        cancel_by_centre(scene.work(scene.staff), confirmed.id, reason="")
    cancel_by_centre(scene.work(scene.staff, now=at("08:59")), confirmed.id, reason="停电")
    scene.session.refresh(confirmed.order)
    assert confirmed.order.due_fen == 0


def test_what_was_paid_becomes_a_refund_due(scene: Scene, confirmed):
    confirmed.order.paid_fen = 20000
    cancel(scene.work(now=at("08:00")), confirmed.id)
    scene.session.refresh(confirmed.order)

    assert confirmed.order.balance_fen == -14000


def test_moving_is_one_step_and_asks_the_centre_again(scene: Scene, confirmed):
    moved = move(scene.work(), confirmed.id, slot("14:00", "15:00"))

    assert moved.state is BookingState.REQUESTED
    assert claims_of(scene.session, moved.id) == [(scene.resource.id, 1, at("14:00"), at("15:00"))]
    event = scene.session.scalars(select(BookingEvent).where(BookingEvent.kind == "move")).one()
    assert event.facts["starts_at"] == at("09:00").isoformat()


def test_moving_onto_its_own_time_works(scene: Scene, confirmed):
    assert move(scene.work(), confirmed.id, slot("09:30", "10:30")).starts_at == at("09:30")


def test_a_move_that_fails_leaves_everything_as_it_was(scene: Scene, confirmed):
    firm, rival = make_firm(scene.session, "示例·冬星")
    scene.held(slot("14:00", "15:00"), actor=rival, organisation_id=firm.id)
    scene.session.commit()

    with pytest.raises(SlotTaken):
        move(scene.work(), confirmed.id, slot("14:00", "15:00"))
    scene.session.rollback()
    assert claims_of(scene.session, confirmed.id) == [(scene.resource.id, 1, at("09:00"), at("10:00"))]
    assert confirmed.state is BookingState.CONFIRMED


def test_moving_keeps_the_length_that_was_paid_for(scene: Scene, confirmed):
    with pytest.raises(OtherLength):
        move(scene.work(), confirmed.id, slot("14:00", "16:00"))
    with pytest.raises(OtherLength):
        move(scene.work(), confirmed.id, slot("14:00", "15:00", quantity=2))


def test_a_batch_booking_moves_to_another_day(scene: Scene, batch):
    module = batch(daily_capacity=5)
    booking = scene.requested(Choice(day=DAY, quantity=3), module=module)
    scene.requested(Choice(day=date(2026, 11, 26), quantity=3), module=module)

    with pytest.raises(DayFull):
        move(scene.work(), booking.id, Choice(day=date(2026, 11, 26), quantity=3))
    scene.session.rollback()
    booking = scene.requested(Choice(day=DAY, quantity=3), module=batch(daily_capacity=5))
    move(scene.work(), booking.id, Choice(day=date(2026, 11, 27), quantity=3))
    used = dict(scene.session.execute(select(BatchDay.day, BatchDay.used)).all())
    assert used == {DAY: 0, date(2026, 11, 27): 3}


def test_a_project_has_nothing_to_move(scene: Scene):
    module = make_module(scene.session, scene.provider, booking_mode=BookingMode.PROJECT)
    booking = scene.requested(Choice(), module=module)

    with pytest.raises(NothingToMove):
        move(scene.work(), booking.id, slot("14:00", "15:00"))


def test_the_centre_moves_outside_the_rules_only_with_a_reason(scene: Scene, confirmed):
    choice = slot("18:00", "19:00")
    with pytest.raises(RulesBroken):
        move_by_centre(scene.work(scene.staff), confirmed.id, choice, reason="加班")
    scene.session.rollback()
    booking = confirm(scene.work(scene.staff), scene.requested().id)
    moved = move_by_centre(scene.work(scene.staff), booking.id, choice, reason="加班", overrides=True)
    assert moved.state is BookingState.CONFIRMED


def test_coming_and_finishing(scene: Scene, confirmed):
    check_in(scene.work(scene.staff, now=at("09:00")), confirmed.id)
    done = complete(scene.work(scene.staff, now=at("10:00")), confirmed.id, delivery_note="试样完成")

    assert (done.state, done.delivery_note) == (BookingState.COMPLETED, "试样完成")


def test_a_no_show_is_recorded_after_the_grace_time_and_costs_the_late_fee(scene: Scene, confirmed):
    with pytest.raises(NotMissedYet):
        miss(scene.work(scene.staff, now=at("09:29")), confirmed.id)
    miss(scene.work(scene.staff, now=at("09:30")), confirmed.id)
    scene.session.refresh(confirmed.order)

    assert confirmed.state is BookingState.NO_SHOW
    assert confirmed.order.due_fen == 6000


ACTIONS = {
    "confirm": (lambda s, b: confirm(s.work(s.staff), b), "confirm"),
    "reject": (lambda s, b: reject(s.work(s.staff), b, reason="r"), "reject"),
    "cancel": (lambda s, b: cancel(s.work(), b), "cancel"),
    "cancel_by_centre": (lambda s, b: cancel_by_centre(s.work(s.staff), b, reason="r"), "cancel"),
    "check_in": (lambda s, b: check_in(s.work(s.staff), b), "check_in"),
    "complete": (lambda s, b: complete(s.work(s.staff), b, delivery_note=""), "complete"),
    "miss": (lambda s, b: miss(s.work(s.staff, now=at("12:00")), b), "miss"),
    "move": (lambda s, b: move(s.work(), b, slot("14:00", "15:00")), None),
}
MOVABLE = {BookingState.REQUESTED, BookingState.CONFIRMED, BookingState.DISPLACED}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", list(BookingState))
def test_every_action_starts_only_where_the_table_says(scene: Scene, action, state):
    booking = scene.requested()
    booking.state = state
    booking.hold_expires_at = NOW if state in {BookingState.HELD, BookingState.PROPOSED} else None
    scene.session.commit()
    act, transition = ACTIONS[action]
    starts = TRANSITIONS[transition][0] if transition else MOVABLE
    if action == "cancel_by_centre":
        starts |= TRANSITIONS["withdraw"][0]

    if state in starts:
        act(scene, booking.id)
        assert transition is None or booking.state is TRANSITIONS[transition][1]
    else:
        with pytest.raises(WrongState):
            act(scene, booking.id)
        scene.session.rollback()
        assert booking.state is state


@pytest.mark.parametrize("action", ACTIONS)
def test_what_belongs_to_others_does_not_exist(scene: Scene, action):
    booking = scene.requested()
    _, scene.client = make_firm(scene.session, "示例·冬星")
    other = make_module(scene.session).provider
    scene.staff = make_staff(scene.session, other)

    with pytest.raises(NotFound):
        ACTIONS[action][0](scene, booking.id)


def test_reminders_come_once_each(scene: Scene, confirmed):
    assert remind(scene.work(scene.staff, now=NOW)) == 1
    assert remind(scene.work(scene.staff, now=NOW)) == 0
    assert remind(scene.work(scene.staff, now=at("07:30"))) == 1


def test_moving_is_no_way_around_the_late_fee(scene: Scene, confirmed):
    late = scene.work(now=at("09:00") - timedelta(hours=23))

    with pytest.raises(TooLateToMove):
        move(late, confirmed.id, slot("14:00", "15:00"))
    assert confirmed.state is BookingState.CONFIRMED
