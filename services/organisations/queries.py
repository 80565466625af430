"""Reads about organisations and memberships."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from services.organisations.models import Membership, Organisation, OrgState


def live_memberships(session: Session, person_id: int) -> list[Membership]:
    """Return the roles a person holds now, with their organisations, oldest first."""
    statement = (
        select(Membership)
        .join(Membership.organisation)
        .options(contains_eager(Membership.organisation))
        .where(
            Membership.person_id == person_id,
            Membership.ended_at.is_(None),
            Organisation.state != OrgState.SUSPENDED,
        )
        .order_by(Membership.id)
    )
    return list(session.scalars(statement))
