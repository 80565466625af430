"""What analysts and checkers fill in: who has a line, readings, corrections, submissions, results of other bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import request
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from portal.desk import DeskForm
from portal.files import ExaminedField
from portal.forms.fields import ParsedField, Required
from portal.i18n import gettext
from services.accounts.models import Person
from services.catalogue.models import Resource
from services.core.characters import narrow
from services.core.messages import N_
from services.laboratory.models.capability import ResultKind, TestItem
from services.laboratory.models.lines import RawRecord, TestLine
from services.laboratory.rules.readings import Conditions, Observation, grade_scale

MOST_AT_ONCE = 100
_TENTHS = re.compile(r"-?[0-9]{1,3}(\.[0-9])?\Z")


class TenthsField(ParsedField):
    """A number with at most one decimal; its value is tenths."""

    def __init__(self, *args: Any, minimum: int, maximum: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def parse(self, text: str) -> int:
        """Return tenths, when the number lies within the bounds."""
        plain = narrow(text)
        if not _TENTHS.match(plain) or not self.minimum <= Decimal(plain) <= self.maximum:
            message = gettext(
                "Enter a number from %(low)s to %(high)s with at most one decimal.", low=self.minimum, high=self.maximum
            )
            raise ValueError(message)
        return int(Decimal(plain) * 10)

    def show(self, value: int) -> str:
        """Return the number with its decimal."""
        return f"{value / 10:.1f}"


def optional_id(value: Any) -> int | None:
    """Return the id of a choice, None for the empty one."""
    return int(value) if value else None


class AssignForm(DeskForm):
    """The lines ticked in the list, and to whom they go."""

    chosen = SelectMultipleField(N_("Lines"), coerce=int, validate_choice=False)
    person = SelectField(N_("Give to"), coerce=int)

    def __init__(self, analysts: Iterable[Person], *, person_id: int | None, **options: Any) -> None:
        super().__init__(**options)
        ordered = sorted(analysts, key=lambda one: one.id != person_id)
        self.person.choices = [
            (one.id, gettext("Me (%(name)s)", name=one.name) if one.id == person_id else one.name) for one in ordered
        ]

    @property
    def line_ids(self) -> list[int]:
        """The ticked lines, those that can be rows at all, at most a hundred."""
        return [one for one in self.chosen.data or [] if 0 < one < 2**31][:MOST_AT_ONCE]


class InstrumentForm(DeskForm):
    """A form with the instruments of an item, where it has any."""

    instrument = SelectField(N_("Instrument"), coerce=optional_id)

    def offer(self, instruments: Sequence[Resource]) -> None:
        """Offer the instruments; an item without any is not asked for one."""
        if not instruments:
            del self["instrument"]
            return
        self.instrument.choices = [(one.id, instrument_text(one)) for one in instruments]

    @property
    def instrument_id(self) -> int | None:
        """The chosen instrument, None where there is none."""
        return self.instrument.data if "instrument" in self else None


def instrument_text(instrument: Resource) -> str:
    """Return an instrument with the last day of its calibration."""
    if instrument.calibration_due_on is None:
        return instrument.name
    return gettext("%(name)s (calibrated until %(day)s)", name=instrument.name, day=instrument.calibration_due_on)


class BeginForm(InstrumentForm):
    """On which instrument a line is begun."""


class ConditionsForm(InstrumentForm):
    """Instrument, surroundings and file of readings."""

    temperature = TenthsField(N_("Temperature (°C)"), minimum=-90, maximum=999)
    humidity = TenthsField(N_("Humidity (%)"), minimum=0, maximum=100)
    file = ExaminedField(N_("Spectrum, photograph or print-out"))

    @property
    def conditions(self) -> Conditions:
        """What was filled in."""
        return Conditions(self.instrument_id, self.temperature.data, self.humidity.data)

    def start_from(self, line: TestLine) -> None:
        """Begin with the instrument of the line and the surroundings of its last reading."""
        last: RawRecord | None = line.records[-1] if line.records else None
        if "instrument" in self:
            self.instrument.data = last.instrument_id if last else line.instrument_id
        if last is not None:
            self.temperature.data, self.humidity.data = last.temperature, last.humidity


class RecordForm(ConditionsForm):
    """The readings of the specimens that have none yet; ``record_form`` adds their fields."""

    specimens: Sequence[int] = ()

    @property
    def observations(self) -> dict[int, Observation]:
        """What was typed, by specimen."""
        return {number: observation(self, f"_{number}") for number in self.specimens}


def record_form(item: TestItem, missing: Sequence[int], **options: Any) -> RecordForm:
    """Return the form for these specimens of an item."""
    fields: dict[str, Any] = {"specimens": tuple(missing)}
    for number in missing:
        fields |= {f"{name}_{number}": field for name, field in reading_fields(item).items()}
    return type("RecordForm", (RecordForm,), fields)(**options)


class CorrectForm(ConditionsForm):
    """One reading written down anew, with the reason; ``seen`` is the revision that was shown."""

    seen = HiddenField()
    reason = StringField(N_("Reason for the correction"), validators=[Required(), Length(max=300)])

    @property
    def seen_revision(self) -> int:
        """The revision that was shown; 0 for what is none."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def correct_form(item: TestItem, **options: Any) -> CorrectForm:
    """Return the form for one reading of an item."""
    return type("CorrectForm", (CorrectForm,), dict(reading_fields(item)))(**options)


