"""Forms about what a laboratory can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal.desk import ChecksField, DeskForm, VersionField, named
from portal.files import ExaminedField
from portal.forms.fields import LocalDateField, Required, WholeNumberField
from portal.i18n import gettext
from services.accounts.models import Person
from services.catalogue.models import Market, ProductClass
from services.core.messages import N_
from services.laboratory.models.capability import Mark, ResultKind, TestField, TestItem
from services.laboratory.operations.capability import ItemParticulars
from services.laboratory.operations.certifying import CalibrationEntry, ScopeParticulars
from services.laboratory.operations.limiting import LimitSetEntry


class ItemForm(DeskForm):
    """Everything the laboratory says about an item."""

    version = VersionField()
    field = SelectField(
        N_("Test field"),
        coerce=TestField,
        description=N_("Reports are signed by somebody who is authorised in this field."),
    )
    name_en = StringField(
        N_("English name"),
        [Length(max=120)],
        description=N_("For English reports and pages; empty shows the Chinese name."),
    )
    result_kind = SelectField(N_("Results are"), coerce=ResultKind)
    unit = StringField(N_("Unit"), [Length(max=20)])
    decimals = WholeNumberField(
        N_("Decimals"), [Required()], maximum=6, description=N_("What results are rounded to (GB/T 8170).")
    )
    lod = StringField(N_("Limit of detection"), [Length(max=20)], description=N_("In the unit; empty for none."))
    range_low = StringField(N_("Measured from"), [Length(max=20)])
    range_high = StringField(
        N_("Measured up to"), [Length(max=20)], description=N_("Of grades: 8 where the scale runs to 8, else empty.")
    )
    specimens = WholeNumberField(
        N_("Specimens"), [Required()], minimum=1, maximum=50, description=N_("How many readings make one result.")
    )
    sample_amount = StringField(N_("Amount of sample"), [Length(max=60)], description=N_("Such as 3 pieces or 50 g."))
    minutes_per_sample = WholeNumberField(
        N_("Minutes on the instrument"), [Required()], maximum=1440, description=N_("For one sample; 0 reserves none.")
    )
    run_hours = WholeNumberField(
        N_("Hours the test itself runs"), [Required()], maximum=5000, description=N_("However urgent the order is.")
    )
    retained_days = WholeNumberField(
        N_("Days samples are kept"),
        [Required()],
        maximum=3650,
        description=N_("After the report; 0 for perishable ones."),
    )
    may_subcontract = BooleanField(N_("May be subcontracted, with the client's consent"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field.choices, self.result_kind.choices = named(TestField), named(ResultKind)

    def particulars(self) -> ItemParticulars:
        """Return what was typed."""
        typed = {one.name: self[one.name].data for one in fields(ItemParticulars)}
        texts = {
            name: typed[name] or "" for name in ("unit", "lod", "range_low", "range_high", "sample_amount", "name_en")
        }
        return ItemParticulars(**(typed | texts))


class MethodForm(DeskForm):
    """An edition by which an item is tested."""

    standard = StringField(
        N_("Number of the edition"),
        [Required(), Length(max=60)],
        description=N_("It must be in the standards library."),
    )
    clause = StringField(N_("Clause"), [Length(max=40)])


class ScopeForm(DeskForm):
    """What a certificate says about an item by an edition."""

    mark = SelectField(N_("Mark"), coerce=Mark)
    certificate_no = StringField(N_("Certificate number"), [Required(), Length(max=40)])
    restriction = StringField(
        N_("Restriction"), [Length(max=120)], description=N_("As in the annex of the certificate.")
    )
    valid_from = LocalDateField(N_("Valid from"), [Required()])
    valid_until = LocalDateField(N_("Valid until"), [Required()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark.choices = named(Mark)

    def particulars(self) -> ScopeParticulars:
        """Return what was typed."""
        return ScopeParticulars(
            mark=self.mark.data,
            certificate_no=self.certificate_no.data,
            restriction=self.restriction.data or "",
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
        )


class EndForm(DeskForm):
    """The last day on which something still holds."""

    valid_until = LocalDateField(N_("Last day"), [Required()])


class LimitSetForm(DeskForm):
    """What limits are called and what they are for."""

    version = VersionField()
    name = StringField(
        N_("Name"), [Required(), Length(max=80)], description=N_("As clients choose it and reports name it.")
    )
    standard = StringField(
        N_("From the standard"), [Length(max=60)], description=N_("Its number, if it is in the library.")
    )
    product_code = SelectField(N_("Product class"), [Optional()])
    market = SelectField(N_("Market"), [Optional()])
    is_active = BooleanField(N_("Clients may choose them"))

    def __init__(self, *args: Any, classes: Sequence[ProductClass] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product_code.choices = [("", gettext("Any product")), *((one.code, one.name) for one in classes)]
        self.market.choices = [("", gettext("Any market")), *((str(one), name) for one, name in named(Market))]

    def entry(self) -> LimitSetEntry:
        """Return what was typed."""
        return LimitSetEntry(
            name=self.name.data,
            standard=self.standard.data or "",
            product_code=self.product_code.data or None,
            market=Market(self.market.data) if self.market.data else None,
            is_active=self.is_active.data,
        )


class LimitForm(DeskForm):
    """What a result of an item may be."""

    item_id = SelectField(N_("Test item"), coerce=int)
    low = StringField(N_("At least"), [Length(max=20)])
    high = StringField(N_("At most"), [Length(max=20)])

    def __init__(self, *args: Any, items: Sequence[TestItem] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        judged = [item for item in items if item.result_kind is not ResultKind.TEXT]
        self.item_id.choices = [(item.id, item_label(item)) for item in judged]


def item_label(item: TestItem) -> str:
    """Return an item with its code and unit."""
    unit = f"（{item.unit}）" if item.unit else ""
    return f"{item.module.code} {item.module.name}{unit}"


class CalibrationForm(DeskForm):
    """What the certificate of a calibration says."""

    calibrated_on = LocalDateField(N_("Calibrated on"), [Required()])
    due_on = LocalDateField(N_("Holds until"), [Required()], description=N_("This day included."))
    certificate_no = StringField(N_("Certificate number"), [Required(), Length(max=60)])
    body = StringField(N_("Calibrated by"), [Length(max=80)])
    file = ExaminedField(N_("Certificate as a file"))

    def entry(self) -> CalibrationEntry:
        """Return what was typed."""
        return CalibrationEntry(
            calibrated_on=self.calibrated_on.data,
            due_on=self.due_on.data,
            certificate_no=self.certificate_no.data,
            body=self.body.data or "",
        )


class SignatoryForm(DeskForm):
    """Who may sign reports, in which fields, and from when to when."""

    person_id = SelectField(N_("Person"), coerce=int)
    fields = ChecksField(N_("Fields"), coerce=TestField)
    valid_from = LocalDateField(N_("Valid from"), [Required()])
    valid_until = LocalDateField(N_("Valid until"), [Required()])

    def __init__(self, *args: Any, people: Sequence[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person_id.choices = [(person.id, person.name) for person in people]
        self.fields.choices = named(TestField)


class PackageForm(DeskForm):
    """What a package holds: how many times each item, typed beside its name; ``package_form`` adds the fields."""

    def quantities(self) -> dict[int, int]:
        """Return how many times each item is in the package."""
        typed = {field.name: field.data for field in self if field.name.startswith("item_")}
        return {int(name.removeprefix("item_")): quantity for name, quantity in typed.items() if quantity}


def package_form(items: Sequence[TestItem], held: dict[int, int]) -> PackageForm:
    """Return the form for a package with one field for each item of the laboratory."""
    made = {
        f"item_{item.id}": WholeNumberField(item_label(item), [Optional()], maximum=5000, default=held.get(item.id))
        for item in items
    }
    return type("PackageForm", (PackageForm,), made)()
