"""Outages: entered over existing bookings, each of which needs a decision; ended early; capacity that shrinks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select, update

from services.booking.claims import claim, release
from services.booking.errors import DecisionNeeded, EndBeforeStart, OutageOverlaps, ReasonNeeded, StillClaimed
from services.booking.models import BatchClaim, BatchDay, Booking, BookingState, Claim, Outage
from services.booking.operations.changing import cancel_by_centre, move_by_centre
from services.booking.operations.steps import step, tell_client
from services.booking.other_times import bookings_under
from services.booking.placement import Choice
from services.booking.rules import Span
from services.catalogue.models import CapacityKind, Resource
from services.catalogue.operations.records import own_resource
from services.core import clock
from services.core.errors import NotFound
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.work import Work


class Fate(StrEnum):
    """What is done with a booking that an outage hits."""

    MOVE = "move"
    CANCEL = "cancel"
    LATER = "later"


@dataclass(frozen=True)
class Decision:
    """The fate of one booking; a move says where to."""

    fate: Fate
    choice: Choice | None = None


def affected(work: Work, resource_id: int, unit: int | None, span: Span) -> list[Booking]:
    """Return the bookings that hold the resource (or its one ``unit``) during ``span``, earliest first."""
    return bookings_under(work.session, resource_id, unit, span)


def enter_outage(
    work: Work,
    *,
    resource_id: int,
    span: Span,
    kind: str,
    reason: str,
    unit: int | None = None,
    decisions: Mapping[int, Decision] | None = None,
) -> Outage:
    """Close a resource (or one unit) for a time; nothing can be booked there afterwards.

    Every affected booking needs a decision: moved, cancelled, or displaced for a later one. Raises DecisionNeeded with
    nothing changed when one has none, OutageOverlaps when another outage covers part of the time.
    """
    resource = own_resource(work, resource_id)
    if span.ends_at <= span.starts_at:
        raise EndBeforeStart
    if not reason.strip():
        raise ReasonNeeded
    decided = decisions or {}
    hit = bookings_under(work.session, resource_id, unit, span, lock=True)
    undecided = [booking for booking in hit if booking.id not in decided and _needs_decision(booking)]
    if undecided:
        raise DecisionNeeded(count=len(undecided))
    outage = Outage(
        resource_id=resource_id,
        unit=unit,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        kind=kind,
        reason=reason,
        entered_by_id=work.actor.person_id,
        entered_at=work.now,
    )
    for booking in hit:
        _clear(work, booking, reason)
    work.session.add(outage)
    work.session.flush()  # the claims need its id
    _close(work, resource, outage, unit)
    for booking in hit:
        if booking.state is BookingState.DISPLACED and booking.is_reservation:
            work.later("reservation.displaced", booking_id=booking.id)
        elif booking.state is BookingState.DISPLACED:
            _carry_out(work, booking, decided[booking.id], reason)
    work.record("outage.entered", outage, resource=resource.code, reason=reason, affected=[one.no for one in hit])
    return outage


def _needs_decision(booking: Booking) -> bool:
    """Tell whether somebody has to say what becomes of a booking; the laboratory moves its tests by itself."""
    return booking.state is not BookingState.HELD and not booking.is_reservation


def _clear(work: Work, booking: Booking, reason: str) -> None:
    """Take the booking off its slot: a hold lapses, a booking in use stays on record, the others are displaced."""
    if booking.state is BookingState.HELD:
        step(work, booking, "abandon", reason=reason)
    elif booking.state is not BookingState.IN_USE:
        step(work, booking, "displace", reason=reason)
    release(work, booking.id)


def _carry_out(work: Work, booking: Booking, decision: Decision, reason: str) -> None:
    if decision.fate is Fate.CANCEL:
        cancel_by_centre(work, booking.id, reason=reason)
    elif decision.fate is Fate.MOVE and decision.choice is not None:
        move_by_centre(work, booking.id, decision.choice, reason=reason)
    else:
        message = N_("Booking %(no)s of %(name)s cannot take place as planned. The centre will offer another time.")
        tell_client(work, booking, "booking_displaced", message)


def _close(work: Work, resource: Resource, outage: Outage, unit: int | None) -> None:
    span = Span(outage.starts_at, outage.ends_at)
    if resource.capacity_kind is CapacityKind.BATCH:
        for day in _days(outage):
            _set_capacity(work, resource.id, day, 0)
        return
    numbers = range(1, resource.units + 1) if unit is None else [unit]
    _cut_finished(work, resource.id, numbers, span)
    if not claim(work, {"outage_id": outage.id}, [(resource.id, number, span) for number in numbers]):
        raise OutageOverlaps


def _cut_finished(work: Work, resource_id: int, numbers: Sequence[int], span: Span) -> None:
    """Take back what was left over of the time of bookings that are completed already."""
    finished = select(Booking.id).where(Booking.state == BookingState.COMPLETED)
    left_over = (
        Claim.resource_id == resource_id,
        Claim.unit.in_(numbers),
        Claim.busy_to > span.starts_at,
        Claim.busy_from < span.ends_at,
        Claim.booking_id.in_(finished),
    )
    begun = update(Claim).where(*left_over, Claim.busy_from < span.starts_at).values(busy_to=span.starts_at)
    for statement in (begun, delete(Claim).where(*left_over)):
        work.session.execute(statement.execution_options(synchronize_session=False))


def end_outage(work: Work, outage_id: int) -> Outage:
    """End an outage now: the resource can be booked again."""
    outage = work.session.get(Outage, outage_id, with_for_update=True)
    if outage is None:
        raise NotFound
    resource = own_resource(work, outage.resource_id)
    if outage.ended_at is None:
        outage.ended_at = work.now
        work.session.execute(delete(Claim).where(Claim.outage_id == outage_id))
        if resource.capacity_kind is CapacityKind.BATCH:
            for day in _days(outage):
                _set_capacity(work, resource.id, day, resource.daily_capacity or 0)
        work.record("outage.ended", outage, resource=resource.code)
    return outage


def set_capacity(work: Work, resource_id: int, *, units: int, daily_capacity: int | None) -> Resource:
    """Change how many units a resource has, or how much it takes a day.

    Raises StillClaimed with the numbers of the bookings in the way when future bookings use more than that.
    """
    resource = own_resource(work, resource_id)
    in_the_way = _beyond(work, resource_id, units, daily_capacity)
    if in_the_way:
        raise StillClaimed(numbers="、".join(in_the_way[:10]), field=_field(resource))
    before = {"units": resource.units, "daily_capacity": resource.daily_capacity}
    resource.units = units
    work.session.flush()  # a unit is claimed only when the resource has it
    _close_new_units(work, resource)
    resource.daily_capacity = daily_capacity
    resource.version += 1
    if daily_capacity is not None:
        work.session.execute(
            update(BatchDay)
            .where(BatchDay.resource_id == resource_id, BatchDay.day >= work.today, BatchDay.capacity > 0)
            .values(capacity=daily_capacity)
        )
    work.record("resource.capacity", resource, before=before, units=units, daily_capacity=daily_capacity)
    return resource


def _close_new_units(work: Work, resource: Resource) -> None:
    """Let the outages of the whole resource, present and coming, cover units that it did not have before."""
    live = select(Outage).where(
        Outage.resource_id == resource.id,
        Outage.unit.is_(None),
        Outage.ended_at.is_(None),
        Outage.ends_at > work.now,
    )
    for outage in [] if resource.capacity_kind is CapacityKind.BATCH else work.session.scalars(live).all():
        closed = work.session.scalars(select(Claim.unit).where(Claim.outage_id == outage.id)).all()
        span = Span(outage.starts_at, outage.ends_at)
        for number in set(range(1, resource.units + 1)) - set(closed):
            claim(work, {"outage_id": outage.id}, [(resource.id, number, span)])


def _field(resource: Resource) -> str:
    return "daily_capacity" if resource.capacity_kind is CapacityKind.BATCH else "units"


def _beyond(work: Work, resource_id: int, units: int, daily_capacity: int | None) -> Sequence[str]:
    claims = select(Claim.booking_id).where(
        Claim.resource_id == resource_id, Claim.unit > units, Claim.busy_to > work.now
    )
    full_days = select(BatchDay.day).where(
        BatchDay.resource_id == resource_id, BatchDay.day >= work.today, BatchDay.used > (daily_capacity or 0)
    )
    batches = select(BatchClaim.booking_id).where(BatchClaim.resource_id == resource_id, BatchClaim.day.in_(full_days))
    wanted = claims if daily_capacity is None else batches
    statement = select(func.coalesce(Booking.no, "–")).where(Booking.id.in_(wanted)).order_by(Booking.starts_at)
    return work.session.scalars(statement).all()


def _days(outage: Outage) -> list[date]:
    first = clock.local_day(outage.starts_at)
    last = clock.local_day(outage.ends_at - timedelta(microseconds=1))
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _set_capacity(work: Work, resource_id: int, day: date, capacity: int) -> None:
    """Let the day take ``capacity``, or what it has taken already when that is more."""
    insert_unless_taken(work.session, BatchDay, resource_id=resource_id, day=day, capacity=capacity, used=0)
    row = work.session.get_one(BatchDay, (resource_id, day), with_for_update=True, populate_existing=True)
    row.capacity = max(capacity, row.used)
