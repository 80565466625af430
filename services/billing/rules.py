"""Pure rules about orders."""

from __future__ import annotations

from services.billing.models import Order


def payment_state(order: Order) -> str:
    """Return how the money of an order stands: one of the words of ``services.billing.queries.STANDINGS``."""
    if order.balance_fen < 0:
        return "refund_due"
    if order.balance_fen == 0:
        if order.due_fen or order.paid_fen:
            return "paid"
        if order.lapsed_fen:
            return "lapsed"
        return "dropped" if order.was_charged else "free"
    if order.paid_fen > order.refunded_fen:
        return "part_paid"
    return "on_account" if order.on_account else "unpaid"
