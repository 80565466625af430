"""What people say of a class they were in."""

from __future__ import annotations

from flask import url_for
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from portal.access import signed_in
from portal.current import actor
from portal.desk import DeskForm, carry_out, form_page
from portal.extensions import db
from portal.forms.fields import Required
from portal.i18n import gettext, translate
from portal.training import bp
from services.core.errors import NotFound
from services.core.messages import N_
from services.training.models.registrations import Registration
from services.training.operations.satisfying import LONGEST_TEXT, Opinion, say
from services.training.queries import mine
from services.training.rules.states import ASKED

POINTS = (N_("5 – very good"), N_("4 – good"), N_("3 – fair"), N_("2 – poor"), N_("1 – bad"))


class OpinionForm(DeskForm):
    """One to five for each point, and what else there is to say."""

    contents = RadioField(N_("What you learned"), [Required()], coerce=int)
    teaching = RadioField(N_("How it was taught"), [Required()], coerce=int)
    organisation = RadioField(N_("Room, tools and organisation"), [Required()], coerce=int)
    text = TextAreaField(
        N_("What was good, and what should be better?"),
        [Length(max=LONGEST_TEXT)],
        description=N_("The centre reads it without your name."),
    )

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        for field in (self.contents, self.teaching, self.organisation):
            field.choices = [(5 - number, translate(name)) for number, name in enumerate(POINTS)]

    @property
    def opinion(self) -> Opinion:
        """What was said."""
        return Opinion(self.contents.data, self.teaching.data, self.organisation.data, self.text.data or "")


@bp.route("/registrations/<id:registration_id>/satisfaction", methods=["GET", "POST"])
@signed_in
def satisfaction(registration_id: int):
    """Let somebody who was in a class say how it was, once."""
    _own(registration_id)
    form = OpinionForm()
    done = carry_out(
        form,
        lambda work: say(work, registration_id, form.opinion),
        leads_to=url_for("training.registration", registration_id=registration_id),
        done=gettext("Thank you. The centre reads it without your name."),
    )
    found = _own(registration_id)
    is_over = found.state in ASKED
    return done or form_page(
        "training/satisfaction.html",
        form,
        registration=found,
        course=found.training_class.course,
        is_over=is_over,
        has_said=is_over and not mine.unasked(db.session(), actor().person_id, [found]),
    )


def _own(registration_id: int) -> Registration:
    """Return the reader's own registration. Raises NotFound for that of anybody else."""
    found = mine.readable(db.session(), actor(), registration_id)
    if found.trainee.person_id != actor().person_id:
        raise NotFound
    return found
