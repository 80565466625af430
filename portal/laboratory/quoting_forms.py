"""What a clerk fills in to offer another version of a quotation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.desk import DeskForm
from portal.forms.fields import LocalDateField, MoneyField, Required
from portal.i18n import translate
from services.core.messages import N_
from services.laboratory.models.capability import ItemMethod
from services.laboratory.operations.offering import Proposal
from services.laboratory.queries.quoting import QuotedItem
from services.laboratory.queries.surveys import ChargedModule

DIRECTIONS = {"none": N_("No change"), "less": N_("Lower the price by"), "more": N_("Raise the price by")}


class QuoteForm(DeskForm):
    """Price, date, editions and validity of an offer. The fields of modules and items are made for each commission."""

    direction = SelectField(N_("Adjustment of the whole"), default="none")
    amount = MoneyField(N_("Amount (yuan)"))
    reason = StringField(N_("Reason for another price"), validators=[Length(max=200)])
    promised_on = LocalDateField(N_("Report promised for"), validators=[Required()])
    valid_until = LocalDateField(N_("Valid until"), validators=[Required()])
    note = TextAreaField(N_("What the client reads"), validators=[Length(max=500)])

    @property
    def proposal(self) -> Proposal:
        """What is offered."""
        sign = {"less": -1, "more": 1}.get(self.direction.data or "", 0)
        assert self.promised_on.data is not None
        assert self.valid_until.data is not None
        return Proposal(
            promised_on=self.promised_on.data,
            valid_until=self.valid_until.data,
            prices=self._numbered("price_"),
            change_fen=sign * (self.amount.data or 0),
            reason=self.reason.data or "",
            methods=self._numbered("method_"),
            note=self.note.data or "",
        )

    def _numbered(self, prefix: str) -> dict[int, int]:
        """Return the values of the fields that were made for modules or items, by their id."""
        return {
            int(field.name.removeprefix(prefix)): field.data
            for field in self
            if field.name.startswith(prefix) and field.data is not None
        }


def quote_form(
    charged: Sequence[ChargedModule],
    listed: Mapping[str, int],
    items: Sequence[QuotedItem],
    *,
    promised_on: date,
    valid_until: date,
) -> QuoteForm:
    """Return the form for one commission: a price for each module, an edition for each item that has several."""
    fields: dict[str, Any] = {
        f"price_{one.module.id}": MoneyField(one.module.name, default=listed[one.module.name]) for one in charged
    }
    for item in items:
        choices = [(method.id, _edition(method)) for method in item.methods]
        fields[f"method_{item.id}"] = SelectField(item.name, coerce=int, choices=choices, default=item.method_id)
    form = type("QuoteFormFor", (QuoteForm,), fields)(promised_on=promised_on, valid_until=valid_until)
    form.direction.choices = [(value, translate(name)) for value, name in DIRECTIONS.items()]
    return form


def _edition(method: ItemMethod) -> str:
    return f"{method.standard.number} {method.clause}".strip()
