"""What visitors see: free and occupied, never who. Next free slots across equal resources, and a week as a grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, pairwise, takewhile

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from services.booking import timetable
from services.booking.rules import Span
from services.booking.timetable import Timetable
from services.catalogue.models import BookingMode, ModuleResource, Resource, ServiceModule
from services.core import clock

LOOK_AHEAD_DAYS = 14
_PLACES = (
    select(ServiceModule.id, ServiceModule.booking_mode, ModuleResource.group_no, Resource)
    .join(ModuleResource, ModuleResource.module_id == ServiceModule.id)
    .join(Resource, Resource.id == ModuleResource.resource_id)
    .options(joinedload(Resource.policy, innerjoin=True))
    .where(ServiceModule.id.in_(bindparam("module_ids", expanding=True)))
    .order_by(ServiceModule.id, ModuleResource.group_no, Resource.code)
)


@dataclass(frozen=True)
class FreeSlot:
    """A slot that can be booked now."""

    resource_id: int
    resource_name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Cell:
    """One step of a resource's day: ``state`` is free, busy, closed or past; ``free`` counts its free units."""

    starts_at: datetime
    state: str
    free: int = 0


@dataclass(frozen=True)
class WeekGrid:
    """A resource's week: ``cells[minute][day]``; rows go in steps of the grid, only those open on some day."""

    resource: Resource
    days: list[date]
    minutes: list[int]
    cells: dict[tuple[int, date], Cell]
    notes: dict[date, str]


class _Places:
    """What some modules run on, read in one query.

    Of each module the resources come by group: those of a group replace each other, one of each is needed.
    """

    def __init__(self, session: Session, module_ids: Sequence[int]) -> None:
        self.session = session
        self.modes: dict[int, BookingMode] = {}
        self.resources: dict[int, Resource] = {}
        groups: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for module_id, mode, group_no, resource in session.execute(_PLACES, {"module_ids": module_ids}):
            self.modes[module_id] = mode
            self.resources[resource.id] = resource
            groups[module_id][group_no].append(resource.id)
        self._groups = {module_id: list(found.values()) for module_id, found in groups.items()}

    def groups(self, module_id: int) -> list[list[int]]:
        """Return the ids of the resources of a module by group."""
        return self._groups.get(module_id, [])

    def timetable(self, now: datetime, *, minutes: int | None = None) -> Timetable:
        """Read the coming days: enough for ``minutes``, or for the longest of the shortest bookings.

        A stall let by the month needs a month of calendar.
        """
        today = clock.local_day(now)
        shortest = max((one.policy.minimum_min for one in self.resources.values()), default=0)
        reach = timedelta(days=LOOK_AHEAD_DAYS, minutes=minutes or shortest)
        return timetable.load_of(self.session, self.resources, today, today + reach, now)


def next_free(session: Session, module_ids: Sequence[int], now: datetime) -> dict[int, datetime | None]:
    """Return when each module can next be had: a slot's start, or the day of a batch; None when nothing is near."""
    places = _Places(session, module_ids)
    if not places.resources:
        return dict.fromkeys(module_ids)
    table = places.timetable(now)
    return {
        module_id: _first_day(table, [group[0] for group in places.groups(module_id)], now)
        if places.modes.get(module_id) is BookingMode.BATCH
        else min((slot.starts_at for slot in _slots(table, places.groups(module_id), None, now, most=1)), default=None)
        for module_id in module_ids
    }


def _first_day(table: Timetable, resource_ids: Sequence[int], now: datetime) -> datetime | None:
    day = clock.local_day(now)
    while resource_ids and day <= table.last:
        if all(table.room_at(resource_id, day, now) for resource_id in resource_ids):
            return clock.at(day, 0)
        day += timedelta(days=1)
    return None


def free_slots(
    session: Session,
    module_id: int,
    now: datetime,
    *,
    minutes: int | None = None,
    units: int = 1,
    resource_id: int | None = None,
    most: int = 6,
) -> list[FreeSlot]:
    """Return the next free slots of a module across its equal resources (or one), earliest first.

    Each is ``minutes`` long, or as short as it may be, with ``units`` free units.
    """
    places = _Places(session, [module_id])
    table = places.timetable(now, minutes=minutes)
    chosen = [[key for key in group if resource_id in {None, key}] or group for group in places.groups(module_id)]
    found = _slots(table, chosen, minutes, now, units=units, most=most)
    return sorted(found, key=lambda slot: (slot.starts_at, slot.resource_id))[:most]


