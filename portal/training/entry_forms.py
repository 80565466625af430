"""Forms with which people are registered, and a seat is handed over."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, StringField
from wtforms.validators import Length, Optional, ValidationError

from portal.desk import DeskForm
from portal.forms.fields import MobileField, Required
from portal.i18n import translate_error
from services.core import clock
from services.core.messages import N_
from services.training.errors import NotAnIdentity, NotDeclared
from services.training.models.courses import TrainingClass
from services.training.operations.enrolling import Entry
from services.training.operations.trainees import Particulars
from services.training.rules.eligibility import Condition, conditions_of, hindrances
from services.training.rules.identity import identity_of, plain_name

TYPED = ("name", "identity")


def written_name(text: str | None) -> str | None:
    """Return a name as it is kept; None where nothing was sent."""
    return plain_name(text) if text is not None else None


class ConditionsForm(DeskForm):
    """The conditions of a course that have to be declared; those that it does not ask for are not there."""

    meets_education = BooleanField(N_("I have the education that the course asks for"))
    meets_health = BooleanField(N_("I am in good health for this work and will bring the doctor's certificate"))
    meets_prior = BooleanField(N_("I hold the certificate that the course asks for"))

    def __init__(self, training_class: TrainingClass, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.training_class = training_class
        asked = conditions_of(training_class.course)
        for condition in Condition:
            if condition not in asked:
                del self[condition.value]
            elif asked[condition]:
                self[condition.value].description = asked[condition]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes, and that each condition is ticked."""
        right = super().validate(extra_validators)
        for field in self.conditions:
            if not field.data:
                field.errors = [*field.errors, translate_error(NotDeclared())]
                right = False
        return right

    @property
    def conditions(self) -> list[BooleanField]:
        """The boxes of the conditions."""
        return [self[one.value] for one in Condition if one.value in self]

    @property
    def declared(self) -> frozenset[Condition]:
        """The conditions that are ticked."""
        return frozenset(one for one in Condition if one.value in self and self[one.value].data)


class PersonForm(ConditionsForm):
    """One person: the name and the number on the identity card, and how to reach them."""

    name = StringField(
        N_("Name on the identity card"),
        [Required(), Length(max=40)],
        filters=[written_name],
        render_kw={"autocomplete": "off"},
    )
    identity = StringField(
        N_("Identity card number"),
        [Required(), Length(max=40)],
        description=N_("18 characters. It is kept encrypted and shown only in part from then on."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    mobile = MobileField(N_("Mobile number"), [Optional()])
    education = StringField(N_("Education"), [Length(max=30)], description=N_("Such as 初中, 高中 or 大专."))
    job = StringField(N_("Job"), [Length(max=40)], description=N_("What the person works as, such as 灯工."))
    knowingly = BooleanField(N_("I know that a lesson is at the same time as one of another class"))

    def validate_identity(self, field: StringField) -> None:
        """Refuse a number that does not hold, and an age that the course does not take."""
        identity = identity_of(field.data or "", clock.local_day(clock.now()))
        if identity is None:
            raise ValidationError(translate_error(NotAnIdentity()))
        first_day = self.training_class.starts_on
        if faults := hindrances(self.training_class.course, identity.born_on, first_day):
            raise ValidationError(translate_error(faults[0]))

    @property
    def given(self) -> Particulars:
        """What is asked of a trainee."""
        values = {name: self[name].data or "" for name in (*TYPED, "mobile", "education") if name in self}
        return Particulars(**{"name": "", "identity": ""} | values)

    @property
    def entry(self) -> Entry:
        """What was filled in."""
        employer = self["employer"].data if "employer" in self else ""
        return Entry(self.given, employer or "", self.job.data or "", self.declared, self.knowingly.data)


class OneselfForm(PersonForm):
    """Oneself; whoever has shown an identity number before is not asked again."""

    employer = StringField(N_("Employer"), [Length(max=100)], description=N_("Leave it empty if you have none."))

    def __init__(self, training_class: TrainingClass, *args: Any, is_known: bool, **values: Any) -> None:
        super().__init__(training_class, *args, **values)
        for name in (*TYPED, "mobile", "education") if is_known else ():
            del self[name]
