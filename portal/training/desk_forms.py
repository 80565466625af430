"""Forms of the training centre's desk: courses, classes, and what is decided about them."""

from __future__ import annotations

import re
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from portal.desk import ActionForm, DeskForm, VersionField, named
from portal.files import ExaminedField
from portal.forms.fields import (
    LocalDateField,
    LocalDateTimeField,
    MoneyField,
    PhoneField,
    Required,
    WholeNumberField,
)
from portal.i18n import gettext
from portal.photographs import PhotoField
from services.core.characters import narrow
from services.core.messages import N_
from services.training.models.courses import CertificateKind, Level, Promotion
from services.training.models.papers import DocumentKind
from services.training.operations.classes import ClassWish
from services.training.operations.courses import CourseWish

MOST_SEATS = 500
_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*\Z")


def _code(text: str | None) -> str | None:
    """Return a typed code in the spelling under which it is stored: narrow capitals."""
    return narrow(text).upper() if text else text


class CourseForm(DeskForm):
    """Everything the centre says about a course."""

    version = VersionField()
    title = StringField(N_("Name of the course"), [Required(), Length(max=80)])
    occupation = StringField(N_("Occupation"), [Length(max=60)])
    level = SelectField(N_("Level"), coerce=Level)
    theory_hours = WholeNumberField(N_("Hours of theory"), [Required()], maximum=2000)
    practice_hours = WholeNumberField(N_("Hours of practice"), [Required()], maximum=2000)
    summary = StringField(N_("In one sentence"), [Length(max=300)])
    syllabus = TextAreaField(N_("Contents of the course"), [Length(max=3000)])
    entry_text = TextAreaField(N_("Who can take it"), [Length(max=500)])
    min_age = WholeNumberField(N_("From the age of"), [Required()], minimum=16, maximum=99)
    max_age = WholeNumberField(N_("Up to the age of"), [Optional()], minimum=16, maximum=99)
    is_hazardous = BooleanField(N_("Hazardous work: nobody under 18"))
    education = StringField(N_("Education asked for"), [Length(max=30)])
    needs_health = BooleanField(N_("A health certificate is needed"))
    prior_certificate = StringField(N_("Certificate asked for before"), [Length(max=80)])
    safety_text = TextAreaField(N_("Safety notes"), [Length(max=500)])
    books_text = StringField(N_("Text books"), [Length(max=300)])
    has_theory_test = BooleanField(N_("Examination in theory"))
    has_practice_test = BooleanField(N_("Examination in practice"))
    attendance_percent = WholeNumberField(N_("Attendance asked for (per cent)"), [Required()], maximum=100)
    pass_score = WholeNumberField(N_("Score to pass"), [Required()], maximum=100)
    certificate = SelectField(N_("Certificate at the end"), coerce=CertificateKind)
    certificate_months = WholeNumberField(
        N_("Certificate valid for (months)"), [Optional()], minimum=1, maximum=600, description=N_("Empty: for ever.")
    )
    fee_fen = MoneyField(N_("Fee (yuan)"), [Required()], description=N_("0 for a course for the public benefit."))
    is_subsidised = BooleanField(N_("The training is subsidised"))
    shortage_percent = WholeNumberField(
        N_("Uplift for a scarce occupation (per cent)"),
        [Optional()],
        maximum=30,
        description=N_("Counts from the senior level on."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = named(Level)
        self.certificate.choices = named(CertificateKind)

    def wish(self, code: str) -> CourseWish:
        """Return what was typed."""
        return CourseWish(code=code, **_typed(self, CourseWish, {"code"}))


class NewCourseForm(CourseForm):
    """A course that is entered has a code besides."""

    code = StringField(
        N_("Code"),
        [Required(), Length(max=20)],
        filters=[_code],
        description=N_("Such as KC01. It stands in the address of the course and is never changed."),
    )

    def validate_code(self, field: StringField) -> None:
        """Refuse what is no code."""
        if field.data and not _CODE.match(field.data):
            raise ValidationError(gettext("A code has letters, digits and hyphens only, such as TG01."))


class CoursePhotoForm(ActionForm):
    """The photograph of a course."""

    photo = PhotoField(N_("Photograph"), [Required()])


class ClassForm(DeskForm):
    """Everything the centre says about a class."""

    version = VersionField()
    name = StringField(N_("Name of the class"), [Length(max=40)], description=N_("Such as “evening class in May”."))
    starts_on = LocalDateField(N_("First day"), [Required()])
    ends_on = LocalDateField(N_("Last day"), [Required()])
    place = StringField(N_("Place"), [Required(), Length(max=100)])
    is_evening = BooleanField(N_("Evening class"))
    is_weekend = BooleanField(N_("Weekend class"))
    capacity = WholeNumberField(N_("Number of seats"), [Required()], minimum=1, maximum=MOST_SEATS)
    min_seats = WholeNumberField(
        N_("At least so many people"),
        [Required()],
        minimum=1,
        maximum=MOST_SEATS,
        description=N_("With fewer people you are asked three days before whether it is held."),
    )
    opens_at = LocalDateTimeField(N_("Registration opens"), [Required()])
    closes_at = LocalDateTimeField(N_("Registration closes"), [Required()])
    fee_fen = MoneyField(N_("Fee (yuan)"), [Required()])
    company_cap = WholeNumberField(
        N_("Most seats for one company"),
        [Optional()],
        minimum=1,
        maximum=MOST_SEATS,
        description=N_("Empty: no limit."),
    )
    waiting_limit = WholeNumberField(
        N_("Most people on the waiting list"),
        [Optional()],
        maximum=MOST_SEATS,
        description=N_("Empty: no limit. 0: no waiting list."),
    )
    promotion = SelectField(N_("Who gets a seat that becomes free"), coerce=Promotion)
    approves = BooleanField(N_("The centre looks at each registration before it counts"))
    is_for_members = BooleanField(N_("Only for the people of members of the association"))
    needs_filing = BooleanField(N_("The class has to be filed with the authority before it opens"))
    contact_name = StringField(N_("Contact person"), [Length(max=40)])
    contact_phone = PhoneField(N_("Telephone"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promotion.choices = named(Promotion)

    def wish(self) -> ClassWish:
        """Return what was typed."""
        return ClassWish(**_typed(self, ClassWish, set()))


def _typed(form: DeskForm, kind: type, without: set[str]) -> dict[str, Any]:
    """Return the typed values by the names of a wish; an empty text is no text, an empty number is what the wish has."""
    fields = {name: one for name, one in kind.__dataclass_fields__.items() if name not in without}
    values = {name: form[name].data for name in fields}
    return {name: fields[name].default if value is None else value for name, value in values.items()}


class CapacityForm(ActionForm):
    """How many seats a class has."""

    capacity = WholeNumberField(N_("Number of seats"), [Required()], minimum=1, maximum=MOST_SEATS)


class ReopenForm(ActionForm):
    """Until when the registration is open again."""

    closes_at = LocalDateTimeField(N_("Registration closes"), [Required()])


class BeginForm(ActionForm):
    """Begins the class; below the minimum with a reason."""

    reason = StringField(
        N_("Reason"),
        [Length(max=300)],
        description=N_("Only needed when fewer people than the minimum are registered."),
    )


class CancelForm(ActionForm):
    """Cancels the class."""

    reason = StringField(
        N_("Reason"), [Required(), Length(max=300)], description=N_("Everybody who is registered reads it.")
    )


class HoldForm(ActionForm):
    """Why a class is held although too few are registered."""

    reason = StringField(
        N_("Reason"), [Required(), Length(max=300)], description=N_("It is kept with the class; nobody else reads it.")
    )


class PostponeForm(CancelForm):
    """Moves the class to a later day."""

    starts_on = LocalDateField(N_("New first day"), [Required()])


class DocumentForm(ActionForm):
    """A paper of the filing."""

    kind = SelectField(N_("Kind of paper"), coerce=DocumentKind)
    file = ExaminedField(N_("File"), [Required()])
    note = StringField(N_("Note"), [Length(max=100)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(DocumentKind)


class FilingForm(ActionForm):
    """The number under which the authority keeps the class."""

    filing_no = StringField(N_("Filing number"), [Required(), Length(max=40)])


class IdentityForm(ActionForm):
    """Why somebody reads an identity number in full."""

    reason = StringField(
        N_("Why you need it"), [Required(), Length(max=200)], description=N_("It is kept who read the number, and why.")
    )
