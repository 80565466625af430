"""The forms of the way to an order: samples with their tests, and everything else that is ordered with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Length

from portal.components import word
from portal.desk import ChecksField
from portal.forms import PortalForm
from portal.forms.fields import LocalDateField, PhoneField, Required, WholeNumberField
from portal.forms.rows import Row
from portal.i18n import gettext, money, translate
from services.catalogue.models import Market, ProductClass, Urgency
from services.core.messages import N_
from services.laboratory.models.capability import LimitSet
from services.laboratory.models.commissions import DecisionRule, Leftover, Purpose, ReportLanguage
from services.laboratory.operations.wishes import MOST_SAMPLES, Chosen, Options, SampleWish
from services.laboratory.queries.offers import Test
from services.laboratory.words import LANGUAGE_NAMES, LEFTOVER_NAMES, PURPOSE_NAMES, RULE_NAMES


class SampleRow(Row):
    """One sample; a row without a name is left out."""

    name = StringField(N_("Name of the sample"), validators=[Length(max=80)])
    model = StringField(N_("Model or specification"), validators=[Length(max=80)])
    batch_no = StringField(N_("Batch number"), validators=[Length(max=60)])
    brand = StringField(N_("Trademark"), validators=[Length(max=60)])
    quantity = WholeNumberField(N_("Pieces"), default=1, minimum=1, maximum=100_000)
    quantity_unit = StringField(N_("Unit"), default="件", validators=[Length(max=10)])
    description = StringField(N_("Material, colour, looks"), validators=[Length(max=300)])
    storage = StringField(N_("How it is to be kept"), validators=[Length(max=80)])
    hazard = StringField(N_("Hazards"), validators=[Length(max=120)])
    tests = ChecksField(N_("Tests on this sample"), coerce=int, validate_choice=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is entered in this row."""
        return not any((self.name.data, self.model.data, self.batch_no.data, self.description.data))

    @property
    def wish(self) -> SampleWish:
        """The sample as it is described."""
        texts = ("model", "batch_no", "brand", "description", "storage", "hazard")
        return SampleWish(
            name=self.name.data or "",
            quantity=self.quantity.data or 1,
            quantity_unit=self.quantity_unit.data or "件",
            **{name: self[name].data or "" for name in texts},
        )


class TestRow(Row):
    """How many of its unit an item or a package is ordered for each sample."""

    __test__ = False  # the name is the field's, pytest looks for tests elsewhere

    module_id = HiddenField()
    quantity = WholeNumberField(N_("For each sample"), default=1, minimum=1, maximum=5000)


