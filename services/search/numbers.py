"""Numbers of standards inside a text: ``gb/t 228.1-2021``, ``GB4806.5``, ``EN ISO 105-C06`` in any spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.standards.rules import key_of

_SERIES = (
    "gb|gbt|gb/t|gb/z|gbz|qb|qb/t|qbt|hg|hg/t|hgt|fz|fz/t|fzt|jb|jb/t|jbt|yb|yb/t|ybt|sn|sn/t|snt|ny|ny/t|nyt|qc|qc/t|qct"
    "|rb|rb/t|jc|jc/t|jct|ly|ly/t|lyt|bb|bb/t|bbt|sj|sj/t|sjt|yy|yy/t|yyt|cj|cj/t|jjf|jjg|ls|ls/t|sc|sc/t|db[0-9]{2}|db[0-9]{2}/t"
    "|t/[a-z]{2,8}|iso|iec|iso/iec|en|en iso|bs en|bs|din|din en|astm [a-z]|astm|jis [a-z]|ansi|nf|uns"
)
_NUMBER = re.compile(
    rf"(?<![a-z0-9])(?P<series>{'|'.join(sorted(_SERIES.split('|'), key=len, reverse=True))})"
    r"[\s_/]{0,3}(?P<digits>[a-z]?[0-9]{1,6}(?:\.[0-9]{1,3}){0,3}(?:-[a-z][0-9]{2})?(?:\s?[-:~—–][0-9]{2,4})?)(?![0-9])"
)
_YEAR = re.compile(r"-[0-9]{2,4}\Z")
_PART = re.compile(r"\.[0-9]+(?=\Z|-)")
_SERIES_OF = re.compile(r"\A(?:[A-Z]+?(?=T?[0-9])|[A-Z]+)")


def numbers_in(folded: str) -> Iterator[tuple[int, int, str]]:
    """Yield where numbers of standards stand in a folded text, with the key of each."""
    for found in _NUMBER.finditer(folded):
        yield found.start(), found.end(), key_of(found.group())


def without_year(key: str) -> str:
    """Return the key without the year of the edition: ``GBT3920-2008`` is ``GBT3920``."""
    return _YEAR.sub("", key)


def spellings_of(key: str) -> tuple[str, ...]:
    """Return by what a number is found, the narrowest first: itself, without its year, its part, its /T, its letters."""
    bare = without_year(key)
    family = _PART.sub("", bare)
    loose = [_without_t(one) for one in (bare, family)]
    digits = [one.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ/") for one in (key, bare)]
    return tuple(dict.fromkeys(one for one in (key, bare, family, *loose, *digits) if len(one) >= 2))


def asked_for(key: str) -> tuple[str, ...]:
    """Return the spellings by which a typed number may be answered: other editions, and the /T forgotten or too much."""
    bare = without_year(key)
    return tuple(dict.fromkeys((key, bare, _without_t(bare))))


def _without_t(key: str) -> str:
    return re.sub(r"\A([A-Z]{2,})T(?=[0-9])", r"\1", key)
