"""Other times for bookings that have to move: free across equal resources, and none promised twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.booking import timetable
from services.booking.models import BatchClaim, Booking, Claim
from services.booking.placement import Choice
from services.booking.rules import OCCUPYING, Span
from services.catalogue.models import BookingMode, CapacityKind, ModuleResource, Resource
from services.core import clock

LOOK_BACK_DAYS = 3
LOOK_AHEAD_DAYS = 14

Taken = tuple[int, int, Span]
"""A resource's id, the number of its unit, and the time with buffers."""


@dataclass(frozen=True)
class OtherTime:
    """A time to which a booking can be moved as it is: same length, same quantity."""

    starts_at: datetime
    ends_at: datetime
    resource_id: int
    resource_name: str
    day: date | None
    quantity: int

    @property
    def choice(self) -> Choice:
        """The same as what a move asks for."""
        if self.day is not None:
            return Choice(day=self.day, quantity=self.quantity)
        return Choice(self.starts_at, self.ends_at, resource_id=self.resource_id, quantity=self.quantity)


def bookings_under(
    session: Session, resource_id: int, unit: int | None, span: Span, *, lock: bool = False
) -> list[Booking]:
    """Return the bookings that hold the resource (or its one ``unit``) during ``span``, earliest first."""
    taken = select(Claim.booking_id).where(
        Claim.resource_id == resource_id,
        Claim.busy_from < span.ends_at,
        Claim.busy_to > span.starts_at,
        Claim.booking_id.is_not(None),
    )
    if unit is not None:
        taken = taken.where(Claim.unit == unit)
    first, last = clock.local_day(span.starts_at), clock.local_day(span.ends_at - timedelta(microseconds=1))
    batches = select(BatchClaim.booking_id).where(
        BatchClaim.resource_id == resource_id, BatchClaim.day.between(first, last)
    )
    statement = (
        select(Booking)
        .where(Booking.id.in_(taken.union(batches)), Booking.state.in_(OCCUPYING))
        .options(joinedload(Booking.module, innerjoin=True), joinedload(Booking.organisation, innerjoin=True))
        .order_by(Booking.starts_at, Booking.id)
    )
    return list(session.scalars(statement.with_for_update(of=Booking) if lock else statement))


