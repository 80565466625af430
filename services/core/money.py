"""Amounts are whole fen (分); this is the only place that rounds.

One currency (CNY) exists in this portal, so an amount is a plain integer whose name ends in ``_fen``
(docs/decisions/0003-amounts-in-fen.md).
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from services.core.characters import narrow

MOST_FEN = 10**12  # ten thousand million yuan; the tables' integers hold it on both databases

_YUAN = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,2})?\Z")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def round_half_up(amount: Decimal | Fraction | int) -> int:
    """Return ``amount`` (in fen) as whole fen, halves away from zero."""
    if isinstance(amount, Fraction):
        sign = -1 if amount < 0 else 1
        return sign * int(abs(amount) + Fraction(1, 2))
    return int(Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent_of(amount_fen: int, percent: int) -> int:
    """Return ``percent`` per cent of ``amount_fen``, rounded to whole fen."""
    return round_half_up(Fraction(amount_fen * percent, 100))


def parse_yuan(text: str) -> int:
    """Return the fen in a typed amount of yuan such as ``1,234.50`` or ``１２``.

    Raises ValueError for anything but a plain number from 0 with at most two decimals.
    """
    plain = narrow(text).removeprefix("¥").replace(",", "").strip()
    if not _YUAN.match(plain):
        raise ValueError(text)
    fen = int(Decimal(plain) * 100)
    if fen > MOST_FEN:
        raise ValueError(text)
    return fen


def yuan_text(amount_fen: int) -> str:
    """Return ``amount_fen`` as yuan with two decimals and no grouping, e.g. ``-12.30``."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{yuan}.{fen:02d}"


def capital_amount(amount_fen: int) -> str:
    """Return ``amount_fen`` in the capital figures of Chinese receipts (大写金额).

    Raises ValueError for negative amounts and those of ten million million yuan and more.
    """
    if not 0 <= amount_fen < 10**15:
        raise ValueError(amount_fen)
    yuan, fen = divmod(amount_fen, 100)
    jiao, fen = divmod(fen, 10)
    text = _capital_yuan(yuan)
    if not jiao and not fen:
        return (text or "零") + "元整" if yuan or not amount_fen else text
    words = text + "元" if yuan else ""
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    return words + (_DIGITS[fen] + "分" if fen else "整")


def _capital_yuan(yuan: int) -> str:
    words = ""
    pending_zero = False
    groups = []
    while yuan:
        yuan, group = divmod(yuan, 10_000)
        groups.append(group)
    for index in reversed(range(len(groups))):
        group = groups[index]
        if not group:
            pending_zero = bool(words)
            continue
        for place in reversed(range(4)):
            digit = group // 10**place % 10
            if digit:
                words += ("零" if pending_zero else "") + _DIGITS[digit] + _PLACES[place]
                pending_zero = False
            elif words:
                pending_zero = True
        words += _GROUPS[index]
        pending_zero = pending_zero and group % 10 == 0
    return words
