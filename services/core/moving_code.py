"""A code on the wall that changes every half minute, for whoever is in the room to sign in with."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

STEP_SECONDS = 30


def code_at(key: bytes, subject: str, moment: datetime) -> str:
    """Return the code of ``subject`` at a moment: eight characters that change every half minute."""
    return _code(key, subject, int(moment.timestamp()) // STEP_SECONDS)


def code_holds(key: bytes, subject: str, code: str, moment: datetime) -> bool:
    """Tell whether ``code`` is that of the subject now, or was half a minute ago, for whoever is slow with the phone."""
    step = int(moment.timestamp()) // STEP_SECONDS
    return any(hmac.compare_digest(code.encode(), _code(key, subject, one).encode()) for one in (step, step - 1))


def _code(key: bytes, subject: str, step: int) -> str:
    return hmac.new(key, f"{subject}:{step}".encode(), sha256).hexdigest()[:8]
