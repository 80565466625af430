"""Pure rules of standards: one spelling for every number, what holds on a day, and chains without loops."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from datetime import date, timedelta
from typing import Protocol, TypeVar

from services.core.characters import narrow
from services.core.messages import N_
from services.standards.models import StandardState

Node = TypeVar("Node", bound=Hashable)

STATE_NAMES = {
    StandardState.UPCOMING: N_("Upcoming"),
    StandardState.CURRENT: N_("Current"),
    StandardState.WITHDRAWN: N_("Abolished"),
}

NOTICE_DAYS = 90
"""How many days before a change of editions it is announced."""

_DASHES = re.compile(r"[‐‑‒–—―−﹣－:~～]+|-+")
_NUMBER = re.compile(r"(?=.*[0-9]).*-[0-9]{2,4}(?:\+A[0-9]+-[0-9]{4})?\Z")
_PARTS = re.compile(r"([A-Z][A-Z/]*)\s*([0-9].*)\Z")
_RECOMMENDED = re.compile(r"(GB|QB|HG|FZ|JB|YB|SN|NY|QC|RB|JC|LY|BB|SJ|YS)/?T\Z")
_SLASHES = re.compile(r"\s*[/\\∕⁄⧸]\s*")
_LEFT_OUT = re.compile(r"[\s/\\∕⁄⧸_\u200b\ufeff]+")


class Dated(Protocol):
    """What has the two dates of an edition."""

    @property
    def effective_on(self) -> date | None: ...

    @property
    def withdrawn_on(self) -> date | None: ...


def key_of(number: str) -> str:
    """Return the one spelling of a number: ``gb/t 3920-2008``, ``GBT3920—2008`` and full width are ``GBT3920-2008``.

    A number without its year is the beginning of the keys of all its editions.
    """
    plain = _LEFT_OUT.sub("", narrow(number).upper())
    return _DASHES.sub("-", plain).strip("-")


def number_of(text: str) -> str:
    """Return a typed number in the spelling in which it is shown: ``gbt3920—2008`` is ``GB/T 3920-2008``."""
    slashed = _SLASHES.sub("/", narrow(text).upper())
    plain = " ".join(_DASHES.sub(lambda dash: ":" if dash[0] == ":" else "-", slashed).split())
    parts = _PARTS.match(plain)
    if parts is None:
        return plain
    series, rest = parts.groups()
    return f"{_RECOMMENDED.sub(lambda known: f'{known[1]}/T', series)} {rest.replace(' ', '')}"


def is_number(text: str) -> bool:
    """Whether ``text`` is the number of an edition, with its year."""
    return bool(_NUMBER.match(key_of(text)))


def state_on(standard: Dated, day: date) -> StandardState:
    """Return what a standard is on ``day``; one without a date of effect is not in force yet."""
    if standard.withdrawn_on is not None and standard.withdrawn_on <= day:
        return StandardState.WITHDRAWN
    if standard.effective_on is None or standard.effective_on > day:
        return StandardState.UPCOMING
    return StandardState.CURRENT


def is_announced(standard: Dated, day: date, within: int = NOTICE_DAYS) -> bool:
    """Whether ``standard`` takes effect after ``day`` and within so many days."""
    return standard.effective_on is not None and day < standard.effective_on <= day + timedelta(days=within)


def chain(start: Node, successors: Mapping[Node, Node | None]) -> list[Node]:
    """Return what follows ``start`` one after the other, without ``start``; a loop ends where it closes."""
    following: list[Node] = []
    seen, one = {start}, successors.get(start)
    while one is not None and one not in seen:
        following.append(one)
        seen.add(one)
        one = successors.get(one)
    return following


def would_loop(standard: Node, successor: Node, successors: Mapping[Node, Node | None]) -> bool:
    """Whether naming ``successor`` as what replaces ``standard`` would lead back to ``standard``."""
    return standard == successor or standard in chain(successor, successors)
