"""From texts to tokens, for documents and for queries alike: every engine gets the same ones.

A text is folded (full width, case, traditional characters), Chinese is cut into words by a dictionary without guessing,
and beside the words stand single characters and neighbouring pairs. Titles are also kept as pinyin (joined, one to four
syllables) and as initials, so that ``bolibang``, ``bo li bang`` and ``blb`` all find 玻璃棒.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import opencc
import rjieba
from pypinyin import lazy_pinyin

from services.search.documents import Document, Entry, Field, Tokens
from services.search.numbers import numbers_in, spellings_of

LONGEST_TERM = 12
MOST_BODY = 6000
"""Characters of a body that are read; what people write here is shorter."""
LONGEST_NAME = 60
MOST_TOGETHER = 4
"""Syllables that are joined to one token at most."""

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff"
_RUNS = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+(?:\.[0-9]+)*")
_HAN = re.compile(rf"[{_CHINESE}]")
_PIECES = re.compile(r"[^\W\d_]+|[0-9]+(?:\.[0-9]+)*")
_UNSEEN = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " "),
    **dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)),
    **dict.fromkeys(range(0xD800, 0xE000)),
}
"""What nobody sees: control characters part words, marks of direction and halves of characters are nothing."""


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Return ``text`` as it is compared: full width narrowed, small letters, traditional characters simplified."""
    plain = unicodedata.normalize("NFKC", text).translate(_UNSEEN).casefold()
    return plain if plain.isascii() else _simplifier().convert(plain)


def is_chinese(text: str) -> bool:
    """Whether ``text`` begins with a Chinese character."""
    return bool(_HAN.match(text))


def runs_of(folded: str) -> list[str]:
    """Return the unbroken stretches of Chinese, and of letters and digits, in a folded text."""
    return _RUNS.findall(folded)


def pieces_of(run: str) -> tuple[str, ...]:
    """Return the letters and the digits of a mixed word: ``sus304`` is ``sus`` and ``304``."""
    pieces = tuple(_PIECES.findall(run))
    return pieces if len(pieces) > 1 else ()


def name_of(text: str) -> str:
    """Return a title or a name as one token: what is left of it without marks and blanks, however it was typed."""
    return "".join(runs_of(fold(text)))[:LONGEST_NAME]


def pairs_of(run: str) -> list[str]:
    """Return the neighbouring pairs of characters of a run."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


@lru_cache(maxsize=20_000)
def syllables_of(run: str) -> tuple[str, ...]:
    """Return the pinyin of a run of Chinese, a syllable for each known character, without tones; ü is v."""
    return tuple(lazy_pinyin(run, errors="ignore"))


class Analyser:
    """Cuts texts by the general dictionary and by ``terms``: names of products, processes and synonyms of the estate.

    A term is found wherever its characters stand, even where the general cut would go through it.
    """

    def __init__(self, terms: Iterable[str] = ()) -> None:
        folded = {fold(term).strip() for term in terms}
        self.terms = frozenset(term for term in folded if 2 <= len(term) <= LONGEST_TERM and is_chinese(term))
        self._longest = max(map(len, self.terms), default=0)
        self._dictionary = rjieba.Jieba()
        for term in sorted(self.terms):
            self._dictionary.add_word(term, 100_000, "n")

    def cut(self, run: str) -> list[str]:
        """Return the words of a run of Chinese, one after the other."""
        return self._dictionary.cut(run, False)

    def words_of(self, run: str) -> list[str]:
        """Return the words of a run with the shorter words inside them, and the terms that stand in it."""
        words = self._dictionary.cut_for_search(run, False)
        known = set(words)
        return words + [term for term in self._terms_in(run) if term not in known]

    def entry(self, document: Document) -> Entry:
        """Return ``document`` with its tokens."""
        title = runs_of(fold(document.title))
        written = fold("\n".join((document.title, *document.keywords, document.body[:MOST_BODY])))
        runs = runs_of(written)
        chinese = [run for run in runs if is_chinese(run)]
        tokens = {
            Field.TITLE: tuple(self._words(title)),
            Field.WORDS: tuple(self._words(runs)),
            Field.CHARACTERS: tuple(character for run in chinese for character in run),
            Field.PAIRS: tuple(pair for run in chinese for pair in pairs_of(run)),
            Field.PINYIN: tuple(_pinyin(title)),
            Field.INITIALS: tuple(_initials(title)),
            Field.NUMBERS: _numbers(document, written),
            Field.NAME: tuple(dict.fromkeys(filter(None, map(name_of, (document.title, *document.names))))),
        }
        return Entry(document, Tokens(tokens))

    def _words(self, runs: Iterable[str]) -> Iterator[str]:
        for run in runs:
            if is_chinese(run):
                yield from self.words_of(run)
            else:
                yield run[:40]
                yield from pieces_of(run[:40])

    def _terms_in(self, run: str) -> Iterator[str]:
        for at in range(len(run) - 1):
            for end in range(at + 2, min(at + self._longest, len(run)) + 1):
                if run[at:end] in self.terms:
                    yield run[at:end]


def _pinyin(runs: Iterable[str]) -> Iterator[str]:
    for run in filter(is_chinese, runs):
        yield from _joined(syllables_of(run), 1)


def _initials(runs: Iterable[str]) -> Iterator[str]:
    for run in filter(is_chinese, runs):
        yield from _joined([syllable[0] for syllable in syllables_of(run)], 2)


def _joined(parts: Iterable[str], shortest: int) -> Iterator[str]:
    """Yield every ``shortest`` to MOST_TOGETHER neighbouring parts as one token."""
    given = list(parts)
    for at in range(len(given)):
        for end in range(at + shortest, min(at + MOST_TOGETHER, len(given)) + 1):
            yield "".join(given[at:end])


def _numbers(document: Document, written: str) -> tuple[str, ...]:
    keys = dict.fromkeys((*document.numbers, *(key for _, _, key in numbers_in(written))))
    return tuple(spelling for key in keys for spelling in spellings_of(key))
