"""What a centre reads of its days: the day sheet, the week of all resources with who, and how much they are used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from services.booking import timetable
from services.booking.desk_queries import with_names
from services.booking.models import BatchClaim, Booking, BookingState, Claim, Outage
from services.booking.timetable import Interval, Timetable
from services.catalogue.models import BookingMode, CapacityKind, Resource, ResourceKind
from services.core import clock
from services.organisations.models import Organisation

ON_SHEET = (BookingState.CONFIRMED, BookingState.IN_USE, BookingState.COMPLETED, BookingState.NO_SHOW)
USED = (BookingState.CONFIRMED, BookingState.IN_USE, BookingState.COMPLETED)
MOST_RESOURCES = 500
MOST_ON_A_DAY = 1000
DAY = 24 * 60


def resources(session: Session, provider_id: int | None, kind: ResourceKind | None = None) -> list[Resource]:
    """Return the resources of a centre, those of one kind or all, by code."""
    statement = select(Resource).where(Resource.provider_id == provider_id)
    if kind is not None:
        statement = statement.where(Resource.kind == kind)
    return list(session.scalars(statement.order_by(Resource.code, Resource.id).limit(MOST_RESOURCES)))


# A day --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Batch:
    """What a batch resource does on a day."""

    resource: Resource
    bookings: list[tuple[Booking, int]]

    @property
    def used(self) -> int:
        """The sum of the quantities."""
        return sum(quantity for _, quantity in self.bookings)


@dataclass(frozen=True)
class DaySheet:
    """Everything of one day: slots by time, batches, what is promised, tests by number only, outages, open requests."""

    day: date
    slots: list[Booking]
    batches: list[Batch]
    due: list[Booking]
    tests: list[Booking]
    outages: list[Outage]
    undecided: int
    is_cut: bool = False


def day_sheet(session: Session, provider_id: int | None, day: date, resource_id: int | None = None) -> DaySheet:
    """Return the day of a centre, or of one of its resources."""
    begin, end = clock.at(day, 0), clock.at(day, 1440)
    on_day = and_(Booking.provider_id == provider_id, Booking.starts_at < end, Booking.ends_at > begin)
    if resource_id is not None:
        holders = select(Claim.booking_id).where(Claim.resource_id == resource_id, Claim.booking_id.is_not(None))
        batch_holders = select(BatchClaim.booking_id).where(BatchClaim.resource_id == resource_id)
        on_day = and_(on_day, Booking.id.in_(holders.union(batch_holders)))
    statement = with_names().where(on_day, Booking.state.in_(ON_SHEET))
    bookings = session.scalars(statement.order_by(Booking.starts_at, Booking.id).limit(MOST_ON_A_DAY)).all()
    booked = [one for one in bookings if not one.is_reservation]
    waiting = select(func.count()).where(on_day, Booking.state.in_([BookingState.REQUESTED, BookingState.PROPOSED]))
    return DaySheet(
        day,
        [one for one in booked if one.module.booking_mode is BookingMode.SLOT],
        _batches(session, [one for one in booked if one.module.booking_mode is BookingMode.BATCH], resource_id),
        [] if resource_id is not None else _due(session, provider_id, day),
        [one for one in bookings if one.is_reservation],
        _outages(session, provider_id, begin, end, resource_id),
        session.scalar(waiting) or 0,
        len(bookings) == MOST_ON_A_DAY,
    )


def _batches(session: Session, bookings: Sequence[Booking], resource_id: int | None) -> list[Batch]:
    by_id = {booking.id: booking for booking in bookings}
    statement = (
        select(BatchClaim)
        .join(BatchClaim.resource)
        .where(BatchClaim.booking_id.in_(by_id))
        .options(contains_eager(BatchClaim.resource))
        .order_by(Resource.code, BatchClaim.booking_id)
    )
    batches: dict[int, Batch] = {}
    for one in session.scalars(statement):
        if resource_id in {None, one.resource_id}:
            batch = batches.setdefault(one.resource_id, Batch(one.resource, []))
            batch.bookings.append((by_id[one.booking_id], one.quantity))
    return list(batches.values())


def _due(session: Session, provider_id: int | None, day: date) -> list[Booking]:
    statement = with_names().where(
        Booking.provider_id == provider_id,
        Booking.is_reservation.is_(False),
        Booking.promised_on == day,
        Booking.state.in_([BookingState.CONFIRMED, BookingState.IN_USE]),
    )
    return list(session.scalars(statement.order_by(Booking.id).limit(MOST_ON_A_DAY)))


def _outages(
    session: Session, provider_id: int | None, begin: datetime, end: datetime, resource_id: int | None = None
) -> list[Outage]:
    """Return the outages that close something between the two moments; one that was ended early counts until then."""
    statement = _of_provider(provider_id).where(
        Outage.starts_at < end,
        Outage.ends_at > begin,
        or_(Outage.ended_at.is_(None), and_(Outage.ended_at > begin, Outage.ended_at > Outage.starts_at)),
    )
    if resource_id is not None:
        statement = statement.where(Outage.resource_id == resource_id)
    return list(session.scalars(statement.order_by(Outage.starts_at, Outage.id).limit(MOST_ON_A_DAY)))


# A week -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One stretch on the time line of a resource and day, in minutes of the day. Outages and tests have no booking."""

    begins: int
    ends: int
    text: str
    state: str
    booking_id: int | None = None
    units: int = 1


