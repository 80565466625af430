"""Passwords: which may be chosen, how they are stored, and comparing one with what is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from services.accounts.errors import PasswordTooGuessable, PasswordTooLong, PasswordTooShort
from services.core.errors import RuleBroken

SHORTEST, LONGEST = 10, 200
_GOOD_ENOUGH = 3  # of 0 to 4
_LOOKED_AT = 72  # a guess at more takes long and changes nothing: those are enough to be strong
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_FIGURES = re.compile(r"[0-9]+[xX]?\Z")
_WORDS = Path(__file__).with_name("common_words.txt")
_one_at_a_time = Lock()  # zxcvbn keeps the words it is given in a global

# The hash of nobody's password, with the costs of _HASHER: comparing with it takes as long as with a real one.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IG9mIG5vYm9keQ$EvAaTTrRZNu+/ejQRm7W7NZmcBq1ZXWT+XWggZfTIBw"


@dataclass(frozen=True)
class NewPassword:
    """A password that was found good enough, hashed. Made before the transaction, for hashing is slow on purpose."""

    hash: str

    @classmethod
    def choose(cls, text: str, *, about: Iterable[str] = ()) -> NewPassword:
        """Return ``text`` ready to be stored; ``about`` are words that its owner must not lean on.

        Raises PasswordTooShort, PasswordTooLong or PasswordTooGuessable.
        """
        refusal = weakness(text, about=about)
        if refusal is not None:
            raise refusal
        return cls(_HASHER.hash(_canonical(text)))


def weakness(text: str, *, about: Iterable[str] = ()) -> RuleBroken | None:
    """Return why ``text`` is not good enough for a password, None when it is."""
    if len(text) > LONGEST:
        return PasswordTooLong(count=LONGEST)
    if len(text) < SHORTEST:
        return PasswordTooShort(count=SHORTEST)
    return None if strength(text, about=about) >= _GOOD_ENOUGH else PasswordTooGuessable()


def strength(text: str, *, about: Iterable[str] = ()) -> int:
    """Return how hard ``text`` is to guess, from 0 to 4. Figures alone are telephone and identity numbers: 0."""
    if _FIGURES.match(_canonical(text)):
        return 0
    with _one_at_a_time:
        return int(zxcvbn(_canonical(text)[:_LOOKED_AT], [*about, *_common_words()])["score"])


def fits(text: str, stored: str | None) -> bool:
    """Tell whether ``text`` is the password behind ``stored``. With no hash at all it takes as long and is False."""
    if len(text) > LONGEST:
        return False
    try:
        return _HASHER.verify(stored or NOBODY, _canonical(text)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _canonical(text: str) -> str:
    """Return ``text`` in one spelling: keyboards differ in composing é and in the width of Ａ."""
    return unicodedata.normalize("NFKC", text)


@lru_cache
def _common_words() -> tuple[str, ...]:
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())
