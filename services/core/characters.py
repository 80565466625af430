"""Typed characters: full-width digits and letters are the same as the plain ones."""

from __future__ import annotations

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}


def narrow(text: str) -> str:
    """Return ``text`` with full-width forms as plain ones, and nothing else changed: ``²`` stays what it is."""
    return text.translate(_WIDE).strip()
