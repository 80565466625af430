"""What a client fills in when the laboratory asks."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from portal.desk import DeskForm
from portal.files import ExaminedField
from portal.forms.fields import Required
from portal.laboratory.review_forms import ShownAmountForm
from services.core.messages import N_


class AnswerForm(DeskForm):
    """An answer in words, with up to three files."""

    text = TextAreaField(N_("Your answer"), validators=[Required(), Length(max=1000)])
    first_file = ExaminedField(N_("File"))
    second_file = ExaminedField(N_("Second file"))
    third_file = ExaminedField(N_("Third file"))

    @property
    def uploads(self):
        """The files that came and may be stored."""
        fields = (self.first_file, self.second_file, self.third_file)
        return [one.upload for one in fields if one.upload is not None]


class EndForm(ShownAmountForm):
    """The client asks for the end of testing."""

    reason = StringField(N_("Reason"), validators=[Required(), Length(max=300)])
