"""What staff fill in about money: payments, refunds and other prices."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.desk import DeskForm
from portal.forms.fields import LocalDateField, MoneyField, Required
from portal.i18n import translate
from services.billing.words import METHOD_NAMES
from services.core.messages import N_


def method_choices() -> list[tuple[str, str]]:
    """Return how money comes and goes, as the choices of a field."""
    return [(method.value, translate(name)) for method, name in METHOD_NAMES.items()]


class PaymentForm(DeskForm):
    """Money that arrived."""

    amount = MoneyField(N_("Amount received (yuan)"), validators=[Required()])
    method = SelectField(N_("How it was paid"), validators=[InputRequired()])
    received_on = LocalDateField(N_("Day of receipt"), validators=[Required()])
    reference = StringField(N_("Bank reference or remark"), validators=[Length(max=60)])

    def __init__(self, balance_fen: int, today: date, **options: Any) -> None:
        super().__init__(amount=max(balance_fen, 0) or None, received_on=today, **options)
        self.method.choices = method_choices()


class RefundForm(DeskForm):
    """Money given back."""

    amount = MoneyField(N_("Amount refunded (yuan)"), validators=[Required()])
    method = SelectField(N_("How it was refunded"), validators=[InputRequired()])
    refunded_on = LocalDateField(N_("Day of the refund"), validators=[Required()])
    reason = StringField(N_("Reason"), validators=[Required(), Length(max=200)])

    def __init__(self, owed_fen: int, today: date, **options: Any) -> None:
        super().__init__(amount=max(owed_fen, 0) or None, refunded_on=today, **options)
        self.method.choices = method_choices()


class PriceForm(DeskForm):
    """Another price, with the reason; ``was`` is the price it was opened with."""

    due = MoneyField(N_("New price (yuan)"), validators=[Required()])
    was = HiddenField()
    reason = StringField(N_("Reason"), validators=[Required(), Length(max=200)])

    def __init__(self, due_fen: int, **options: Any) -> None:
        super().__init__(due=due_fen, was=str(due_fen), **options)

    @property
    def was_fen(self) -> int:
        """The price the form was opened with; -1, which no order has, for anything that is no amount."""
        text = self.was.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
