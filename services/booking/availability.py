"""What visitors see: free and occupied, never who. Next free slots across equal resources, and a week as a grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, pairwise, takewhile

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.booking import timetable
from services.booking.rules import Span
from services.booking.timetable import Timetable
from services.catalogue.models import BookingMode, BookingPolicy, ModuleResource, Resource, ServiceModule
from services.core import clock

LOOK_AHEAD_DAYS = 14


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


def groups_of(session: Session, module_ids: Sequence[int]) -> dict[int, list[list[int]]]:
    """Return the resources of each module by group: those of a group replace each other, one of each is needed."""
    statement = (
        select(ModuleResource.module_id, ModuleResource.group_no, ModuleResource.resource_id)
        .join(Resource, Resource.id == ModuleResource.resource_id)
        .where(ModuleResource.module_id.in_(module_ids))
        .order_by(ModuleResource.module_id, ModuleResource.group_no, Resource.code)
    )
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for module_id, group_no, resource_id in session.execute(statement):
        found[module_id][group_no].append(resource_id)
    return {module_id: list(groups.values()) for module_id, groups in found.items()}


def next_free(session: Session, module_ids: Sequence[int], now: datetime) -> dict[int, datetime | None]:
    """Return when each module can next be had: a slot's start, or the day of a batch; None when nothing is near."""
    homes = groups_of(session, module_ids)
    statement = select(ServiceModule.id, ServiceModule.booking_mode).where(ServiceModule.id.in_(module_ids))
    modes = dict(session.execute(statement.order_by(ServiceModule.id)).all())
    everything = {key for groups in homes.values() for group in groups for key in group}
    if not everything:
        return dict.fromkeys(module_ids)
    today = clock.local_day(now)
    reach = timedelta(days=LOOK_AHEAD_DAYS, minutes=_shortest(session, everything))
    table = timetable.load(session, everything, today, today + reach, now)
    return {
        module_id: _first_day(table, [group[0] for group in homes.get(module_id, [])], now)
        if modes.get(module_id) is BookingMode.BATCH
        else min((slot.starts_at for slot in _slots(table, homes.get(module_id, []), None, now, most=1)), default=None)
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
    groups = groups_of(session, [module_id]).get(module_id, [])
    everything = [key for group in groups for key in group]
    today = clock.local_day(now)
    reach = timedelta(days=LOOK_AHEAD_DAYS, minutes=minutes or _shortest(session, everything))
    table = timetable.load(session, everything, today, today + reach, now)
    chosen = [[key for key in group if resource_id in {None, key}] or group for group in groups]
    found = _slots(table, chosen, minutes, now, units=units, most=most)
    return sorted(found, key=lambda slot: (slot.starts_at, slot.resource_id))[:most]


def _shortest(session: Session, resource_ids: Collection[int]) -> int:
    """Return the longest of the shortest bookings of the resources; a stall let by the month needs a month of calendar."""
    statement = (
        select(func.max(BookingPolicy.minimum_min))
        .join(Resource, Resource.policy_id == BookingPolicy.id)
        .where(Resource.id.in_(resource_ids))
    )
    return session.scalar(statement) or 0


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
    members = [group[0] for group in groups_of(session, [module_id]).get(module_id, [])]
    today = clock.local_day(now)
    table = timetable.load(session, members, today, today + timedelta(days=days), now)
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
    cells = {
        (minute, day): _cell(table, resource, day, minute, step, now) for day in days for minute in range(0, 1440, step)
    }
    open_minutes = [
        minute for minute in range(0, 1440, step) if any(cells[minute, day].state != "closed" for day in days)
    ]
    notes = {day: note for (_, day), note in table.notes.items()}
    return WeekGrid(resource, days, open_minutes, cells, notes)


def _cell(table: Timetable, resource: Resource, day: date, minute: int, step: int, now: datetime) -> Cell:
    span = Span(clock.at(day, minute), clock.at(day, minute + step))
    if not table.is_open(resource.id, span):
        return Cell(span.starts_at, "closed")
    if span.starts_at < now + timedelta(minutes=resource.policy.lead_min):
        return Cell(span.starts_at, "past")
    if not table.is_in_service(resource.id, day):
        return Cell(span.starts_at, "busy")
    free = len(table.free_units(resource.id, span))
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
