"""Forms about modules, their states, their prices and extras."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wtforms import BooleanField, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from portal.desk import ChecksField, DeskForm, VersionField, named
from portal.forms.fields import LocalDateField, MoneyField, Required, WholeNumberField, narrow
from portal.i18n import gettext
from services.catalogue.models import (
    BookingMode,
    Market,
    ModuleKind,
    PriceUnit,
    ProductClass,
    Recognition,
    Resource,
    ServiceField,
)
from services.catalogue.operations.modules import ModuleParticulars
from services.catalogue.operations.prices import PriceEntry
from services.core.messages import N_

GROUPS = range(1, 5)
TIER_ROWS = range(1, 6)
_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*\Z")
_PHONE = re.compile(r"[0-9+][0-9 \-]{4,19}\Z")


def narrow_text(text: str | None) -> str | None:
    """Return typed text with full-width digits and letters as ASCII."""
    return narrow(text) if text else text


def code_text(text: str | None) -> str | None:
    """Return a typed code in the spelling under which it is stored: narrow capitals."""
    return narrow(text).upper() if text else text


def check_code(_form: Any, field: Any) -> None:
    """Refuse what is no code."""
    if field.data and not _CODE.match(field.data):
        raise ValidationError(gettext("A code has letters, digits and hyphens only, such as TG01."))


def check_phone(_form: Any, field: Any) -> None:
    """Refuse what is no telephone number."""
    if field.data and not _PHONE.match(field.data):
        raise ValidationError(gettext("Enter a telephone number such as 0514-88000000 or 13800000000."))


class ModuleForm(DeskForm):
    """Everything the centre says about a module; ``module_form`` gives it the provider's resources."""

    version = VersionField()
    name = StringField(N_("Name of the service"), [Required(), Length(max=80)])
    kind = SelectField(N_("Kind of service"), coerce=ModuleKind)
    booking_mode = SelectField(
        N_("How it is booked"),
        coerce=BookingMode,
        description=N_("By appointment: an hour of a resource. By day and quantity: samples on a day. Or a date only."),
    )
    summary = StringField(N_("In one sentence"), [Length(max=200)])
    description = TextAreaField(N_("Description"), [Length(max=2000)])
    fields = ChecksField(N_("Service fields"), coerce=ServiceField)
    markets = ChecksField(N_("Markets it is needed for"), coerce=Market)
    products = ChecksField(N_("Product classes"))
    audience = StringField(N_("Who it is for"), [Length(max=200)])
    bring = TextAreaField(N_("What to bring"), [Length(max=500)])
    output = StringField(N_("What the client receives"), [Length(max=300)])
    method = StringField(N_("Method or standard"), [Length(max=120)])
    place = StringField(N_("Place"), [Length(max=120)], description=N_("Leave empty for the address of the centre."))
    recognition = SelectField(N_("Recognition of the report"), coerce=Recognition)
    recognition_note = StringField(N_("Scope of the recognition"), [Length(max=200)])
    working_days = WholeNumberField(
        N_("Promised working days"),
        [Optional()],
        maximum=400,
        description=N_("Counted from acceptance; what comes after 15:00 counts from the next working day."),
    )
    owner_name = StringField(N_("Person in charge"), [Length(max=40)])
    owner_phone = StringField(
        N_("Telephone of the person in charge"), [Length(max=20), check_phone], filters=[narrow_text]
    )
    is_public_benefit = BooleanField(N_("Free or at a low price for the public benefit"))
    is_negotiable = BooleanField(N_("Price by agreement"))
    minimum_order_fen = MoneyField(
        N_("Minimum order (yuan)"), [Optional()], description=N_("With a price by agreement: the least it costs.")
    )

    def __init__(self, *args: Any, products: Sequence[ProductClass] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(ModuleKind)
        self.booking_mode.choices = named(BookingMode)
        self["fields"].choices = named(ServiceField)
        self.markets.choices = named(Market)
        self.recognition.choices = named(Recognition)
        self.products.choices = {one.code: one.name for one in products}

    @property
    def groups(self) -> list[Any]:
        """The fields that say whether, and in which group, the module uses each resource."""
        return [field for field in self if field.name.startswith("group_")]

    def particulars(self) -> ModuleParticulars:
        """Return what was typed."""
        lists = {name: frozenset(self[name].data or ()) for name in ("fields", "markets", "products")}
        used = {int(field.name.removeprefix("group_")): field.data for field in self.groups if field.data}
        plain = {
            name: self[name].data
            for name in ModuleParticulars.__dataclass_fields__
            if name not in lists and name != "resources"
        }
        texts = {name: value or "" for name, value in plain.items() if isinstance(self[name], StringField)}
        plain |= {name: value for name, value in texts.items() if name not in {"working_days", "minimum_order_fen"}}
        plain["minimum_order_fen"] = self.minimum_order_fen.data or 0
        return ModuleParticulars(**plain, **lists, resources=used)


class NewModuleForm(ModuleForm):
    """A module that is entered has a code besides."""

    code = StringField(
        N_("Code"),
        [Required(), Length(max=12), check_code],
        filters=[code_text],
        description=N_("Appears in the price list and in the address of the page; it is never changed."),
    )


def module_form(
    kind: type[ModuleForm], resources: Sequence[Resource], products: Sequence[ProductClass], **kwargs: Any
) -> ModuleForm:
    """Return a module form with one choice of group for each of the provider's resources."""
    unused = {0: gettext("Not used")}
    choices = unused | {number: gettext("Group %(number)s", number=number) for number in GROUPS}
    fields = {f"group_{one.id}": SelectField(one.name, coerce=int, default=0) for one in resources}
    form = type(kind.__name__, (kind,), fields)(products=products, **kwargs)
    for field in form.groups:
        field.choices = choices
    return form


def typed(particulars: ModuleParticulars, version: int) -> dict[str, Any]:
    """Return particulars as the data of a module form."""
    groups: Mapping[int, int] = particulars.resources or {}
    return asdict(particulars) | {"version": version} | {f"group_{key}": group for key, group in groups.items()}


class ReasonForm(DeskForm):
    """A step that needs a reason."""

    reason = TextAreaField(N_("Reason"), [Required(), Length(max=300)])


class PauseForm(ReasonForm):
    """A pause has a reason, and perhaps an end."""

    resumes_on = LocalDateField(
        N_("Expected back on"),
        [Optional()],
        description=N_("Leave empty when it is not known yet. Clients see this date."),
    )


class TierRow(Form):
    """From a quantity on, another unit price."""

    from_quantity = WholeNumberField(N_("From quantity"), [Optional()], minimum=2, maximum=100_000)
    unit_fen = MoneyField(N_("Unit price (yuan)"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that both are there, or neither."""
        right = super().validate(extra_validators)
        if right and (self.from_quantity.data is None) != (self.unit_fen.data is None):
            empty = self.unit_fen if self.unit_fen.data is None else self.from_quantity
            empty.errors = [*empty.errors, gettext("A step needs both a quantity and a price.")]
            return False
        return right


class PriceForm(DeskForm):
    """A price version."""

    effective_on = LocalDateField(N_("In force from"), [Required()])
    unit = SelectField(N_("Charged per"), coerce=PriceUnit)
    unit_fen = MoneyField(N_("Unit price (yuan)"), [Required()], description=N_("0 for a free service."))
    minimum_fen = MoneyField(
        N_("Minimum charge (yuan)"), [Optional()], description=N_("What is charged at least for this service.")
    )
    tier_1 = FormField(TierRow)
    tier_2 = FormField(TierRow)
    tier_3 = FormField(TierRow)
    tier_4 = FormField(TierRow)
    tier_5 = FormField(TierRow)
    urgent_percent = WholeNumberField(
        N_("Urgent, per cent of the price"), [Optional()], minimum=100, maximum=1000, description=N_("150 means × 1.5.")
    )
    very_urgent_percent = WholeNumberField(
        N_("Very urgent, per cent of the price"), [Optional()], minimum=100, maximum=1000
    )
    member_discount_percent = WholeNumberField(
        N_("Member discount in per cent"),
        [Optional()],
        maximum=100,
        description=N_("10 means that members pay 90 per cent."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = named(PriceUnit)

    @property
    def tiers(self) -> list[Any]:
        """The rows of steps."""
        return [self[f"tier_{number}"] for number in TIER_ROWS]

    def entry(self) -> PriceEntry:
        """Return what was typed."""
        rows = [(row.from_quantity.data, row.unit_fen.data) for row in self.tiers]
        return PriceEntry(
            effective_on=self.effective_on.data,
            unit=self.unit.data,
            unit_fen=self.unit_fen.data,
            minimum_fen=self.minimum_fen.data or 0,
            tiers=tuple((start, unit_fen) for start, unit_fen in rows if start is not None),
            urgent_percent=self.urgent_percent.data,
            very_urgent_percent=self.very_urgent_percent.data,
            member_discount_percent=self.member_discount_percent.data or 0,
        )


class ExtraForm(DeskForm):
    """An extra."""

    name = StringField(N_("Name of the extra"), [Required(), Length(max=60)])
    amount_fen = MoneyField(N_("Price (yuan)"), [Required()])
