"""Counterparts in words: how well each fits, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.i18n import gettext
from services.board.models.matches import PostMatch
from services.board.models.posts import Post
from services.board.queries.visibility import Face, face_of
from services.core import links

_SAME, _PARENT, _NEIGHBOUR = 1.0, 0.7, 0.4
_CLEAR = 0.25
_FITS = 0.75
_FRESH = 0.8


@dataclass(frozen=True)
class MatchRow:
    """A counterpart as it is listed."""

    post: Post
    face: Face
    percent: int
    reasons: list[str]
    url: str


def match_rows(matches: Iterable[PostMatch]) -> list[MatchRow]:
    """Return stored counterparts as they are shown."""
    return [match_row(match.other, match.percent, match.parts) for match in matches]


def match_row(post: Post, percent: int, parts: Mapping[str, Any]) -> MatchRow:
    """Return one counterpart as it is shown."""
    face = face_of(post)
    return MatchRow(post, face, percent, reasons(parts, is_anonymous=face.is_anonymous), links.post(post.no or ""))


def reasons(parts: Mapping[str, Any], *, is_anonymous: bool = False) -> list[str]:
    """Say why two posts fit, the weightiest reason first; nothing of where an anonymous firm is, or how it answers."""
    said = {
        gettext("same class or step of the chain"): parts.get("category", 0) >= _SAME,
        gettext("related class"): _PARENT <= parts.get("category", 0) < _SAME,
        gettext("neighbour in the chain"): _NEIGHBOUR <= parts.get("category", 0) < _PARENT,
        gettext("similar words"): parts.get("text", 0) >= _CLEAR,
        gettext("specifications and price fit"): parts.get("spec", 0) >= _FITS,
        gettext("near by"): not is_anonymous and parts.get("place", 0) >= _PARENT,
        gettext("answers reliably"): not is_anonymous and parts.get("trust", 0) >= _FITS,
        gettext("new"): parts.get("freshness", 0) >= _FRESH,
    }
    return [reason for reason, holds in said.items() if holds]
