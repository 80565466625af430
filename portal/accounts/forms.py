"""Forms of accounts."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal.forms import PortalForm
from portal.forms.fields import ContactField, NewPasswordField, PasswordField, Required
from portal.i18n import LOCALES, gettext
from services.core.messages import N_

CODE_BOX = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "20"}
PRESENT = {"autocomplete": "current-password"}


class SignInForm(PortalForm):
    """Account and password."""

    login = StringField(
        N_("Mobile number, e-mail or login name"),
        [Required(), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(N_("Password"), [Required()], render_kw=PRESENT)


class SecondFactorForm(PortalForm):
    """The second factor at sign-in."""

    code = StringField(
        N_("Code from your app"),
        [Required(), Length(max=20)],
        description=N_("The six figures that the app shows now, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "maxlength": "20"},
    )


class ContactForm(PortalForm):
    """Where a code is to be sent."""

    contact = ContactField(
        N_("Mobile number or e-mail"),
        [Required()],
        description=N_("We send a verification code there."),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "maxlength": "254"},
    )


class CodeForm(PortalForm):
    """The code that was sent."""

    code = StringField(N_("Verification code"), [Required(), Length(max=20)], render_kw=CODE_BOX)


class NewPasswordForm(PortalForm):
    """A new password, typed twice because it cannot be seen."""

    password = NewPasswordField(N_("New password"), [Required()])
    password_again = PasswordField(
        N_("New password, once more"), [Required()], render_kw={"autocomplete": "new-password"}
    )

    def validate_password_again(self, field: PasswordField) -> None:
        """Refuse a slip of the finger."""
        if field.data != self.password.data:
            raise ValidationError(gettext("The two passwords are not the same."))


class RegisterForm(CodeForm, NewPasswordForm):
    """The second step of registering."""

    name = StringField(N_("Your name"), [Required(), Length(max=40)], render_kw={"autocomplete": "name"})
    terms = BooleanField(
        N_("I have read the terms of use and the privacy notice and agree to them."),
        [Required(N_("Please read the terms of use and agree to them."))],
    )


class ResetForm(CodeForm, NewPasswordForm):
    """The second step of a forgotten password."""


class PresentPasswordForm(PortalForm):
    """Something that only the owner of the account may do."""

    present_password = PasswordField(N_("Present password"), [Required()], render_kw=PRESENT)


class PasswordForm(PresentPasswordForm, NewPasswordForm):
    """Another password."""


class NewContactForm(ContactForm, PresentPasswordForm):
    """Another mobile number or e-mail address."""


class ProfileForm(PortalForm):
    """Name and language."""

    name = StringField(N_("Your name"), [Required(), Length(max=40)], render_kw={"autocomplete": "name"})
    locale = SelectField(N_("Language"), choices=[SelectChoice(code, name) for code, name in LOCALES.items()])


class FactorForm(PortalForm):
    """The first code of a new second factor, with the offer it answers."""

    offer = HiddenField()
    code = StringField(N_("Code shown in the app"), [Required(), Length(max=20)], render_kw=CODE_BOX)
