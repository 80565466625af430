"""When resources are open and when they are taken, read in a constant number of queries for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
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
from services.core.calendar import WorkingDays

Interval = tuple[datetime, datetime]
RULE = (
    OpeningRule.weekday,
    OpeningRule.opens_min,
    OpeningRule.closes_min,
    OpeningRule.valid_from,
    OpeningRule.valid_to,
)


class Rule(NamedTuple):
    """A weekly opening interval; the fields stand in the order of ``RULE``."""

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
    wanted = sorted(set(resource_ids))
    table = load_opening(session, wanted, first, last)
    table.busy = _busy(session, wanted, clock.at(first, 0), clock.at(last, 1440), now)
    return table


def load_opening(session: Session, resource_ids: Iterable[int], first: date, last: date) -> Timetable:
    """Read the opening hours and batches of the resources without what has been taken of their units."""
    wanted = sorted(set(resource_ids))
    begin, end = clock.at(first, 0), clock.at(last, 1440)
    statement = select(Resource).options(joinedload(Resource.policy, innerjoin=True)).where(Resource.id.in_(wanted))
    resources = {resource.id: resource for resource in session.scalars(statement.order_by(Resource.id))}
    table = Timetable(first, last, resources, {}, {})
    _fill_opening(session, table, wanted)
    batches = [key for key, resource in resources.items() if resource.capacity_kind is CapacityKind.BATCH]
    if batches:
        _fill_batches(session, table, batches, begin, end)
    return table


def _busy(
    session: Session, wanted: Sequence[int], begin: datetime, end: datetime, now: datetime
) -> dict[int, dict[int, list[Interval]]]:
    lapsed = (
        select(Booking.id)
        .where(Booking.state == BookingState.HELD, Booking.hold_expires_at <= now, Booking.id == Claim.booking_id)
        .exists()
    )
    statement = (
        select(Claim.resource_id, Claim.unit, Claim.busy_from, Claim.busy_to)
        .where(Claim.resource_id.in_(wanted), Claim.busy_from < end, Claim.busy_to > begin, ~lapsed)
        .order_by(Claim.resource_id, Claim.unit, Claim.busy_from)
    )
    busy: dict[int, dict[int, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    for resource_id, unit, busy_from, busy_to in session.execute(statement):
        busy[resource_id][unit].append((busy_from, busy_to))
    return busy


def _fill_opening(session: Session, table: Timetable, wanted: Sequence[int]) -> None:
    rules: dict[int, list[Rule]] = defaultdict(list)
    weekly = select(*RULE, OpeningRule.resource_id).where(OpeningRule.resource_id.in_(wanted)).order_by(OpeningRule.id)
    for weekday, opens, closes, valid_from, valid_to, resource_id in session.execute(weekly):
        rules[resource_id].append(Rule(weekday, opens, closes, valid_from, valid_to))
    exceptions: dict[tuple[int, date], list[OpeningException]] = defaultdict(list)
    statement = select(OpeningException).where(
        OpeningException.resource_id.in_(wanted), OpeningException.day.between(table.first, table.last)
    )
    for one in session.scalars(statement.order_by(OpeningException.id)):
        exceptions[one.resource_id, one.day].append(one)
    calendar = WorkingDays.around(session, table.first, table.last)
    days = [table.first + timedelta(days=step) for step in range((table.last - table.first).days + 1)]
    for key, resource in table.resources.items():
        intervals: list[Interval] = []
        for day in days:
            special = exceptions.get((key, day))
            if special:
                table.notes[key, day] = special[0].note
                minutes = [
                    (one.opens_min, one.closes_min)
                    for one in special
                    if one.opens_min is not None and one.closes_min is not None
                ]
            else:
                minutes = _weekly(rules[key], day, calendar, around_the_clock=resource.crosses_midnight)
            intervals += [(clock.at(day, opens), clock.at(day, closes)) for opens, closes in minutes]
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
    statement = select(BatchDay).where(BatchDay.resource_id.in_(batches), BatchDay.day.between(table.first, table.last))
    for row in session.scalars(statement.order_by(BatchDay.resource_id, BatchDay.day)):
        table.batch[row.resource_id, row.day] = (row.capacity, row.used)
    outages = select(Outage.resource_id, Outage.starts_at, Outage.ends_at).where(
        Outage.resource_id.in_(batches), Outage.ended_at.is_(None), Outage.starts_at < end, Outage.ends_at > begin
    )
    for resource_id, starts_at, ends_at in session.execute(outages):
        day, until = clock.local_day(starts_at), clock.local_day(ends_at - timedelta(microseconds=1))
        while day <= until:
            table.closed_days.add((resource_id, day))
            day += timedelta(days=1)
