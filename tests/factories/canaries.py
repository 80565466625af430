"""Words that nobody else may ever read, planted in everything that is private to one side."""

import re
from collections.abc import Iterable
from itertools import count
from typing import Any

from sqlalchemy import JSON, String, Text, inspect

from services.core.base import Base, Words

CANARY = re.compile(r"canary-[a-z]-\d+")

# Text that is a code, a hash, a rule of the portal or published anyway.
KEPT = {
    "attachment": {"purpose", "key", "media_type", "sha256"},
    "booking": set(),
    "commission": {"no"},
    "interest": {"no"},
    "join_request": set(),
    "notification": {"message", "link"},
    "objection": {"answer"},
    "order_line": {"label"},
    "organisation": {
        *("key", "name", "short_name", "name_key", "credit_code", "region_code", "town", "address", "industry_code"),
        *("products", "chain_node", "website", "introduction", "directory_quote"),
    },
    "outage": {"kind"},
    "payment": set(),
    "person": {"login", "mobile", "email", "password_hash", "locale"},
    "post": {"no", "industry_code"},
    "quotation": {"no", "subject_no"},
    "refund": set(),
    "registration": {"no", "skipped_reason", "state_reason"},
    "sample": {"no", "quantity_unit"},
    "service_module": {"code", "owner_phone"},
    "service_order": set(),
    "trainee": {"identity_hash", "identity_masked", "mobile", "education"},
    "verification": set(),
}
# Facts that the portal counts with.
COUNTED = {"terms", "extras"}
_numbers = count(1)


def canary(side: str) -> str:
    """Return a word that occurs nowhere else; ``side`` is one letter."""
    return f"canary-{side}-{next(_numbers)}"


def plant(rows: Iterable[Base], side: str) -> dict[str, str]:
    """Put a canary into every free text of ``rows``; return which column each stands in."""
    planted: dict[str, str] = {}
    for row in rows:
        table = inspect(row).mapper.local_table
        for column in table.columns:
            value, place = getattr(row, column.key), f"{table.name}.{column.name}"
            if column.name in KEPT[table.name] or column.name in COUNTED or column.foreign_keys:
                continue
            if isinstance(column.type, JSON):
                setattr(row, column.key, _sown(value, side, place, planted))
            elif isinstance(column.type, String | Text) and not isinstance(column.type, Words):
                setattr(row, column.key, word := canary(side))
                planted[word] = place
    return planted


def _sown(value: Any, side: str, place: str, planted: dict[str, str]) -> Any:
    """Return facts whose texts, other than dates and words of the portal, are canaries."""
    if isinstance(value, dict):
        return {name: _sown(one, side, f"{place}.{name}", planted) for name, one in value.items()}
    if isinstance(value, str) and not value.isascii():
        planted[word := canary(side)] = place
        return word
    return value
