"""What a clerk fills in to offer another version of a quotation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from wtforms import FieldList, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.desk import ChecksField, DeskForm
from portal.forms.fields import LocalDateField, MoneyField, Required, WholeNumberField
from portal.i18n import gettext, translate
from services.catalogue.models import ServiceModule
from services.core.messages import N_
from services.laboratory.models.capability import ItemMethod
from services.laboratory.models.lines import TestLine
from services.laboratory.models.samples import Sample
from services.laboratory.operations.altering import Alteration
from services.laboratory.operations.offering import Proposal
from services.laboratory.operations.wishes import Chosen
from services.laboratory.queries.quoting import QuotedItem
from services.laboratory.queries.surveys import ChargedModule

DIRECTIONS = {"none": N_("No change"), "less": N_("Lower the price by"), "more": N_("Raise the price by")}


ROWS = 3
"""How many tests can be added with one offer."""


class Tests(NamedTuple):
    """What a version can drop and add: the samples, what is tested on them and called how, and what is offered."""

    samples: Sequence[Sample]
    lines: Sequence[TestLine]
    charged: Mapping[int, str]
    offered: Sequence[ServiceModule]

    @property
    def droppable(self) -> list[tuple[str, str]]:
        """What is tested on each sample, packages as a whole."""
        samples = {one.id: one.name for one in self.samples}
        units = dict.fromkeys((one.sample_id, one.package_id or one.item_id) for one in self.lines)
        return [(f"{sample}-{key}", f"{samples[sample]}：{self.charged[key]}") for sample, key in units]


class AddedForm(Form):
    """One test that a version adds."""

    module = SelectField(N_("Test to add"), coerce=int, default=0)
    quantity = WholeNumberField(N_("Quantity for each sample"), default=1, minimum=1, maximum=5000)
    samples = ChecksField(N_("On these samples (on all if none is ticked)"), coerce=int, default=())


class QuoteForm(DeskForm):
    """Price, date, editions and validity of an offer. The fields of modules and items are made for each commission."""

    dropped = ChecksField(N_("Tests that are dropped"), default=())
    added = FieldList(FormField(AddedForm), min_entries=ROWS, max_entries=ROWS)
    direction = SelectField(N_("Adjustment of the whole"), default="none")
    amount = MoneyField(N_("Amount (yuan)"))
    reason = StringField(N_("Reason for another price"), validators=[Length(max=200)])
    promised_on = LocalDateField(N_("Report promised for"), validators=[Required()])
    valid_until = LocalDateField(N_("Valid until"), validators=[Required()])
    note = TextAreaField(N_("What the client reads"), validators=[Length(max=500)])

    @property
    def altered(self) -> bool:
        """Whether tests are added or dropped, or something is wrong with that."""
        rows = any(row.module.data or row.errors for row in self.added)
        return bool(self.dropped.data or self.dropped.errors or rows)

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
            tests=Alteration(tuple(self._added()), frozenset(_pair(one) for one in self.dropped.data or ())),
        )

    def _numbered(self, prefix: str) -> dict[int, int]:
        """Return the values that were typed into the fields made for modules or items, by their id."""
        return {
            int(field.name.removeprefix(prefix)): field.data
            for field in self
            if field.name.startswith(prefix) and field.data not in {None, field.default}
        }

    def _added(self) -> Iterator[Chosen]:
        for row in self.added:
            if row.module.data:
                yield Chosen(row.module.data, row.quantity.data or 1, tuple(row.samples.data or ()))


def _pair(text: str) -> tuple[int, int]:
    sample_id, module_id = text.split("-")
    return int(sample_id), int(module_id)


def quote_form(
    charged: Sequence[ChargedModule],
    listed: Mapping[str, int],
    items: Sequence[QuotedItem],
    tests: Tests,
    *,
    promised_on: date,
    valid_until: date,
) -> QuoteForm:
    """Return the form for one commission: a price for each module, an edition for each item that has several."""
    fields: dict[str, Any] = {
        f"price_{one.module.id}": MoneyField(one.module.name, default=listed[one.module.name], validators=[Required()])
        for one in charged
    }
    for item in items:
        choices = [(method.id, _edition(method)) for method in item.methods]
        fields[f"method_{item.id}"] = SelectField(item.name, coerce=int, choices=choices, default=item.method_id)
    form = type("QuoteFormFor", (QuoteForm,), fields)(promised_on=promised_on, valid_until=valid_until)
    form.direction.choices = [(value, translate(name)) for value, name in DIRECTIONS.items()]
    _offer_tests(form, tests)
    return form


def _offer_tests(form: QuoteForm, tests: Tests) -> None:
    form.dropped.choices = tests.droppable
    modules = [(0, gettext("Nothing")), *((one.id, f"{one.code} {one.name}") for one in tests.offered)]
    samples = [(one.position, one.name) for one in tests.samples]
    for row in form.added:
        row.module.choices, row.samples.choices = modules, samples


def _edition(method: ItemMethod) -> str:
    return f"{method.standard.number} {method.clause}".strip()
