"""When resources are open and when they are taken, read in a constant number of queries for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session, joinedload

from services.booking.models import BatchDay, Booking, BookingState, Claim, Outage
from services.booking.rules import Span, is_covered, joined
from services.catalogue.models import (
    CapacityKind,
    OpeningException,
    OpeningRule,
    Resource,
    ResourceState,
)
from services.core import clock
from services.core.calendar import WorkingDays, exceptions

Interval = tuple[datetime, datetime]
_WANTED: BindParameter[int] = bindparam("wanted", expanding=True)
_RESOURCES = (
    select(Resource)
    .options(joinedload(Resource.policy, innerjoin=True))
    .where(Resource.id.in_(_WANTED))
    .order_by(Resource.id)
)
_RULE = OpeningRule.__table__.c
_RULES = (
    select(_RULE.resource_id, _RULE.weekday, _RULE.opens_min, _RULE.closes_min, _RULE.valid_from, _RULE.valid_to)
    .where(_RULE.resource_id.in_(_WANTED))
    .order_by(_RULE.id)
)
_SPECIAL = OpeningException.__table__.c
_EXCEPTIONS = (
    select(_SPECIAL.resource_id, _SPECIAL.day, _SPECIAL.opens_min, _SPECIAL.closes_min, _SPECIAL.note)
    .where(_SPECIAL.resource_id.in_(_WANTED), _SPECIAL.day.between(bindparam("first"), bindparam("last")))
    .order_by(_SPECIAL.id)
)
_CLAIM, _HOLD = Claim.__table__.c, Booking.__table__.c
_LAPSED = (
    select(_HOLD.id)
    .where(
        _HOLD.state == BookingState.HELD,
        _HOLD.hold_expires_at <= bindparam("now"),
        _HOLD.id == _CLAIM.booking_id,
    )
    .exists()
)
_CLAIMS = (
    select(_CLAIM.resource_id, _CLAIM.unit, _CLAIM.busy_from, _CLAIM.busy_to)
    .where(_CLAIM.resource_id.in_(_WANTED), _CLAIM.busy_from < bindparam("end"), _CLAIM.busy_to > bindparam("begin"))
    .where(~_LAPSED)
    .order_by(_CLAIM.resource_id, _CLAIM.unit, _CLAIM.busy_from)
)
_BATCH_DAYS = (
    select(BatchDay.resource_id, BatchDay.day, BatchDay.capacity, BatchDay.used)
    .where(BatchDay.resource_id.in_(_WANTED), BatchDay.day.between(bindparam("first"), bindparam("last")))
    .order_by(BatchDay.resource_id, BatchDay.day)
)
_OUTAGES = select(Outage.resource_id, Outage.starts_at, Outage.ends_at).where(
    Outage.resource_id.in_(_WANTED),
    Outage.ended_at.is_(None),
    Outage.starts_at < bindparam("end"),
    Outage.ends_at > bindparam("begin"),
)


class Rule(NamedTuple):
    """A weekly opening interval."""

    weekday: int
    opens_min: int
    closes_min: int
    valid_from: date | None
    valid_to: date | None


@dataclass
class Timetable:
    """The opening hours and claims of some resources from ``first`` to ``last`` (days of the centres)."""

    first: date
    last: date
    resources: dict[int, Resource]
    opening: dict[int, list[Interval]]
    busy: dict[int, dict[int, list[Interval]]]
    notes: dict[tuple[int, date], str] = field(default_factory=dict)
    batch: dict[tuple[int, date], tuple[int, int]] = field(default_factory=dict)
    closed_days: set[tuple[int, date]] = field(default_factory=set)

    def free_units(self, resource_id: int, span: Span) -> list[int]:
        """Return the units free for the whole of ``span``, buffers included, lowest first."""
        resource = self.resources[resource_id]
        wide = span.widened(resource.policy)
        taken = self.busy.get(resource_id, {})
        return [
            unit
            for unit in range(1, resource.units + 1)
            if not any(begins < wide.ends_at and wide.starts_at < ends for begins, ends in taken.get(unit, ()))
        ]

    def is_open(self, resource_id: int, span: Span) -> bool:
        """Tell whether the resource is open for the whole of ``span``, on one day unless it runs through the night."""
        resource = self.resources[resource_id]
        if not resource.crosses_midnight:
            last_moment = span.ends_at - timedelta(microseconds=1)
            if clock.local_day(span.starts_at) != clock.local_day(last_moment):
                return False
        return is_covered(span, self.opening.get(resource_id, ()))

    def is_in_service(self, resource_id: int, day: date) -> bool:
        """Tell whether the resource is in service and in calibration on ``day``."""
        resource = self.resources[resource_id]
        due = resource.calibration_due_on
        return resource.state is ResourceState.NORMAL and (due is None or due >= day)

    def can_host(self, resource_ids: Iterable[int], span: Span, units: int) -> bool:
        """Tell whether one of the resources is open, in service and free for the whole of ``span``."""
        day = clock.local_day(span.starts_at)
        return any(
            self.is_in_service(key, day) and self.is_open(key, span) and len(self.free_units(key, span)) >= units
            for key in resource_ids
        )

    def starts(self, resource_id: int, minutes: int, *, after: datetime, units: int = 1) -> Iterator[Span]:
        """Yield the free spans of ``minutes`` on the grid of the resource that begin after ``after``, earliest first."""
        step = timedelta(minutes=self.resources[resource_id].policy.granularity_min)
        length = timedelta(minutes=minutes)
        for opens, closes in self.opening.get(resource_id, ()):
            start = _on_grid(opens, step)
            if start < after:
                start += -(-(after - start) // step) * step
            while start + length <= closes:
                span = Span(start, start + length)
                if (
                    self.is_in_service(resource_id, clock.local_day(start))
                    and self.is_open(resource_id, span)
                    and len(self.free_units(resource_id, span)) >= units
                ):
                    yield span
                start += step

    def room(self, resource_id: int, day: date) -> int:
        """Return how much a batch resource can still take on ``day``; 0 when it is closed."""
        resource = self.resources[resource_id]
        if (resource_id, day) in self.closed_days or not self._opens_on(resource_id, day):
            return 0
        if not self.is_in_service(resource_id, day):
            return 0
        capacity, used = self.batch.get((resource_id, day), (resource.daily_capacity or 0, 0))
        return max(0, capacity - used)

    def room_at(self, resource_id: int, day: date, now: datetime) -> int:
        """Return how much can still be booked at ``now``: nothing when it is too late for that day."""
        return 0 if self.is_too_late(resource_id, day, now) else self.room(resource_id, day)

    def is_too_late(self, resource_id: int, day: date, now: datetime) -> bool:
        """Tell whether the lead time before the last closing hour of ``day`` has begun."""
        lead = timedelta(minutes=self.resources[resource_id].policy.lead_min)
        end = clock.at(day, 1440)
        return all(closes - lead < now for opens, closes in self.opening.get(resource_id, ()) if opens < end)

    def _opens_on(self, resource_id: int, day: date) -> bool:
        begin, end = clock.at(day, 0), clock.at(day, 1440)
        return any(opens < end and begin < closes for opens, closes in self.opening.get(resource_id, ()))


def _on_grid(moment: datetime, step: timedelta) -> datetime:
    """Return the first step of the centres' day at or after ``moment``."""
    midnight = clock.at(clock.local_day(moment), 0)
    return midnight + -(-(moment - midnight) // step) * step


def load(session: Session, resource_ids: Iterable[int], first: date, last: date, now: datetime) -> Timetable:
    """Read the timetable of the resources; holds that have run out by ``now`` do not count as taken."""
    return load_of(session, read(session, resource_ids), first, last, now)


def load_of(
    session: Session,
    resources: Mapping[int, Resource],
    first: date,
    last: date,
    now: datetime,
    *,
    during: Span | None = None,
) -> Timetable:
    """Read the timetable as ``load`` does, for resources that have been read with their policies.

    With ``during`` only what is taken within that time and its buffers is read.
    """
    table = _opening_of(session, resources, first, last)
    wide = [during.widened(one.policy) for one in resources.values()] if during else []
    begin = min((one.starts_at for one in wide), default=clock.at(first, 0))
    end = max((one.ends_at for one in wide), default=clock.at(last, 1440))
    table.busy = _busy(session, [*table.resources], begin, end, now)
    return table


def load_opening(session: Session, resource_ids: Iterable[int], first: date, last: date) -> Timetable:
    """Read the opening hours and batches of the resources without what has been taken of their units."""
    return _opening_of(session, read(session, resource_ids), first, last)


def read(session: Session, resource_ids: Iterable[int]) -> dict[int, Resource]:
    """Read the resources with their policies."""
    return {one.id: one for one in session.scalars(_RESOURCES, {"wanted": sorted(set(resource_ids))})}


def _opening_of(session: Session, given: Mapping[int, Resource], first: date, last: date) -> Timetable:
    resources = dict(sorted(given.items()))
    begin, end = clock.at(first, 0), clock.at(last, 1440)
    table = Timetable(first, last, resources, {}, {})
    _fill_opening(session, table)
    batches = [key for key, resource in resources.items() if resource.capacity_kind is CapacityKind.BATCH]
    if batches:
        _fill_batches(session, table, batches, begin, end)
    return table


def _busy(
    session: Session, wanted: Sequence[int], begin: datetime, end: datetime, now: datetime
) -> dict[int, dict[int, list[Interval]]]:
    asked = {"wanted": wanted, "begin": begin, "end": end, "now": now}
    busy: dict[int, dict[int, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    for resource_id, unit, busy_from, busy_to in session.execute(_CLAIMS, asked).all():
        busy[resource_id][unit].append((busy_from, busy_to))
    return busy


def _fill_opening(session: Session, table: Timetable) -> None:
    asked = {"wanted": [*table.resources], "first": table.first, "last": table.last}
    rules: dict[int, list[Rule]] = defaultdict(list)
    for resource_id, *rule in session.execute(_RULES, asked).all():
        rules[resource_id].append(Rule(*rule))
    special: dict[tuple[int, date], list[tuple[int, int]]] = defaultdict(list)
    for resource_id, day, opens, closes, note in session.execute(_EXCEPTIONS, asked):
        hours = special[resource_id, day]  # none of them: closed
        if opens is not None and closes is not None:
            hours.append((opens, closes))
        table.notes.setdefault((resource_id, day), note)
    calendar = WorkingDays(exceptions(session, table.first, table.last))
    days = [table.first + timedelta(days=step) for step in range((table.last - table.first).days + 1)]
    midnights = {day: clock.at(day, 0) for day in days}
    for key, resource in table.resources.items():
        intervals: list[Interval] = []
        for day in days:
            if (key, day) in special:
                minutes = special[key, day]
            else:
                minutes = _weekly(rules[key], day, calendar, around_the_clock=resource.crosses_midnight)
            intervals += [
                (midnights[day] + timedelta(minutes=opens), midnights[day] + timedelta(minutes=closes))
                for opens, closes in minutes
            ]
        table.opening[key] = joined(intervals)


def _weekly(
    rules: Sequence[Rule], day: date, calendar: WorkingDays, *, around_the_clock: bool
) -> list[tuple[int, int]]:
    """Return the hours of ``day`` by weekly rules: none on a public holiday, Monday's on a make-up work day."""
    valid = [
        rule
        for rule in rules
        if (rule.valid_from is None or rule.valid_from <= day) and (rule.valid_to is None or day <= rule.valid_to)
    ]
    hours = [rule for rule in valid if rule.weekday == day.weekday()]
    if not around_the_clock:
        if day.weekday() < 5 and not calendar.is_working(day):
            return []
        if day.weekday() >= 5 and calendar.is_working(day) and not hours:
            hours = [rule for rule in valid if rule.weekday == 0]
    return [(rule.opens_min, rule.closes_min) for rule in hours]


def _fill_batches(session: Session, table: Timetable, batches: Sequence[int], begin: datetime, end: datetime) -> None:
    days = {"wanted": batches, "first": table.first, "last": table.last}
    for resource_id, day, capacity, used in session.execute(_BATCH_DAYS, days):
        table.batch[resource_id, day] = (capacity, used)
    for resource_id, starts_at, ends_at in session.execute(_OUTAGES, {"wanted": batches, "begin": begin, "end": end}):
        day, until = clock.local_day(starts_at), clock.local_day(ends_at - timedelta(microseconds=1))
        while day <= until:
            table.closed_days.add((resource_id, day))
            day += timedelta(days=1)
