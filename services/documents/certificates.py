"""The PDF of a training's certificate: its contents typeset, with a QR code to its verification, and signed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from services.core import links
from services.documents.rendering import qr_code, typeset
from services.documents.signing import sign

TEMPLATE = "certificate"


def page_data(contents: dict[str, Any], token: str, base_url: str) -> dict[str, Any]:
    """Return what the template is given: the contents, the address of the verification and its QR code."""
    address = base_url + links.certificate_verification(token)
    return {"certificate": contents, "address": address, "qr": qr_code(address)}


def certificate_document(contents: dict[str, Any], token: str, base_url: str, instance: Path, now: datetime) -> bytes:
    """Return the signed PDF of a certificate."""
    pdf = typeset(TEMPLATE, page_data(contents, token, base_url), created_at=now)
    issuer, signatory = contents["issuer"], contents["issued_by"]
    return sign(pdf, instance, owner=issuer, signatory=signatory, reason=contents["no"], now=now)