@dataclass
class DayCell:
    """A day of a resource: whether it is open at all, what is on it, and what a batch has taken of its capacity."""

    is_open: bool
    entries: list[Entry] = field(default_factory=list)
    used: int | None = None
    capacity: int = 0
    note: str = ""


@dataclass(frozen=True)
class Week:
    """The week of several resources: a row of seven cells for each."""

    days: list[date]
    rows: list[tuple[Resource, list[DayCell]]]


def resource_week(
    session: Session, provider_id: int | None, monday: date, now: datetime, kind: ResourceKind | None = None
) -> Week:
    """Return who has which resource when in the week from ``monday``, in a constant number of queries."""
    days = [monday + timedelta(days=step) for step in range(7)]
    shown = resources(session, provider_id, kind)
    ids = [resource.id for resource in shown]
    table = timetable.load_opening(session, ids, days[0], days[-1])
    cells = {key: [_cell(table, key, day) for day in days] for key in ids}
    begin, end = clock.at(days[0], 0), clock.at(days[-1], 1440)
    for row in _taken(session, ids, begin, end, now):
        _lay(
            cells[row.resource_id],
            begin,
            row.starts_at,
            row.ends_at,
            (row.firm, row.state.value, row.open_id, row.units),
        )
    for outage in _outages(session, provider_id, begin, end):
        if outage.resource_id in cells:
            until = min(outage.ends_at, outage.ended_at or outage.ends_at)
            _lay(cells[outage.resource_id], begin, outage.starts_at, until, (outage.reason, "outage"))
    for row in _batched(session, ids, days):
        entry = Entry(0, DAY, row.firm, row.state.value, row.open_id, row.quantity)
        cells[row.resource_id][(row.day - monday).days].entries.append(entry)
    for row_cells in cells.values():
        for cell in row_cells:
            cell.entries.sort(key=lambda one: (one.begins, one.booking_id or 0))
    return Week(days, [(resource, cells[resource.id]) for resource in shown])


def _cell(table: Timetable, resource_id: int, day: date) -> DayCell:
    begin, end = clock.at(day, 0), clock.at(day, DAY)
    is_open = any(opens < end and begin < closes for opens, closes in table.opening[resource_id])
    cell = DayCell(is_open, note=table.notes.get((resource_id, day), ""))
    resource = table.resources[resource_id]
    if resource.capacity_kind is CapacityKind.BATCH:
        cell.capacity, cell.used = table.batch.get((resource_id, day), (resource.daily_capacity or 0, 0))
    return cell


