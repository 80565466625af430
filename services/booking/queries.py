"""What a firm reads about its bookings: lists, one booking with its history, and what waits for the firm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.accounts.models import Person
from services.billing.models import Order
from services.booking.models import BatchClaim, Booking, BookingEvent, BookingState, Claim
from services.catalogue.models import Provider, Resource, ServiceModule
from services.core.errors import NotFound
from services.organisations.models import Organisation

S = BookingState
MOST_WAITING = 20
MOST_EVENTS = 200

IS_BOOKING = Booking.is_reservation.is_(False)
"""What the laboratory keeps for its tests is shown with the commission, never among the bookings of a firm."""


class Tab(StrEnum):
    """The three lists of a firm's bookings."""

    COMING = "coming"
    WAITING = "waiting"
    PAST = "past"


_STATES = {
    Tab.COMING: (S.CONFIRMED, S.IN_USE),
    Tab.WAITING: (S.HELD, S.REQUESTED, S.PROPOSED, S.DISPLACED),
    Tab.PAST: (S.COMPLETED, S.EXPIRED, S.REJECTED, S.CANCELLED, S.NO_SHOW),
}
_PAYABLE = (S.CONFIRMED, S.IN_USE, S.COMPLETED, S.NO_SHOW, S.CANCELLED)


