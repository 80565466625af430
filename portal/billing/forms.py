"""What firms and centres fill in about accounts and invoices."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.desk import DeskForm
from portal.forms.fields import CreditCodeField, EmailField, LocalDateField, MoneyField, Required
from portal.i18n import translate
from services.accounts.models import Person
from services.billing.models import InvoiceKind
from services.billing.operations.invoices import Particulars
from services.billing.words import INVOICE_KIND_NAMES
from services.core.messages import N_
from services.organisations.models import Organisation


class InvoiceForm(DeskForm):
    """Whom a tax invoice is made out to; filled in from the organisation's particulars."""

    kind = RadioField(N_("Kind of invoice"), validators=[InputRequired()], default=InvoiceKind.NORMAL.value)
    title = StringField(N_("Invoice title"), validators=[Required(), Length(max=80)])
    tax_no = CreditCodeField(N_("Taxpayer number"), validators=[Required()])
    bank_name = StringField(N_("Bank"), validators=[Length(max=80)])
    bank_account = StringField(
        N_("Bank account"), validators=[Optional(), Regexp(r"[0-9 -]{6,40}\Z", message=N_("Digits only, please."))]
    )
    address = StringField(N_("Registered address"), validators=[Length(max=120)])
    phone = StringField(N_("Registered telephone"), validators=[Length(max=20)])
    email = EmailField(N_("E-mail for the electronic invoice"), validators=[Optional(), Length(max=120)])

    def __init__(self, organisation: Organisation, **options: Any) -> None:
        super().__init__(
            title=organisation.name,
            tax_no=organisation.credit_code or "",
            address=organisation.address,
            phone=organisation.contact_phone,
            **options,
        )
        self.kind.choices = [(kind.value, translate(name)) for kind, name in INVOICE_KIND_NAMES.items()]

    @property
    def particulars(self) -> Particulars:
        """What was filled in."""
        return Particulars(
            kind=InvoiceKind(self.kind.data),
            title=self.title.data,
            tax_no=self.tax_no.data,
            bank_name=self.bank_name.data or "",
            bank_account=self.bank_account.data or "",
            address=self.address.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
        )


class PersonInvoiceForm(DeskForm):
    """An ordinary invoice in the name of a person."""

    title = StringField(N_("Invoice title"), validators=[Required(), Length(max=80)])
    email = EmailField(N_("E-mail for the electronic invoice"), validators=[Optional(), Length(max=120)])

    def __init__(self, person: Person, **options: Any) -> None:
        super().__init__(title=person.name, email=person.email or "", **options)

    @property
    def particulars(self) -> Particulars:
        """What was filled in."""
        return Particulars(kind=InvoiceKind.NORMAL, title=self.title.data, tax_no="", email=self.email.data or "")


class IssueForm(DeskForm):
    """The invoice that was issued in the tax system."""

    invoice_no = StringField(
        N_("Invoice number"),
        validators=[Required(), Regexp(r"[0-9]{8,20}\Z", message=N_("8 to 20 digits, please."))],
    )
    issued_on = LocalDateField(N_("Day of the invoice"), validators=[Required()])


class CorrectionForm(IssueForm):
    """The red-letter invoice that takes back what another one is over too much."""

    amount = MoneyField(N_("Amount taken back (yuan)"), validators=[Required()])
    reason = StringField(N_("Reason"), validators=[Required(), Length(max=200)])


class AccountForm(DeskForm):
    """A firm may pay monthly, up to a limit."""

    organisation = SelectField(N_("Firm"), coerce=int, validators=[InputRequired()])
    limit = MoneyField(N_("Limit (yuan)"), validators=[Required()])


class StatementForm(DeskForm):
    """The month of a statement."""

    month = LocalDateField(N_("Any day of the month"), validators=[Required()])
