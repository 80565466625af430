"""How a line typed into the search box is understood: words, markets, and other names of the same thing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from services.catalogue.models import Market

MOST_CHARACTERS = 100
MOST_WORDS = 8

_MARKETS: dict[str, frozenset[Market]] = {
    "出口欧盟": frozenset({Market.EU}),
    "出口欧洲": frozenset({Market.EU}),
    "欧盟": frozenset({Market.EU}),
    "欧洲": frozenset({Market.EU}),
    "eu": frozenset({Market.EU}),
    "europe": frozenset({Market.EU}),
    "出口美国": frozenset({Market.US}),
    "美国": frozenset({Market.US}),
    "北美": frozenset({Market.US}),
    "us": frozenset({Market.US}),
    "usa": frozenset({Market.US}),
    "出口": frozenset({Market.EU, Market.US}),
    "外贸": frozenset({Market.EU, Market.US}),
    "export": frozenset({Market.EU, Market.US}),
    "内销": frozenset({Market.DOMESTIC}),
    "国内": frozenset({Market.DOMESTIC}),
    "domestic": frozenset({Market.DOMESTIC}),
}
_SAME: dict[str, tuple[str, ...]] = {
    "玻棒": ("玻璃棒",),
    "纸箱": ("瓦楞",),
    "瓦楞箱": ("纸箱",),
    "三坐标": ("坐标测量",),
    "挂件": ("圣诞工艺品",),
}
_CHINESE_MARKET = re.compile("|".join(sorted((word for word in _MARKETS if not word.isascii()), key=len, reverse=True)))
_IN_NUMBERS = re.compile(r"[\s/\-–—_]+")


@dataclass(frozen=True)
class Word:
    """One thing that must be found: any of ``spellings``, or a module for one of ``markets``."""

    spellings: tuple[str, ...]
    markets: frozenset[Market] = frozenset()

    @property
    def number(self) -> str:
        """The first spelling as the number of a standard."""
        return squeeze(self.spellings[0])

    def is_in(self, text: str) -> bool:
        """Tell whether ``text``, folded, holds one of the spellings."""
        return any(spelling in text for spelling in self.spellings)


def fold(text: str) -> str:
    """Return ``text`` as it is compared: full width as half width, small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def squeeze(text: str) -> str:
    """Return the number of a standard as it is compared: GB/T 3920-2008 as gbt39202008."""
    return _IN_NUMBERS.sub("", fold(text))


def words_of(line: str) -> list[Word]:
    """Return what a typed line asks for; markets are found inside unbroken Chinese, too (圣诞挂件出口欧盟)."""
    spaced = _CHINESE_MARKET.sub(lambda found: f" {found.group()} ", fold(line[:MOST_CHARACTERS]))
    parts = dict.fromkeys(spaced.split())
    return [_word(part) for part in list(parts)[:MOST_WORDS]]


def _word(part: str) -> Word:
    return Word((part, *_SAME.get(part, ())), _MARKETS.get(part, frozenset()))
