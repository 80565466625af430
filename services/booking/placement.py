"""Turns a client's choice into the units to claim: every rule is checked, and all broken ones are told together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from services.booking import timetable
from services.booking.claims import Unit, claim, claim_batch, free_lapsed_holds
from services.booking.errors import (
    CalibrationOverdue,
    Closed,
    DayFull,
    EndBeforeStart,
    InThePast,
    OutOfService,
    QuantityOutOfRange,
    QuotaReached,
    SlotTaken,
    TooFarAhead,
    TooLong,
    TooSoon,
    UnderOutage,
    UnknownChoice,
)
from services.booking.models import BatchClaim, Booking, Claim, Outage
from services.booking.rules import OCCUPYING, Span, broken_times
from services.booking.timetable import Timetable
from services.catalogue.models import (
    BookingMode,
    BookingPolicy,
    CapacityKind,
    ModuleResource,
    Resource,
    ResourceState,
    ServiceModule,
)
from services.core import clock
from services.core.errors import RuleBroken, RulesBroken
from services.core.work import Work

TRIES = 5
MOST_UNITS = 100_000
LONGEST = timedelta(days=40)
_RESOURCES = (
    select(ModuleResource.group_no, Resource)
    .join(Resource, Resource.id == ModuleResource.resource_id)
    .options(joinedload(Resource.policy, innerjoin=True))
    .where(ModuleResource.module_id == bindparam("module_id"))
    .order_by(ModuleResource.group_no, Resource.code)
)


@dataclass(frozen=True)
class Choice:
    """What a client wants: an interval (slot), a day (batch) or neither (project); perhaps a certain resource."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    day: date | None = None
    resource_id: int | None = None
    quantity: int = 1

    @property
    def span(self) -> Span:
        """The interval; UnknownChoice when one end is missing."""
        if self.starts_at is None or self.ends_at is None:
            raise UnknownChoice(field="starts_at")
        return Span(self.starts_at, self.ends_at)


