"""Two versions of the same particulars side by side, in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from portal.i18n import translate
from portal.organisations.forms import ParticularsForm
from services.organisations.models import Verification
from services.organisations.particulars import Particulars
from services.organisations.words import TYPE_NAMES


def differences(form: ParticularsForm, stored: Particulars) -> list[tuple[str, Any, Any]]:
    """Return (label, typed, stored) for everything in which the form differs from what is stored now."""
    typed = form.particulars().differing(stored)
    now = asdict(stored)
    return [
        (translate(form[name].label.text), _shown(name, value), _shown(name, now[name]))
        for name, value in typed.items()
    ]


def asked_and_verified(verification: Verification, labels: dict[str, str]) -> list[tuple[str, Any, Any]]:
    """Return (label, asked for, verified before) of each fact of a submission that a verifier compares."""
    before = verification.previous
    return [
        (translate(label), _shown(name, verification.particulars.get(name)), _shown(name, before.get(name)))
        for name, label in labels.items()
    ]


def _shown(name: str, value: Any) -> Any:
    if name == "org_type" and value:
        return translate(TYPE_NAMES[value])
    return "" if value is None else value
