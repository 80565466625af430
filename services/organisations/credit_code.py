"""The unified social credit code (统一社会信用代码, GB 32100-2015): its check, and what its parts say."""

from __future__ import annotations

import unicodedata

from services.core.errors import RuleBroken
from services.core.messages import N_

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

KINDS = {
    "91": N_("Enterprise"),
    "92": N_("Individual business"),
    "93": N_("Farmers' cooperative"),
    "51": N_("Social organisation"),
    "52": N_("Private non-enterprise unit"),
    "12": N_("Public institution"),
    "11": N_("Government organ"),
}


class CodeShape(RuleBroken):
    """The code has another length, or characters that no code has."""

    message = N_("A unified social credit code has 18 characters, without the letters I, O, S, V and Z.")
    field = "credit_code"


class CodeCheck(RuleBroken):
    """The check character does not belong to the seventeen before it."""

    message = N_("The check character of the credit code is wrong. Please compare it with the licence.")
    field = "credit_code"


def check_character(body: str) -> str:
    """Return the eighteenth character that belongs to the seventeen of ``body``."""
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def canonical(text: str) -> str:
    """Return a typed code as it is stored: half width, upper case, without spaces and hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in plain if not char.isspace() and char != "-")


def checked(text: str) -> str:
    """Return the stored form of a typed code. Raises CodeShape or CodeCheck.

    A right check character proves only that the string is consistent, never that the body exists.
    """
    code = canonical(text)
    if len(code) != 18 or any(char not in ALPHABET for char in code):
        raise CodeShape
    if code[17] != check_character(code[:17]):
        raise CodeCheck
    return code


def is_consistent(code: str | None) -> bool:
    """Tell whether ``code`` passes the check; False for none at all."""
    try:
        return bool(code) and bool(checked(code or ""))
    except RuleBroken:
        return False


def remarks(code: str, region_code: str | None) -> list[str]:
    """Return what is worth a second look about a right code: never an error, for firms move."""
    found = []
    if code[:2] not in KINDS:
        found.append(N_("The first two characters of the credit code are unusual."))
    if region_code and code[2:8] != region_code[:6]:
        found.append(N_("The credit code was issued in another region than the one chosen. Firms do move."))
    return found
