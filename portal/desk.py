"""What desk pages share: their form, its choices, the comparison of a conflict, buttons, and what an address asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, flash, redirect, render_template, request
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.components import word
from portal.current import actor
from portal.forms import PortalForm, clean
from portal.forms.fields import Required, wall_clock
from portal.i18n import gettext, translate
from portal.work import begin_work
from services.core.characters import narrow
from services.core.errors import ChangedMeanwhile, RuleBroken
from services.core.messages import N_
from services.core.work import Work

W = TypeVar("W", bound=StrEnum)
MOST_WORDS = 60
_PLAIN_NUMBER = re.compile(r"[0-9]{1,9}\Z")


def named(kind: type[W]) -> list[tuple[W, str]]:
    """Return the words of ``kind`` with their names, as the choices of a field."""
    return [(value, word(value)) for value in kind]


def asked_word(kind: type[W], name: str) -> W | None:
    """Return the word of ``kind`` that the address asks for, None for anything else."""
    text = request.args.get(name, "")
    return kind(text) if text in set(kind) else None


def provider_id() -> int | None:
    """Return the centre whose desk this is: the active organisation."""
    return actor().organisation_id


def asked_words(name: str = "q") -> str:
    """Return what the address searches for, without what no name contains."""
    plain = "".join(char for char in request.args.get(name, "") if char.isprintable())
    return (clean(plain) or "")[:MOST_WORDS]


def asked_day(name: str, default: date) -> date:
    """Return the day in the address, ``default`` for anything that is none."""
    moment = wall_clock(narrow(request.args.get(name, "")), "%Y-%m-%d")
    return moment.date() if moment else default


def asked_id(name: str) -> int | None:
    """Return the row id in the address, None for anything that is none."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class ChecksField(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered, in the portal's own words."""
        try:
            super().pre_validate(form)
        except ValidationError as refusal:
            raise ValidationError(gettext("Please choose among what is offered here.")) from refusal


class VersionField(HiddenField):
    """The version of a record that a form was opened with; what is no number is the version of none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        if valuelist:
            self.data = int(valuelist[0]) if _PLAIN_NUMBER.match(valuelist[0]) else 0


@dataclass(frozen=True)
class Difference:
    """One field of a record that somebody else saved meanwhile."""

    label: str
    present: str
    typed: str


class DeskForm(PortalForm):
    """A form of the desk, perhaps one of several on its page.

    ``mark`` goes before its ids then, and one that was not sent is ``fresh``.
    """

    differences: list[Difference] = []  # noqa: RUF012 - replaced, never changed

    def __init__(self, *args: Any, mark: str = "", fresh: bool = False, **values: Any) -> None:
        super().__init__(*args, **({"formdata": None} if fresh else {}), **values)
        if not self.acting_for.data and fresh:
            self.acting_for.data = str(actor().organisation_id or "")
        for field in self if mark else ():
            field.id = f"{mark}-{field.id}"

    def compare(self, read_again: Callable[[], DeskForm]) -> None:
        """After a conflict, show both versions; sending the form once more then overwrites the newer one."""
        if not isinstance(self.refusal, ChangedMeanwhile):
            return
        present = read_again()
        pairs = [(field, present[field.name]) for field in self if not isinstance(field, HiddenField)]
        self.differences = [
            Difference(translate(mine.label.text), shown(theirs), shown(mine))
            for mine, theirs in pairs
            if shown(theirs) != shown(mine)
        ]
        self["version"].data = present["version"].data


class ActionForm(DeskForm):
    """A button; ``back`` is set when it stands in the queue."""

    back = HiddenField()


class ReasonForm(ActionForm):
    """A button that asks for a reason."""

    reason = StringField(N_("Reason"), validators=[Required(), Length(max=300)])


def shown(field: Any) -> str:
    """Return the content of a field as a person reads it."""
    if isinstance(field, BooleanField):
        return gettext("Yes") if field.data else gettext("No")
    if isinstance(field, SelectMultipleField | SelectField):
        return "、".join(str(choice.label) for choice in field.iter_choices() if choice.selected)
    return field._value().replace("\r\n", "\n")  # noqa: SLF001 - the text as it stands in the field


def form_page(template: str, form: DeskForm, **values: Any):
    """Show a page with a form: 200 when opened, 400 for a wrong shape, 409 when a rule refused it."""
    return render_template(template, form=form, **values), form.status


def carry_out(
    form: DeskForm, operation: Callable[[Work], Any], *, leads_to: str | Callable[[Any], str], done: str
) -> Any:
    """Carry out an operation once and go on to where it leads; None when the form has to be shown again.

    ``leads_to`` is an address, or makes one of what the operation returned.
    """
    if not form.submitted():
        return None
    try:
        with begin_work(form) as work:
            result = operation(work)
            address = leads_to if isinstance(leads_to, str) else leads_to(result)
            work.leads_to(address)
    except RuleBroken as error:
        form.blame(error)
        return None
    flash(done, "success")
    return redirect(address, code=303)


def not_done(form: DeskForm, address: str) -> Any:
    """Tell why a button did nothing, on the page it stands on."""
    for error in form.form_errors:
        flash(error, "warning")
    return redirect(address, code=303)


def press(form: DeskForm, address: str, told: str, operation: Callable[..., Any], *values: Any):
    """Carry out what a button stands for, say so, and go to ``address``; a refusal becomes a page of its own (409)."""
    if form.submitted():
        with begin_work(form) as work:
            operation(work, *values)
            work.leads_to(address)
        flash(translate(told), "success")
    elif not form.form_errors:
        abort(400)
    for error in form.form_errors:
        flash(error, "danger")
    return redirect(address, code=303)
