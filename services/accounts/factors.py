"""The second factor: time-based codes (TOTP, RFC 6238) and recovery codes on paper."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp

from services.accounts.rules import plain_code, token_hash
from services.accounts.vault import Vault

STEP = 30  # seconds
RECOVERY_CODES = 10
OFFER_LIFETIME = timedelta(hours=1)
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that are mistaken for another


@dataclass(frozen=True)
class Offer:
    """A secret that a person may take into their app; ``sealed`` travels with the form until they have."""

    secret: str
    sealed: str


def offer(vault: Vault, person_id: int, now: datetime) -> Offer:
    """Return a new secret, sealed for this person and this hour."""
    secret = pyotp.random_base32()
    return Offer(secret, vault.seal(f"{person_id} {int(now.timestamp())} {secret}").decode())


def offered(vault: Vault, sealed: str, person_id: int, now: datetime) -> Offer | None:
    """Return the offer in ``sealed``; None when it was made for somebody else, too long ago, or not by us."""
    text = vault.unseal(sealed.encode(errors="replace"))
    if text is None:
        return None
    owner, made_at, secret = text.split(" ")
    fresh = now.timestamp() - int(made_at) < OFFER_LIFETIME.total_seconds()
    return Offer(secret, sealed) if int(owner) == person_id and fresh else None


def setup_address(secret: str, account: str, issuer: str) -> str:
    """Return the otpauth address that an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step to which ``code`` belongs: the present one, or the one before or after it."""
    typed, totp = plain_code(code), pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP
    matches = [step for step in (present - 1, present, present + 1) if hmac.compare_digest(totp.at(step * STEP), typed)]
    return matches[-1] if matches else None


def new_recovery_codes() -> list[str]:
    """Return ten codes to print, such as ``k7mq-3xwa-p9dt`` (59 bits each)."""
    return ["-".join(_group() for _ in range(3)) for _ in range(RECOVERY_CODES)]


def recovery_hash(person_id: int, code: str) -> str:
    """Return what is stored of a recovery code."""
    return token_hash(f"{person_id}|{plain_code(code)}")


def _group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))
