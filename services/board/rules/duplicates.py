"""How similar two titles are: the ratio of difflib over what is left when width, case, signs and trade words are gone.

Two posts of one organisation, kind and product class within 30 days whose titles come to more than 0.9 are duplicates.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from services.board.rules.folding import fold

DUPLICATE_ABOVE = 0.9
DUPLICATE_DAYS = 30
_TRADE_WORDS = re.compile(
    r"长期|大量|诚信|急需|急求|紧急|急|求购|采购|收购|现货|供应|供给|出售|转让|出租|求租|寻求|寻找|寻|承接|诚招|招聘|招"
)


def likeness(one: str, other: str) -> float:
    """Return how similar two titles are, 0 to 1. Titles of trade words alone are compared as they stand."""
    first, second = _core(one), _core(other)
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def is_duplicate(one: str, other: str) -> bool:
    """Tell whether two titles say the same."""
    return likeness(one, other) > DUPLICATE_ABOVE


def _core(title: str) -> str:
    plain = "".join(sign for sign in fold(title).text if sign.isalnum())
    return _TRADE_WORDS.sub("", plain) or plain
