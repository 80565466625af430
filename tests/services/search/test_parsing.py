"""A typed line becomes bounded questions without syntax."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from services.search import parsing
from services.search.analysis import Analyser
from services.search.documents import Field, Question
from services.search.errors import LineTooLong
from services.search.parsing import MOST_CHARACTERS, MOST_LOOSE, MOST_WORDS, parse

ANALYSER = Analyser(["玻璃棒", "玻棒"])
SAME = {"玻璃棒": ("玻棒",), "玻棒": ("玻璃棒",)}


def must(line: str) -> list[set[str]]:
    return [{token for _, token, _ in clause.terms} for clause in parse(line, ANALYSER, SAME).questions[0].must]


def test_an_empty_line_asks_for_everything_and_one_of_signs_for_nothing():
    assert parse("  ", ANALYSER, SAME).questions == (Question(),)
    assert parse("!? 😀", ANALYSER, SAME).questions == ()


def test_every_word_must_be_there_first_then_any():
    strict, loose, last = parse("玻璃 检测", ANALYSER, SAME).questions

    assert len(strict.must) == 2
    assert not strict.any_is_enough
    assert loose.any_is_enough
    assert last.any_is_enough
    assert last.fuzzy


def test_a_synonym_stands_beside_its_word():
    assert must("玻棒") == [{"玻棒", "玻璃棒"}]


def test_a_long_unknown_word_is_asked_for_by_its_pairs():
    assert must("氟橡胶密封圈")[0] <= {"氟", "橡胶", "密封圈", "密封", "氟橡"}
    assert all(len(token) <= 3 for clause in must("氟橡胶密封圈") for token in clause)


def test_characters_that_the_dictionary_leaves_single_are_one_word():
    assert must("盐雾") == [{"盐雾"}]


def test_a_number_of_a_standard_is_one_word():
    assert must("gb/t 228.1-2021 拉伸")[0] == {"GBT228.1-2021", "GBT228.1", "GB228.1"}


def test_empty_words_are_passed_over_beside_others():
    assert must("我要找玻璃的检测") == must("玻璃 检测")
    assert must("的") == [{"的"}]


def test_latin_letters_are_also_tried_as_pinyin_and_initials():
    fields = {field for field, _, _ in parse("blb", ANALYSER, SAME).questions[0].must[0].terms}

    assert fields == {Field.TITLE, Field.WORDS, Field.PINYIN, Field.INITIALS}
    assert must("boliguijiance") == [{"boliguijian"}, {"ce"}]


def test_nothing_in_a_line_is_syntax():
    assert must('title:玻璃* AND (灯 OR "管")^9 ~1') == must("title 玻璃 and 灯 or 管 9 1")


def test_too_long_a_line_is_refused():
    with pytest.raises(LineTooLong):
        parse("长" * (MOST_CHARACTERS + 1), ANALYSER, SAME)


@given(some.text(max_size=MOST_CHARACTERS))
@example("㔔𠀕")  # characters that nobody knows how to say
def test_whatever_is_typed_stays_bounded(line):
    for question in parse(line, ANALYSER, SAME).questions:
        assert len(question.must) <= (MOST_WORDS if not question.any_is_enough else MOST_LOOSE)
        assert len(question.should) <= MOST_LOOSE
        for clause in (*question.must, *question.should):
            assert 0 < len(clause.terms) <= 2 * (parsing.MOST_SYNONYMS + 3)
            assert all(token and not any(sign.isspace() for sign in token) for _, token, _ in clause.terms)
