"""Pure rules about orders."""

from __future__ import annotations

from services.billing.models import Order


def payment_state(order: Order) -> str:
    """Return how the money of an order stands: free, unpaid, part_paid, paid, on_account or refund_due."""
    if order.balance_fen < 0:
        return "refund_due"
    if order.balance_fen == 0:
        return "paid" if order.due_fen or order.paid_fen else "free"
    if order.paid_fen > order.refunded_fen:
        return "part_paid"
    return "on_account" if order.on_account else "unpaid"
