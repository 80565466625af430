"""What the desk pages of the catalogue share: their form, its choices, the comparison of a conflict, and their words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, flash, redirect, render_template, request
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.catalogue import bp
from portal.components import word
from portal.forms import PortalForm, clean
from portal.i18n import gettext, translate
from portal.work import begin_work
from services.core.errors import ChangedMeanwhile

W = TypeVar("W", bound=StrEnum)
MOST_WORDS = 60
_PLAIN_NUMBER = re.compile(r"[0-9]{1,9}\Z")


@bp.app_template_filter("hour_text")
def hour_text(minute: int) -> str:
    """Return a minute of the day as 08:30; 1440 is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def named(kind: type[W]) -> list[tuple[W, str]]:
    """Return the words of ``kind`` with their names, as the choices of a field."""
    return [(value, word(value)) for value in kind]


def asked_word(kind: type[W], name: str) -> W | None:
    """Return the word of ``kind`` that the address asks for, None for anything else."""
    text = request.args.get(name, "")
    return kind(text) if text in set(kind) else None


def asked_words() -> str:
    """Return what the address searches for, without what no name contains."""
    plain = "".join(char for char in request.args.get("q", "") if char.isprintable())
    return (clean(plain) or "")[:MOST_WORDS]


class ChecksField(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


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
    """A form of the desk: it knows whether its shape was wrong (400) or a rule refused it (409)."""

    differences: list[Difference] = []  # noqa: RUF012 - replaced, never changed

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
