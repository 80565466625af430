"""Which registrations stand behind orders."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services.training.models.registrations import Registration


def registrations_of_orders(session: Session, order_ids: Collection[int]) -> list[tuple[int, Registration]]:
    """Return order and registration for those of the orders that belong to registrations; of several, the first."""
    first = (
        select(func.min(Registration.id)).where(Registration.order_id.in_(order_ids)).group_by(Registration.order_id)
    )
    statement = (
        select(Registration)
        .where(Registration.id.in_(first))
        .options(joinedload(Registration.training_class))
        .order_by(Registration.id)
    )
    return [(one.order_id, one) for one in session.scalars(statement) if one.order_id is not None]
