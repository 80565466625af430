"""What can be chosen when a module is booked: how long, on which equal resource, how fast, how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from services.booking.availability import FreeSlot
from services.booking.models import Booking
from services.booking.operations.making import Wish, quote
from services.booking.placement import Choice
from services.catalogue.models import (
    BookingMode,
    BookingPolicy,
    ModuleResource,
    ModuleState,
    PriceVersion,
    Resource,
    ServiceModule,
    Urgency,
)
from services.catalogue.queries import price_in_force, priced_module
from services.catalogue.rules import Quote, terms_of, urgent_days
from services.core import clock
from services.core.calendar import PromisedDate, promised_date
from services.core.errors import NotFound, RuleBroken

MOST_LENGTHS = 24
MOST_ORDERED = 999
FIRST_START, LAST_START = 8 * 60, 18 * 60
_STEPS = (5, 10, 15, 20, 30, 60, 120, 240, 480, 720, 1440, 2880, 7200, 14400, 43200)

_RESOURCES = (
    select(Resource)
    .join(ModuleResource, ModuleResource.resource_id == Resource.id)
    .options(joinedload(Resource.policy, innerjoin=True))
    .where(ModuleResource.module_id == bindparam("module_id"), ModuleResource.group_no == 1)
    .order_by(Resource.code)
)


@dataclass(frozen=True)
class Offer:
    """A module with what can be chosen: ``resources`` replace each other, ``lengths`` are minutes."""

    module: ServiceModule
    version: PriceVersion | None
    resources: Sequence[Resource]
    lengths: Sequence[int]

    @property
    def mode(self) -> BookingMode:
        """How the module is booked."""
        return self.module.booking_mode

    @property
    def is_open(self) -> bool:
        """Whether it can be booked at all at present."""
        has_place = self.mode is BookingMode.PROJECT or bool(self.resources)
        return self.module.state is ModuleState.PUBLISHED and self.version is not None and has_place

    @property
    def speeds(self) -> list[Urgency]:
        """How fast it can be ordered."""
        return terms_of(self.module, self.version).speeds if self.version else [Urgency.NORMAL]

    @property
    def most(self) -> int:
        """The largest quantity that can be asked for."""
        if self.mode is BookingMode.SLOT:
            return max((one.units for one in self.resources), default=1)
        if self.mode is BookingMode.BATCH:
            return max((one.daily_capacity or 1 for one in self.resources), default=1)
        return MOST_ORDERED

    def price(self, choice: Choice, wish: Wish, day: date, *, is_member: bool) -> Quote | None:
        """Return the price of a choice on ``day``, or None while it makes no sense."""
        try:
            return quote(self.module, choice, wish, day, is_member=is_member)
        except RuleBroken:
            return None


def offer_of(session: Session, code: str, now: datetime) -> Offer:
    """Return what can be chosen of a published or paused module. Raises NoSuchModule for any other."""
    return _offer(session, priced_module(session, code), now)


def offer_again(session: Session, booking: Booking, now: datetime) -> Offer:
    """Return what can be chosen when a booking is moved."""
    return _offer(session, booking.module, now)


def _offer(session: Session, module: ServiceModule, now: datetime) -> Offer:
    resources = session.scalars(_RESOURCES, {"module_id": module.id}).all()
    version = price_in_force(module, clock.local_day(now))
    return Offer(module, version, resources, lengths_of([one.policy for one in resources]))


def lengths_of(policies: Sequence[BookingPolicy]) -> list[int]:
    """Return the lengths, in minutes, that the policies allow: every step, or fewer where there would be too many."""
    if not policies:
        return []
    shortest = min(one.minimum_min for one in policies)
    longest = max(one.maximum_min for one in policies)
    grid = max(one.granularity_min for one in policies)
    for step in (grid, *(one for one in _STEPS if one > grid and one % grid == 0)):
        whole = range(-(-(shortest + 1) // step) * step, longest, step)
        lengths = sorted({shortest, *whole, longest})
        if len(lengths) <= MOST_LENGTHS:
            return lengths
    return sorted({shortest, longest})


def spread(slots: Sequence[FreeSlot], *, per_day: int, most: int, asked: datetime | None = None) -> list[FreeSlot]:
    """Return a choice of ``slots`` over several days: a few a day that do not overlap, and the one that was asked for."""
    chosen: list[FreeSlot] = []
    today: list[FreeSlot] = []
    for slot in [one for one in slots if _in_hours(one)] or slots:
        if today and clock.local_day(today[0].starts_at) != clock.local_day(slot.starts_at):
            today = []
        if len(chosen) == most or len(today) == per_day or (today and slot.starts_at < today[-1].ends_at):
            continue
        today.append(slot)
        chosen.append(slot)
    wanted = [slot for slot in slots if slot.starts_at == asked][:1]
    missing = [slot for slot in wanted if all(one.starts_at != asked for one in chosen)]
    return sorted([*chosen, *missing], key=lambda slot: slot.starts_at)


def _in_hours(slot: FreeSlot) -> bool:
    """Nobody brings samples at midnight, even where the chamber runs all night."""
    return FIRST_START <= clock.minute_of_day(slot.starts_at) <= LAST_START


def expected(
    session: Session, module: ServiceModule, urgency: Urgency, starts_at: datetime | None, now: datetime
) -> PromisedDate | None:
    """Return the date that would be promised for a booking made now, where the module promises one."""
    days = urgent_days(module.working_days, urgency)
    return None if days is None else promised_date(session, starts_at or now, days)


def bookable_modules(session: Session, resource_code: str) -> tuple[Resource, list[ServiceModule]]:
    """Return a resource and the published modules that run on it. Raises NotFound when there are none."""
    statement = (
        select(ServiceModule, Resource)
        .join(ModuleResource, ModuleResource.module_id == ServiceModule.id)
        .join(Resource, Resource.id == ModuleResource.resource_id)
        .options(joinedload(Resource.policy, innerjoin=True))
        .where(Resource.code == resource_code, ServiceModule.state == ModuleState.PUBLISHED)
        .order_by(ModuleResource.group_no, ServiceModule.code)
        .limit(50)
    )
    rows = session.execute(statement).all()
    if not rows:
        raise NotFound
    return rows[0][1], [module for module, _ in rows]


def mondays(now: datetime, horizon_days: int) -> tuple[date, date]:
    """Return the first and the last Monday that a week grid is shown for."""
    today = clock.local_day(now)
    last = today + timedelta(days=horizon_days)
    return today - timedelta(days=today.weekday()), last - timedelta(days=last.weekday())
