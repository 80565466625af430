"""What is filled in about samples: at the counter, in the store, and by the client who decides on a deviation."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.desk import ActionForm, DeskForm
from portal.forms.fields import Required, WholeNumberField
from portal.i18n import gettext, translate
from portal.photographs import PhotoField
from services.core.messages import N_
from services.laboratory.models.samples import RefusalReason, Sample, SampleState
from services.laboratory.operations.samples import Arrival
from services.laboratory.rules.custody import REFUSAL_NAMES, REFUSALS
from services.laboratory.rules.states import SAMPLE_STEPS

RECEIVE, DEVIATE, REFUSE = "receive", "deviate", "refuse"
DECISIONS = {
    RECEIVE: N_("As ordered: take it in"),
    DEVIATE: N_("Not as ordered: the client decides"),
    REFUSE: N_("Cannot be tested: refuse it"),
}
PLACES = {"list": "places", "autocomplete": "off"}
MOST_PARTS = 20


class ArrivalForm(DeskForm):
    """How a sample came, and what becomes of it."""

    decision = RadioField(N_("What becomes of the sample"), validators=[Required()])
    condition = TextAreaField(
        N_("Condition on receipt"),
        validators=[Required(), Length(max=300)],
        description=N_("Packing, completeness, marks, temperature: what the report will say about the sample."),
    )
    quantity = WholeNumberField(N_("Quantity counted"), validators=[Required()], minimum=1, maximum=100000)
    place = StringField(N_("Put to"), validators=[Required(), Length(max=60)], render_kw=PLACES)
    brought_by = StringField(N_("Brought by"), validators=[Required(), Length(max=80)])
    photo = PhotoField(N_("Photograph"))
    deviation = TextAreaField(
        N_("What differs from the order"),
        validators=[Length(max=300)],
        description=N_("Only when it is not as ordered. The client reads it, and the report repeats it."),
    )
    refusal_reason = SelectField(
        N_("Reason for the refusal"), validate_choice=False, description=N_("Only when it is refused.")
    )

    def __init__(self, sample: Sample, **options: Any) -> None:
        commission = sample.commission
        super().__init__(
            quantity=sample.quantity,
            place=sample.place or None,
            condition=sample.condition or None,
            brought_by=commission.contact_name or None,
            **options,
        )
        opened = not self.is_submitted()  # what was sent is weighed by the rules, whatever is possible by now
        able = [name for name in DECISIONS if not opened or sample.state in SAMPLE_STEPS[name][0]]
        self.decision.choices = [(name, translate(DECISIONS[name])) for name in able]
        if opened and able:
            self.decision.data = able[0]
        reasons = [(one.value, translate(REFUSAL_NAMES[one])) for one in REFUSALS]
        self.refusal_reason.choices = [("", gettext("Please choose")), *reasons]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes; a deviation and a refusal need their reason and a photograph."""
        right = super().validate(extra_validators)
        wanted = {
            DEVIATE: (self.deviation, self.deviation.data),
            REFUSE: (self.refusal_reason, self.refusal_reason.data in set(REFUSALS)),
        }.get(self.decision.data or "")
        if wanted is None:
            return right
        if not wanted[1]:
            wanted[0].errors = [gettext("Please fill in “%(field)s”.", field=translate(wanted[0].label.text))]
        if self.photo.upload is None and not self.photo.errors:
            self.photo.errors = [gettext("A deviation or a refusal needs a photograph.")]
        return right and not wanted[0].errors and not self.photo.errors

    @property
    def reason(self) -> RefusalReason:
        """The chosen reason for a refusal."""
        return RefusalReason(self.refusal_reason.data)

    def arrival(self, photo_id: int | None) -> Arrival:
        """Return what the counter saw."""
        return Arrival(
            condition=self.condition.data or "",
            place=self.place.data or "",
            quantity=self.quantity.data or 1,
            brought_by=self.brought_by.data or "",
            photo_id=photo_id,
        )


class TakeForm(DeskForm):
    """A sample, or some of it, is taken out."""

    amount = StringField(N_("How much"), validators=[Length(max=40)])
    note = StringField(N_("Remark"), validators=[Length(max=300)])


class StoreForm(DeskForm):
    """A sample is put somewhere."""

    place = StringField(N_("Put to"), validators=[Required(), Length(max=60)], render_kw=PLACES)
    note = StringField(N_("Remark"), validators=[Length(max=300)])


class BringBackForm(StoreForm):
    """A sample comes back from a test."""

    amount = StringField(N_("How much is left"), validators=[Length(max=40)])


class DivideForm(DeskForm):
    """A sample is divided into parts."""

    parts = WholeNumberField(N_("Number of parts"), validators=[Required()], minimum=1, maximum=MOST_PARTS)
    amount = StringField(N_("Amount of each part"), validators=[Length(max=40)])
    note = StringField(N_("Remark"), validators=[Length(max=300)])


class ReturnForm(DeskForm):
    """A sample is handed out to the client."""

    taken_by = StringField(N_("Taken by (name of who signs)"), validators=[Required(), Length(max=80)])
    note = StringField(N_("Remark"), validators=[Length(max=300)])


class DisposalForm(DeskForm):
    """A step towards the disposal of a sample."""

    note = StringField(N_("Remark"), validators=[Length(max=300)])


STEP_FORMS: dict[str, type[DeskForm]] = {
    "take": TakeForm,
    "bring_back": BringBackForm,
    "move": StoreForm,
    "divide": DivideForm,
    "give_back": ReturnForm,
    "ask_disposal": DisposalForm,
    "confirm_disposal": DisposalForm,
    "call_off": DisposalForm,
}
"""What is asked for with each thing that can be done to a sample."""


def steps_open(sample: Sample, *, receives: bool, may_leave: bool, is_testable: bool, actor_id: int | None) -> set[str]:
    """Return what can be done to a sample as it stands."""
    state = sample.state
    able = {name for name in ("bring_back", "give_back") if state in SAMPLE_STEPS[name][0]}
    if is_testable and state in SAMPLE_STEPS["take"][0]:
        able.add("take")
    if sample.place and state not in {SampleState.IN_TEST, SampleState.RETURNED, SampleState.DISPOSED}:
        able.add("move")
    if sample.parent_id is None and state in SAMPLE_STEPS["divide"][0]:
        able.add("divide")
    if not (receives and may_leave):
        able.discard("give_back")
    if may_leave and sample.disposal_asked_by_id is None:
        able.add("ask_disposal")
    if state in SAMPLE_STEPS["dispose"][0] and sample.disposal_asked_by_id is not None:
        able |= {"call_off"} | (
            {"confirm_disposal"} if may_leave and sample.disposal_asked_by_id != actor_id else set()
        )
    return able


class DecisionForm(ActionForm):
    """The client accepts or declines a deviation."""

    sample_id = HiddenField()
    decision = RadioField(N_("Your decision"), validators=[Required()])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.decision.choices = [
            ("accept", gettext("Test it as it is; the report states the deviation")),
            ("decline", gettext("Do not test it; its tests are not charged")),
        ]

    @property
    def chosen_id(self) -> int:
        """The sample decided on; 0, which none has, for anything that is no number."""
        text = self.sample_id.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
