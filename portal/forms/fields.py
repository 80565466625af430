"""The fields that several forms share: each turns typed text into one value, or says what was expected.

What cannot be read stays in the field as it was typed. Full-width digits are understood, since Chinese keyboards
produce them; other characters that merely look like digits (², ①) are refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from flask_wtf.file import FileField
from wtforms import PasswordField as WTFPasswordField
from wtforms import StringField
from wtforms.validators import InputRequired, StopValidation, ValidationError
from wtforms.widgets import DateInput, DateTimeLocalInput, EmailInput, NumberInput, TelInput

from portal.forms import clean
from portal.i18n import gettext, translate, translate_error
from services.accounts.contacts import canonical_contact, canonical_email, canonical_mobile
from services.accounts.passwords import LONGEST, weakness
from services.core import clock
from services.core.characters import narrow
from services.core.errors import RuleBroken
from services.core.messages import N_
from services.core.money import parse_yuan, yuan_text
from services.organisations import credit_code

LARGEST = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 1900, 2099
_WHOLE = re.compile(r"[0-9]{1,10}\Z")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?\Z|[48]00-?[0-9]{3}-?[0-9]{4}\Z")


def wall_clock(text: str, form: str) -> datetime | None:
    """Return ``text`` as the centres' wall clock; None when it is none, or of a year that is a slip of the finger."""
    try:
        moment = datetime.strptime(text, form).replace(tzinfo=clock.SHANGHAI) if text.isascii() else None
    except ValueError:
        return None
    return moment if moment and FIRST_YEAR <= moment.year <= LAST_YEAR else None


class Required(InputRequired):
    """Something has to be filled in; the sentence names the field, unless another is given."""

    def __call__(self, form: Any, field: Any) -> None:
        """Stop with a sentence when nothing, or nothing that can be seen, was sent."""
        sent = field.raw_data[0] if field.raw_data else None
        if clean(sent):
            return
        field.errors[:] = []
        wanted = gettext("Please fill in “%(field)s”.", field=translate(field.label.text))
        raise StopValidation(translate(self.message) if self.message else wanted)


class ParsedField(StringField):
    """Text that stands for a value. ``parse`` raises ValueError with a sentence for the person."""

    def parse(self, text: str) -> Any:
        """Return the value of ``text``, which is not empty."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """Return ``value`` as it stands in the field when the form is opened."""
        return str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent; nothing at all is None."""
        if valuelist:
            self.data = None
            text = clean(valuelist[0])
            self.data = self.parse(text) if text else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)


class MobileField(ParsedField):
    """A mobile number of the mainland, as eleven digits."""

    widget = TelInput()

    def parse(self, text: str) -> str:
        """Return the eleven digits."""
        number = canonical_mobile(text)
        if number is None:
            raise ValueError(gettext("Please enter a mobile number of 11 digits."))
        return number


class PhoneField(ParsedField):
    """A mobile number or a landline with its area code."""

    widget = TelInput()

    def parse(self, text: str) -> str:
        """Return the number as it is dialled."""
        plain = narrow(text).replace(" ", "")
        number = canonical_mobile(text) or (plain if _LANDLINE.match(plain) else None)
        if number is None:
            raise ValueError(gettext("Enter a mobile number, or a landline such as 0514-88000001."))
        return number


class EmailField(ParsedField):
    """An e-mail address in lower case."""

    widget = EmailInput()

    def parse(self, text: str) -> str:
        """Return the address in lower case."""
        address = canonical_email(text)
        if address is None:
            raise ValueError(gettext("Please enter an e-mail address such as name@example.com."))
        return address


class ContactField(ParsedField):
    """A mobile number or an e-mail address, in the spelling under which it is stored."""

    def parse(self, text: str) -> str:
        """Return the canonical contact."""
        contact = canonical_contact(text)
        if contact is None:
            raise ValueError(gettext("Please enter a mobile number of 11 digits or an e-mail address."))
        return contact