class OtherTimes:
    """The free times around some bookings, read once in a constant number of queries."""

    def __init__(self, session: Session, bookings: Sequence[Booking], now: datetime) -> None:
        self._now = now
        self._today = clock.local_day(now)
        days = [clock.local_day(one.starts_at) for one in bookings if one.starts_at is not None] or [self._today]
        first = max(self._today, min(days) - timedelta(days=LOOK_BACK_DAYS))
        last = max(self._today, *days) + timedelta(days=LOOK_AHEAD_DAYS)
        self._groups = _groups(session, {one.module_id for one in bookings})
        wanted = {key for groups in self._groups.values() for members in groups for key in members}
        self._table = timetable.load(session, wanted, first, last, now)

    def close(self, resource_id: int, unit: int | None, span: Span) -> None:
        """Take out a time in which the resource, or its one unit, is about to be closed."""
        resource = self._table.resources.get(resource_id)
        if resource is None:
            return
        if resource.capacity_kind is CapacityKind.BATCH:
            day = clock.local_day(span.starts_at)
            while clock.at(day, 0) < span.ends_at:
                self._table.closed_days.add((resource_id, day))
                day += timedelta(days=1)
        units = range(1, resource.units + 1) if unit is None else [unit]
        self._take([(resource_id, number, span) for number in units])

    def nearest(self, booking: Booking, *, most: int = 1, a_day: int = 3) -> list[OtherTime]:
        """Return up to ``most`` times for the booking, nearest to the one it has first, at most ``a_day`` on one day."""
        meant = booking.starts_at
        if meant is None or booking.ends_at is None:
            return []
        found = self._days(booking) if booking.module.booking_mode is BookingMode.BATCH else self._slots(booking)
        by_day: dict[date, int] = defaultdict(int)
        chosen: list[OtherTime] = []
        for one in sorted(found, key=lambda one: (abs(one.starts_at - meant), one.starts_at, one.resource_id)):
            day = clock.local_day(one.starts_at)
            by_day[day] += 1
            if by_day[day] <= a_day and len(chosen) < most:
                chosen.append(one)
        return chosen

    def reserve(self, booking: Booking, choice: Choice) -> bool:
        """Keep a time for the booking, so that no other one is offered it; tell whether it was free."""
        groups = self._groups.get(booking.module_id, [])
        if choice.day is not None:
            return self._reserve_day([members[0] for members in groups], choice.day, choice.quantity)
        units = self._units(groups, choice.span, choice.quantity, choice.resource_id)
        if units is None:
            return False
        self._take(units)
        return True

    def described(self, choice: Choice) -> OtherTime:
        """Return a chosen time with the name of its resource."""
        resource = self._table.resources.get(choice.resource_id or 0)
        starts_at, ends_at = choice.starts_at, choice.ends_at
        if choice.day is not None:
            starts_at, ends_at = clock.at(choice.day, 0), clock.at(choice.day, 1440)
        assert starts_at is not None
        assert ends_at is not None
        name = resource.name if resource else ""
        return OtherTime(starts_at, ends_at, choice.resource_id or 0, name, choice.day, choice.quantity)

    def _reserve_day(self, resource_ids: Sequence[int], day: date, quantity: int) -> bool:
        if any(self._table.room(key, day) < quantity for key in resource_ids):
            return False
        for key in resource_ids:
            capacity, used = self._table.batch.get((key, day), (self._table.resources[key].daily_capacity or 0, 0))
            self._table.batch[key, day] = (capacity, used + quantity)
        return True

    def _take(self, units: Iterable[Taken]) -> None:
        for resource_id, unit, span in units:
            taken = self._table.busy.setdefault(resource_id, {})
            taken.setdefault(unit, []).append((span.starts_at, span.ends_at))

    def _units(
        self, groups: Sequence[Sequence[int]], span: Span, quantity: int, chosen: int | None
    ) -> list[Taken] | None:
        """Return units free for the whole of ``span``, from one resource of each group; None when a group has none."""
        units: list[Taken] = []
        for members in groups:
            usable = [key for key in members if key == chosen] or members
            key = next((one for one in usable if self._has(one, span, quantity)), None)
            if key is None:
                return None
            wide = span.widened(self._table.resources[key].policy)
            units += [(key, unit, wide) for unit in self._table.free_units(key, span)[:quantity]]
        return units

    def _has(self, resource_id: int, span: Span, quantity: int) -> bool:
        table = self._table
        day = clock.local_day(span.starts_at)
        return (
            table.is_in_service(resource_id, day)
            and table.is_open(resource_id, span)
            and len(table.free_units(resource_id, span)) >= quantity
        )

    def _slots(self, booking: Booking) -> Iterator[OtherTime]:
        groups = self._groups.get(booking.module_id, [])
        assert booking.starts_at is not None
        assert booking.ends_at is not None
        minutes = Span(booking.starts_at, booking.ends_at).minutes
        for key in groups[0] if groups else []:
            resource = self._table.resources[key]
            after = self._now + timedelta(minutes=resource.policy.lead_min)
            last = self._today + timedelta(days=resource.policy.horizon_days)
            for span in self._table.starts(key, minutes, after=after, units=booking.quantity):
                if clock.local_day(span.starts_at) > last:
                    break
                if self._units(groups, span, booking.quantity, key) is not None:
                    yield OtherTime(span.starts_at, span.ends_at, key, resource.name, None, booking.quantity)

    def _days(self, booking: Booking) -> Iterator[OtherTime]:
        members = [group[0] for group in self._groups.get(booking.module_id, [])]
        day = max(self._table.first, self._today)
        while members and day <= self._table.last:
            in_reach = all(
                (day - self._today).days <= self._table.resources[key].policy.horizon_days
                and self._table.room_at(key, day, self._now) >= booking.quantity
                for key in members
            )
            if in_reach and (booking.starts_at is None or day != clock.local_day(booking.starts_at)):
                name = self._table.resources[members[0]].name
                yield OtherTime(clock.at(day, 0), clock.at(day, 1440), members[0], name, day, booking.quantity)
            day += timedelta(days=1)


def _groups(session: Session, module_ids: Iterable[int]) -> dict[int, list[list[int]]]:
    """Return the resources of each module, those that replace each other together."""
    statement = (
        select(ModuleResource.module_id, ModuleResource.group_no, ModuleResource.resource_id)
        .join(Resource, Resource.id == ModuleResource.resource_id)
        .where(ModuleResource.module_id.in_(sorted(module_ids)))
        .order_by(ModuleResource.module_id, ModuleResource.group_no, Resource.code)
    )
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for module_id, group_no, resource_id in session.execute(statement):
        found[module_id][group_no].append(resource_id)
    return {module_id: list(groups.values()) for module_id, groups in found.items()}