def reading_fields(item: TestItem) -> Mapping[str, Any]:
    """Return the fields of one reading of an item: a number or below the limit, a grade, or words."""
    note = StringField(N_("Note"), validators=[Length(max=300)])
    if item.result_kind is ResultKind.GRADE:
        choices = [("", "—"), *((grade, grade) for grade in grade_scale(item))]
        return {"value": SelectField(N_("Grade"), choices=choices, validate_choice=False), "note": note}
    if item.result_kind is ResultKind.TEXT:
        return {"value": StringField(N_("Observation"), validators=[Length(max=200)]), "note": note}
    value = StringField(N_("Reading"), validators=[Length(max=20)], render_kw={"inputmode": "decimal"})
    if not item.lod:
        return {"value": value, "note": note}
    return {"value": value, "undetected": BooleanField(N_("Not detected")), "note": note}


def observation(form: DeskForm, mark: str = "") -> Observation:
    """Return what was typed into the fields of one reading."""
    undetected = bool(form[f"undetected{mark}"].data) if f"undetected{mark}" in form else False
    return Observation(form[f"value{mark}"].data or "", not undetected, form[f"note{mark}"].data or "")


class SubmitForm(DeskForm):
    """What goes with a result. The result and its verdict are computed: a form that carries one is refused."""

    uncertainty = StringField(N_("Uncertainty"), validators=[Length(max=20)])
    note = StringField(N_("Note for the checker"), validators=[Length(max=300)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes; nobody hands in a verdict or a result."""
        right = super().validate(extra_validators)
        if {"verdict", "value", "text", "result"} & set(request.form):
            self.form_errors.append(
                gettext("Result and verdict follow from readings and limits; they are not entered.")
            )
            return False
        return right


class CheckForm(DeskForm):
    """The check of a result; ``result`` is the one that was shown."""

    result = HiddenField()

    @property
    def result_id(self) -> int:
        """The result that was shown; 0 for what is none."""
        text = self.result.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class SubcontractForm(DeskForm):
    """To which body a line is given."""

    body = StringField(N_("Body"), validators=[Length(max=80)])
    mark_no = StringField(N_("Number of its accreditation"), validators=[Length(max=40)])


class TakeInForm(DeskForm):
    """What another body reported."""

    value = StringField(N_("Result as reported"), validators=[Required(), Length(max=200)])
    uncertainty = StringField(N_("Uncertainty"), validators=[Length(max=20)])
    report_no = StringField(N_("Number of its report"), validators=[Required(), Length(max=300)])
    file = ExaminedField(N_("Its report"))
