"""Pure rules about credentials, codes and sign-ins."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta

from services.core.messages import N_
from services.core.permissions import Role

IDLE_LIMIT = timedelta(hours=3)
ABSOLUTE_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
SECOND_FACTOR_WITHIN = timedelta(minutes=10)
CODE_LIFETIME = timedelta(minutes=15)
CODE_TRIES = 5
DEMO_PASSWORD = "jiqun-demo-2026"  # noqa: S105 - printed on the sign-in page of every demonstration
TERMS = "2026-11"  # the edition of the terms of use that people agree to

STAFF = frozenset(Role) - {Role.ENT_ADMIN, Role.ENT_USER, Role.EXPERT, Role.BANK_USER, Role.ASSOC_OFFICER}
"""The roles of people who work for a centre, the association's office, a department or the operator."""

_BROWSERS = (
    ("MicroMessenger/", N_("WeChat")),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def new_token() -> str:
    """Return a random token of 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_live(started_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Tell whether a sign-in has neither been idle for three hours nor lasted twelve."""
    return now - seen_at < IDLE_LIMIT and now - started_at < ABSOLUTE_LIMIT


def new_code() -> str:
    """Return six random figures."""
    return f"{secrets.randbelow(10**6):06d}"


def code_hash(contact: str, code: str) -> str:
    """Return what is stored of a code sent to ``contact``."""
    return token_hash(f"{contact}|{code}")


def plain_code(text: str) -> str:
    """Return a typed code as it is compared: half width, lower case, without spaces and hyphens."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in plain if char.isascii() and char.isalnum())


def browser_name(browser: str) -> str:
    """Return the name of the program behind a User-Agent line."""
    return next((name for sign, name in _BROWSERS if sign in browser), N_("another program"))


def system_name(browser: str) -> str:
    """Return the name of the system behind a User-Agent line."""
    return next((name for sign, name in _SYSTEMS if sign in browser), N_("another system"))
