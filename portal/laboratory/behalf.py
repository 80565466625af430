"""A clerk enters an order for a firm that telephones; the firm reads the price and agrees by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import render_template, url_for
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.access import holds
from portal.components import word
from portal.desk import ChecksField, DeskForm, asked_id, asked_words, carry_out, provider_id
from portal.extensions import db
from portal.forms.fields import LocalDateField, PhoneField, Required, WholeNumberField
from portal.i18n import gettext, translate
from portal.laboratory import bp
from services.accounts.models import Person
from services.booking import desk_queries
from services.catalogue.desk_queries import product_classes
from services.catalogue.models import Market, ProductClass, ServiceModule, Urgency
from services.core.messages import N_
from services.core.permissions import Permission
from services.laboratory.models.commissions import ReportLanguage
from services.laboratory.operations.offering import enter_for_firm
from services.laboratory.operations.wishes import Chosen, Options, SampleWish, Wish
from services.laboratory.queries.tests_on_offer import offered_tests
from services.laboratory.words import LANGUAGE_NAMES
from services.organisations.models import Organisation


class BehalfForm(DeskForm):
    """What the firm wants tested, as the clerk was told it."""

    placed_by = SelectField(N_("For whom at the firm"), coerce=int)
    chosen = ChecksField(N_("Items and packages"), coerce=int, default=())
    samples = TextAreaField(N_("Samples, one on each line"), validators=[Required(), Length(max=2400)])
    quantity = WholeNumberField(N_("Pieces of each sample"), default=1, minimum=1, maximum=100000)
    product = SelectField(N_("Product"), default="")
    market = SelectField(N_("For which market"), default="")
    urgency = SelectField(N_("How fast"), default=Urgency.NORMAL.value)
    report_language = SelectField(N_("Language of the report"), default=ReportLanguage.CHINESE.value)
    wished_on = LocalDateField(N_("Wished for"))
    contact_name = StringField(N_("Contact person"), validators=[Length(max=40)])
    contact_phone = PhoneField(N_("Telephone"))
    remarks = TextAreaField(N_("Remarks"), validators=[Length(max=1000)])

    def __init__(
        self, people: Sequence[Person], modules: Sequence[ServiceModule], products: Sequence[ProductClass]
    ) -> None:
        super().__init__()
        self.placed_by.choices = [(one.id, one.name) for one in people]
        self.chosen.choices = [(one.id, f"{one.code} {one.name}") for one in modules]
        self.product.choices = [
            ("", gettext("Not in the list, or not sure")),
            *((one.code, one.name) for one in products),
        ]
        self.market.choices = [("", gettext("Not sure")), *((one.value, word(one)) for one in Market)]
        self.urgency.choices = [(one.value, word(one)) for one in Urgency]
        self.report_language.choices = [(one.value, translate(name)) for one, name in LANGUAGE_NAMES.items()]

    def wish(self, firm_id: int, laboratory_id: int) -> Wish:
        """Return what is ordered of the laboratory for the firm."""
        names = [line.strip()[:80] for line in (self.samples.data or "").split("\n") if line.strip()]
        return Wish(
            provider_id=laboratory_id,
            organisation_id=firm_id,
            chosen=tuple(Chosen(module_id) for module_id in self.chosen.data or ()),
            samples=tuple(SampleWish(name=name, quantity=self.quantity.data or 1) for name in names),
            options=self._options(self.wished_on.data),
            placed_by_id=self.placed_by.data,
        )

    def _options(self, wished_on: date | None) -> Options:
        return Options(
            product_code=self.product.data or None,
            market=Market(self.market.data) if self.market.data else None,
            urgency=Urgency(self.urgency.data),
            report_language=ReportLanguage(self.report_language.data),
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
            remarks=self.remarks.data or "",
            wished_on=wished_on,
        )


@bp.route("/laboratory/commissions/new", methods=["GET", "POST"])
@holds(Permission.COMMISSION_REVIEW)
def behalf():
    """Enter an order for a firm: first the firm, then samples and tests; the firm has to agree."""
    firm_id = asked_id("firm")
    if firm_id is None:
        words = asked_words()
        firms = desk_queries.verified_firms(db.session(), provider_id(), words)
        return render_template("laboratory/desk/behalf_firm.html", words=words, firms=firms)
    firm = desk_queries.verified_firm(db.session(), provider_id(), firm_id)
    form = BehalfForm(
        desk_queries.agents_of(db.session(), firm_id),
        offered_tests(db.session(), provider_id(), words=asked_words()),
        product_classes(db.session()),
    )
    laboratory_id = provider_id() or 0
    answer = carry_out(
        form,
        lambda work: enter_for_firm(work, form.wish(firm_id, laboratory_id)),
        leads_to=lambda made: url_for("laboratory.desk_commission", commission_id=made.id),
        done=gettext("The order is entered; the firm has been asked to agree to its price and date."),
    )
    return answer or _page(firm, form)


def _page(firm: Organisation, form: BehalfForm) -> Any:
    people = desk_queries.agents_of(db.session(), firm.id)
    page = render_template("laboratory/desk/behalf.html", firm=firm, form=form, people=people, words=asked_words())
    return page, form.status