def _lay(
    cells: Sequence[DayCell], begin: datetime, starts_at: datetime, ends_at: datetime, about: tuple[Any, ...]
) -> None:
    """Lay a stretch over each day that it touches, cut at midnight; every day of the centres has 1440 minutes."""
    first, last = (int((moment - begin).total_seconds() // 60) for moment in (starts_at, ends_at))
    for number in range(max(0, first // DAY), min(len(cells) - 1, (last - 1) // DAY) + 1):
        midnight = number * DAY
        cells[number].entries.append(Entry(max(first - midnight, 0), min(last - midnight, DAY), *about))


def _firm() -> Any:
    """Return the column of the short name, or the full one where there is none; tests show their number instead.

    Whoever tests does not know for whom.
    """
    name = func.coalesce(func.nullif(Organisation.short_name, ""), Organisation.name)
    return case((Booking.is_reservation.is_(True), Booking.no), else_=name).label("firm")


def _open_id() -> Any:
    """Return the column of the booking that can be opened at the desk: none for a test."""
    return case((Booking.is_reservation.is_(False), Booking.id)).label("open_id")


def _taken(session: Session, ids: Sequence[int], begin: datetime, end: datetime, now: datetime) -> Iterable[Row[Any]]:
    lapsed = and_(Booking.state == BookingState.HELD, Booking.hold_expires_at <= now)
    columns = (Claim.resource_id, Booking.id, Booking.starts_at, Booking.ends_at, Booking.state, _firm(), _open_id())
    return session.execute(
        select(*columns, func.count().label("units"))
        .join(Booking, Booking.id == Claim.booking_id)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .where(Claim.resource_id.in_(ids), Claim.busy_from < end, Claim.busy_to > begin, ~lapsed)
        .group_by(*columns)
        .order_by(Claim.resource_id, Booking.starts_at, Booking.id)
    )


def _batched(session: Session, ids: Sequence[int], days: Sequence[date]) -> Iterable[Row[Any]]:
    return session.execute(
        select(BatchClaim.resource_id, BatchClaim.day, BatchClaim.quantity, Booking.state, _firm(), _open_id())
        .join(Booking, Booking.id == BatchClaim.booking_id)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .where(BatchClaim.resource_id.in_(ids), BatchClaim.day.between(days[0], days[-1]))
        .order_by(BatchClaim.resource_id, BatchClaim.day, Booking.id)
    )


# Use ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Use:
    """How much of a resource was offered and booked: minutes of its units, or quantities of a batch."""

    resource: Resource
    offered: int
    booked: int

    @property
    def percent(self) -> int | None:
        """Booked of offered in per cent, rounded; None when nothing was offered."""
        return None if not self.offered else round(100 * self.booked / self.offered)


def utilisation(session: Session, provider_id: int | None, first: date, last: date) -> list[Use]:
    """Return the use of each resource of a centre in a period: booked hours of open hours.

    Confirmed, used and completed bookings count, each unit for itself, without buffers; holds, requests and no-shows do
    not. Outages do not lessen what was offered.
    """
    shown = resources(session, provider_id)
    ids = [resource.id for resource in shown]
    table = timetable.load_opening(session, ids, first, last)
    minutes = _booked_minutes(session, ids, clock.at(first, 0), clock.at(last, 1440))
    quantities = _booked_quantities(session, ids, first, last)
    uses = []
    for resource in shown:
        opening = table.opening[resource.id]
        if resource.capacity_kind is CapacityKind.BATCH:
            offered = (resource.daily_capacity or 0) * len({clock.local_day(opens) for opens, _ in opening})
            uses.append(Use(resource, offered, quantities.get(resource.id, 0)))
        else:
            uses.append(Use(resource, resource.units * sum(map(_minutes, opening)), minutes[resource.id]))
    return uses


def _minutes(interval: Interval) -> int:
    return int((interval[1] - interval[0]).total_seconds() // 60)


def _booked_minutes(session: Session, ids: Sequence[int], begin: datetime, end: datetime) -> dict[int, int]:
    statement = (
        select(Claim.resource_id, Booking.starts_at, Booking.ends_at)
        .join(Booking, Booking.id == Claim.booking_id)
        .where(Claim.resource_id.in_(ids), Claim.busy_from < end, Claim.busy_to > begin, Booking.state.in_(USED))
        .order_by(Claim.id)
    )
    booked: dict[int, int] = defaultdict(int)
    for resource_id, starts_at, ends_at in session.execute(statement):
        if starts_at is not None and ends_at is not None:
            booked[resource_id] += max(0, _minutes((max(starts_at, begin), min(ends_at, end))))
    return booked


def _booked_quantities(session: Session, ids: Sequence[int], first: date, last: date) -> dict[int, int]:
    statement = (
        select(BatchClaim.resource_id, func.sum(BatchClaim.quantity))
        .join(Booking, Booking.id == BatchClaim.booking_id)
        .where(BatchClaim.resource_id.in_(ids), BatchClaim.day.between(first, last), Booking.state.in_(USED))
        .group_by(BatchClaim.resource_id)
        .order_by(BatchClaim.resource_id)
    )
    return {key: int(total) for key, total in session.execute(statement)}


# Outages ------------------------------------------------------------------------------------------------------------


def outage_lists(session: Session, provider_id: int | None, now: datetime) -> tuple[list[Outage], list[Outage]]:
    """Return the outages of a centre that run now and those that are to come, earliest first."""
    live = _of_provider(provider_id).where(Outage.ended_at.is_(None), Outage.ends_at > now)
    found = session.scalars(live.order_by(Outage.starts_at, Outage.id).limit(MOST_RESOURCES)).all()
    return [one for one in found if one.starts_at <= now], [one for one in found if one.starts_at > now]


def past_outages(provider_id: int | None, now: datetime) -> Select[Outage]:
    """Return the statement for the outages of a centre that are over or were ended, latest first."""
    over = or_(Outage.ended_at.is_not(None), Outage.ends_at <= now)
    return _of_provider(provider_id).where(over).order_by(Outage.starts_at.desc(), Outage.id.desc())


def _of_provider(provider_id: int | None) -> Select[Outage]:
    return (
        select(Outage)
        .join(Outage.resource)
        .options(contains_eager(Outage.resource))
        .where(Resource.provider_id == provider_id)
    )
