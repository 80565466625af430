"""Finds the earliest places for tests on the instruments' own calendars; nothing is taken here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import merge

from services.booking.claims import Unit
from services.booking.rules import Span
from services.booking.timetable import Timetable
from services.catalogue.models import CapacityKind
from services.core import clock

Groups = Sequence[Sequence[int]]
"""The ids of an item's resources by group: those of one group replace each other, one of each is needed."""

Batch = tuple[int, date, int]
"""A resource's id, a day, and how many samples go into that day's batch."""


@dataclass(frozen=True)
class Demand:
    """An item to be tested on some samples; ``lines`` are their test lines, or just places in a list.

    ``minutes`` is what one sample occupies of an instrument that takes them one by one.
    """

    item_id: int
    name: str
    lines: tuple[int, ...]
    minutes: int
    run_hours: int
    working_days: int


@dataclass(frozen=True)
class Place:
    """When and where some lines of a demand are tested. Without units and batches nothing is occupied."""

    demand: Demand
    lines: tuple[int, ...]
    span: Span | None = None
    units: tuple[Unit, ...] = ()
    batches: tuple[Batch, ...] = ()

    @property
    def is_kept(self) -> bool:
        """Whether an instrument is occupied."""
        return self.span is not None

    @property
    def done_at(self) -> datetime | None:
        """The last moment of the test, which runs on after its place where it takes longer than the instrument."""
        if self.span is None:
            return None
        runs_until = self.span.starts_at + timedelta(hours=self.demand.run_hours)
        return max(self.span.ends_at, runs_until) - timedelta(microseconds=1)


@dataclass
class Search:
    """The places still free in a stretch of the calendar; each place found is taken from what is left for the next."""

    table: Timetable
    groups: Mapping[int, Groups]
    after: datetime
    found: list[Place] = field(default_factory=list)

    def place(self, demand: Demand) -> bool:
        """Find places for every line of the demand, in as few parts as the opening hours allow; tell whether all fit."""
        groups = [group for group in self.groups.get(demand.item_id, ()) if self._is_occupied(group, demand)]
        if not groups:
            self.found.append(Place(demand, demand.lines))
            return True
        most = min(self._most(group, demand) for group in groups)
        if not most:
            return False
        for start in range(0, len(demand.lines), most):
            place = self._earliest(demand, groups, demand.lines[start : start + most])
            if place is None:
                return False
            self._occupy(place)
        return True

    def _is_occupied(self, group: Sequence[int], demand: Demand) -> bool:
        return bool(demand.minutes) or self._is_batch(group)

    def _is_batch(self, group: Sequence[int]) -> bool:
        return self.table.resources[group[0]].capacity_kind is CapacityKind.BATCH

    def _most(self, group: Sequence[int], demand: Demand) -> int:
        """Return how many samples go into one place: a day's batch, or what the longest opening hours hold."""
        if self._is_batch(group):
            return max(self.table.resources[key].daily_capacity or 0 for key in group)
        return max(self._most_on(key, demand) for key in group)

    def _most_on(self, resource_id: int, demand: Demand) -> int:
        opening = self.table.opening.get(resource_id, ())
        longest = max(((closes - opens) for opens, closes in opening), default=timedelta(0))
        one = self._length(resource_id, demand, 1)
        if self.table.resources[resource_id].crosses_midnight:
            return len(demand.lines) if one <= longest else 0
        fitting = longest // timedelta(minutes=demand.minutes)
        while fitting and self._length(resource_id, demand, fitting) > longest:
            fitting -= 1
        return fitting

    def _length(self, resource_id: int, demand: Demand, count: int) -> timedelta:
        """Return how long ``count`` samples occupy a resource, in whole steps of its day.

        What runs through the night (chambers) takes its samples side by side, everything else one after the other.
        """
        resource = self.table.resources[resource_id]
        minutes = demand.minutes if resource.crosses_midnight else demand.minutes * count
        step = resource.policy.granularity_min
        return timedelta(minutes=-(-minutes // step) * step)

    def _earliest(self, demand: Demand, groups: Groups, lines: tuple[int, ...]) -> Place | None:
        slots = [group for group in groups if not self._is_batch(group)]
        batches = [group for group in groups if self._is_batch(group)]
        for span, units in self._spans(slots, demand, len(lines)) if slots else self._days():
            day = clock.local_day(span.starts_at)
            parts = self._rooms(batches, day, len(lines))
            if parts is not None:
                return Place(demand, lines, span, units, parts)
        return None

    def _spans(self, slots: Groups, demand: Demand, count: int) -> Iterator[tuple[Span, tuple[Unit, ...]]]:
        first, *others = slots
        for starts_at, resource_id, span in merge(*(self._starts(key, demand, count) for key in first)):
            assert starts_at == span.starts_at
            chosen = [resource_id, *(self._host(group, span) for group in others)]
            kept = [key for key in chosen if key is not None]
            if len(kept) == len(chosen):
                yield span, tuple(self._unit(key, span) for key in kept)

    def _starts(self, resource_id: int, demand: Demand, count: int) -> Iterator[tuple[datetime, int, Span]]:
        minutes = int(self._length(resource_id, demand, count).total_seconds() // 60)
        for span in self.table.starts(resource_id, minutes, after=self.after):
            yield span.starts_at, resource_id, span

    def _host(self, group: Sequence[int], span: Span) -> int | None:
        return next((key for key in group if self.table.can_host([key], span, 1)), None)

    def _unit(self, resource_id: int, span: Span) -> Unit:
        policy = self.table.resources[resource_id].policy
        return resource_id, self.table.free_units(resource_id, span)[0], span.widened(policy)

    def _days(self) -> Iterator[tuple[Span, tuple[Unit, ...]]]:
        day = clock.local_day(self.after)
        while day <= self.table.last:
            yield Span(clock.at(day, 0), clock.at(day, 1440)), ()
            day += timedelta(days=1)

    def _rooms(self, batches: Groups, day: date, count: int) -> tuple[Batch, ...] | None:
        """Return a resource of each group whose batch of ``day`` has room for ``count`` samples; None when one lacks it."""
        kept = []
        for group in batches:
            key = next((key for key in group if self.table.room_at(key, day, self.after) >= count), None)
            if key is None:
                return None
            kept.append((key, day, count))
        return tuple(kept)

    def _occupy(self, place: Place) -> None:
        for resource_id, unit, span in place.units:
            units = self.table.busy.setdefault(resource_id, {})
            units.setdefault(unit, []).append((span.starts_at, span.ends_at))
        for resource_id, day, count in place.batches:
            capacity = self.table.resources[resource_id].daily_capacity or 0
            capacity, used = self.table.batch.get((resource_id, day), (capacity, 0))
            self.table.batch[resource_id, day] = (capacity, used + count)
        self.found.append(place)
