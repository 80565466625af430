"""What is suggested while somebody types: words of titles, found by their characters, their pinyin and their initials."""

from __future__ import annotations

from collections.abc import Iterable

from services.search.analysis import fold, is_chinese, syllables_of
from services.search.documents import Field, Tokens

SEPARATOR = "|"
"""Stands between how a word may be typed and the word; no token has it."""

SHORTEST, LONGEST = 2, 12
LONGEST_PREFIX = 24


def forms_of(tokens: Tokens) -> tuple[str, ...]:
    """Return how each word of a title may be typed, and the word: ``bolibang|玻璃棒``."""
    words = dict.fromkeys(tokens.by_field.get(Field.TITLE, ()))
    fitting = (word for word in words if SHORTEST <= len(word) <= LONGEST and not word[0].isdigit())
    return tuple(f"{form}{SEPARATOR}{word}" for word in fitting for form in _typed(word))


def commonest(found: Iterable[tuple[str, int]], size: int) -> list[str]:
    """Return the words of forms that were found in so many documents, the commonest first."""
    best: dict[str, int] = {}
    for form, documents in found:
        word = form.rpartition(SEPARATOR)[2]
        best[word] = max(documents, best.get(word, 0))
    return sorted(best, key=lambda word: (-best[word], word))[:size]


def typed_prefix(text: str) -> str:
    """Return ``text`` as the beginning of a form; empty when there is nothing to suggest for it."""
    return "".join(fold(text[: 2 * LONGEST_PREFIX]).replace(SEPARATOR, " ").split())[:LONGEST_PREFIX]


def _typed(word: str) -> tuple[str, ...]:
    if not is_chinese(word):
        return (word,)
    syllables = syllables_of(word)
    return tuple(dict.fromkeys((word, "".join(syllables), "".join(one[0] for one in syllables))))