@dataclass
class Placing:
    """A choice on its way to claims. ``known`` are rules that are broken already and are told with the others."""

    work: Work
    module: ServiceModule
    organisation_id: int
    choice: Choice
    overrides: bool = False
    known: Sequence[RuleBroken] = ()
    groups: dict[int, list[Resource]] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    policies: list[BookingPolicy] = field(default_factory=list)
    batches: list[Resource] = field(default_factory=list)

    def check_shape(self) -> None:
        """Refuse what no row may hold: an empty interval, a missing part, a quantity of nothing."""
        broken: list[RuleBroken] = []
        if not 1 <= self.choice.quantity <= MOST_UNITS:
            broken.append(QuantityOutOfRange(most=MOST_UNITS))
        mode = self.module.booking_mode
        if mode is BookingMode.SLOT and not timedelta(0) < self._length() <= LONGEST:
            broken.append(EndBeforeStart() if self._length() <= timedelta(0) else TooLong(minutes=LONGEST.days * 1440))
        if mode is BookingMode.BATCH and self.choice.day is None:
            broken.append(UnknownChoice(field="day"))
        if broken:
            raise RulesBroken([*self.known, *broken])

    def _length(self) -> timedelta:
        return self.choice.span.ends_at - self.choice.span.starts_at

    def prepare(self) -> None:
        """Check every rule and choose the units; nothing is taken yet, ``policies`` says by which rules it will be.

        Raises RulesBroken with every broken rule, or SlotTaken with the nearest free slots.
        """
        self.check_shape()
        if self.module.booking_mode is BookingMode.PROJECT:
            self._refuse([])
            return
        self.groups = _groups(self.work.session, self.module.id, self.choice.resource_id)
        if self.module.booking_mode is BookingMode.SLOT:
            self._prepare_slot()
        else:
            self._prepare_batch()

    def _refuse(self, broken: Sequence[RuleBroken]) -> None:
        if self.known or broken:
            raise RulesBroken([*self.known, *broken])

    def take(self, booking_id: int) -> None:
        """Claim for the booking what was prepared. Raises as ``prepare`` does, or DayFull."""
        if self.module.booking_mode is BookingMode.BATCH:
            self._take_batch(booking_id)
        elif self.module.booking_mode is BookingMode.SLOT:
            self._take_slot(booking_id)

    def _take_slot(self, booking_id: int) -> None:
        for _ in range(TRIES):
            if claim(self.work, {"booking_id": booking_id}, self.units):
                return
            free_lapsed_holds(self.work, [*self._wanted], self.choice.span)
            self._prepare_slot()
        raise self._taken()

    def _prepare_slot(self) -> None:
        span = self.choice.span
        day = timedelta(days=1)
        first, last = clock.local_day(span.starts_at) - day, clock.local_day(span.ends_at) + day
        table = timetable.load_of(self.work.session, self._wanted, first, last, self.work.now, during=span)
        self._refuse([*self._broken(table, span)])
        units = self._pick(table, span)
        if units is None:
            raise self._taken()
        self.units = units
        self.policies = [table.resources[key].policy for key in dict.fromkeys(unit[0] for unit in units)]

    @property
    def _wanted(self) -> dict[int, Resource]:
        return {resource.id: resource for group in self.groups.values() for resource in group}

    def _taken(self) -> SlotTaken:
        quantity, now = self.choice.quantity, self.work.now
        groups = [[resource.id for resource in group] for group in self.groups.values()]
        return SlotTaken(nearest(self.work.session, groups, self.choice.span, quantity, now))

    def _broken(self, table: Timetable, span: Span) -> Iterator[RuleBroken]:
        """Yield the broken rules of the chosen resource, or of the first of each group when none may be used."""
        for group in self.groups.values():
            faults = [[*self._faults(table, resource, span)] for resource in group]
            if all(faults):
                yield from faults[0]

    def _faults(self, table: Timetable, resource: Resource, span: Span) -> Iterator[RuleBroken]:
        if not self.overrides:
            yield from broken_times(span, resource.policy, self.work.now)
            if not table.is_open(resource.id, span):
                yield Closed()
            if _quota_reached(self.work.session, resource, self.organisation_id, clock.local_day(span.starts_at)):
                yield QuotaReached(quota=resource.policy.quota_per_day)
        if not 1 <= self.choice.quantity <= resource.units:
            yield QuantityOutOfRange(most=resource.units)
        yield from _service_faults(resource, clock.local_day(span.starts_at))
        if len(table.free_units(resource.id, span)) < self.choice.quantity <= resource.units and _outage_over(
            self.work.session, resource, span
        ):
            yield UnderOutage(resource=resource.name)

    def _pick(self, table: Timetable, span: Span) -> list[Unit] | None:
        """Return free units, one resource of each group, or None when a group has none."""
        units: list[Unit] = []
        for group in self.groups.values():
            for resource in group:
                free = table.free_units(resource.id, span)
                usable = len(free) >= self.choice.quantity and not any(self._faults(table, resource, span))
                if usable:
                    wide = span.widened(resource.policy)
                    units += [(resource.id, unit, wide) for unit in free[: self.choice.quantity]]
                    break
            else:
                return None
        return units

    def _prepare_batch(self) -> None:
        day = self.choice.day
        assert day is not None  # check_shape has seen to it
        table = timetable.load_of(self.work.session, self._wanted, day, day, self.work.now)
        self.batches = sorted((group[0] for group in self.groups.values()), key=lambda resource: resource.id)
        self.policies = [resource.policy for resource in self.batches]
        self._refuse([fault for resource in self.batches for fault in self._batch_faults(table, resource, day)])
        self._refuse_beyond_room(table, day)

    def _take_batch(self, booking_id: int) -> None:
        day, quantity, work = self.choice.day, self.choice.quantity, self.work
        assert day is not None  # check_shape has seen to it
        for resource in self.batches:
            if not claim_batch(work, booking_id, resource.id, day, quantity):
                self._refuse_beyond_room(timetable.load_of(work.session, self._wanted, day, day, work.now), day)
                raise DayFull(left=0)

    def _refuse_beyond_room(self, table: Timetable, day: date) -> None:
        left = min(table.room(resource.id, day) for resource in self.batches)
        if left < self.choice.quantity:
            raise DayFull(left=left)

    def _batch_faults(self, table: Timetable, resource: Resource, day: date) -> Iterator[RuleBroken]:
        ahead = (day - self.work.today).days
        if ahead < 0:
            yield InThePast(field="day")
        if ahead > resource.policy.horizon_days and not self.overrides:
            yield TooFarAhead(days=resource.policy.horizon_days, field="day")
        most = resource.daily_capacity or 0
        if not 1 <= self.choice.quantity <= most:
            yield QuantityOutOfRange(most=most)
        yield from _service_faults(resource, day)
        if (resource.id, day) in table.closed_days:
            yield UnderOutage(resource=resource.name, field="day")
        elif not table.opening[resource.id]:
            yield Closed(field="day")
        elif ahead >= 0 and table.is_too_late(resource.id, day, self.work.now) and not self.overrides:
            yield TooSoon(minutes=resource.policy.lead_min, field="day")
        if not self.overrides and _quota_reached(self.work.session, resource, self.organisation_id, day):
            yield QuotaReached(quota=resource.policy.quota_per_day, field="day")


