"""A letter: what one person is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_LOCALE = "zh_Hans_CN"


@dataclass(frozen=True)
class Letter:
    """``name`` is the template, e.g. ``booking/booking_confirmed``. It goes to ``email``, else as a text to ``mobile``."""

    name: str
    locale: str = DEFAULT_LOCALE
    email: str = ""
    mobile: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    """A letter in words."""

    subject: str
    text: str
    html: str
