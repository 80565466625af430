"""Pure rules about credentials and sign-ins."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

IDLE_LIMIT = timedelta(hours=3)
ABSOLUTE_LIMIT = timedelta(hours=12)


def token_hash(token: str) -> str:
    """Return what is stored of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_live(started_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Tell whether a sign-in has neither been idle for three hours nor lasted twelve."""
    return now - seen_at < IDLE_LIMIT and now - started_at < ABSOLUTE_LIMIT
