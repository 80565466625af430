"""The unified social credit code: the published vectors, and what is only a remark."""

import pytest

from services.organisations.credit_code import (
    ALPHABET,
    CodeCheck,
    CodeShape,
    canonical,
    check_character,
    checked,
    is_consistent,
    remarks,
)


@pytest.mark.parametrize(
    "code", ["91350100M000100Y43", "91321023DEM000014N", "91321023DEM00009XC", "91321023DEM0001100"]
)
def test_published_codes_are_right(code):
    assert checked(code) == code
    assert is_consistent(code)


@pytest.mark.parametrize(
    "code", ["91350100M000100Y4Z", "9132102SDEM000014N", "91321023DEM00001", "", "91321023DEM000014NN"]
)
def test_wrong_length_or_letters_are_one_fault(code):
    with pytest.raises(CodeShape) as caught:
        checked(code)

    assert caught.value.field == "credit_code"
    assert not is_consistent(code)


def test_a_wrong_check_character_is_another():
    with pytest.raises(CodeCheck):
        checked("91321023DEM000014M")


def test_any_single_wrong_character_is_noticed():
    right = "91321023DEM000014N"
    for place in range(18):
        for char in set(ALPHABET) - {right[place]}:
            assert not is_consistent(right[:place] + char + right[place + 1 :])


@pytest.mark.parametrize(
    "typed",
    [
        "91321023dem000014n",
        " 91321023 DEM000014N\t",
        "９１３２１０２３ＤＥＭ００００１４Ｎ",
        "913210\u300023DEM000014N",
        "91321023-DEM000014N",
    ],
)
def test_what_people_type_becomes_one_spelling(typed):
    assert checked(typed) == "91321023DEM000014N"


def test_the_worked_example_of_the_standard():
    assert check_character("91350100M000100Y4") == "3"


def test_another_region_and_an_unusual_prefix_are_remarks_only():
    assert remarks("91321023DEM000014N", "321023") == []
    assert remarks("91321023DEM000014N", "321023107000") == []
    assert remarks("91321023DEM000014N", None) == []
    assert len(remarks("91321023DEM000014N", "420607")) == 1
    body = "81321023DEM000014"
    assert len(remarks(body + check_character(body), "321023")) == 1


def test_no_code_is_not_consistent():
    assert not is_consistent(None)
    assert canonical("") == ""
