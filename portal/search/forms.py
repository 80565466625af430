"""Forms of the search's desk."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import Length

from portal.desk import DeskForm, VersionField
from portal.forms.fields import Required
from services.core.messages import N_


class SynonymsForm(DeskForm):
    """A group of words that mean the same."""

    version = VersionField()
    terms = StringField(N_("Words that mean the same"), validators=[Required(), Length(max=120)])
    note = StringField(N_("Note for colleagues"), validators=[Length(max=200)])
