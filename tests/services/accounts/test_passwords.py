"""Which passwords are good enough, and comparing them."""

import unicodedata

import pytest

from services.accounts.errors import PasswordTooGuessable, PasswordTooLong, PasswordTooShort
from services.accounts.passwords import NewPassword, fits, strength
from tests.factories.accounts import PASSWORD, QUICK_HASH

GUESSABLE = [
    "suzhou2026",
    "Suzhou@2026",
    "baoying2025",
    "xiangzhou2025",
    "password123",
    "woaini1314",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "aaaaaaaaaaaa",
    "abcdefghijk",
    "15952783461",
    "321023199001011234",
    "32102319900101123X",
]
GOOD = [
    "correct horse battery",
    "x7#Lq9vRb2",
    "玻璃瓶里小鱼在晒太阳",
    "🦆🌧️🧊🎻🪁🧂🚲🪴🎈🧩",
    "  leading space kept  ",
    "ａｂ７＃Ｌq9vRb2",
]


@pytest.mark.parametrize("text", GUESSABLE)
def test_guessable_passwords_are_refused(text):
    with pytest.raises(PasswordTooGuessable):
        NewPassword.choose(text)


@pytest.mark.parametrize("text", GOOD)
def test_good_passwords_are_kept_and_compared_exactly(text):
    stored = NewPassword.choose(text).hash
    assert stored.startswith("$argon2id$")
    assert fits(text, stored)
    assert not fits(text + " ", stored)
    assert not fits(text[1:], stored)


def test_the_spelling_of_a_keyboard_does_not_matter():
    composed = "un café très étroit"
    assert fits(unicodedata.normalize("NFD", composed), NewPassword.choose(composed).hash)


def test_length_has_bounds():
    with pytest.raises(PasswordTooShort):
        NewPassword.choose("x7#Lq9vRb")
    with pytest.raises(PasswordTooLong):
        NewPassword.choose("x7#Lq9vRb2" * 21)
    assert fits("x7#Lq9vRb2" * 20, NewPassword.choose("x7#Lq9vRb2" * 20).hash)
    assert not fits("x" * 1_000_000, QUICK_HASH)


def test_ones_own_name_does_not_count():
    assert strength("wangxiulan88", about=["wangxiulan"]) < 3
    assert strength("lixiaohong@baoli", about=["lixiaohong", "lixiaohong@baoli.cn"]) < strength("lixiaohong@baoli")


def test_nobody_and_a_broken_hash_fit_nothing():
    assert not fits(PASSWORD, None)
    assert not fits(PASSWORD, "-")
    assert fits(PASSWORD, QUICK_HASH)
