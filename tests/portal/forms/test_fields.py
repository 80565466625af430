"""The shared fields: what they understand, what they refuse, and what stays as typed."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.forms import PortalForm
from portal.forms.fields import (
    ContactField,
    CreditCodeField,
    EmailField,
    LocalDateField,
    LocalDateTimeField,
    MobileField,
    MoneyField,
    Required,
    WholeNumberField,
)


class Sample(PortalForm):
    """One of each."""

    mobile = MobileField("Mobile")
    email = EmailField("E-mail")
    contact = ContactField("Contact")
    amount = MoneyField("Amount")
    number = WholeNumberField("Number", minimum=1, maximum=500)
    credit_code = CreditCodeField("Credit code")
    day = LocalDateField("Day")
    moment = LocalDateTimeField("Moment")


class Needed(PortalForm):
    """A field that has to be filled in."""

    amount = MoneyField("Deposit in yuan", [Required()])


@pytest.fixture
def typed(app: Flask):
    """Return a function that types ``text`` into a field and gives its value and errors."""
    app.config["WTF_CSRF_ENABLED"] = False

    def read(name: str, text: str, form: type[PortalForm] = Sample):
        with app.test_request_context("/", method="POST"):
            sent = form(MultiDict({name: text}))
            sent.validate()
            return sent[name]

    return read


UNDERSTOOD = [
    ("mobile", "+86 138-0013-8000", "13800138000"),
    ("mobile", "１３８００１３８０００", "13800138000"),
    ("email", " Li@Example.com ", "li@example.com"),
    ("contact", "LI@example.com", "li@example.com"),
    ("contact", "138 0013 8000", "13800138000"),
    ("amount", "12.3", 1230),
    ("amount", "¥1,234.50", 123450),
    ("amount", "￥１２．３０", 1230),
    ("amount", "0", 0),
    ("number", "１２", 12),
    ("number", "500", 500),
    ("credit_code", "91350100m000100y43", "91350100M000100Y43"),
    ("credit_code", "９１３２１０２３ DEM000014N", "91321023DEM000014N"),
    ("day", "2026-11-24", date(2026, 11, 24)),
    ("day", "2024/2/29", date(2024, 2, 29)),
    ("moment", "2026-11-24T15:30", datetime(2026, 11, 24, 7, 30, tzinfo=UTC)),
    ("moment", "2026-11-24 00:00", datetime(2026, 11, 23, 16, 0, tzinfo=UTC)),
    ("moment", "2026-11-24T15:30:00", datetime(2026, 11, 24, 7, 30, tzinfo=UTC)),
]
REFUSED = [
    *[("mobile", text) for text in ("12800138000", "1380013800", "138001380001", "abc")],
    *[("email", text) for text in ("lı@example.com", "a@b", "no")],
    *[("contact", text) for text in ("12345", "no")],
    *[
        ("amount", text)
        for text in ("-1", "1.234", "1e400", "Infinity", "NaN", "sNaN", "1_0", "²", "①", "٣", "1e5", "--1", "9" * 5000)
    ],
    *[("number", text) for text in ("0", "501", "-1", "1.5", "1e2", "²", "٣", "1_0", "+1", "0x1", "9" * 5000, "1\n1")],
    *[("credit_code", text) for text in ("91350100M000100Y4Z", "91321023DEM000014M", "9132102SDEM000014N", "9135")],
    *[("day", text) for text in ("2026-02-30", "2025-02-29", "0001-01-01", "9999-12-31", "24.11.2026", "٢٠٢٦-١١-٢٤")],
    *[("moment", text) for text in ("2026-11-24", "2026-11-24T25:00", "0001-01-01T00:00", "9999-12-31T23:59", "now")],
]


@pytest.mark.parametrize(("name", "text", "value"), UNDERSTOOD)
def test_what_people_type_is_understood(typed, name, text, value):
    field = typed(name, text)
    assert (field.data, list(field.errors)) == (value, [])


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_what_cannot_be_read_is_told_once_and_stays_as_typed(typed, name, text):
    field = typed(name, text)
    assert field.data is None
    assert len(field.errors) == 1
    assert field._value() == text


@pytest.mark.parametrize("name", ["mobile", "email", "contact", "amount", "number", "credit_code", "day", "moment"])
@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_nothing_is_none(typed, name, text):
    field = typed(name, text)
    assert (field.data, list(field.errors)) == (None, [])


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "\u200b"])
def test_what_has_to_be_filled_in_is_named(typed, text):
    (error,) = typed("amount", text, Needed).errors
    assert "Deposit in yuan" in error


def test_a_form_shows_what_it_was_opened_with(app: Flask):
    with app.test_request_context("/"):
        form = Sample(amount=123450, number=7, day=date(2026, 11, 24), moment=datetime(2026, 11, 24, 7, 30, tzinfo=UTC))
    shown = [form[name]._value() for name in ("amount", "number", "day", "moment", "mobile")]
    assert shown == ["1234.50", "7", "2026-11-24", "2026-11-24T15:30", ""]
