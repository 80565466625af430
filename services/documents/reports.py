"""The PDF of a test report: its contents typeset, with a QR code to its verification, signed when it is issued."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from services.core import links
from services.documents.rendering import qr_code, typeset
from services.documents.signing import sign

TEMPLATE = "report"


def page_data(contents: dict[str, Any], base_url: str, *, is_draft: bool = False) -> dict[str, Any]:
    """Return what the template is given: the contents, the address of the verification and its QR code."""
    address = base_url + links.verification(contents["code"])
    return {"report": contents, "address": address, "qr": qr_code(address), "draft": is_draft}


def preview(contents: dict[str, Any], base_url: str, now: datetime) -> bytes:
    """Return the PDF of a report that is not issued yet; every page says so."""
    return typeset(TEMPLATE, page_data(contents, base_url, is_draft=True), created_at=now)


def issued_document(contents: dict[str, Any], base_url: str, instance: Path, now: datetime) -> bytes:
    """Return the signed PDF of a report that is being issued."""
    pdf = typeset(TEMPLATE, page_data(contents, base_url), created_at=now)
    laboratory, signatory = contents["laboratory"]["name"], contents["issued_by"]
    return sign(pdf, instance, owner=laboratory, signatory=signatory, reason=contents["no"], now=now)
