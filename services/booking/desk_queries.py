"""What the staff of a centre read: the queue with its clock, one booking with everything, and whom they can book for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.accounts.models import Person
from services.billing.models import Order
from services.billing.queries import BALANCE, STANDINGS
from services.booking.models import BatchClaim, Booking, BookingState, Claim
from services.catalogue.models import ModuleState, Resource, ServiceModule
from services.core import clock
from services.core.calendar import WorkingDays
from services.core.errors import NotFound
from services.core.permissions import GRANTS, Permission, Role
from services.organisations.models import Membership, Organisation, OrgState

CALIBRATION_WARNING = timedelta(days=30)
OWING = (
    BookingState.CONFIRMED,
    BookingState.IN_USE,
    BookingState.COMPLETED,
    BookingState.NO_SHOW,
    BookingState.CANCELLED,
)
"""The states in which what is open is collected; a request or a proposal owes nothing yet."""
MOST_CHOICES = 500
MOST_FIRMS = 20


@dataclass(frozen=True)
class Waiting:
    """What waits at a centre, and since when; each figure has its list."""

    requests: int
    oldest_request_at: datetime | None
    late_requests: int
    displaced: int
    oldest_displaced_at: datetime | None
    proposed: int
    today: int
    unpaid: int
    refunds_due: int
    calibration_due: int


def waiting_for_centre(session: Session, provider_id: int | None, now: datetime) -> Waiting:
    """Return what waits for the staff of a centre, in a constant number of queries."""
    states = _by_state(session, provider_id)
    requests, oldest = states.get(BookingState.REQUESTED, (0, None))
    displaced, oldest_displaced = states.get(BookingState.DISPLACED, (0, None))
    unpaid, refunds_due = _money(session, provider_id)
    due_by = clock.local_day(now) + CALIBRATION_WARNING
    due = select(func.count()).where(Resource.provider_id == provider_id, Resource.calibration_due_on <= due_by)
    return Waiting(
        requests=requests,
        oldest_request_at=oldest,
        late_requests=_late_requests(session, provider_id, now),
        displaced=displaced,
        oldest_displaced_at=oldest_displaced,
        proposed=states.get(BookingState.PROPOSED, (0, None))[0],
        today=_today(session, provider_id, now),
        unpaid=unpaid,
        refunds_due=refunds_due,
        calibration_due=session.scalar(due) or 0,
    )


def _by_state(session: Session, provider_id: int | None) -> dict[BookingState, tuple[int, datetime | None]]:
    statement = (
        select(Booking.state, func.count(), func.min(Booking.state_at))
        .where(
            Booking.provider_id == provider_id,
            Booking.is_reservation.is_(False),
            Booking.state.in_([BookingState.REQUESTED, BookingState.PROPOSED, BookingState.DISPLACED]),
        )
        .group_by(Booking.state)
        .order_by(Booking.state)
    )
    return {state: (count, oldest) for state, count, oldest in session.execute(statement)}


def _late_requests(session: Session, provider_id: int | None, now: datetime) -> int:
    """Count the requests whose hour to answer has passed."""
    today = clock.local_day(now)
    calendar = WorkingDays.around(session, today - timedelta(days=30), today + timedelta(days=30))
    since = select(Booking.state_at).where(
        Booking.provider_id == provider_id,
        Booking.state == BookingState.REQUESTED,
        Booking.state_at < now - timedelta(days=1),
    )
    return sum(answer_due(moment, calendar) < now for moment in session.scalars(since))


def _today(session: Session, provider_id: int | None, now: datetime) -> int:
    today = clock.local_day(now)
    statement = select(func.count()).where(
        Booking.provider_id == provider_id,
        Booking.is_reservation.is_(False),
        Booking.state.in_([BookingState.CONFIRMED, BookingState.IN_USE]),
        Booking.starts_at < clock.at(today, 1440),
        Booking.ends_at > clock.at(today, 0),
    )
    return session.scalar(statement) or 0


def _money(session: Session, provider_id: int | None) -> tuple[int, int]:
    """Return how many bookings have something to collect, and how many a refund due."""
    owed = and_(or_(STANDINGS["unpaid"], STANDINGS["part_paid"]), Booking.state.in_(OWING))
    statement = (
        select(func.count(case((owed, 1))), func.count(case((BALANCE < 0, 1))))
        .join(Booking, Booking.order_id == Order.id)
        .where(Order.provider_id == provider_id, BALANCE != 0)
    )
    unpaid, refunds = session.execute(statement).one()
    return unpaid, refunds


# The queue ----------------------------------------------------------------------------------------------------------


def answer_due(since: datetime, calendar: WorkingDays) -> datetime:
    """Return when what has waited since ``since`` has waited one working day; a day off does not count."""
    day = clock.local_day(since)
    if calendar.is_working(day):
        return clock.at(calendar.after(day, 1).day, clock.minute_of_day(since))
    return clock.at(calendar.after(calendar.after(day, 1).day, 1).day, 0)


@dataclass(frozen=True)
class Clock:
    """How long something has waited, and whether that is too long."""

    since: datetime
    due_at: datetime
    is_late: bool


def clocks(session: Session, bookings: Iterable[Booking], now: datetime) -> dict[int, Clock]:
    """Return the clock of each of the bookings, by id, in a constant number of queries."""
    since = {booking.id: booking.state_at for booking in bookings}
    first = min((clock.local_day(moment) for moment in since.values()), default=clock.local_day(now))
    calendar = WorkingDays.around(session, first, clock.local_day(now) + timedelta(days=30))
    due = {key: answer_due(moment, calendar) for key, moment in since.items()}
    return {key: Clock(since[key], due[key], due[key] < now) for key in since}


def with_names() -> Select[Booking]:
    """Return the statement for bookings with their module, firm, order, claims and resources, whatever their number."""
    return select(Booking).options(
        joinedload(Booking.module, innerjoin=True),
        joinedload(Booking.organisation, innerjoin=True),
        joinedload(Booking.order),
        selectinload(Booking.claims).joinedload(Claim.resource, innerjoin=True),
    )


def _bookings() -> Select[Booking]:
    """Return the statement for what firms have booked, without what the laboratory keeps for its tests."""
    return with_names().where(Booking.is_reservation.is_(False))


def waiting_bookings(provider_id: int | None, state: BookingState) -> Select[Booking]:
    """Return the statement for a centre's bookings in a waiting state, the longest waiting first."""
    statement = _bookings().where(Booking.provider_id == provider_id, Booking.state == state)
    return statement.order_by(Booking.state_at, Booking.id)


