"""Mobile numbers and e-mail addresses: the one spelling under which each is stored and looked up."""

from __future__ import annotations

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

_MOBILE = re.compile(r"(?:\+86|0086)?(1[3-9][0-9]{9})\Z")
_BETWEEN_DIGITS = re.compile(r"[\s\-‐‑‒–—―]")
MOST_EMAIL = 254


def canonical_mobile(text: str) -> str | None:
    """Return the eleven digits of a typed mobile number, None when it is not one of the mainland.

    Full-width digits, spaces, dashes and the prefix +86 are understood.
    """
    plain = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text))
    found = _MOBILE.match(plain)
    return found[1] if found else None


def canonical_email(text: str) -> str | None:
    """Return a typed e-mail address in lower case, None when it is not one.

    Only ASCII is taken, so that no look-alike letter (ı, к) stands for an address of somebody else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > MOST_EMAIL or not plain.isascii():
        return None
    try:
        validate_email(plain, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return plain.lower()


def canonical_contact(text: str) -> str | None:
    """Return a typed mobile number or e-mail address as it is stored, None when it is neither."""
    return canonical_email(text) if "@" in unicodedata.normalize("NFKC", text) else canonical_mobile(text)


def canonical_login(text: str) -> str:
    """Return what somebody typed to sign in with as it is looked up: a contact, or else a login name."""
    return canonical_contact(text) or unicodedata.normalize("NFKC", text).strip().casefold()[:MOST_EMAIL]


def is_email(contact: str) -> bool:
    """Tell whether a stored contact is an e-mail address; otherwise it is a mobile number."""
    return "@" in contact
