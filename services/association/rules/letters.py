"""Letters with places: ``{企业}`` becomes the name of the firm that reads it. Pure text, no code in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACES = ("企业", "姓名", "会员编号", "协会")
"""The firm, the person, the number of the member, the association."""

_PLACE = re.compile(r"[{｛]\s*([^{}｛｝]{0,30}?)\s*[}｝]")


def unknown_places(text: str) -> list[str]:
    """Return the places of a letter that nothing is known for, each once."""
    found = (match.group(1) for match in _PLACE.finditer(text))
    return list(dict.fromkeys(place for place in found if place not in PLACES))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the letter with its places filled; what is put in is not looked at again."""
    return _PLACE.sub(lambda match: values.get(match.group(1), ""), text)
