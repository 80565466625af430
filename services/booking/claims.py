"""``claim``: the one way in which units of resources and parts of a day's batch are taken, and given back.

The database decides. On PostgreSQL an exclusion constraint with ON CONFLICT DO NOTHING, on SQLite a trigger under BEGIN
IMMEDIATE refuses a unit that is taken; the CHECK of ``batch_day`` refuses more than a day holds. Units are always taken
in the order of (resource, unit), so that two claims wait for each other in one direction only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, Executable, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.booking.models import BatchClaim, BatchDay, Booking, BookingState, Claim
from services.booking.rules import Span
from services.catalogue.models import Resource
from services.core.insertion import insert_unless_taken
from services.core.work import Work

Holder = Mapping[str, int]
"""Who takes: ``{"booking_id": 3}`` or ``{"outage_id": 4}``."""

Unit = tuple[int, int, Span]
"""A resource's id, the number of its unit, and the busy time with buffers."""

_CLAIM = Claim.__table__.c
_TAKEN = ("resource_id", "unit", "busy_from", "busy_to", "booking_id", "outage_id")
_TAKE = insert(Claim.__table__).inline()
_HAS_UNIT = (  # its lock waits for whoever takes units away from the resource, and looks again
    select(*(bindparam(f"of_{name}", type_=_CLAIM[name].type) for name in _TAKEN))
    .select_from(Resource)
    .where(Resource.id == bindparam("of_resource_id"), Resource.units >= bindparam("of_unit"))
    .with_for_update(read=True, key_share=True)
)
_TAKE_IF_FREE = postgresql.insert(Claim.__table__).from_select(_TAKEN, _HAS_UNIT).on_conflict_do_nothing().inline()


def claim(work: Work, holder: Holder, units: Sequence[Unit]) -> bool:
    """Take all the units, or none of them; tell which."""
    if len(units) == 1:
        return _take(work.session, holder, *units[0])
    with work.session.begin_nested() as attempt:
        for resource_id, unit, span in sorted(units, key=lambda one: one[:2]):
            if not _take(work.session, holder, resource_id, unit, span):
                attempt.rollback()
                return False
    return True


def _take(session: Session, holder: Holder, resource_id: int, unit: int, span: Span) -> bool:
    values = {
        "resource_id": resource_id,
        "unit": unit,
        "busy_from": span.starts_at,
        "busy_to": span.ends_at,
        "booking_id": None,
        "outage_id": None,
        **holder,
    }
    if session.get_bind().dialect.name == "postgresql":
        return _rows(session, _TAKE_IF_FREE, {f"of_{name}": value for name, value in values.items()}) == 1
    try:
        session.execute(_TAKE, values)
    except IntegrityError as clash:
        if "ex_claim_unit" not in str(clash.orig):
            raise
        return False
    return True


def claim_batch(work: Work, booking_id: int, resource_id: int, day: date, quantity: int) -> bool:
    """Take ``quantity`` of the day's batch, if it still has room; tell whether it had."""
    daily = select(Resource.daily_capacity).where(Resource.id == resource_id)
    capacity = work.session.scalar(daily.with_for_update(read=True, key_share=True)) or 0  # nobody changes it now
    insert_unless_taken(work.session, BatchDay, resource_id=resource_id, day=day, capacity=capacity, used=0)
    step = (
        update(BatchDay)
        .where(BatchDay.resource_id == resource_id, BatchDay.day == day, BatchDay.used + quantity <= BatchDay.capacity)
        .values(used=BatchDay.used + quantity)
        .execution_options(synchronize_session=False)
    )
    if _rows(work.session, step) != 1:
        return False
    values = {"booking_id": booking_id, "resource_id": resource_id, "day": day, "quantity": quantity}
    work.session.execute(insert(BatchClaim).values(values))
    return True


def release(work: Work, booking_id: int) -> None:
    """Give back everything a booking has taken."""
    session = work.session
    session.execute(delete(Claim).where(Claim.booking_id == booking_id).execution_options(synchronize_session=False))
    batches = select(BatchClaim.resource_id, BatchClaim.day, BatchClaim.quantity).where(
        BatchClaim.booking_id == booking_id
    )
    for resource_id, day, quantity in session.execute(batches.order_by(BatchClaim.resource_id)).all():
        session.execute(
            update(BatchDay)
            .where(BatchDay.resource_id == resource_id, BatchDay.day == day)
            .values(used=BatchDay.used - quantity)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        delete(BatchClaim).where(BatchClaim.booking_id == booking_id).execution_options(synchronize_session=False)
    )


def release_part(work: Work, booking_id: int, quantity: int) -> None:
    """Give back ``quantity`` of what a booking has taken of days' batches, which keeps at least one of each."""
    taken = select(BatchClaim).where(BatchClaim.booking_id == booking_id).order_by(BatchClaim.resource_id)
    for claim in work.session.scalars(taken.with_for_update().execution_options(populate_existing=True)).all():
        less = min(quantity, claim.quantity - 1)
        claim.quantity -= less
        work.session.execute(
            update(BatchDay)
            .where(BatchDay.resource_id == claim.resource_id, BatchDay.day == claim.day)
            .values(used=BatchDay.used - less)
            .execution_options(synchronize_session=False)
        )


def free_lapsed_holds(work: Work, resource_ids: Sequence[int], span: Span) -> None:
    """Expire the holds on these resources and this time whose deadline has passed, so that they can be taken."""
    statement = (
        select(Booking.id)
        .join(Claim, Claim.booking_id == Booking.id)
        .where(
            Claim.resource_id.in_(resource_ids),
            Claim.busy_from < span.ends_at,
            Claim.busy_to > span.starts_at,
            Booking.state == BookingState.HELD,
            Booking.hold_expires_at <= work.now,
        )
        .distinct()
        .order_by(Booking.id)
    )
    for booking_id in work.session.scalars(statement).all():
        expire(work, booking_id, BookingState.HELD)


def expire(work: Work, booking_id: int, state: BookingState) -> bool:
    """Let a hold or proposal lapse whose deadline has passed; tell whether this call did it.

    The update is conditional: against a confirmation at the same moment there is one winner.
    """
    step = (
        update(Booking)
        .where(Booking.id == booking_id, Booking.state == state, Booking.hold_expires_at <= work.now)
        .values(state=BookingState.EXPIRED, state_at=work.now, hold_expires_at=None, version=Booking.version + 1)
        .execution_options(synchronize_session=False)
    )
    if _rows(work.session, step) != 1:
        return False
    release(work, booking_id)
    return True


def claims_of(session: Session, booking_id: int) -> list[tuple[int, int, datetime, datetime]]:
    """Return what a booking has taken: resource, unit, busy from and to."""
    statement = (
        select(Claim.resource_id, Claim.unit, Claim.busy_from, Claim.busy_to)
        .where(Claim.booking_id == booking_id)
        .order_by(Claim.resource_id, Claim.unit)
    )
    return [(resource_id, unit, start, end) for resource_id, unit, start, end in session.execute(statement)]


def _rows(session: Session, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
    result = session.execute(statement, values, execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)
    return result.rowcount