def _groups(session: Session, module_id: int, chosen: int | None) -> dict[int, list[Resource]]:
    """Return the resources of the module by group; a chosen one stands alone in its group."""
    groups: dict[int, list[Resource]] = defaultdict(list)
    for group_no, resource in session.execute(_RESOURCES, {"module_id": module_id}):
        groups[group_no].append(resource)
    if not groups:
        raise UnknownChoice
    if chosen is not None:
        home = next(((number, one) for number, members in groups.items() for one in members if one.id == chosen), None)
        if home is None:
            raise UnknownChoice(field="resource")
        groups[home[0]] = [home[1]]
    return dict(groups)


def _service_faults(resource: Resource, day: date) -> Iterator[RuleBroken]:
    if resource.state is not ResourceState.NORMAL:
        yield OutOfService(resource=resource.name)
    if resource.calibration_due_on is not None and resource.calibration_due_on < day:
        yield CalibrationOverdue(resource=resource.name)


def _quota_reached(session: Session, resource: Resource, organisation_id: int, day: date) -> bool:
    quota = resource.policy.quota_per_day
    if quota is None:
        return False
    units = select(Claim.booking_id).where(Claim.resource_id == resource.id)
    batches = select(BatchClaim.booking_id).where(BatchClaim.resource_id == resource.id)
    taken = batches if resource.capacity_kind is CapacityKind.BATCH else units
    statement = select(func.count(Booking.id)).where(
        Booking.id.in_(taken),
        Booking.organisation_id == organisation_id,
        Booking.is_reservation.is_(False),
        Booking.state.in_(OCCUPYING),
        Booking.starts_at >= clock.at(day, 0),
        Booking.starts_at < clock.at(day, 1440),
    )
    return (session.scalar(statement) or 0) >= quota


def _outage_over(session: Session, resource: Resource, span: Span) -> bool:
    statement = select(Outage.id).where(
        Outage.resource_id == resource.id,
        Outage.ended_at.is_(None),
        Outage.starts_at < span.ends_at,
        Outage.ends_at > span.starts_at,
    )
    return session.scalar(statement.limit(1)) is not None


def nearest(
    session: Session, groups: Sequence[Sequence[int]], span: Span, quantity: int, now: datetime, *, most: int = 3
) -> list[tuple[int, datetime, datetime]]:
    """Return up to ``most`` free slots of the same length nearest to ``span``, across equal resources.

    Where several resources are needed together, all of them are free then.
    """
    group, *others = groups
    wanted = [key for members in groups for key in members]
    day = clock.local_day(span.starts_at)
    first = max(day - timedelta(days=3), clock.local_day(now))
    table = timetable.load(session, wanted, first, clock.local_day(span.ends_at) + timedelta(days=7), now)
    found: list[tuple[int, datetime, datetime]] = []
    for resource_id in group:
        policy = table.resources[resource_id].policy
        after = now + timedelta(minutes=policy.lead_min)
        last = clock.local_day(now) + timedelta(days=policy.horizon_days)
        found += [
            (resource_id, one.starts_at, one.ends_at)
            for one in table.starts(resource_id, span.minutes, after=after, units=quantity)
            if clock.local_day(one.starts_at) <= last
            and all(table.can_host(members, one, quantity) for members in others)
        ]
    found.sort(key=lambda one: (abs(one[1] - span.starts_at), one[1], one[0]))
    return found[:most]
