"""Whether an organisation is a member in good standing; prices, posts and votes ask here."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session


def is_member(session: Session, organisation_id: int | None, on: date) -> bool:
    """Tell whether the organisation is a member on that day: no one is, before the association keeps its register."""
    return False
