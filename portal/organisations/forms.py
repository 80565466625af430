"""Forms of entry, verification and colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileRequired
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.extensions import db
from portal.files import ExaminedField
from portal.forms import PortalForm
from portal.forms.fields import ContactField, CreditCodeField, LocalDateField, Required, WholeNumberField
from portal.i18n import gettext, translate
from services.core import clock
from services.core.errors import RulesBroken
from services.core.messages import N_
from services.core.permissions import ROLE_NAMES, Role
from services.organisations.models import OrgKind, OrgType
from services.organisations.particulars import Particulars, faults_of
from services.organisations.queries import regions
from services.organisations.roles import SELF_REGISTERED
from services.organisations.words import KIND_NAMES, TYPE_NAMES

LARGEST_FIRM = 1_000_000


class CreditCodeForm(PortalForm):
    """The first question of the entry."""

    credit_code = CreditCodeField(
        N_("Unified social credit code"),
        [Required()],
        description=N_("18 characters, as they stand on the business licence."),
        render_kw={"autocomplete": "off", "maxlength": 40},
    )


class ParticularsForm(PortalForm):
    """What an organisation says about itself."""

    name = StringField(
        N_("Name of the organisation"),
        [Required(), Length(max=100)],
        description=N_("In full, as it stands on the licence."),
        render_kw={"autocomplete": "organization"},
    )
    short_name = StringField(N_("Short name"), [Length(max=40)])
    org_type = SelectField(N_("Type of body"))
    credit_code = CreditCodeField(N_("Unified social credit code"))
    region_code = SelectField(N_("County or district"))
    town = StringField(N_("Town or zone"), [Length(max=40)])
    address = StringField(N_("Address"), [Length(max=120)], render_kw={"autocomplete": "street-address"})
    industry_code = StringField(
        N_("Industry class"), [Length(max=4)], description=N_("Four digits of GB/T 4754, e.g. 3054.")
    )
    founded_on = LocalDateField(N_("Founded on"))
    employees = WholeNumberField(N_("Employees"), maximum=LARGEST_FIRM)
    products = StringField(N_("Main products"), [Length(max=200)], description=N_("Separated by commas."))
    chain_node = StringField(N_("Place in the industrial chain"), [Length(max=40)])
    contact_name = StringField(N_("Contact person"), [Length(max=40)], render_kw={"autocomplete": "name"})
    contact_phone = StringField(
        N_("Telephone of the contact person"),
        [Length(max=20)],
        description=N_("A mobile number, or a landline such as 0514-88000001."),
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )
    shows_contact = BooleanField(N_("Show the contact person to verified organisations"))
    website = StringField(N_("Web site"), [Length(max=200)], render_kw={"inputmode": "url", "placeholder": "https://"})
    introduction = TextAreaField(N_("Introduction"), [Length(max=1000)], render_kw={"rows": 5})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.org_type.choices = [(one.value, translate(name)) for one, name in TYPE_NAMES.items()]
        places = [(one.code, one.name) for one in regions(db.session())]
        self.region_code.choices = [("", gettext("Please choose")), *places]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes; when one is wrong, tell the broken rules of the other fields at the same time."""
        right = super().validate(extra_validators)
        if not right and not self.org_type.errors:
            faults = faults_of(db.session(), self.particulars(), clock.local_day(clock.now()))
            self.blame(RulesBroken([one for one in faults if one.field and not self[one.field].errors]))
        return right

    def particulars(self) -> Particulars:
        """Return what was typed."""
        return Particulars(
            name=self.name.data,
            short_name=self.short_name.data or "",
            org_type=OrgType(self.org_type.data),
            credit_code=self.credit_code.data,
            region_code=self.region_code.data or None,
            town=self.town.data or "",
            address=self.address.data or "",
            industry_code=self.industry_code.data or "",
            founded_on=self.founded_on.data,
            employees=self.employees.data,
            products=self.products.data or "",
            chain_node=self.chain_node.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
            shows_contact=self.shows_contact.data,
            website=self.website.data or "",
            introduction=self.introduction.data or "",
        )


class EntryForm(ParticularsForm):
    """A new organisation."""

    kind = SelectField(N_("Kind of organisation"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.credit_code.validators = [Required()]
        self.kind.choices = [(one.value, translate(KIND_NAMES[one])) for one in SELF_REGISTERED]

    @property
    def chosen_kind(self) -> OrgKind:
        """Return what the organisation does on the portal."""
        return OrgKind(self.kind.data)


class EditForm(ParticularsForm):
    """Changed particulars of the version that was shown."""

    version = HiddenField()
    licence = ExaminedField(N_("New business licence"))

    @property
    def shown_version(self) -> int:
        """Return the version this form was filled from; 0, which no record has, for none or anything unreadable."""
        text = next(iter(self.version.raw_data or ()), "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class LicenceForm(PortalForm):
    """The scan of the licence, for the verifier."""

    licence = ExaminedField(N_("Business licence"))


class JoinForm(PortalForm):
    """A request to be let in by the administrator."""

    remark = StringField(N_("Who you are (for the administrator)"), [Length(max=300)])


class ClaimForm(PortalForm):
    """A request to the platform to administer an organisation."""

    licence = ExaminedField(N_("Business licence"), [FileRequired(N_("Please add a scan of the business licence."))])
    remark = TextAreaField(N_("What the platform should know"), [Length(max=300)], render_kw={"rows": 3})


class RoleForm(PortalForm):
    """One of the roles that exist in an organisation."""

    role = SelectField(N_("Role"))

    def __init__(self, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = [(one.value, translate(ROLE_NAMES[one])) for one in roles]

    @property
    def chosen_role(self) -> Role:
        """Return the role."""
        return Role(self.role.data)


class InvitationForm(RoleForm):
    """A colleague to be invited."""

    contact = ContactField(
        N_("Mobile number or e-mail address"),
        [Required()],
        description=N_("The link works only for the account that has this number or address."),
    )


class RefusalForm(PortalForm):
    """A refusal needs a reason."""

    reason = TextAreaField(N_("Reason"), [Required(), Length(max=300)], render_kw={"rows": 3})


class AcceptanceForm(PortalForm):
    """How far the verifier went."""

    level = RadioField(N_("Result"), default="2", description=N_("Level 3 means that somebody has been there as well."))
    remark = StringField(N_("Remark for the file"), [Length(max=300)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [("2", gettext("Licence verified")), ("3", gettext("Visited as well"))]
