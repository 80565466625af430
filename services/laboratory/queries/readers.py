"""Who is told about what a firm has ordered or asked: its own person, or who orders for it once that person has left."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.core.permissions import Permission
from services.laboratory.models.commissions import Commission
from services.organisations.queries import acts_for, holders_of


def readers_at(session: Session, organisation_id: int, person_id: int) -> list[int]:
    """Return the person, or everybody who places commissions for the firm where the person acts for it no longer."""
    if acts_for(session, person_id, organisation_id):
        return [person_id]
    return list(session.scalars(holders_of(Permission.COMMISSION_PLACE, organisation_id)))


def readers_of(session: Session, commission: Commission) -> list[int]:
    """Return who is told about a commission: whoever placed it, or who places commissions for the firm now."""
    return readers_at(session, commission.organisation_id, commission.placed_by_id)
