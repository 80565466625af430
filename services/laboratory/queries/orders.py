"""Which commissions stand behind orders."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.laboratory.models.commissions import Commission


def commissions_of_orders(session: Session, order_ids: Collection[int]) -> list[tuple[int, int, str]]:
    """Return order, commission and number for those of the orders that belong to commissions."""
    statement = (
        select(Commission.order_id, Commission.id, Commission.no)
        .where(Commission.order_id.in_(order_ids))
        .order_by(Commission.id)
    )
    found = session.execute(statement)
    return [(order_id, commission_id, no or "") for order_id, commission_id, no in found if order_id]