def is_live(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a booking has not lapsed, whether or not the worker has noticed yet."""
    return or_(Booking.hold_expires_at.is_(None), Booking.hold_expires_at > now)


def _belongs(tab: Tab, now: datetime) -> ColumnElement[bool]:
    """A hold that came to nothing never got a number and is no booking to look back on."""
    states = Booking.state.in_(_STATES[tab])
    if tab is Tab.PAST:
        lapsed = and_(Booking.state == S.PROPOSED, Booking.hold_expires_at <= now)
        return and_(Booking.no.is_not(None), or_(states, lapsed))
    return and_(states, is_live(now))


def bookings_of(
    organisation_id: int, tab: Tab | None = None, *, now: datetime, provider_id: int | None = None, words: str = ""
) -> Select[Booking]:
    """Select the bookings of a firm with module, centre and order: coming ones by time, past ones latest first."""
    statement = (
        select(Booking)
        .join(Booking.module)
        .options(*_with_module(), joinedload(Booking.order))
        .where(Booking.organisation_id == organisation_id, IS_BOOKING)
    )
    if tab is not None:
        statement = statement.where(_belongs(tab, now))
    if provider_id is not None:
        statement = statement.where(Booking.provider_id == provider_id)
    if words:
        holds = [Booking.no.icontains(words, autoescape=True), ServiceModule.name.icontains(words, autoescape=True)]
        statement = statement.where(or_(*holds))
    return statement.order_by(*_ORDERS.get(tab, (Booking.id.desc(),)))


_ORDERS: dict[Tab | None, tuple[Any, ...]] = {
    Tab.COMING: (Booking.starts_at.is_(None), Booking.starts_at, Booking.id),
    Tab.WAITING: (Booking.state_at, Booking.id),
    Tab.PAST: (Booking.state_at.desc(), Booking.id.desc()),
}


def _with_module() -> tuple[Any, ...]:
    whole = joinedload(Booking.module)
    return (whole.joinedload(ServiceModule.provider).joinedload(Provider.organisation),)


def counts(session: Session, organisation_id: int, now: datetime) -> dict[Tab, int]:
    """Return how many bookings of a firm stand in each list."""
    sums = [func.coalesce(func.sum(case((_belongs(tab, now), 1), else_=0)), 0) for tab in Tab]
    row = session.execute(select(*sums).where(Booking.organisation_id == organisation_id, IS_BOOKING)).one()
    return dict(zip(Tab, row, strict=True))


def providers_of(session: Session, organisation_id: int) -> Sequence[tuple[int, str]]:
    """Return the centres where a firm has booked, by name."""
    booked = select(Booking.provider_id).where(Booking.organisation_id == organisation_id, IS_BOOKING)
    statement = (
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(booked))
        .order_by(Organisation.name, Organisation.id)
        .limit(100)
    )
    return session.execute(statement).all()


_OWN = (
    select(Booking)
    .options(
        *_with_module(),
        joinedload(Booking.organisation),
        joinedload(Booking.booked_by),
        joinedload(Booking.delivery_file),
        joinedload(Booking.order).options(
            selectinload(Order.lines), selectinload(Order.payments), selectinload(Order.refunds)
        ),
    )
    .where(Booking.id == bindparam("booking_id"), Booking.organisation_id == bindparam("organisation_id"), IS_BOOKING)
)


def booking_of(session: Session, booking_id: int, organisation_id: int | None) -> Booking:
    """Return a firm's own booking with everything its page shows. Raises NotFound for any other."""
    asked = {"booking_id": booking_id, "organisation_id": organisation_id}
    booking = session.scalars(_OWN, asked).one_or_none()
    if booking is None:
        raise NotFound
    return booking


@dataclass(frozen=True)
class Happening:
    """A line of a booking's history; ``person_name`` is told of the firm's own people only."""

    event: BookingEvent
    person_name: str


def history(session: Session, booking_id: int) -> list[Happening]:
    """Return what has happened to a booking, oldest first."""
    statement = (
        select(BookingEvent, Person.name)
        .outerjoin(Person, and_(Person.id == BookingEvent.person_id, BookingEvent.by_staff.is_(False)))
        .where(BookingEvent.booking_id == booking_id)
        .order_by(BookingEvent.id)
        .limit(MOST_EVENTS)
    )
    return [Happening(event, name or "") for event, name in session.execute(statement)]


def resource_names(session: Session, booking_id: int) -> Sequence[str]:
    """Return the names of what a booking occupies at present."""
    taken = select(Claim.resource_id).where(Claim.booking_id == booking_id)
    batches = select(BatchClaim.resource_id).where(BatchClaim.booking_id == booking_id)
    statement = select(Resource.name).where(Resource.id.in_(taken.union(batches))).order_by(Resource.code)
    return session.scalars(statement).all()


def next_bookings(session: Session, organisation_id: int, now: datetime, most: int = 5) -> Sequence[Booking]:
    """Return the confirmed bookings a firm comes for next."""
    statement = bookings_of(organisation_id, Tab.COMING, now=now).where(Booking.ends_at > now)
    return session.scalars(statement.limit(most)).all()


class Need(StrEnum):
    """Why a booking waits for its firm, the most pressing first."""

    FINISH = "finish"
    ANSWER = "answer"
    REARRANGE = "rearrange"
    PAY = "pay"
    REFUND = "refund"


@dataclass(frozen=True)
class Waiting:
    """A booking that waits for its firm, and until when."""

    need: Need
    booking: Booking
    until: datetime | None


def waiting_for_firm(session: Session, organisation_id: int, now: datetime) -> list[Waiting]:
    """Return what waits for a firm: holds to finish, proposals, displaced bookings, bills, refunds it is owed."""
    balance = Order.due_fen - Order.paid_fen + Order.refunded_fen
    payable = and_(balance > 0, Order.on_account.is_(False), Booking.state.in_(_PAYABLE))
    statement = (
        bookings_of(organisation_id, now=now)
        .outerjoin(Booking.order)
        .where(
            or_(
                and_(Booking.state.in_([S.HELD, S.PROPOSED]), is_live(now)),
                Booking.state == S.DISPLACED,
                payable,
                balance < 0,
            )
        )
        .order_by(None)
        .order_by(Booking.state_at, Booking.id)
        .limit(MOST_WAITING)
    )
    found = [Waiting(_need_of(one), one, one.hold_expires_at) for one in session.scalars(statement)]
    return sorted(found, key=lambda one: list(Need).index(one.need))


def _need_of(booking: Booking) -> Need:
    own = {S.HELD: Need.FINISH, S.PROPOSED: Need.ANSWER, S.DISPLACED: Need.REARRANGE}.get(booking.state)
    if own is not None:
        return own
    return Need.REFUND if booking.order is not None and booking.order.balance_fen < 0 else Need.PAY
