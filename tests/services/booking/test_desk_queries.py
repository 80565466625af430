"""What the desk reads: what waits, the clock of a request, free times shared out, several confirmed at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event, select

from services.billing.models import Order, PaymentMethod
from services.billing.operations.orders import record_refund
from services.booking import desk_queries, desk_schedule
from services.booking.claims import claim
from services.booking.desk_money import money_between, receipt
from services.booking.desk_queries import answer_due, waiting_for_centre
from services.booking.models import Booking, BookingEvent, BookingState
from services.booking.operations.pricing import change_price
from services.booking.operations.several import confirm_each
from services.booking.other_times import OtherTimes
from services.booking.placement import Choice
from services.booking.rules import Span
from services.core import clock
from services.core.calendar import CalendarDay, DayKind, WorkingDays
from services.core.errors import ChangedMeanwhile, NotFound, WrongState
from services.core.notices import Notification
from services.core.permissions import Role
from tests.factories.booking import Market, make_booking, make_market, slot
from tests.factories.booking_desk import DAY, NOW, in_state, paid, requests
from tests.factories.catalogue import make_provider

S = BookingState


@pytest.fixture
def market(session) -> Market:
    with time_machine.travel(NOW, tick=False):
        yield make_market(session)


def statements(session, act) -> int:
    """Return how many statements ``act`` sends."""
    sent = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    return len(sent)


def test_nothing_waits_at_a_new_centre(market: Market):
    waiting = waiting_for_centre(market.session, market.provider.id, NOW)

    assert waiting.requests == waiting.today == waiting.unpaid == waiting.refunds_due == 0
    assert waiting.oldest_request_at is None


def test_what_waits_is_counted_with_the_oldest(market: Market):
    first, second = requests(market, 2)
    first.state_at, second.state_at = NOW - timedelta(days=5), NOW - timedelta(hours=1)
    in_state(market, S.DISPLACED, slot("13:30", "14:30", DAY, resource_id=market.stove.id))
    make_booking(market.session, market, state=S.PROPOSED)
    make_booking(market.session, market, starts_at=NOW + timedelta(hours=2))
    refund = make_booking(market.session, market, state=S.CANCELLED)
    market.session.flush()
    refund.order.due_fen, refund.order.paid_fen = 0, 5000
    market.stove.calibration_due_on = date(2026, 12, 24)
    market.bench.calibration_due_on = date(2026, 12, 25)
    market.session.commit()

    waiting = waiting_for_centre(market.session, market.provider.id, NOW)

    assert (waiting.requests, waiting.oldest_request_at, waiting.late_requests) == (2, NOW - timedelta(days=5), 1)
    assert (waiting.displaced, waiting.proposed, waiting.today) == (1, 1, 1)
    assert (waiting.unpaid, waiting.refunds_due, waiting.calibration_due) == (1, 1, 1)


def test_another_centre_waits_for_nothing(market: Market):
    requests(market, 2)
    other = make_provider(market.session)

    assert waiting_for_centre(market.session, other.id, NOW).requests == 0


def test_counting_asks_as_often_for_many_as_for_few(market: Market):
    counts = []
    for more in (1, 10):
        for number in range(more):
            old = {"state": S.REQUESTED, "state_at": NOW - timedelta(days=3)}
            make_booking(market.session, market, starts_at=NOW + timedelta(days=9, hours=number), **old)
        market.session.commit()
        counts.append(statements(market.session, lambda: waiting_for_centre(market.session, market.provider.id, NOW)))

    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-11-24 09:30", "2026-11-25 09:30"),
        ("2026-11-27 16:00", "2026-11-30 16:00"),  # over a weekend
        ("2026-11-28 11:00", "2026-12-01 00:00"),  # what comes on a Saturday waits from Monday on
        ("2026-12-01 09:00", "2026-12-03 09:00"),  # the second of December is a holiday
    ],
)
def test_a_request_has_waited_too_long_after_one_working_day(market: Market, since, due):
    market.session.add(CalendarDay(day=date(2026, 12, 2), kind=DayKind.HOLIDAY, note="假日"))
    market.session.flush()
    calendar = WorkingDays.around(market.session, date(2026, 11, 1), date(2026, 12, 31))

    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI).astimezone(UTC)

    assert answer_due(moment(since), calendar) == moment(due)


def test_several_stand_or_fall_each_by_itself(market: Market):
    first, second, gone = requests(market, 3)
    gone.state = S.CANCELLED
    market.session.commit()

    outcome = confirm_each(market.staff(), [gone.id, second.id, first.id, first.id])
    market.session.commit()

    assert [*outcome] == sorted(outcome)
    assert outcome[first.id] is outcome[second.id] is None
    assert isinstance(outcome[gone.id], WrongState)
    states = dict(market.session.execute(select(Booking.id, Booking.state)).all())
    assert (states[first.id], states[second.id], states[gone.id]) == (S.CONFIRMED, S.CONFIRMED, S.CANCELLED)


def test_a_foreign_one_stops_all(market: Market):
    booking = requests(market, 1)[0]
    other = make_provider(market.session)
    work = market.work(market.clerk, other.organisation, role=Role.PROVIDER_ADMIN)

    with pytest.raises(NotFound):
        confirm_each(work, [booking.id])


def test_another_price_is_written_into_the_history_and_told(market: Market):
    booking = in_state(market, S.CONFIRMED)

    change_price(market.staff(), booking.id, was_fen=20000, due_fen=15000, reason="设备降速")
    market.session.flush()

    line = market.session.scalars(select(BookingEvent).order_by(BookingEvent.id.desc())).first()
    assert (line.kind, line.reason, line.facts) == ("price", "设备降速", {"was_fen": 20000, "due_fen": 15000})
    told = market.session.scalars(select(Notification).order_by(Notification.id.desc())).first()
    assert (told.person_id, told.facts["amount"]) == (market.agent.id, "150.00")
    with pytest.raises(ChangedMeanwhile):
        change_price(market.staff(), booking.id, was_fen=20000, due_fen=1, reason="x")


def test_a_hold_has_no_price_to_change(market: Market):
    with pytest.raises(NotFound):
        change_price(market.staff(), in_state(market, S.HELD).id, was_fen=0, due_fen=1, reason="x")


def test_the_nearest_times_come_first_and_only_those_that_can_be_had(market: Market):
    booking = in_state(market, S.CONFIRMED)

    found = OtherTimes(market.session, [booking], NOW).nearest(booking, most=4)

    assert found[0].starts_at == booking.starts_at  # on the equal bench
    assert found[0].resource_id == market.bench.id
    assert all(one.ends_at - one.starts_at == timedelta(hours=1) for one in found)
    distances = [abs(one.starts_at - booking.starts_at) for one in found]
    assert distances == sorted(distances)


def test_a_time_is_promised_once_and_none_inside_the_outage(market: Market):
    times = [("08:30", "09:30"), ("09:30", "10:30"), ("10:30", "11:30")]
    bookings = [in_state(market, S.CONFIRMED, slot(*one, DAY, resource_id=market.stove.id)) for one in times]
    span = Span(clock.at(DAY, 8 * 60), clock.at(DAY, 18 * 60))
    other_times = OtherTimes(market.session, bookings, NOW)
    other_times.close(market.stove.id, None, span)

    promised = []
    for booking in bookings:
        other = other_times.nearest(booking)[0]
        assert other_times.reserve(booking, other.choice)
        assert not other_times.reserve(booking, other.choice)
        promised.append(other)

    assert {(one.resource_id, one.starts_at) for one in promised} == {
        (market.bench.id, booking.starts_at) for booking in bookings
    }


def test_days_of_a_batch_are_shared_out_as_well(market: Market):
    bookings = [market.request(Choice(day=DAY, quantity=5), market.test) for _ in range(2)]
    bookings.append(market.request(Choice(day=DAY + timedelta(days=1), quantity=5), market.test))
    other_times = OtherTimes(market.session, bookings, NOW)
    other_times.close(market.bath.id, None, Span(clock.at(DAY, 0), clock.at(DAY, 1440)))

    first = other_times.nearest(bookings[0])[0]
    assert first.day in {date(2026, 11, 24), date(2026, 11, 26)}
    assert other_times.reserve(bookings[0], Choice(day=date(2026, 11, 26), quantity=5))
    assert not other_times.reserve(bookings[1], Choice(day=date(2026, 11, 26), quantity=5))
    assert not other_times.reserve(bookings[1], Choice(day=DAY, quantity=1))


def test_looking_for_times_asks_as_often_for_many_as_for_few(market: Market):
    requests(market, 8)
    bookings = market.session.scalars(select(Booking).order_by(Booking.id)).all()

    counts = {
        statements(market.session, lambda some=some: OtherTimes(market.session, some, NOW))
        for some in (bookings[:1], bookings)
    }

    assert len(counts) == 1


def test_a_booking_of_another_centre_is_not_found(market: Market):
    booking = in_state(market, S.CONFIRMED)
    other = make_provider(market.session)

    assert desk_queries.booking_of(market.session, market.provider.id, booking.id) is booking
    with pytest.raises(NotFound):
        desk_queries.booking_of(market.session, other.id, booking.id)


def test_the_week_cuts_at_midnight_and_forgets_lapsed_holds(market: Market):
    market.stove.crosses_midnight = True
    market.session.flush()
    booking = make_booking(
        market.session,
        market,
        starts_at=clock.at(DAY, 22 * 60),
        ends_at=clock.at(DAY, 26 * 60),
    )
    _claim(market, booking)
    held = in_state(market, S.HELD, slot("09:00", "10:00", DAY, resource_id=market.stove.id))
    late = held.hold_expires_at

    def entries(now: datetime) -> list[list[str]]:
        week = desk_schedule.resource_week(market.session, market.provider.id, date(2026, 11, 23), now)
        cells = next(cells for resource, cells in week.rows if resource.id == market.stove.id)
        return [[one.state for one in cell.entries] for cell in cells[2:4]]

    assert entries(NOW) == [["held", "confirmed"], ["confirmed"]]
    assert entries(late) == [["confirmed"], ["confirmed"]]


def _claim(market: Market, booking: Booking) -> None:
    span = Span(booking.starts_at, booking.ends_at)
    assert claim(market.staff(), {"booking_id": booking.id}, [(market.stove.id, 1, span)])
    market.session.commit()


def test_use_counts_units_and_only_what_lies_in_the_period(market: Market):
    market.stove.units = 2
    market.session.commit()
    for state, hours in ((S.CONFIRMED, ("09:00", "10:00")), (S.REQUESTED, ("10:00", "11:00"))):
        in_state(market, state, slot(*hours, DAY, resource_id=market.stove.id, quantity=2))

    uses = {one.resource.id: one for one in desk_schedule.utilisation(market.session, market.provider.id, DAY, DAY)}
    none = desk_schedule.utilisation(market.session, market.provider.id, date(2026, 11, 28), date(2026, 11, 29))

    assert (uses[market.stove.id].offered, uses[market.stove.id].booked) == (2 * 390, 2 * 60)
    assert uses[market.stove.id].percent == 15
    assert all(one.percent is None for one in none)


def test_money_of_a_period_comes_by_day_with_refunds_below_zero(market: Market):
    booking = in_state(market, S.CONFIRMED)
    payment = paid(market, booking, 20000)
    work = market.staff()
    record_refund(
        work, booking.order_id, amount_fen=500, method=PaymentMethod.CASH, refunded_on=work.today, reason="多收"
    )
    market.session.commit()

    rows = [*money_between(market.session, market.provider.id, work.today, work.today)]
    assert [row.amount_fen for row in rows] == [20000, -500]
    assert {row.booking_no for row in rows} == {booking.no}
    for organisation_id in (market.provider.id, market.firm.id):
        assert receipt(market.session, organisation_id, payment.id).payment is payment
    with pytest.raises(NotFound):
        receipt(market.session, market.rival.id, payment.id)
    assert market.session.get_one(Order, booking.order_id).refunded_fen == 500
