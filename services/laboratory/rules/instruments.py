"""Whether an instrument may be used on a day."""

from __future__ import annotations

from datetime import date

from services.catalogue.models import Resource, ResourceState
from services.laboratory.testing_errors import InstrumentNotReady, InstrumentOverdue


def refuse_unfit(instrument: Resource, day: date) -> None:
    """Refuse an instrument that is out of service or whose calibration has ended; its last day still counts."""
    if instrument.state is not ResourceState.NORMAL:
        raise InstrumentNotReady(instrument=instrument.name)
    due_on = instrument.calibration_due_on
    if due_on is not None and due_on < day:
        raise InstrumentOverdue(instrument=instrument.name, due_on=due_on.isoformat())
