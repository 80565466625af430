"""Joined pinyin without tones, split into its syllables: ``bolibang`` is bo, li, bang."""

from __future__ import annotations

from functools import cache, lru_cache

from pypinyin import Style, pinyin_dict
from pypinyin.style import convert

LONGEST = 6


@cache
def syllables() -> frozenset[str]:
    """Return every syllable that a character may have, about 410."""
    first = {spelled.split(",")[0] for spelled in pinyin_dict.pinyin_dict.values()}
    plain = {convert(spelled, Style.NORMAL, strict=False).replace("ü", "v") for spelled in first}
    return frozenset(
        one for one in plain if one.isascii() and one.isalpha() and any(vowel in one for vowel in "aeiouv")
    )


@lru_cache(maxsize=2000)
def split(letters: str) -> tuple[str, ...]:
    """Return the fewest syllables that ``letters`` are; empty when they are no pinyin. Of equals, the longer first."""
    known = syllables()
    best: list[tuple[str, ...] | None] = [None] * len(letters) + [()]
    for at in range(len(letters) - 1, -1, -1):
        for end in range(min(at + LONGEST, len(letters)), at, -1):
            rest = best[end]
            one = letters[at:end]
            if rest is None or one not in known:
                continue
            shortest = best[at]
            if shortest is None or len(rest) + 1 < len(shortest):
                best[at] = (one, *rest)
    return best[0] or ()
