"""Holding, sending, giving back, and what staff enter for a firm."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from services.billing.models import Order, OrderLine
from services.booking.availability import free_slots
from services.booking.claims import claims_of
from services.booking.errors import (
    CalibrationOverdue,
    Closed,
    DayFull,
    EndBeforeStart,
    HoldLapsed,
    InThePast,
    NotBookable,
    NotVerified,
    OffGrid,
    OutOfService,
    QuantityOutOfRange,
    QuotaReached,
    SlotTaken,
    TooFarAhead,
    TooLong,
    TooShort,
    TooSoon,
    UnknownChoice,
    UnpaidBills,
)
from services.booking.models import BatchDay, BookingEvent, BookingState, Claim
from services.booking.operations.changing import cancel
from services.booking.operations.making import Wish, abandon, hold, submit
from services.booking.operations.sweeping import expire_overdue
from services.booking.placement import Choice
from services.catalogue.models import BookingMode, CapacityKind, ModuleResource, ModuleState, ResourceState
from services.core.audit import AuditEntry
from services.core.calendar import CalendarDay, DayKind
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from tests.factories.catalogue import make_module, make_resource, open_weekly
from tests.services.booking.conftest import DAY, NOW, Scene, at, make_firm, slot


def faults(raised) -> set[type]:
    """Return the kinds of the broken rules."""
    return {type(error) for error in raised.value.errors}


def test_a_hold_takes_the_slot_and_has_no_number_yet(scene: Scene):
    booking = scene.held()

    assert booking.state is BookingState.HELD
    assert booking.no is None
    assert booking.hold_expires_at == NOW + timedelta(minutes=15)
    assert claims_of(scene.session, booking.id) == [(scene.resource.id, 1, at("09:00"), at("10:00"))]


def test_sending_gives_a_number_an_order_and_tells_the_centre(scene: Scene):
    booking = scene.requested()
    scene.session.flush()

    assert booking.state is BookingState.REQUESTED
    assert booking.no == "YY-20261124-0001"
    assert booking.order.due_fen == 20000
    assert scene.session.scalars(select(OrderLine.amount_fen)).all() == [20000]
    kinds = scene.session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)).all()
    assert kinds == ["booking.hold", "booking.submit"]
    assert scene.session.scalars(select(BookingEvent.kind).order_by(BookingEvent.id)).all() == ["hold", "submit"]
    assert scene.session.scalars(select(OutboxTask.task)).all() == ["mail.booking_requested"]


def test_without_approval_sending_confirms(scene: Scene):
    scene.resource.policy.needs_approval = False

    assert scene.requested().state is BookingState.CONFIRMED


def test_the_second_gets_the_three_nearest_free_slots(scene: Scene):
    scene.held(slot("09:00", "10:00"))
    firm, rival = make_firm(scene.session, "示例·冬星")

    with pytest.raises(SlotTaken) as taken:
        scene.held(slot("09:30", "10:30"), actor=rival, organisation_id=firm.id)

    assert [(start, end) for _, start, end in taken.value.nearest] == [
        (at("10:00"), at("11:00")),
        (at("10:30"), at("11:30")),
        (at("13:30"), at("14:30")),
    ]


def test_touching_slots_are_both_free(scene: Scene):
    scene.held(slot("09:00", "10:00"))

    assert scene.held(slot("10:00", "11:00")).state is BookingState.HELD
    assert scene.held(slot("08:30", "09:00")).state is BookingState.HELD


def test_buffers_keep_the_neighbours_away(scene: Scene):
    scene.resource.policy.buffer_after_min = 30
    scene.held(slot("09:00", "10:00"))

    with pytest.raises(SlotTaken):
        scene.held(slot("10:00", "11:00"))
    assert scene.held(slot("10:30", "11:30"))


@pytest.mark.parametrize(
    ("starts", "ends", "day", "expected"),
    [
        ("10:00", "09:00", DAY, {EndBeforeStart}),
        ("09:00", "09:00", DAY, {EndBeforeStart}),
        ("09:10", "10:10", DAY, {OffGrid}),
        ("09:00", "09:20", DAY, {TooShort, OffGrid}),
        ("08:30", "17:00", DAY, {TooLong, Closed}),
        ("11:00", "12:00", DAY, {Closed}),
        ("08:00", "09:00", date(2026, 11, 24), {TooSoon, Closed}),
        ("09:00", "10:00", date(2026, 11, 23), {InThePast}),
        ("09:00", "10:00", date(2026, 11, 28), {Closed}),
        ("09:00", "10:00", date(2027, 2, 1), {TooFarAhead}),
        ("23:00", "24:30", DAY, {Closed}),
    ],
)
def test_all_broken_rules_of_time_are_told_together(scene: Scene, starts, ends, day, expected):
    with pytest.raises(RulesBroken) as broken:
        scene.held(slot(starts, ends, day))

    assert faults(broken) == expected
    assert scene.session.scalar(select(func.count()).select_from(Claim)) == 0


def test_no_module_no_verification_and_unpaid_bills_are_told_together(scene: Scene):
    scene.session.add(
        Order(
            organisation_id=scene.firm.id,
            provider_id=scene.provider.id,
            title="旧账",
            due_fen=100,
            created_at=NOW - timedelta(days=31),
        )
    )
    old = scene.requested()
    old.state, old.order_id = BookingState.COMPLETED, scene.session.scalars(select(Order.id)).first()
    scene.module.state, scene.module.state_reason = ModuleState.PAUSED, "检修"
    scene.firm.level = 1
    scene.session.flush()

    with pytest.raises(RulesBroken) as broken:
        scene.held(slot("14:00", "15:00"))

    assert faults(broken) == {NotBookable, NotVerified, UnpaidBills}


def test_an_instrument_out_of_service_or_calibration_cannot_be_booked(scene: Scene):
    scene.resource.state = ResourceState.REPAIR
    scene.resource.calibration_due_on = date(2026, 11, 24)

    with pytest.raises(RulesBroken) as broken:
        scene.held()

    assert faults(broken) == {OutOfService, CalibrationOverdue}


def test_the_quota_counts_the_firms_bookings_of_the_day(scene: Scene):
    scene.resource.policy.quota_per_day = 1
    scene.requested()

    with pytest.raises(RulesBroken) as broken:
        scene.held(slot("14:00", "15:00"))
    assert faults(broken) == {QuotaReached}
    assert scene.held(slot("09:00", "10:00", date(2026, 11, 26)))


def test_a_public_holiday_is_closed_and_a_make_up_day_is_open(scene: Scene):
    scene.session.add_all(
        [
            CalendarDay(day=DAY, kind=DayKind.HOLIDAY, note="假日"),
            CalendarDay(day=date(2026, 11, 28), kind=DayKind.MAKE_UP, note="补班"),
        ]
    )
    scene.session.flush()

    with pytest.raises(RulesBroken) as broken:
        scene.held()
    assert faults(broken) == {Closed}
    assert scene.held(slot("09:00", "10:00", date(2026, 11, 28)))


def test_another_equal_resource_takes_the_booking(scene: Scene):
    twin = make_resource(scene.session, scene.provider, policy=scene.resource.policy, code="Z-TWIN")
    open_weekly(scene.session, twin, "08:30-11:30,13:30-17:00")
    scene.module.resources.append(twin)
    scene.held()

    assert claims_of(scene.session, scene.held().id)[0][0] == twin.id
    with pytest.raises(SlotTaken):
        scene.held(slot("09:00", "10:00", resource_id=scene.resource.id))


def test_seats_are_units_and_the_price_counts_them(scene: Scene):
    scene.resource.capacity_kind, scene.resource.units = CapacityKind.SEATS, 6
    first = scene.requested(slot("09:00", "10:00", quantity=4))

    assert first.order.due_fen == 4 * 20000
    with pytest.raises(SlotTaken):
        scene.held(slot("09:00", "10:00", quantity=3))
    assert len(claims_of(scene.session, scene.held(slot("09:00", "10:00", quantity=2)).id)) == 2


@pytest.mark.parametrize("quantity", [0, 7, -1])
def test_a_quantity_beyond_the_units_is_refused(scene: Scene, quantity):
    scene.resource.units = 6

    with pytest.raises(RulesBroken) as broken:
        scene.held(slot("09:00", "10:00", quantity=quantity))
    assert faults(broken) == {QuantityOutOfRange}


def test_a_chosen_resource_must_belong_to_the_module(scene: Scene):
    foreign = make_resource(scene.session)

    with pytest.raises(UnknownChoice):
        scene.held(slot("09:00", "10:00", resource_id=foreign.id))


def test_two_resources_are_taken_together_or_not_at_all(scene: Scene):
    room = make_resource(scene.session, scene.provider, policy=scene.resource.policy)
    open_weekly(scene.session, room, "08:30-11:30,13:30-17:00")
    scene.module.resources.append(room)
    scene.session.flush()
    scene.session.get_one(ModuleResource, (scene.module.id, room.id)).group_no = 2
    alone = make_module(
        scene.session, scene.provider, booking_mode=BookingMode.SLOT, resources=[room], price={"unit": "hour"}
    )
    booking = scene.held()
    assert {row[0] for row in claims_of(scene.session, booking.id)} == {scene.resource.id, room.id}

    scene.requested(slot("14:00", "15:00"), module=alone)
    with pytest.raises(SlotTaken) as refused:
        scene.held(slot("14:30", "15:30"))
    assert [start for _, start, _ in refused.value.nearest] == [at("15:00"), at("15:30"), at("16:00")]
    free = free_slots(scene.session, scene.module.id, at("12:00"), minutes=60, most=3)
    assert [one.starts_at for one in free] == [at("15:00"), at("15:30"), at("16:00")]
    taken = select(func.count()).where(Claim.resource_id == scene.resource.id, Claim.busy_from >= at("14:00"))
    assert scene.session.scalar(taken) == 0


def test_a_batch_day_takes_what_it_can_and_no_more(scene: Scene, batch):
    module = batch(daily_capacity=10)
    scene.held(Choice(day=DAY, quantity=7), module=module)

    with pytest.raises(DayFull) as full:
        scene.held(Choice(day=DAY, quantity=4), module=module)
    assert full.value.values == {"left": 3}
    assert scene.held(Choice(day=DAY, quantity=3), module=module)
    assert scene.session.scalars(select(BatchDay.used)).all() == [10]


def test_a_batch_booking_promises_a_date_in_working_days(scene: Scene, batch):
    booking = scene.requested(Choice(day=DAY, quantity=1), module=batch(working_days=3))

    assert booking.promised_on == date(2026, 11, 30)
    assert booking.promise_certain is False


def test_a_project_needs_no_slot_and_counts_from_now(scene: Scene):
    module = make_module(scene.session, scene.provider, booking_mode=BookingMode.PROJECT, working_days=5)

    booking = scene.requested(Choice(), module=module)

    assert booking.starts_at is None
    assert booking.promised_on == date(2026, 12, 1)


def test_a_late_click_does_not_revive_a_hold(scene: Scene):
    booking = scene.held()
    late = NOW + timedelta(minutes=15)

    with pytest.raises(HoldLapsed):
        submit(scene.work(now=late), booking.id, Wish())
    assert expire_overdue(scene.work(now=late)) == 1
    scene.session.refresh(booking)
    assert booking.state is BookingState.EXPIRED
    assert claims_of(scene.session, booking.id) == []


def test_the_next_client_takes_a_lapsed_hold_before_the_worker_comes(scene: Scene):
    old = scene.held()

    new = scene.held(now=NOW + timedelta(minutes=16))

    scene.session.refresh(old)
    assert old.state is BookingState.EXPIRED
    assert new.state is BookingState.HELD


def test_giving_back_frees_the_slot(scene: Scene):
    booking = scene.held()
    abandon(scene.work(), booking.id)

    assert booking.state is BookingState.CANCELLED
    assert scene.held()


def test_sending_twice_is_refused(scene: Scene):
    booking = scene.requested()

    with pytest.raises(WrongState):
        submit(scene.work(), booking.id, Wish())


def test_nobody_books_for_a_firm_that_is_not_theirs(scene: Scene):
    other, stranger = make_firm(scene.session, "示例·冬星")

    with pytest.raises(NotFound):
        scene.held(organisation_id=other.id)
    with pytest.raises(NotFound):
        submit(scene.work(stranger), scene.held().id, Wish())


def test_a_trainee_without_the_permission_is_told_so(scene: Scene):
    person = type(scene.client)(scene.client.person_id, "检测员", scene.firm.id, frozenset({Role.EXPERT}))

    with pytest.raises(NotAllowed):
        scene.held(actor=person)


def test_three_no_shows_ask_for_prepayment_even_where_booking_is_instant(scene: Scene):
    scene.resource.policy.needs_approval = False
    for hour in ("09:00", "10:00", "11:00"):
        missed = scene.requested(slot(hour, f"{int(hour[:2])}:30"))
        missed.state, missed.state_at = BookingState.NO_SHOW, NOW - timedelta(days=3)
    scene.session.flush()

    booking = scene.requested(slot("14:00", "15:00"))

    assert booking.state is BookingState.REQUESTED
    assert booking.terms["prepay"] is True


def test_a_member_price_is_kept_from_the_hold(scene: Scene, monkeypatch):
    monkeypatch.setattr("services.booking.operations.making.is_member", lambda *_: True)
    booking = scene.held()
    monkeypatch.setattr("services.booking.operations.making.is_member", lambda *_: False)

    assert submit(scene.work(), booking.id, Wish()).order.due_fen == 18000


def test_numbers_have_no_gap_when_holds_lapse(scene: Scene):
    scene.held(slot("09:00", "10:00"))
    first = scene.requested(slot("10:00", "11:00"))
    cancel(scene.work(), first.id)
    second = scene.requested(slot("10:00", "11:00"))

    assert [first.no, second.no] == ["YY-20261124-0001", "YY-20261124-0002"]


def test_a_hold_of_an_unknown_module_is_not_found(scene: Scene):
    with pytest.raises(NotFound):
        hold(scene.work(), module_id=99999, organisation_id=scene.firm.id, choice=slot("09:00", "10:00"))


def test_rules_of_standing_and_of_time_are_told_together(scene: Scene, batch):
    scene.firm.level = 1

    with pytest.raises(RulesBroken) as broken:
        scene.held(slot("09:10", "10:10"))
    assert faults(broken) == {NotVerified, OffGrid}
    with pytest.raises(RulesBroken) as broken:
        scene.held(Choice(day=date(2026, 11, 28)), module=batch())
    assert faults(broken) == {NotVerified, Closed}


def test_a_batch_of_today_is_closed_an_hour_before_the_evening(scene: Scene, batch):
    module, today = batch(), date(2026, 11, 24)

    assert scene.held(Choice(day=today), module=module, now=at("16:00", today))
    with pytest.raises(RulesBroken) as broken:
        scene.held(Choice(day=today), module=module, now=at("16:01", today))
    assert faults(broken) == {TooSoon}
