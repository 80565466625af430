"""Marks the places in a text that may not stand there, so that whoever typed it sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from portal.board.presenting import Said
from services.board.rules.contents import Finding

AROUND = 14
Pieces = list[tuple[str, bool]]


def marked(findings: Iterable[Finding], said: Said) -> dict[str, list[Pieces]]:
    """Return by field the surroundings of each finding, as pieces of text with whether they are marked."""
    places: dict[str, list[Pieces]] = {}
    for finding in findings:
        places.setdefault(finding.field, []).append(_pieces(finding, _text(finding, said)))
    return places


def _text(finding: Finding, said: Said) -> str:
    """Return the text in which a finding stands; of a specification, what was found itself."""
    value: object = getattr(said, finding.field, "")
    if finding.field == "keywords" and isinstance(value, Sequence) and finding.row < len(value):
        value = value[finding.row]
    return value if isinstance(value, str) else finding.shown


def _pieces(finding: Finding, text: str) -> Pieces:
    if text[finding.start : finding.end] != finding.shown:
        return [(finding.shown, True)]
    first, last = max(0, finding.start - AROUND), min(len(text), finding.end + AROUND)
    before = ("…" if first else "") + text[first : finding.start]
    after = text[finding.end : last] + ("…" if last < len(text) else "")
    return [piece for piece in ((before, False), (finding.shown, True), (after, False)) if piece[0]]


def rows_marked(findings: Iterable[Finding]) -> Mapping[int, list[str]]:
    """Return by row of the specification what may not stand there."""
    rows: dict[int, list[str]] = {}
    for finding in findings:
        if finding.field == "specs":
            rows.setdefault(finding.row, []).append(finding.shown)
    return rows
