"""Rows of a form: fields that are repeated, such as samples or lines of a specification."""

from __future__ import annotations

from typing import Any

from wtforms import Form, StringField

from portal.forms import PortalForm, refuse_unreadable


class Row(Form):
    """Some fields of a row; what cannot be stored is refused here as on every form."""

    class Meta(PortalForm.Meta):
        """Text is cleaned; the form around carries the token."""

        csrf = False

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes and text that cannot be stored."""
        checks = {name: [refuse_unreadable] for name, field in self._fields.items() if isinstance(field, StringField)}
        return super().validate(extra_validators=checks | dict(extra_validators or {}))
