"""What a firm fills in beside its choice: whom to ask, why it cancels, and what its list is narrowed to."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.forms import PortalForm
from portal.forms.fields import PhoneField, Required
from portal.i18n import gettext
from services.booking.operations.making import Wish
from services.booking.queries import Tab
from services.core.messages import N_


class ConfirmForm(PortalForm):
    """What the centre needs to know."""

    contact_name = StringField(N_("Contact person"), validators=[Required(), Length(max=40)])
    contact_phone = PhoneField(N_("Telephone"), validators=[Required()])
    purpose = TextAreaField(N_("What it is for"), validators=[Length(max=1000)])

    @property
    def wish(self) -> Wish:
        """What is sent to the centre with the held choice."""
        return Wish(
            purpose=self.purpose.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
        )


class CancelForm(PortalForm):
    """Why, and what the firm was told that it costs."""

    fee_fen = HiddenField()
    reason = TextAreaField(N_("Reason (optional)"), validators=[Length(max=300)])

    @property
    def shown_fee_fen(self) -> int:
        """The fee that stood on the page."""
        text = self.fee_fen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 13 else 0


class DeclineForm(PortalForm):
    """Why a proposal of the centre is not wanted."""

    reason = TextAreaField(N_("Reason (optional)"), validators=[Length(max=300)])


class FilterForm(FlaskForm):
    """Narrows the list of bookings; it is sent by GET and changes nothing, so it carries no CSRF token."""

    class Meta(FlaskForm.Meta):
        """Sent by GET."""

        csrf = False

    provider = SelectField(N_("Centre"), coerce=int, default=0, validate_choice=False)
    q = StringField(N_("Number or service"))

    def __init__(self, arguments: MultiDict[str, str], providers: Sequence[tuple[int, str]]) -> None:
        super().__init__(arguments)
        self.provider.choices = [(0, gettext("All centres")), *((key, name) for key, name in providers)]

    @property
    def provider_id(self) -> int | None:
        """The chosen centre, if it is one of those offered."""
        known = [key for key, _ in self.provider.choices[1:]]
        return self.provider.data if self.provider.data in known else None

    @property
    def words(self) -> str:
        """What to look for."""
        return "".join(char for char in (self.q.data or "").strip()[:40] if char.isprintable())

    @staticmethod
    def tab(text: str | None) -> Tab:
        """Return the asked list, the coming bookings when it is none."""
        return Tab(text) if text in list(Tab) else Tab.COMING
