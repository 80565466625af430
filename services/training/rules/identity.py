"""The Chinese identity number (GB 11643-1999): checked, masked, and what it says of its holder."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from stdnum.cn import ric

from services.core.characters import narrow
from services.training.models.registrations import Sex


@dataclass(frozen=True)
class Identity:
    """A number that holds: eighteen characters, a real date of birth, the right check character."""

    number: str

    @property
    def born_on(self) -> date:
        """The date of birth in the number."""
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def sex(self) -> Sex:
        """Odd for men, even for women."""
        return Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE

    @property
    def masked(self) -> str:
        """The first three and the last four characters: ``110***********002X``."""
        return f"{self.number[:3]}***********{self.number[-4:]}"


def plain_name(typed: str) -> str:
    """Return a name without the blanks that some put between Chinese characters; those between Latin words stay."""
    plain = narrow(typed)
    between = " " if any(char.isascii() and char.isalpha() for char in plain) else ""
    return between.join(plain.split())


def identity_of(typed: str, today: date) -> Identity | None:
    """Return the identity behind what was typed, in full width, with blanks or a small x; None when it does not hold."""
    number = "".join(narrow(typed).upper().split())
    if len(number) != 18 or not number[:17].isdigit() or not number.isascii():
        return None
    try:
        identity = Identity(number)
        if ric.calc_check_digit(number) != number[-1] or identity.born_on >= today:
            return None
    except ValueError:
        return None
    return identity


def identity_hash(number: str, key: bytes) -> str:
    """Return a keyed hash by which the same person is found again; without the key it tells nothing."""
    return hmac.new(key, number.encode(), sha256).hexdigest()


def age_on(born_on: date, day: date) -> int:
    """Return the full years of age on ``day``."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
