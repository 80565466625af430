"""Bookings brought into each state the way people bring them there, for tests of the desk."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from services.billing.models import Payment, PaymentMethod
from services.billing.operations.orders import record_payment
from services.booking.claims import expire
from services.booking.models import Booking, BookingState
from services.booking.operations import changing, making
from services.booking.operations.outages import Decision, Fate, enter_outage
from services.booking.placement import Choice
from services.booking.rules import Span
from services.catalogue.models import ServiceModule
from tests.factories.booking import Market, slot

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # Tuesday 08:00 at the centres
DAY = date(2026, 11, 25)
S = BookingState


def nine(day: date = DAY, **over) -> Choice:
    """Return the choice of nine to ten on a day."""
    return slot("09:00", "10:00", day, **over)


def in_state(market: Market, state: BookingState, choice: Choice | None = None) -> Booking:
    """Return a booking of the stove from nine to ten that has come into ``state``; committed."""
    choice = choice or nine(resource_id=market.stove.id)
    booking = _begin(market, state, choice)
    for step in _STEPS[state]:
        step(market, booking)
    market.session.commit()
    return booking


def _begin(market: Market, state: BookingState, choice: Choice) -> Booking:
    if state in {S.HELD, S.EXPIRED}:
        return market.hold(choice)
    if state is S.PROPOSED:
        return making.propose(
            market.staff(),
            module_id=market.hours.id,
            organisation_id=market.firm.id,
            choice=choice,
            wish=making.Wish(),
            booked_for_id=market.agent.id,
        )
    return market.request(choice)


def _expire(market: Market, booking: Booking) -> None:
    late = market.work(now=booking.hold_expires_at + timedelta(minutes=1))
    assert expire(late, booking.id, S.HELD)


def _displace(market: Market, booking: Booking) -> None:
    enter_outage(
        market.staff(),
        resource_id=market.stove.id,
        span=Span(booking.starts_at, booking.ends_at),
        kind="breakdown",
        reason="加热丝断",
        decisions={booking.id: Decision(Fate.LATER)},
    )


def _miss(market: Market, booking: Booking) -> None:
    work = market.staff()
    work.now = booking.starts_at + timedelta(minutes=31)
    changing.miss(work, booking.id)


def confirm(market: Market, booking: Booking) -> None:
    """Let the centre confirm a request."""
    changing.confirm(market.staff(), booking.id)


_STEPS: dict[BookingState, list[Callable[[Market, Booking], object]]] = {
    S.HELD: [],
    S.REQUESTED: [],
    S.PROPOSED: [],
    S.CONFIRMED: [confirm],
    S.IN_USE: [confirm, lambda market, one: changing.check_in(market.staff(), one.id)],
    S.COMPLETED: [
        confirm,
        lambda market, one: changing.check_in(market.staff(), one.id),
        lambda market, one: changing.complete(market.staff(), one.id, delivery_note="已出报告"),
    ],
    S.EXPIRED: [_expire],
    S.REJECTED: [lambda market, one: changing.reject(market.staff(), one.id, reason="设备满")],
    S.CANCELLED: [lambda market, one: changing.cancel(market.work(), one.id)],
    S.NO_SHOW: [confirm, _miss],
    S.DISPLACED: [confirm, _displace],
}


def requests(market: Market, count: int, module: ServiceModule | None = None) -> list[Booking]:
    """Return so many requests of the firm for half hours from the day on; committed."""
    made = []
    day = DAY
    while len(made) < count:
        for begin, end in (("09:00", "09:30"), ("09:30", "10:00"), ("10:00", "10:30"), ("10:30", "11:00")):
            if len(made) < count:
                made.append(market.request(slot(begin, end, day), module))
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return made


def paid(market: Market, booking: Booking, amount_fen: int) -> Payment:
    """Record a payment for a booking; committed."""
    work = market.staff()
    payment = record_payment(
        work, booking.order_id, amount_fen=amount_fen, method=PaymentMethod.TRANSFER, received_on=work.today
    )
    market.session.commit()
    return payment