class SamplesForm(PortalForm):
    """The samples of an order, and which tests on which of them."""

    chosen = FieldList(FormField(TestRow), N_("Tests"))
    samples = FieldList(FormField(SampleRow), N_("Samples"), max_entries=MOST_SAMPLES)
    product = HiddenField()
    market = HiddenField()
    more = SubmitField(N_("One more sample"))

    def prepare(self, tests: Sequence[Test]) -> None:
        """Offer each test for each sample; every test is meant for a sample that is new here."""
        ids = [one.module.id for one in tests]
        if not self.chosen.entries:
            for module_id in ids:
                self.chosen.append_entry({"module_id": str(module_id), "quantity": 1})
        if not self.samples.entries:
            self.samples.append_entry({"tests": ids})
        for row in self.samples:
            row.form.tests.choices = [(one.module.id, one.module.name) for one in tests]

    def add_sample(self, tests: Sequence[Test]) -> None:
        """Offer one more row, with everything that stands in the others kept."""
        if len(self.samples.entries) < MOST_SAMPLES:
            self.samples.append_entry({"tests": [one.module.id for one in tests]})
            self.prepare(tests)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shapes; whoever describes a sample names it."""
        right = super().validate(extra_validators)
        for row in self.samples:
            if not row.form.name.data and not row.form.is_empty:
                row.form.name.errors = [*row.form.name.errors, gettext("Please name the sample.")]
                right = False
        return right

    @property
    def wishes(self) -> tuple[SampleWish, ...]:
        """The samples that were entered."""
        return tuple(row.form.wish for row in self._entered)

    @property
    def _entered(self) -> list[FormField]:
        return [row for row in self.samples if not row.form.is_empty]

    def choice(self, tests: Sequence[Test]) -> tuple[Chosen, ...]:
        """The tests with their quantities and samples; a single test is for all of them."""
        counts = {row.form.module_id.data: row.form.quantity.data or 1 for row in self.chosen}
        return tuple(chosen for one in tests if (chosen := self._chosen(one, tests, counts)) is not None)

    def _chosen(self, one: Test, tests: Sequence[Test], counts: Mapping[str, int]) -> Chosen | None:
        key, rows = one.module.id, self._entered
        on = [number for number, row in enumerate(rows, 1) if len(tests) == 1 or key in (row.form.tests.data or ())]
        if rows and not on:
            return None
        return Chosen(key, counts.get(str(key), 1), () if len(on) == len(rows) else tuple(on))


class OptionsForm(PortalForm):
    """Everything an order says beside its samples and tests."""

    urgency = SelectField(N_("How fast"), default=Urgency.NORMAL.value)
    wished_on = LocalDateField(N_("Wished for by"), description=N_("Leave it empty for the earliest day."))
    purpose = SelectField(N_("What the report is for"), default=Purpose.RELEASE.value)
    product = SelectField(N_("Product"), default="")
    market = SelectField(N_("Market"), default="")
    is_judged = BooleanField(N_("Judge the results (pass or fail)"))
    limit_set = SelectField(N_("Judged by"), default="")
    decision_rule = SelectField(N_("How a result is compared with its limit"), default=DecisionRule.SIMPLE.value)
    report_language = SelectField(N_("Language of the report"), default=ReportLanguage.CHINESE.value)
    paper_copies = WholeNumberField(
        N_("Copies on paper"), default=0, maximum=20, description=N_("The first copy is free; the PDF always is.")
    )
    wants_mark = BooleanField(N_("CMA or CNAS mark where the test lies within the scope"), default=True)
    extras = ChecksField(N_("Extras"), default=())
    leftover = SelectField(N_("What becomes of the samples"), default=Leftover.DISPOSE.value)
    may_subcontract = BooleanField(
        N_("The laboratory may give tests to another accredited body, named in the report"),
    )
    producer_name = StringField(N_("Producer named in the report"), validators=[Length(max=80)])
    payer_name = StringField(
        N_("Who pays"), validators=[Length(max=80)], description=N_("Only if it is not your organisation.")
    )
    contact_name = StringField(N_("Contact person"), validators=[Required(), Length(max=40)])
    contact_phone = PhoneField(N_("Telephone"), validators=[Required()])
    remarks = TextAreaField(N_("Remarks"), validators=[Length(max=1000)])

    def offer(
        self,
        *,
        speeds: Sequence[Urgency],
        products: Sequence[ProductClass],
        limit_sets: Sequence[LimitSet],
        extras: Mapping[str, tuple[str, int]],
        may_subcontract: bool,
    ) -> None:
        """Offer what goes with the chosen tests; what makes no sense with them is not asked."""
        self.urgency.choices = [(one.value, word(one)) for one in speeds]
        self.purpose.choices = [(one.value, translate(name)) for one, name in PURPOSE_NAMES.items()]
        self.product.choices = [
            ("", gettext("Not in the list, or not sure")),
            *((one.code, one.name) for one in products),
        ]
        self.market.choices = [("", gettext("Not sure")), *((one.value, word(one)) for one in Market)]
        self.report_language.choices = [(one.value, translate(name)) for one, name in LANGUAGE_NAMES.items()]
        self.leftover.choices = [(one.value, translate(name)) for one, name in LEFTOVER_NAMES.items()]
        self.extras.choices = [(code, f"{name} {money(fen)}") for code, (name, fen) in extras.items()]
        self._offer_judgement(limit_sets)
        if not extras:
            del self.extras
        if not may_subcontract:
            del self.may_subcontract

    def _offer_judgement(self, limit_sets: Sequence[LimitSet]) -> None:
        """Without limits for any of the tests there is nothing to judge by, and it is not asked."""
        if not limit_sets:
            del self.is_judged, self.limit_set, self.decision_rule
            return
        self.limit_set.choices = [("", gettext("Please choose")), *((str(one.id), one.name) for one in limit_sets)]
        self.decision_rule.choices = [(one.value, translate(name)) for one, name in RULE_NAMES.items()]

    @property
    def _judgement(self) -> dict[str, Any]:
        if "is_judged" not in self:
            return {}
        return {
            "is_judged": bool(self.is_judged.data),
            "limit_set_id": int(self.limit_set.data) if self.limit_set.data else None,
            "decision_rule": DecisionRule(self.decision_rule.data),
        }

    @property
    def options(self) -> Options:
        """What was chosen."""
        return Options(
            product_code=self.product.data or None,
            market=Market(self.market.data) if self.market.data else None,
            purpose=Purpose(self.purpose.data),
            urgency=Urgency(self.urgency.data),
            extras=tuple(self.extras.data or ()) if "extras" in self else (),
            report_language=ReportLanguage(self.report_language.data),
            paper_copies=self.paper_copies.data or 0,
            wants_mark=bool(self.wants_mark.data),
            leftover=Leftover(self.leftover.data),
            may_subcontract="may_subcontract" in self and bool(self.may_subcontract.data),
            wished_on=self.wished_on.data,
            **self._judgement,
            **{name: self[name].data or "" for name in _TEXTS},
        )


_TEXTS = ("payer_name", "producer_name", "contact_name", "contact_phone", "remarks")


class ShownForm(PortalForm):
    """What was shown before the button: the price and the date that are agreed to."""

    due_fen = HiddenField()
    promised_on = HiddenField()
