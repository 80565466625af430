"""Words are marked as they were written, in pieces of plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.search.highlighting import marked


def hits(text: str, *words: str) -> list[str]:
    return [piece.text for piece in marked(text, words) if piece.is_marked]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("高硼硅玻璃棒材", ["玻璃棒"], ["玻璃棒"]),
        ("玻璃製品與玻璃棒", ["玻璃", "制品"], ["玻璃製品", "玻璃"]),
        ("ＧＢ／Ｔ　３９２０－２００８ 色牢度", ["GBT3920"], ["ＧＢ／Ｔ　３９２０－２００８"]),
        ("SUS304 不锈钢", ["304"], ["304"]),
        ("Glassware and glass", ["glass"], ["glass"]),
        ("求购玻璃棒", ["bolibang"], ["玻璃棒"]),
        ("求购玻璃棒", ["blb"], ["玻璃棒"]),
        ("求购玻璃棒", ["bo", "li", "bang"], ["玻璃棒"]),
        ("<b>玻璃</b>", ["玻璃"], ["玻璃"]),
        ("无关", ["玻璃"], []),
    ],
)
def test_words_are_marked_as_they_were_written(text, words, found):
    assert hits(text, *words) == found


def test_a_long_text_is_cut_around_its_words():
    pieces = marked("甲" * 300 + "玻璃棒" + "乙" * 300, ["玻璃棒"], length=40)

    assert pieces[0].text == pieces[-1].text == "…"
    assert sum(len(piece.text) for piece in pieces) == 42


@given(some.text(max_size=80), some.lists(some.text(max_size=5), max_size=4))
def test_nothing_of_the_text_is_lost_or_added(text, words):
    assert "".join(piece.text for piece in marked(text, words)) == text
