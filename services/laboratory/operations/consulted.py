"""A consultation whose ready order has been sent is done."""

from __future__ import annotations

from sqlalchemy import update

from services.core.work import Work
from services.laboratory.models.commissions import Commission, Consultation, ConsultationState


def mark_ordered(work: Work, commission: Commission) -> None:
    """The consultation behind a commission, if there is one, has become an order."""
    work.session.execute(
        update(Consultation)
        .where(Consultation.commission_id == commission.id, Consultation.state == ConsultationState.ANSWERED)
        .values(state=ConsultationState.ORDERED, version=Consultation.version + 1)
    )
