"""What waits for the verifiers and for the administrators of organisations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.core.actor import Actor
from services.organisations.desk_queries import waits_for
from services.organisations.models import JoinKind, JoinRequest, JoinState, Verification


def verifications_waiting(session: Session, actor: Actor) -> tuple[int, datetime | None]:
    """Return how many submissions wait for this verifier, and since when."""
    statement = (
        select(func.count(), func.min(Verification.submitted_at))
        .join(Verification.organisation)
        .where(*waits_for(session, actor))
    )
    count, oldest = session.execute(statement).one()
    return count, oldest


def claims_waiting(session: Session) -> int:
    """Return how many claims of registered organisations wait for the platform."""
    statement = select(func.count()).where(JoinRequest.state == JoinState.WAITING, JoinRequest.kind == JoinKind.CLAIM)
    return session.scalar(statement) or 0


def joins_waiting(session: Session, organisation_id: int) -> int:
    """Return how many people wait to be let into an organisation."""
    statement = select(func.count()).where(
        JoinRequest.organisation_id == organisation_id,
        JoinRequest.state == JoinState.WAITING,
        JoinRequest.kind == JoinKind.JOIN,
    )
    return session.scalar(statement) or 0
