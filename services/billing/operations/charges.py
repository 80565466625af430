"""Fees that one order collects: charged in lines, dropped, lapsed unpaid, and taken up again when the money comes late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from services.billing.models import LineKind, Order, OrderLine
from services.billing.operations.orders import adjust, follow_account
from services.core.messages import N_
from services.core.work import Work


def open_empty(
    work: Work, *, provider_id: int, title: str, organisation_id: int | None = None, person_id: int | None = None
) -> Order:
    """Open an order that owes nothing yet, of an organisation or of a person."""
    order = Order(
        organisation_id=organisation_id,
        person_id=person_id,
        provider_id=provider_id,
        title=title,
        due_fen=0,
        paid_fen=0,
        refunded_fen=0,
        lapsed_fen=0,
        on_account=False,
        created_at=work.now,
    )
    work.session.add(order)
    work.session.flush()
    return order


def charge(work: Work, order: Order, *, label: str, facts: Mapping[str, Any], amount_fen: int) -> None:
    """Add a fee to an order; it owes so much more afterwards."""
    line = OrderLine(order_id=order.id, kind=LineKind.BASE, label=label, facts=dict(facts), amount_fen=amount_fen)
    work.session.add(line)
    _change(work, order, due_fen=amount_fen)
    follow_account(work, order, adds=True)


def drop(work: Work, order: Order, amount_fen: int, *, about: str, reason: str = "") -> None:
    """Let so much of an order be owed no more for what it is about; what was paid beyond the rest is a refund due."""
    label = N_("Cancelled, %(no)s: the price is dropped but for what is kept")
    kind, facts = LineKind.CANCELLATION, {"no": about}
    adjust(work, order, kind=kind, label=label, facts=facts, amount_fen=-amount_fen, reason=reason)
    work.session.refresh(order)


def lapse(work: Work, order: Order, amount_fen: int, *, about: str) -> None:
    """Let so much of an order be owed no more because it was not paid in time; money that comes late is still taken."""
    lapsed_fen = min(amount_fen, order.due_fen)
    label = N_("Not paid in time, %(no)s: owed no more")
    kind, facts = LineKind.CANCELLATION, {"no": about}
    adjust(work, order, kind=kind, label=label, facts=facts, amount_fen=-amount_fen, reason="")
    _change(work, order, lapsed_fen=lapsed_fen)


def revive(work: Work, order: Order, amount_fen: int, *, about: str) -> None:
    """Let what has lapsed be owed again, because its money came late and still buys what was ordered."""
    forget(work, order, amount_fen)
    label = N_("Paid late, %(no)s: owed again")
    kind, facts = LineKind.ADJUSTMENT, {"no": about}
    adjust(work, order, kind=kind, label=label, facts=facts, amount_fen=amount_fen, reason="")
    work.session.refresh(order)


def forget(work: Work, order: Order, amount_fen: int) -> None:
    """Let what has lapsed be past paying."""
    _change(work, order, lapsed_fen=-min(amount_fen, order.lapsed_fen))


def _change(work: Work, order: Order, **by: int) -> None:
    """Change sums of an order by so much, and read it again as the database has it."""
    values = {name: getattr(Order, name) + amount for name, amount in by.items()}
    work.session.execute(
        update(Order).where(Order.id == order.id).values(values).execution_options(synchronize_session=False)
    )
    work.session.refresh(order)
