"""The form with which a company registers several people: rows that are typed, or come from a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FieldList, FormField, RadioField, StringField
from wtforms.validators import Length

from portal.forms.fields import UploadField
from portal.forms.rows import Row
from portal.i18n import gettext, translate_error
from portal.training.entry_forms import ConditionsForm, written_name
from services.core.errors import RuleBroken
from services.core.messages import N_
from services.training.models.courses import TrainingClass
from services.training.operations.importing import MOST_PEOPLE, Checked, Choice, Line, Order

FIRST_ROWS = 5
MORE_ROWS = 5
LONGEST = 100
NAMES = ("name", "identity", "mobile", "education", "job")


class PersonRow(Row):
    """One person; an empty row is none. What is wrong is told by the operation, for every row at once."""

    name = StringField(N_("Name"), [Length(max=LONGEST)], filters=[written_name])
    identity = StringField(N_("Identity card number"), [Length(max=LONGEST)])
    mobile = StringField(N_("Mobile number"), [Length(max=LONGEST)])
    education = StringField(N_("Education"), [Length(max=LONGEST)])
    job = StringField(N_("Job"), [Length(max=LONGEST)])

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not any(self[name].data for name in NAMES)


class GroupForm(ConditionsForm):
    """The people, and how they are to be registered."""

    meets_education = BooleanField(N_("All of them have the education that the course asks for"))
    meets_health = BooleanField(
        N_("All of them are in good health for this work and will bring the doctor's certificate")
    )
    meets_prior = BooleanField(N_("All of them hold the certificate that the course asks for"))
    file = UploadField(
        N_("Spreadsheet"),
        description=N_(
            "XLSX or CSV, best the template filled in; its rows then stand below and can be corrected there."
        ),
        render_kw={"accept": ".xlsx,.csv"},
    )
    people = FieldList(FormField(PersonRow), N_("Who is to come"), min_entries=FIRST_ROWS, max_entries=MOST_PEOPLE)
    choice = RadioField(N_("When a row is wrong"), default=Choice.ALL.value)
    together = BooleanField(N_("Keep them together: all of them get a seat in this class, or all of them wait"))
    knowingly = BooleanField(N_("Register people even if a lesson is at the same time as one of another class"))

    def __init__(self, training_class: TrainingClass, *args: Any, **values: Any) -> None:
        super().__init__(training_class, *args, **values)
        self.choice.choices = [
            (Choice.ALL.value, gettext("Register nobody until every row is right")),
            (Choice.VALID.value, gettext("Register the right rows now; the others stay here to be corrected")),
        ]

    def validate_shapes(self) -> bool:
        """Check shapes without asking for the conditions, which only whoever registers declares."""
        return super(ConditionsForm, self).validate()

    def add_rows(self) -> None:
        """Offer some more empty rows, as far as the list may grow."""
        for _ in range(min(MORE_ROWS, MOST_PEOPLE - len(self.people))):
            self.people.append_entry()

    def fill(self, lines: Sequence[Line]) -> None:
        """Put people into the rows in place of those that stood there."""
        while len(self.people):
            self.people.pop_entry()
        for line in lines:
            self.people.append_entry({name: getattr(line, name) for name in NAMES})
        while len(self.people) < FIRST_ROWS:
            self.people.append_entry()

    @property
    def lines(self) -> list[Line]:
        """The people in the rows; their numbers are those of the rows, counted from one."""
        rows = enumerate(self.people.entries, 1)
        return [
            Line(number, *(row.form[name].data or "" for name in NAMES))
            for number, row in rows
            if not row.form.is_empty
        ]

    @property
    def order(self) -> Order:
        """How they are to be registered."""
        return Order(Choice(self.choice.data), self.together.data, self.knowingly.data, self.declared)

    def mark(self, checked: Sequence[Checked]) -> None:
        """Show what is wrong with each row beside its fields; what belongs to no field stands beside the name."""
        for one in checked:
            self._mark_row(self.people.entries[one.line.number - 1].form, one.faults)
        self.people.errors = [row.errors for row in self.people.entries if row.errors]

    @staticmethod
    def _mark_row(row: PersonRow, faults: Sequence[RuleBroken]) -> None:
        for fault in faults:
            field = row[fault.field] if fault.field in NAMES else row["name"]
            field.errors = [*field.errors, translate_error(fault)]
