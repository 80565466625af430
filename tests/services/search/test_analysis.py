"""Tokens of documents: one form of writing, words, terms of the estate, characters, sounds and numbers."""

import pytest

from services.search.analysis import Analyser, fold, runs_of, syllables_of
from services.search.documents import Document, Field, Kind
from services.search.numbers import asked_for, numbers_in, spellings_of
from services.search.syllables import split


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """Return an analyser that knows one product."""
    return Analyser(["玻璃棒", "Ｌ型材"])


def tokens(analyser: Analyser, title: str, **over) -> dict[Field, tuple[str, ...]]:
    return dict(analyser.entry(Document(Kind.POST, 1, 1, title, **over)).tokens.by_field)


def test_texts_are_compared_in_one_form():
    assert fold("ＧＢ４８０６　玻璃製品検測\u200b") == fold("gb4806 玻璃制品検测")
    assert fold("Straße ㎜ ①") == "strasse mm 1"


def test_runs_are_chinese_or_words_of_letters_and_digits():
    assert runs_of("求购 sus304 钢管,φ6-22mm 3.3硼硅") == ["求购", "sus304", "钢管", "φ6", "22mm", "3.3", "硼硅"]


def test_a_term_is_found_wherever_its_characters_stand(analyser):
    assert "玻璃棒" in tokens(analyser, "高硼硅玻璃棒材")[Field.WORDS]
    assert "玻璃棒" not in tokens(Analyser(), "高硼硅玻璃棒材")[Field.WORDS]


def test_words_of_title_body_and_keywords_are_kept_apart(analyser):
    found = tokens(analyser, "求购钢管", body="盐雾试验", keywords=("镀锌",))

    assert found[Field.TITLE] == ("求购", "钢管")
    assert {"求购", "钢管", "试验", "镀锌"} <= set(found[Field.WORDS])
    assert found[Field.PAIRS] == ("求购", "购钢", "钢管", "镀锌", "盐雾", "雾试", "试验")
    assert "盐" in found[Field.CHARACTERS]


def test_the_title_is_kept_as_it_sounds(analyser):
    found = tokens(analyser, "玻璃棒 glass")

    assert set(found[Field.PINYIN]) == {"bo", "li", "bang", "boli", "libang", "bolibang"}
    assert set(found[Field.INITIALS]) == {"bl", "lb", "blb"}
    assert syllables_of("绿") == ("lv",)


def test_mixed_words_are_found_by_their_parts(analyser):
    assert tokens(analyser, "SUS304钢")[Field.TITLE] == ("sus304", "sus", "304", "钢")


def test_no_token_holds_a_blank(analyser):
    text = "  a\tb\u3000c 玻璃 \n棒 \u00a0 x"
    for some in tokens(analyser, text, body=text, keywords=(text,)).values():
        assert all(token and not any(character.isspace() for character in token) for token in some)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("gb/t 228.1", "GBT228.1"),
        ("GB4806.5", "GB4806.5"),
        ("gbt3920—2008", "GBT3920-2008"),
        ("ＧＢ／Ｔ　３９２０－２００８", "GBT3920-2008"),
        ("GB 18401:2010", "GB18401-2010"),
        ("EN ISO 105-C06", "ENISO105-C06"),
        ("T/ABC 001-2023", "TABC001-2023"),
        ("DB32/T 1234-2020", "DB32T1234-2020"),
        ("astm d412", "ASTMD412"),
    ],
)
def test_a_number_of_a_standard_is_seen_in_any_spelling(written, key):
    assert [found for _, _, found in numbers_in(fold(f"按{written}检验"))] == [key]


@pytest.mark.parametrize("text", ["sus304 钢管", "big 5", "3920 件", "ip65", "m8 螺栓"])
def test_other_numbers_are_no_standards(text):
    assert list(numbers_in(text)) == []


def test_a_number_is_found_without_year_part_or_t():
    assert {"GBT228.1-2021", "GBT228.1", "GBT228", "GB228.1", "228.1"} <= set(spellings_of("GBT228.1-2021"))
    assert asked_for("GBT3920-2008") == ("GBT3920-2008", "GBT3920", "GB3920")


@pytest.mark.parametrize(
    ("letters", "syllables"),
    [("bolibang", "bo li bang"), ("xian", "xian"), ("lvhejin", "lv he jin"), ("glass", ""), ("gpg", ""), ("", "")],
)
def test_joined_pinyin_is_split_into_the_fewest_syllables(letters, syllables):
    assert " ".join(split(letters)) == syllables


def test_splitting_stays_quick_for_letters_that_never_end():
    assert split("xian" * 50) == ("xian",) * 50
    assert split("b" * 200) == ()
