"""Telephone numbers in a text, however they are typed, and not the measures, quantities and standards of the trade."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.board.rules.folding import Folded

_SPELLED = str.maketrans(
    {
        sign: str(digit)
        for digit, signs in enumerate(
            ("零〇", "一幺壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
        )
        for sign in signs
    }
)
_MOST_BETWEEN = 3
_NO_BRIDGE = set("×x±%≥≤<>=℃°∅φ;；&")
"""What stands between two measures and never within a telephone number."""
_FILLERS = ("个字", "杠", "横", "点", "空格")
_MOBILE = re.compile(r"(?:(?:00)?86)?(1[3-9][0-9]{9})\Z")
_LANDLINE = re.compile(r"(?:(?:00)?86)?(?:0(?:10|2[0-9])[0-9]{8}|0[3-9][0-9]{2}[0-9]{7,8})\Z")
_AREA = re.compile(r"(?:(?:00)?86|0(?:10|2[0-9])|0[3-9][0-9]{2})\Z")
_SERVICE = re.compile(r"[48]00[0-9]{7}\Z")
_ANNOUNCED = re.compile(
    r"(?:电话|手机|座机|热线|传真|致电|拨打|来电|联系方式|电联|tel|phone|mobile)(?:号码|号|是|为|请)?[ :.]*$"
)
_STANDARD = re.compile(r"(?:gb|iso|iec|en|astm|jb|hg|fz|ny|yy|qc|sn|din|jis|bs|ql|db[0-9]*)(?:/t|/z)?[ -]*$")
_UNIT = re.compile(
    r" ?(?:mm|cm|dm|km|kg|kn|mpa|kw|ml|um|μm|[mgtlvwah]|元|[万千百]|只|个|件|套|台|吨|米|克|公斤|[斤升天日月年]|小时|分"
    r"|[箱片支根亩批条张卷人名平℃%/])"
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\Z")
_DECIMAL = re.compile(r"(?<![0-9.])[0-9]{1,3}\.[0-9]{1,2}(?![0-9.])")
_SEVERAL = 2
_DISGUISED = re.compile(r"(?<![a-z0-9])[1il][3-9][0-9oil]{9}(?![a-z0-9])")
_LEAST_REAL = 2


@dataclass(frozen=True)
class _Group:
    """Digits that stand together."""

    start: int
    end: int
    digits: str


def telephone_numbers(folded: Folded) -> Iterator[tuple[int, int]]:
    """Yield where telephone numbers stand in the typed text."""
    text = folded.text.translate(_SPELLED)
    for chain in _chains(text):
        for start, end in _in_chain(text, chain):
            yield folded.span(start, end)
    for match in _DISGUISED.finditer(text):
        if sum(sign.isdigit() for sign in match[0]) >= _LEAST_REAL and not match[0].isdigit():
            yield folded.span(*match.span())


def _chains(text: str) -> Iterator[list[_Group]]:
    """Yield the groups of digits that nothing but a telephone number's separators keeps apart."""
    chain: list[_Group] = []
    for match in re.finditer(r"[0-9]+", text):
        group = _Group(match.start(), match.end(), match[0])
        if chain and not _bridges(text[chain[-1].end : group.start]):
            yield chain
            chain = []
        chain.append(group)
    if chain:
        yield chain


def _bridges(between: str) -> bool:
    for filler in _FILLERS:
        between = between.replace(filler, "")
    return len(between) <= _MOST_BETWEEN and not any(sign.isalnum() or sign in _NO_BRIDGE for sign in between)


def _in_chain(text: str, chain: list[_Group]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a chain that are a telephone number; they begin and end with a group."""
    first = 0
    while first < len(chain):
        last = _end_of_number(text, chain, first)
        if last is None:
            first += 1
        else:
            yield chain[first].start, chain[last].end
            first = last + 1


def _end_of_number(text: str, chain: list[_Group], first: int) -> int | None:
    if _STANDARD.search(text[max(0, chain[first].start - 12) : chain[first].start]):
        return None
    announced = bool(_ANNOUNCED.search(text[max(0, chain[first].start - 12) : chain[first].start]))
    digits = ""
    for last in range(first, len(chain)):
        digits += chain[last].digits
        if len(digits) > 16:
            return None
        if announced and len(digits) >= 7 and (last + 1 == len(chain)):
            return last
        if _is_number(digits, chain[first : last + 1]) and not _is_measure(text, chain, first, last):
            return last
    return None


def _is_number(digits: str, groups: list[_Group]) -> bool:
    if _MOBILE.match(digits) or _SERVICE.match(digits):
        return True
    return bool(_LANDLINE.match(digits)) and _is_dialled(groups)


def _is_dialled(groups: list[_Group]) -> bool:
    """Tell whether digits that begin with 0 are grouped as an area and its number, or told one by one."""
    sizes = {len(group.digits) for group in groups}
    return len(groups) == 1 or sizes == {1} or bool(_AREA.match(groups[0].digits))


def _is_measure(text: str, chain: list[_Group], first: int, last: int) -> bool:
    """Tell whether groups kept apart by signs are rather ranges and quantities: a unit follows, or thousands' commas."""
    if first == last:
        return False
    written = text[chain[first].start : chain[last].end]
    if _THOUSANDS.match(written) or len(_DECIMAL.findall(written)) >= _SEVERAL:
        return True
    return bool(_UNIT.match(text, chain[last].end))
