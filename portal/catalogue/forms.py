"""The price calculator: a form that is sent by GET, so that a price has an address."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DecimalField, IntegerField, RadioField, SelectMultipleField
from wtforms.validators import NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from portal.components import word
from portal.i18n import gettext, money
from services.catalogue.models import PriceExtra, PriceUnit, Urgency
from services.catalogue.rules import Extra, PriceTerms, Quote, price, quantity_of, urgent_days
from services.core.messages import N_

MOST = 10_000


class PriceForm(FlaskForm):
    """How much, how fast and with what; nothing is changed by it, so it carries no CSRF token."""

    class Meta(FlaskForm.Meta):
        """Sent by GET."""

        csrf = False

    quantity = IntegerField(N_("Quantity"), default=1, validators=[NumberRange(1, MOST)])
    hours = DecimalField(N_("Hours"), default=Decimal(1), validators=[NumberRange(Decimal("0.25"), MOST)])
    urgency = RadioField(N_("How fast"), default=Urgency.NORMAL.value)
    extras = SelectMultipleField(
        N_("Extras"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), default=()
    )
    is_member = BooleanField(N_("Show the price for members of the association"))

    def __init__(
        self, arguments: MultiDict[str, str], terms: PriceTerms, extras: list[PriceExtra], working_days: int | None
    ) -> None:
        super().__init__(arguments)
        self._terms = terms
        self._extras = {extra.code: extra for extra in extras}
        self._working_days = working_days
        self.urgency.choices = [(speed.value, self._speed_text(speed)) for speed in terms.speeds]
        self.extras.choices = [(one.code, f"{one.name} +{money(one.amount_fen)}") for one in extras]
        self._leave_out(*self._pointless())

    @property
    def by_the_hour(self) -> bool:
        """Whether time is bought."""
        return self._terms.unit in {PriceUnit.HOUR, PriceUnit.HALF_HOUR}

    def quote(self) -> Quote | None:
        """Return the price of what was entered, or None with the mistakes beside their fields."""
        if not self.validate():
            return None
        return price(
            self._terms,
            quantity=self._quantity(),
            urgency=self.chosen_urgency,
            extras=self._chosen_extras(),
            is_member=bool("is_member" in self and self.is_member.data),
        )

    @property
    def chosen_urgency(self) -> Urgency:
        """How fast it is wanted."""
        return Urgency(self.urgency.data) if "urgency" in self else Urgency.NORMAL

    @property
    def promised_days(self) -> int | None:
        """The working days at the chosen speed."""
        return urgent_days(self._working_days, self.chosen_urgency)

    @property
    def booking_values(self) -> dict[str, Any]:
        """What the booking page takes over from here."""
        values: dict[str, Any] = {
            "urgency": self.chosen_urgency.value,
            "extras": [one[0] for one in self._chosen_extras()],
        }
        if self.by_the_hour:
            return values | {"minutes": round(self.hours.data * 60)}
        return values | {"quantity": self.quantity.data}

    def _quantity(self) -> int | Fraction:
        if self.by_the_hour:
            return quantity_of(self._terms.unit, round(self.hours.data * 60))
        return int(self.quantity.data)

    def _chosen_extras(self) -> list[Extra]:
        chosen = [self._extras[code] for code in self.extras.data] if "extras" in self else []
        return [(one.code, one.name, one.amount_fen, 1) for one in chosen]

    def _speed_text(self, speed: Urgency) -> str:
        days = urgent_days(self._working_days, speed)
        if days is None:
            return word(speed)
        return gettext("%(speed)s – %(days)s working days", speed=word(speed), days=days)

    def _pointless(self) -> list[str]:
        """Return the fields that would change nothing here."""
        has_choice = {
            "quantity": not self.by_the_hour,
            "hours": self.by_the_hour,
            "urgency": len(self._terms.speeds) > 1,
            "extras": bool(self._extras),
            "is_member": self._terms.is_discountable and self._terms.member_discount_percent > 0,
        }
        return [name for name, useful in has_choice.items() if not useful]

    def _leave_out(self, *names: str) -> None:
        for name in names:
            del self[name]