def refunds_due(provider_id: int | None) -> Select[Booking]:
    """Return the statement for a centre's bookings that were paid more than they cost, oldest first."""
    statement = with_names().join(Order, Order.id == Booking.order_id)
    return statement.where(Order.provider_id == provider_id, BALANCE < 0).order_by(Booking.state_at, Booking.id)


# One booking --------------------------------------------------------------------------------------------------------


def booking_of(session: Session, provider_id: int | None, booking_id: int) -> Booking:
    """Return a booking of the centre with everything about it. Raises NotFound for one of another centre."""
    statement = _bookings().where(Booking.id == booking_id, Booking.provider_id == provider_id)
    order = joinedload(Booking.order)
    booking = session.scalar(
        statement.options(
            joinedload(Booking.booked_by, innerjoin=True),
            joinedload(Booking.delivery_file),
            selectinload(Booking.events),
            order.selectinload(Order.lines),
            order.selectinload(Order.payments),
            order.selectinload(Order.refunds),
        )
    )
    if booking is None:
        raise NotFound
    return booking


def numbered(session: Session, provider_id: int | None, numbers: Collection[str]) -> list[Booking]:
    """Return the bookings of a centre with these numbers, by number."""
    statement = _bookings().where(Booking.provider_id == provider_id, Booking.no.in_(numbers))
    return list(session.scalars(statement.order_by(Booking.no)))


def batch_claims(session: Session, booking_id: int) -> list[BatchClaim]:
    """Return what a booking takes of batch days."""
    statement = select(BatchClaim).where(BatchClaim.booking_id == booking_id)
    with_resource = statement.options(joinedload(BatchClaim.resource, innerjoin=True))
    return list(session.scalars(with_resource.order_by(BatchClaim.resource_id)))


def names_of(session: Session, person_ids: Collection[int | None]) -> dict[int, str]:
    """Return the names of people by id."""
    wanted = sorted({one for one in person_ids if one is not None})
    statement = select(Person.id, Person.name).where(Person.id.in_(wanted)).order_by(Person.id)
    return dict(session.execute(statement).all())


# On behalf of a firm -----------------------------------------------------------------------------------------------


def verified_firms(session: Session, provider_id: int | None, words: str) -> list[Organisation]:
    """Return up to twenty verified organisations whose name or credit code has ``words``; never the centre itself."""
    if not words:
        return []
    found = or_(
        Organisation.name.icontains(words, autoescape=True),
        Organisation.short_name.icontains(words, autoescape=True),
        Organisation.credit_code.istartswith(words, autoescape=True),
    )
    statement = _verified(provider_id).where(found).order_by(Organisation.name, Organisation.id)
    return list(session.scalars(statement.limit(MOST_FIRMS)))


def verified_firm(session: Session, provider_id: int | None, organisation_id: int) -> Organisation:
    """Return a verified organisation other than the centre. Raises NotFound."""
    firm = session.scalar(_verified(provider_id).where(Organisation.id == organisation_id))
    if firm is None:
        raise NotFound
    return firm


def _verified(provider_id: int | None) -> Select[Organisation]:
    return select(Organisation).where(
        Organisation.level >= 2,
        Organisation.state.in_([OrgState.VERIFIED, OrgState.CHANGING]),
        Organisation.id != provider_id,
    )


def agents_of(session: Session, organisation_id: int) -> list[Person]:
    """Return the people who book for an organisation, by name."""
    roles = [role for role in Role if Permission.BOOKING_REQUEST in GRANTS[role]]
    membership = select(Membership.person_id).where(
        Membership.organisation_id == organisation_id, Membership.ended_at.is_(None), Membership.role.in_(roles)
    )
    statement = select(Person).where(Person.id.in_(membership)).order_by(Person.name, Person.id)
    return list(session.scalars(statement.limit(MOST_CHOICES)))


def offered_modules(session: Session, provider_id: int | None) -> list[ServiceModule]:
    """Return the published modules of a centre, by code."""
    statement = select(ServiceModule).where(
        ServiceModule.provider_id == provider_id, ServiceModule.state == ModuleState.PUBLISHED
    )
    return list(session.scalars(statement.order_by(ServiceModule.code).limit(MOST_CHOICES)))


def offered_module(session: Session, provider_id: int | None, module_id: int) -> ServiceModule:
    """Return a published module of the centre with its prices and extras. Raises NotFound."""
    module = session.scalar(
        select(ServiceModule)
        .where(
            ServiceModule.id == module_id,
            ServiceModule.provider_id == provider_id,
            ServiceModule.state == ModuleState.PUBLISHED,
        )
        .options(selectinload(ServiceModule.prices), selectinload(ServiceModule.extras))
    )
    if module is None:
        raise NotFound
    return module
