"""A text without the disguises of characters: each folded character remembers which typed one it came from."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_LEFT_OUT = {"Cf", "Mn", "Me", "Cc"}
_LIKE = {"－": "-", "—": "-", "–": "-", "―": "-", "‐": "-", "−": "-", "～": "~", "﹢": "+", "✚": "+", "；": ";"}


@dataclass(frozen=True)
class Folded:
    """``text`` is folded; ``origins[i]`` is the place in the typed text of its i-th character."""

    text: str
    origins: tuple[int, ...]
    typed: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a folded stretch stands in the typed text, without blanks at its ends."""
        first, last = self.origins[start], self.origins[end - 1] + 1
        while last > first + 1 and self.typed[last - 1].isspace():
            last -= 1
        return first, last


def fold(text: str) -> Folded:
    """Fold width, case, compatibility forms and blanks; drop what is invisible."""
    signs: list[str] = []
    origins: list[int] = []
    for place, sign in enumerate(text):
        if unicodedata.category(sign) in _LEFT_OUT and not sign.isspace():
            continue
        for plain in _plain(sign):
            signs.append(plain)
            origins.append(place)
    return Folded("".join(signs), tuple(origins), text)


def _plain(sign: str) -> str:
    if sign.isspace():
        return " "
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if sign.isdigit():
        return str(unicodedata.digit(sign)) if sign not in "²³¹" else "^"
    folded = unicodedata.normalize("NFKC", _LIKE.get(sign, sign)).lower()
    return "".join(_LIKE.get(part, part) for part in folded if unicodedata.category(part) not in _LEFT_OUT)
