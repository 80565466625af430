"""Forms of the standards library."""

from __future__ import annotations

from dataclasses import fields

from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.desk import DeskForm, VersionField
from portal.forms.fields import LocalDateField, Required
from services.core.messages import N_
from services.standards.operations import StandardEntry


class StandardForm(DeskForm):
    """An edition of a standard."""

    version = VersionField()
    number = StringField(
        N_("Number"),
        [Required(), Length(max=60)],
        description=N_("With its year, such as GB/T 3920-2008. Any spelling is understood."),
    )
    title = StringField(N_("Title"), [Required(), Length(max=160)])
    title_en = StringField(N_("English title"), [Length(max=200)])
    issued_on = LocalDateField(N_("Issued on"), [Optional()])
    effective_on = LocalDateField(N_("Takes effect on"), [Required()])
    withdrawn_on = LocalDateField(
        N_("Withdrawn from"),
        [Optional()],
        description=N_(
            "The first day on which it no longer holds. Left empty, it is the day its successor takes effect."
        ),
    )
    successor = StringField(
        N_("Replaced by"), [Length(max=60)], description=N_("The number of an edition that is in the library.")
    )
    summary = TextAreaField(
        N_("Our summary"),
        [Length(max=1000)],
        description=N_("In our own words. Texts of standards are protected and are not copied here."),
    )
    source = StringField(N_("Source of the information"), [Length(max=200)])

    def entry(self) -> StandardEntry:
        """Return what was typed."""
        names = [one.name for one in fields(StandardEntry)]
        days = {name: self[name].data for name in names if name.endswith("_on")}
        texts = {name: self[name].data or "" for name in names if name not in days}
        return StandardEntry(**texts, **days)
