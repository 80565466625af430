"""How a typed line is understood. Nothing in it is syntax, and everything is bounded: characters, words, clauses.

A line becomes three questions, asked one after the other until enough is found: all words must be there; any word, pair
of characters or sound suffices; any character does, and Latin words may differ by a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.search.analysis import (
    MOST_TOGETHER,
    Analyser,
    fold,
    is_chinese,
    name_of,
    pairs_of,
    pieces_of,
    runs_of,
    syllables_of,
)
from services.search.documents import Clause, Field, Question
from services.search.errors import LineTooLong
from services.search.numbers import asked_for, numbers_in
from services.search.syllables import split

MOST_CHARACTERS = 200
MOST_WORDS = 12
MOST_LOOSE = 24
"""Characters, and pairs, that are looked at beside the words."""
MOST_SYNONYMS = 6
LONGEST_WORD = 40

PAIR = 0.3
SAME = 0.8
"""What another name of the same thing counts beside the one that was typed."""
SOUND = 0.6
INITIALS = 0.4
WHOLE = 4.0
"""What it counts that the line is the whole of a title or a name."""
OTHER_EDITION = 1.0
EDITION = 3.0

_STOP = frozenset(
    "的 了 和 与 及 或 在 是 有 吗 呢 吧 啊 我 要 想 找 我们 你们 怎么 怎样 如何 哪里 哪些 哪家 什么 请问 一下 可以 需要"
    " the a of and or for in to".split()
)
_LETTERS = re.compile(r"[a-z]+\Z")
_FIGURES = re.compile(r"[0-9]{3,}(?:\.[0-9]+)*\Z|[0-9]+(?:\.[0-9]+)+\Z")

Synonyms = Mapping[str, Sequence[str]]
Term = tuple[Field, str, float]


@dataclass(frozen=True)
class Asked:
    """A line as it was understood: the words to mark in what is found, and the questions, the strictest first."""

    line: str
    words: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass
class _Clauses:
    must: list[Clause] = field(default_factory=list)
    should: list[Clause] = field(default_factory=list)
    any_of: list[Clause] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def parse(line: str, analyser: Analyser, synonyms: Synonyms) -> Asked:
    """Return what ``line`` asks for. An empty one asks for everything, one without words for nothing. Raises LineTooLong."""
    if len(line) > MOST_CHARACTERS:
        raise LineTooLong(most=MOST_CHARACTERS)
    folded = " ".join(fold(line)[:MOST_CHARACTERS].split())
    keys, rest = _taken_out(folded)
    runs = runs_of(rest)[:MOST_CHARACTERS]
    made = _Clauses()
    for key in keys:
        _number(made, key)
    for word in _words(runs, analyser):
        _word(made, word, synonyms)
    _sounds(made, runs)
    if name := name_of(folded):
        whole = Clause(((Field.NAME, name, WHOLE),))
        made.should.append(whole)
        made.any_of.insert(0, whole)
    questions = _questions(made, _characters(runs)) if folded else (Question(),)
    return Asked(line=folded, words=tuple(dict.fromkeys(made.words)), questions=questions)


def _taken_out(folded: str) -> tuple[list[str], str]:
    """Return the numbers of standards in the line, and the line without them."""
    keys, rest, at = [], [], 0
    for start, end, key in numbers_in(folded):
        keys.append(key)
        rest.append(folded[at:start])
        at = end
    return keys[:MOST_WORDS], " ".join((*rest, folded[at:]))


def _words(runs: Iterable[str], analyser: Analyser) -> list[str]:
    cut: list[str] = []
    for run in runs:
        cut += _joined(analyser.cut(run)) if is_chinese(run) else [run[:LONGEST_WORD]]
    words = list(dict.fromkeys(cut))
    meant = [word for word in words if word not in _STOP]
    return (meant or words)[:MOST_WORDS]


def _joined(words: Iterable[str]) -> list[str]:
    """Put characters that the dictionary left single together again: ``盐`` and ``雾`` are one word that it lacks."""
    joined: list[str] = []
    is_open = False
    for word in words:
        is_single = len(word) == 1 and word not in _STOP
        if is_single and is_open:
            joined[-1] += word
        else:
            joined.append(word)
        is_open = is_single
    return joined


def _number(made: _Clauses, key: str) -> None:
    first, *others = asked_for(key)
    terms = ((Field.NUMBERS, first, EDITION), *((Field.NUMBERS, other, OTHER_EDITION) for other in others))
    made.must.append(Clause(terms))
    made.any_of.append(Clause(terms))
    made.words.append(key)


def _word(made: _Clauses, word: str, synonyms: Synonyms) -> None:
    made.words.append(word)
    same = [*synonyms.get(word, ())][:MOST_SYNONYMS]
    made.words += same
    others = [term for other in same for term in _named(_head(other), SAME)]
    if is_chinese(word):
        _chinese(made, word, others)
    else:
        _latin(made, word, others)


def _chinese(made: _Clauses, word: str, others: Sequence[Term]) -> None:
    if len(word) == 1:
        clause = Clause((*_named(word), (Field.CHARACTERS, word, 1.0), *others))
        made.must.append(clause)
        made.any_of.append(clause)
        return
    pairs = [(Field.PAIRS, pair, PAIR) for pair in pairs_of(word)]
    spoken = "".join(syllables_of(word)[:MOST_TOGETHER])
    sound = [(Field.PINYIN, spoken, SOUND)] if spoken else []
    named = Clause((*_named(word), *others))
    if len(pairs) == 1 or others:
        made.must.append(Clause((*named.terms, *(pairs if len(pairs) == 1 else ()))))
    else:  # the cut may have gone through it in a document: all its pairs say as much
        made.must += [Clause((pair,)) for pair in pairs]
        made.should.append(named)
    made.any_of.append(Clause((*named.terms, *sound)))
    made.any_of += [Clause((pair,)) for pair in pairs]


def _latin(made: _Clauses, word: str, others: Sequence[Term]) -> None:
    terms = [*_named(word), *others]
    if _FIGURES.match(word):
        terms.append((Field.NUMBERS, word, 2.0))
    parts = split(word) if _LETTERS.match(word) else ()
    if len(parts) > MOST_TOGETHER:
        chunks = [Clause(((Field.PINYIN, "".join(chunk), SOUND),)) for chunk in _chunks(parts)]
        made.must += chunks
        made.any_of += chunks
        return
    if _LETTERS.match(word) and len(word) > 1:
        terms.append((Field.PINYIN, word, SOUND))
        terms += [(Field.INITIALS, word, INITIALS)] if len(word) <= MOST_TOGETHER and not parts else []
    made.must.append(Clause(tuple(terms)))
    made.any_of.append(Clause(tuple(terms)))
    made.any_of += [Clause(tuple(_named(piece))) for piece in pieces_of(word) if len(piece) > 2]
    if not parts and _LETTERS.match(word) and MOST_TOGETHER < len(word) <= 2 * MOST_TOGETHER:
        made.any_of += [Clause(((Field.INITIALS, four, INITIALS),)) for four in (word[:4], word[-4:])]


def _sounds(made: _Clauses, runs: Sequence[str]) -> None:
    """Let syllables typed one by one count more where they stand together: ``bo li bang``."""
    if len(runs) < 2 or not all(_LETTERS.match(run) and len(split(run)) == 1 for run in runs):
        return
    for size in range(2, MOST_TOGETHER + 1):
        for at in range(min(len(runs), MOST_WORDS) - size + 1):
            clause = Clause(((Field.PINYIN, "".join(runs[at : at + size]), 1.0),))
            made.should.append(clause)
            made.any_of.append(clause)


def _characters(runs: Iterable[str]) -> list[Clause]:
    chinese = [run for run in runs if is_chinese(run)]
    single = dict.fromkeys(character for run in chinese for character in run)
    return [Clause(((Field.CHARACTERS, character, 1.0),)) for character in list(single)[:MOST_LOOSE]]


def _questions(made: _Clauses, characters: list[Clause]) -> tuple[Question, ...]:
    if not made.must:
        return ()
    must, any_of = _bounded(made.must, MOST_WORDS), _bounded(made.any_of, MOST_LOOSE)
    should = _bounded([*made.should, *characters], MOST_LOOSE)
    strict = Question(must=must, should=should)
    loose = Question(must=any_of, should=should, any_is_enough=True)
    last = Question(must=_bounded([*any_of, *characters], MOST_LOOSE), any_is_enough=True, fuzzy=True)
    return strict, loose, last


def _bounded(clauses: Sequence[Clause], most: int) -> tuple[Clause, ...]:
    return tuple(dict.fromkeys(clauses))[:most]


def _named(word: str, weight: float = 1.0) -> list[Term]:
    """Return a word as it is found in titles, where it counts twice, and elsewhere."""
    return [(Field.TITLE, word, weight), (Field.WORDS, word, weight)]


def _head(term: str) -> str:
    """Return what of another name is one token: the longest part of ``PET瓶``."""
    return max(runs_of(term), key=len, default=term)


def _chunks(parts: Sequence[str]) -> list[Sequence[str]]:
    return [parts[at : at + MOST_TOGETHER] for at in range(0, len(parts), MOST_TOGETHER)]
