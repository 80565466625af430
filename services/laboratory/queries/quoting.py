"""What a clerk needs to offer another version: list prices, the earliest day, and editions to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.laboratory.models.capability import ItemMethod, TestItem
from services.laboratory.models.lines import LineState, TestLine
from services.standards.models import StandardState
from services.standards.rules import state_on


@dataclass(frozen=True)
class QuotedItem:
    """An item of a commission with more than one edition it could be tested by, and the one agreed."""

    id: int
    name: str
    method_id: int | None
    methods: Sequence[ItemMethod]


def items_with_choice(session: Session, commission_id: int, day: date) -> list[QuotedItem]:
    """Return the items of a commission that can be tested by several editions on ``day``, the agreed one among them."""
    agreed = dict(
        session.execute(
            select(TestLine.item_id, TestLine.method_id)
            .where(TestLine.commission_id == commission_id, TestLine.state != LineState.CANCELLED)
            .order_by(TestLine.id)
        ).all()
    )
    statement = (
        select(TestItem)
        .options(joinedload(TestItem.module), selectinload(TestItem.methods).joinedload(ItemMethod.standard))
        .where(TestItem.id.in_(agreed))
        .order_by(TestItem.id)
    )
    found = []
    for item in session.scalars(statement):
        usable = [one for one in item.methods if one.id == agreed[item.id] or _is_usable(one, day)]
        if len(usable) > 1:
            found.append(QuotedItem(item.id, item.module.name, agreed[item.id], usable))
    return found


def _is_usable(method: ItemMethod, day: date) -> bool:
    """An edition that has not ended may be agreed: the one in force, or an older one that the client insists on."""
    return method.ended_at is None and state_on(method.standard, day) is not StandardState.UPCOMING
