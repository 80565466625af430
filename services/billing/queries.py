"""Reads about orders: how their money stands, in the words of the database."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from services.billing.models import Order

BALANCE = Order.due_fen - Order.paid_fen + Order.refunded_fen
"""What is still to pay; negative when a refund is owed."""

STANDINGS: dict[str, ColumnElement[bool]] = {
    "refund_due": BALANCE < 0,
    "paid": and_(BALANCE == 0, or_(Order.due_fen > 0, Order.paid_fen > 0)),
    "free": and_(BALANCE == 0, Order.due_fen == 0, Order.paid_fen == 0),
    "part_paid": and_(BALANCE > 0, Order.paid_fen > Order.refunded_fen),
    "on_account": and_(BALANCE > 0, Order.paid_fen <= Order.refunded_fen, Order.on_account.is_(True)),
    "unpaid": and_(BALANCE > 0, Order.paid_fen <= Order.refunded_fen, Order.on_account.is_(False)),
}
"""The conditions of ``services.billing.rules.payment_state``, one per word; exactly one holds for each order."""