class MoneyField(ParsedField):
    """An amount typed in yuan; its value is fen."""

    def parse(self, text: str) -> int:
        """Return whole fen."""
        plain = narrow(text)
        try:
            if not plain.removeprefix("¥").isascii():
                raise ValueError(text)
            return parse_yuan(plain)
        except ValueError as error:
            raise ValueError(gettext("An amount is a number not below 0 with at most two decimals.")) from error

    def show(self, value: int) -> str:
        """Return yuan with two decimals."""
        return yuan_text(value)


class WholeNumberField(ParsedField):
    """A whole number between two bounds."""

    widget = NumberInput(step="1")

    def __init__(self, *args: Any, minimum: int = 0, maximum: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def parse(self, text: str) -> int:
        """Return the number when it lies within the bounds."""
        plain = narrow(text)
        if not _WHOLE.match(plain) or not self.minimum <= int(plain) <= self.maximum:
            raise ValueError(
                gettext("Enter a whole number from %(low)s to %(high)s.", low=self.minimum, high=self.maximum)
            )
        return int(plain)


class CreditCodeField(ParsedField):
    """A unified social credit code with a right check character."""

    def parse(self, text: str) -> str:
        """Return the eighteen characters."""
        try:
            return credit_code.checked(text)
        except RuleBroken as error:
            raise ValueError(translate_error(error)) from error


class LocalDateField(ParsedField):
    """A day."""

    widget = DateInput()

    def parse(self, text: str) -> date:
        """Return the day."""
        day = wall_clock(narrow(text).replace("/", "-"), "%Y-%m-%d")
        if day is None:
            raise ValueError(gettext("Enter a date such as 2026-11-24."))
        return day.date()


class LocalDateTimeField(ParsedField):
    """A moment typed as the centres' wall clock; its value is aware, in UTC."""

    widget = DateTimeLocalInput()

    def parse(self, text: str) -> datetime:
        """Return the moment."""
        plain = narrow(text).replace("/", "-").replace(" ", "T")
        moment = wall_clock(plain, "%Y-%m-%dT%H:%M") or wall_clock(plain, "%Y-%m-%dT%H:%M:%S")
        if moment is None:
            raise ValueError(gettext("Enter a date and time such as 2026-11-24 15:30."))
        return moment.astimezone(UTC)

    def show(self, value: datetime) -> str:
        """Return the wall clock in the spelling that browsers ask for."""
        return clock.local(value).strftime("%Y-%m-%dT%H:%M")


class PasswordField(WTFPasswordField):
    """A password as it was typed, to be compared; never shown again."""

    keeps_raw = True

    def pre_validate(self, form: Any) -> None:
        """Refuse what is too long to be anybody's password."""
        if self.data and len(self.data) > LONGEST:
            raise ValidationError(gettext("A password has at most %(count)s characters.", count=LONGEST))


class NewPasswordField(PasswordField):
    """A password to be set."""

    def __init__(self, label: str, validators: Any = None, **kwargs: Any) -> None:
        hint = N_("At least ten characters. Several words that do not belong together are easy to remember.")
        kwargs = {"description": hint, "render_kw": {"autocomplete": "new-password"}, **kwargs}
        super().__init__(label, validators, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse what is easily guessed; the operation looks again, with the person's own words."""
        refusal = weakness(self.data) if self.data else None
        if refusal is not None:
            raise ValidationError(translate_error(refusal))


class UploadField(FileField):
    """One file to upload. What it really is, is decided by its content (services.core.files)."""

    ACCEPTED = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"

    def __init__(self, label: str, validators: Any = None, **kwargs: Any) -> None:
        hint = N_("PDF, JPG, PNG, DOCX or XLSX, at most 10 MB.")
        kwargs = {"description": hint, "render_kw": {"accept": self.ACCEPTED}, **kwargs}
        super().__init__(label, validators, **kwargs)
