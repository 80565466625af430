"""Reads about people and sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.accounts.models import PersonState, SignIn
from services.accounts.rules import is_live, token_hash


def live_sign_in(session: Session, token: str, now: datetime) -> SignIn | None:
    """Return the sign-in behind ``token`` with its person, unless it ended, timed out, or the person is disabled."""
    statement = (
        select(SignIn)
        .options(joinedload(SignIn.person, innerjoin=True))
        .where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None))
    )
    found = session.scalars(statement).one_or_none()
    if found is None or found.person.state is not PersonState.ACTIVE:
        return None
    return found if is_live(found.started_at, found.seen_at, now) else None
