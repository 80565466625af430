"""Marks the words of a query in what was found. Gives pieces of plain text; nothing here makes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from services.search.analysis import MOST_TOGETHER, fold, is_chinese, runs_of, syllables_of
from services.search.numbers import asked_for, numbers_in
from services.search.results import Piece

LENGTH = 90
"""Characters of a text that are shown."""
BEFORE = 20
_LETTERS = re.compile(r"[a-z]+\Z")

Span = tuple[int, int]


@lru_cache(maxsize=20_000)
def _fold_one(character: str) -> str:
    return fold(character)


def marked(text: str, words: Sequence[str], *, length: int | None = None) -> list[Piece]:
    """Return ``text`` in pieces with every word marked; with ``length``, only the part around the first words."""
    spans = _merged(_spans(text, words))
    start, end = (0, len(text)) if length is None else _window(text, spans, length)
    pieces = [Piece("…")] if start > 0 else []
    at = start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        pieces += [Piece(text[at : max(first, at)]), Piece(text[max(first, at) : min(last, end)], is_marked=True)]
        at = min(last, end)
    pieces += [Piece(text[at:end]), *([Piece("…")] if end < len(text) else [])]
    return [piece for piece in pieces if piece.text]


def _spans(text: str, words: Sequence[str]) -> list[Span]:
    folded, places = _folded(text)
    found = [span for word in words for span in _places_of(folded, word)]
    found += _numbers(folded, words)
    if not found:
        found = _sounding(folded, words)
    return [(places[start], places[end - 1] + 1) for start, end in found if start < end <= len(places)]


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text folded a character at a time, and where each character of it comes from."""
    parts = [_fold_one(character) for character in text]
    return "".join(parts), [at for at, part in enumerate(parts) for _ in part]


def _places_of(folded: str, word: str) -> Iterable[Span]:
    if not word:
        return []
    before, after = (rf"{look}{_alike(end)})" for look, end in (("(?<!", word[0]), ("(?!", word[-1])))
    return [found.span() for found in re.finditer(f"{before}{re.escape(word)}{after}", folded)]


def _alike(character: str) -> str:
    """Return the characters that would make a longer word or number of it; beside Chinese none does."""
    if character.isascii() and character.isalpha():
        return "[a-z]"
    return "[0-9]" if character.isdigit() else "(?!)"


def _numbers(folded: str, words: Sequence[str]) -> list[Span]:
    wanted = {spelling for word in words for spelling in asked_for(word)}
    return [(start, end) for start, end, key in numbers_in(folded) if wanted & {key, *asked_for(key)}]


def _sounding(folded: str, words: Sequence[str]) -> list[Span]:
    """Return where Chinese stands that is spoken, or begins, as the Latin letters typed."""
    wanted = {word for word in words if _LETTERS.match(word)}
    if not wanted:
        return []
    joined = "".join(words)
    spans: list[Span] = []
    at = 0
    for run in filter(is_chinese, runs_of(folded)):
        at = folded.index(run, at)
        spans += [(at + start, at + end) for start, end in _spoken(run, wanted | {joined})]
        at += len(run)
    return spans


def _spoken(run: str, wanted: set[str]) -> Iterable[Span]:
    syllables = syllables_of(run)
    if len(syllables) != len(run):
        return
    for start in range(len(run)):
        for end in range(start + 1, min(start + MOST_TOGETHER, len(run)) + 1):
            spoken = syllables[start:end]
            if "".join(spoken) in wanted or (end - start > 1 and "".join(one[0] for one in spoken) in wanted):
                yield start, end


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, spans: Sequence[Span], length: int) -> Span:
    """Return the part of ``length`` characters in which most is marked, beginning a little before."""
    if len(text) <= length:
        return 0, len(text)
    starts = [max(0, start - BEFORE) for start, _ in spans[:50]] or [0]
    best = max(
        starts, key=lambda start: (sum(start <= first and last <= start + length for first, last in spans), -start)
    )
    start = min(best, len(text) - length)
    return start, start + length
