"""The form every form derives from: CSRF, a one-time token, the organisation it was opened for, and errors of services."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import ValidationError

from portal.current import actor
from portal.i18n import gettext, translate_error
from services.core.errors import RuleBroken, RulesBroken

_REFUSED = {"Cc", "Cs", "Co", "Cn"}
_INVISIBLE = {"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"}


def clean(text: str | None) -> str | None:
    """Return typed text in NFC, without invisible characters and surrounding space; line ends become ``\\n``."""
    if not isinstance(text, str):
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(char for char in plain if char not in _INVISIBLE)
    return unicodedata.normalize("NFC", plain).strip()


def refuse_unreadable(_form: Any, field: Any) -> None:
    """Refuse NUL, lone surrogates and other control characters, on both databases alike."""
    if isinstance(field.data, str) and any(
        unicodedata.category(char) in _REFUSED and char not in "\n\t" for char in field.data
    ):
        raise ValidationError(gettext("This contains characters that cannot be stored. Please remove them."))


class PortalForm(FlaskForm):
    """A form whose mistakes are shown all at once, beside their fields, with nothing typed lost."""

    form_token = HiddenField()
    acting_for = HiddenField()
    refusal: RuleBroken | None = None

    class Meta(FlaskForm.Meta):
        """Every text field is cleaned and refused when it cannot be stored."""

        def bind_field(self, form: Any, unbound_field: UnboundField, options: dict[str, Any]) -> Any:
            """Add the filter and the check to each text field."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not getattr(kind, "keeps_raw", False):
                options["filters"] = [clean, *unbound_field.kwargs.get("filters", ())]
            return super().bind_field(form, unbound_field, options)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.form_token.data:
            self.form_token.data = secrets.token_urlsafe(24)
        if not self.is_submitted():
            self.acting_for.data = str(actor().organisation_id or "")

    def submitted(self) -> bool:
        """Tell whether this form was sent and its shape is right."""
        return bool(self.validate_on_submit())

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes, text that cannot be stored, and that the active organisation is still the one shown."""
        checks = {
            name: [refuse_unreadable]
            for name, field in self._fields.items()
            if isinstance(field, StringField) and name != "csrf_token"
        }
        for name, more in (extra_validators or {}).items():
            checks.setdefault(name, []).extend(more)
        right = super().validate(extra_validators=checks)
        if (
            request.method == "POST"
            and self.acting_for.data
            and self.acting_for.data != str(actor().organisation_id or "")
        ):
            self.form_errors.append(
                gettext("You now act for another organisation than when this form was opened. Open it again.")
            )
            return False
        return right

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form: 409 when a rule refused it, 400 when its shape is wrong."""
        if not self.is_submitted():
            return 200
        return 409 if self.refusal else 400

    def blame(self, error: RuleBroken) -> None:
        """Show a broken rule beside its field, or at the top when it has none here."""
        self.refusal = error
        for one in error.errors if isinstance(error, RulesBroken) else [error]:
            text = translate_error(one)
            field = self._fields.get(one.field or "")
            if field is None:
                self.form_errors.append(text)
            else:
                field.errors = [*field.errors, text]


class ActionForm(PortalForm):
    """A button: nothing but CSRF, the token and the organisation."""
