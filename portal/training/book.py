"""The book of identity numbers under this portal's secret."""

from __future__ import annotations

from flask import current_app

from services.training.operations.trainees import IdentityBook


def identity_book() -> IdentityBook:
    """Return what seals identity numbers and finds the same person again."""
    return IdentityBook(current_app.config["PORTAL"].secret_key)