def _slots(
    table: Timetable, groups: Sequence[Sequence[int]], minutes: int | None, now: datetime, *, most: int, units: int = 1
) -> list[FreeSlot]:
    """Return up to ``most`` free slots of each resource of the first group, for which the other groups are free too."""
    found: list[FreeSlot] = []
    for key in groups[0] if groups else ():
        resource = table.resources[key]
        after = now + timedelta(minutes=resource.policy.lead_min)
        last = clock.local_day(now) + timedelta(days=resource.policy.horizon_days)
        spans = (
            span
            for span in table.starts(key, minutes or resource.policy.minimum_min, after=after, units=units)
            if all(table.can_host(group, span, units) for group in groups[1:])
        )
        near = takewhile(lambda span, last=last: clock.local_day(span.starts_at) <= last, islice(spans, most))  # type: ignore[misc]
        found += [FreeSlot(key, resource.name, span.starts_at, span.ends_at) for span in near]
    return found


def free_days(session: Session, module_id: int, now: datetime, *, days: int = 21) -> list[tuple[date, int]]:
    """Return the coming days of a batch module and how much each can still take."""
    places = _Places(session, [module_id])
    members = {group[0]: places.resources[group[0]] for group in places.groups(module_id)}
    today = clock.local_day(now)
    table = timetable.load_of(session, members, today, today + timedelta(days=days), now)
    coming = [today + timedelta(days=step) for step in range(days + 1)]
    return [(day, min((table.room_at(key, day, now) for key in members), default=0)) for day in coming]


def week_room(session: Session, resource_id: int, monday: date, now: datetime) -> list[tuple[date, int]]:
    """Return what each day of the week from ``monday`` of a batch resource can still take."""
    days = [monday + timedelta(days=step) for step in range(7)]
    table = timetable.load(session, [resource_id], monday, days[-1], now)
    return [(day, table.room_at(resource_id, day, now)) for day in days]


def week_grid(session: Session, resource_id: int, monday: date, now: datetime) -> WeekGrid:
    """Return the week from ``monday`` of one resource, in steps of its grid."""
    days = [monday + timedelta(days=step) for step in range(7)]
    table = timetable.load(session, [resource_id], monday, days[-1], now)
    resource = table.resources[resource_id]
    step = max(resource.policy.granularity_min, 30)
    soonest = now + timedelta(minutes=resource.policy.lead_min)
    cells: dict[tuple[int, date], Cell] = {}
    for day in days:
        midnight, in_service = clock.at(day, 0), table.is_in_service(resource_id, day)
        for minute in range(0, 1440, step):
            start = midnight + timedelta(minutes=minute)
            span = Span(start, start + timedelta(minutes=step))
            cells[minute, day] = _cell(table, resource_id, span, soonest=soonest, in_service=in_service)
    open_minutes = [
        minute for minute in range(0, 1440, step) if any(cells[minute, day].state != "closed" for day in days)
    ]
    notes = {day: note for (_, day), note in table.notes.items()}
    return WeekGrid(resource, days, open_minutes, cells, notes)


def _cell(table: Timetable, resource_id: int, span: Span, *, soonest: datetime, in_service: bool) -> Cell:
    if not table.is_open(resource_id, span):
        return Cell(span.starts_at, "closed")
    if span.starts_at < soonest:
        return Cell(span.starts_at, "past")
    if not in_service:
        return Cell(span.starts_at, "busy")
    free = len(table.free_units(resource_id, span))
    return Cell(span.starts_at, "free" if free else "busy", free)


def free_times(
    session: Session, resource_ids: Sequence[int], first: date, days: int, now: datetime
) -> dict[int, list[tuple[datetime, datetime, int]]]:
    """Return when each resource is free, as (from, to, free units), joined; past time and closed hours are left out."""
    table = timetable.load(session, resource_ids, first, first + timedelta(days=days - 1), now)
    return {key: list(_free_stretches(table, key, now)) for key in table.resources}


def _free_stretches(table: Timetable, key: int, now: datetime) -> Iterator[tuple[datetime, datetime, int]]:
    """Yield the stretches of equal freedom of one resource, by sweeping over the edges of its claims."""
    resource = table.resources[key]
    taken = [interval for unit in table.busy.get(key, {}).values() for interval in unit]
    for opens, closes in table.opening.get(key, ()):
        begin = max(opens, now)
        if begin >= closes or not table.is_in_service(key, clock.local_day(opens)):
            continue
        inside = [(max(start, begin), min(end, closes)) for start, end in taken if start < closes and end > begin]
        edges = sorted({begin, closes, *(edge for interval in inside for edge in interval)})
        for start, end in pairwise(edges):
            free = resource.units - sum(one[0] <= start and end <= one[1] for one in inside)
            if free > 0:
                yield start, end, free
