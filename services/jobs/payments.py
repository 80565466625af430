"""What goes on when the money of an order has come, or has gone back."""

from __future__ import annotations

from services.core.work import Work
from services.laboratory.operations.sweeping import follow_payment as follow_in_laboratory
from services.training.operations.paying import follow_payment as follow_in_training


def settled(work: Work, *, order_id: int) -> None:
    """Let the commission and the registrations that waited for an order go on, once it is paid or on account."""
    follow_in_laboratory(work, order_id=order_id)
    follow_in_training(work, order_id=order_id)
