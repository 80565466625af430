"""Forms of the register: applications, representatives, the charter, seats."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.desk import ActionForm, DeskForm, VersionField, named
from portal.extensions import db
from portal.files import ExaminedField
from portal.forms.fields import LocalDateField, PhoneField, Required, WholeNumberField
from portal.i18n import gettext, translate_error
from services.association.errors import CharterNotAccepted
from services.association.models.register import Office, Representation, Tier
from services.core.messages import N_
from services.organisations.models import Organisation
from services.organisations.queries import colleagues

MOST_PEOPLE = 200


def people_of(organisation_id: int) -> list[tuple[int, str]]:
    """Return who acts for an organisation, as the choices of a field."""
    found = db.session.scalars(colleagues(organisation_id).limit(MOST_PEOPLE)).all()
    return list({one.person_id: (one.person_id, one.person.name) for one in found}.values())


class JoinForm(DeskForm):
    """What an application says."""

    introduction = TextAreaField(
        N_("About your organisation"),
        [Required(), Length(max=1000)],
        description=N_("What you make, how many people, why you want to join."),
    )
    contact_name = StringField(N_("Contact person"), [Required(), Length(max=40)])
    contact_phone = PhoneField(N_("Telephone"), [Required()])
    representative = SelectField(
        N_("Who votes for you"),
        coerce=int,
        validators=[InputRequired()],
        description=N_("One person; you can name another one later."),
    )
    attachment = ExaminedField(N_("Signed application form or other material (optional)"))
    shows_name = BooleanField(N_("Our name may stand in the public list of members"))
    accepts_charter = BooleanField(N_("We have read the charter and accept it"))

    def __init__(self, firm: Organisation, *args: Any, **values: Any) -> None:
        known = {"contact_name": firm.contact_name, "contact_phone": firm.contact_phone}
        super().__init__(*args, **(known | values))
        self.representative.choices = people_of(firm.id)
        found = values.get("obj")
        if found is not None and not self.is_submitted():
            self.representative.data = found.representative_id

    def validate_accepts_charter(self, field: BooleanField) -> None:
        """Ask for the tick together with everything else that is missing; the operation asks again."""
        if not field.data:
            raise ValidationError(translate_error(CharterNotAccepted()))


class ObjectionForm(DeskForm):
    """Why an organisation objects."""

    text = TextAreaField(N_("Objection and its grounds"), [Required(), Length(max=1000)])


class AnswerForm(ActionForm):
    """What the secretariat answers."""

    answer = TextAreaField(N_("Answer"), [Required(), Length(max=1000)])


class WhyForm(ActionForm):
    """A button that asks for a longer reason."""

    reason = TextAreaField(N_("Reason"), [Required(), Length(max=300)])


class RepresentativeForm(ActionForm):
    """Who represents a member, in what, and from when."""

    role = SelectField(N_("In what"), validators=[InputRequired()])
    person = SelectField(N_("Person"), coerce=int, validators=[InputRequired()])
    from_on = LocalDateField(N_("From"), [Required()])

    def __init__(self, organisation_id: int, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.role.choices = named(Representation)
        self.person.choices = people_of(organisation_id)


class LeaveForm(ActionForm):
    """Asking to leave; a reason is welcome, not needed."""

    reason = TextAreaField(N_("Reason (optional)"), [Optional(), Length(max=300)])


class ExitForm(ActionForm):
    """The first day outside."""

    outside_on = LocalDateField(N_("First day outside"), [Required()])


class TierForm(ActionForm):
    """Another level of dues."""

    tier = SelectField(N_("Level of dues"), validators=[InputRequired()])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.tier.choices = named(Tier)


class SeatForm(ActionForm):
    """An office for an organisation."""

    organisation = SelectField(N_("Organisation"), coerce=int, validators=[InputRequired()])
    office = SelectField(N_("Office"), validators=[InputRequired()])
    from_on = LocalDateField(N_("From"), [Required()])

    def __init__(self, firms: list[tuple[int, str]], *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.organisation.choices = firms
        self.office.choices = named(Office)


class SeatEndForm(ActionForm):
    """The last day of an office."""

    until_on = LocalDateField(N_("Last day"), [Required()])


class CharterForm(DeskForm):
    """The figures of the charter, with the bank account."""

    version = VersionField()
    business_scope = TextAreaField(N_("Business scope"), [Required(), Length(max=1000)])
    term_ends_on = LocalDateField(N_("The council's term ends on"), [Optional()])
    bank_holder = StringField(N_("Account holder"), [Optional(), Length(max=100)])
    bank_name = StringField(N_("Bank"), [Optional(), Length(max=80)])
    bank_account = StringField(N_("Account number"), [Optional(), Length(max=40)])
    notice_days = WholeNumberField(N_("Days of notice of a meeting"), [Required()], maximum=90)
    public_notice_days = WholeNumberField(N_("Working days of the public notice"), [Required()], minimum=1, maximum=60)
    dues_days = WholeNumberField(N_("Days to pay dues"), [Required()], minimum=1, maximum=180)
    grace_days = WholeNumberField(N_("Days of grace, rights go on"), [Required()], maximum=365)
    lapse_days = WholeNumberField(
        N_("Days without dues after which a member counts as having left"), [Required()], minimum=1, maximum=3650
    )
    reapply_months = WholeNumberField(N_("Months until one may apply again after a refusal"), [Required()], maximum=36)
    proxy_limit = WholeNumberField(N_("Proxies that one person may hold"), [Required()], maximum=20)
    challenge_days = WholeNumberField(N_("Working days to challenge a count"), [Required()], minimum=1, maximum=60)

    def validate(self, extra_validators: Any = None) -> bool:
        """A member counts as having left after the grace, not before."""
        right = super().validate(extra_validators)
        grace, lapse = self.grace_days.data, self.lapse_days.data
        if grace is not None and lapse is not None and lapse <= grace:
            self.lapse_days.errors = [*self.lapse_days.errors, gettext("This must be more than the days of grace.")]
            return False
        return right


class EditionForm(ActionForm):
    """The text of the charter that is to be laid before a meeting."""

    text = TextAreaField(N_("Text of the charter"), [Required(), Length(max=30000)], render_kw={"rows": 18})
