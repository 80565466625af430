"""Seals what must be readable again but not lie open in the database: the secrets of second factors."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """A key derived from the portal's secret, for one purpose."""

    def __init__(self, secret: str, purpose: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, text: str) -> bytes:
        """Return ``text`` sealed."""
        return self._fernet.encrypt(text.encode())

    def unseal(self, sealed: bytes) -> str | None:
        """Return what was sealed; None when another secret sealed it or it was changed."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return None
