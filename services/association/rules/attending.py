"""When people sign in to a meeting."""

from __future__ import annotations

from datetime import datetime, timedelta

OPENS_BEFORE = timedelta(hours=1)


def sign_in_opens(starts_at: datetime) -> datetime:
    """Return from when on people sign in to a meeting."""
    return starts_at - OPENS_BEFORE
