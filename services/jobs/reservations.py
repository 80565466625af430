"""An outage has displaced a reservation: whoever made it finds another place for it."""

from __future__ import annotations

from services.core.work import Work
from services.laboratory.operations.replanning import replan
from services.training.operations.timetables import lesson_displaced


def displaced(work: Work, booking_id: int) -> None:
    """Let the laboratory move its tests and the training tell its staff; each passes over what is not its own."""
    replan(work, booking_id)
    lesson_displaced(work, booking_id)
