"""How a class stands for somebody who thinks of registering: its state, its seats and the clock in one word."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from services.core.messages import N_
from services.training.models.courses import ClassState, TrainingClass


class Standing(StrEnum):
    """What visitors are told of a class. ``full``: whoever registers now waits; ``list_full``: nobody more may wait."""

    COMING = "coming"
    OPEN = "open"
    FULL = "full"
    LIST_FULL = "list_full"
    CLOSED = "closed"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


STANDING_NAMES: dict[Standing, str] = {
    Standing.COMING: N_("Registration not yet open"),
    Standing.OPEN: N_("Registration open"),
    Standing.FULL: N_("Full, waiting list open"),
    Standing.LIST_FULL: N_("Full, waiting list closed"),
    Standing.CLOSED: N_("Registration closed"),
    Standing.RUNNING: N_("In class"),
    Standing.OVER: N_("Class finished"),
    Standing.CANCELLED: N_("Class cancelled"),
}

PUBLIC = frozenset(ClassState) - {ClassState.DRAFT, ClassState.FILED}
"""What everybody may see; the other classes do not exist for the public."""

_BY_STATE = {
    ClassState.CLOSED: Standing.CLOSED,
    ClassState.RUNNING: Standing.RUNNING,
    ClassState.FINISHED: Standing.OVER,
    ClassState.ARCHIVED: Standing.OVER,
    ClassState.CANCELLED: Standing.CANCELLED,
}


def standing_of(training_class: TrainingClass, now: datetime) -> Standing:
    """Return how a public class stands; ``register`` decides by the same columns and the same clock."""
    if training_class.state is not ClassState.OPEN:
        return _BY_STATE[training_class.state]
    if now < training_class.opens_at:
        return Standing.COMING
    if now >= training_class.closes_at:
        return Standing.CLOSED
    if training_class.free_seats:
        return Standing.FULL if training_class.waiting else Standing.OPEN
    return Standing.LIST_FULL if training_class.free_places == 0 else Standing.FULL
