"""Forms of complaints and cases."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.components import word
from portal.desk import ActionForm, DeskForm, VersionField, named
from portal.files import ExaminedField
from portal.forms.fields import LocalDateField, LocalDateTimeField, MoneyField, Required, WholeNumberField
from portal.i18n import gettext
from services.association.models.cases import CaseKind, Party
from services.association.models.judging import Finding, Instance, Measure
from services.association.operations.cases import WishCase
from services.association.operations.judging import WishDecision
from services.association.operations.mediating import WishDuty
from services.association.queries.candidates import Candidate
from services.association.rules.cases import LONGEST_SUSPENSION
from services.core.messages import N_

MOST_DUTIES = 4


class CaseForm(DeskForm):
    """A complaint about another firm."""

    respondent = StringField(
        N_("Who the complaint is about"),
        [Required(), Length(max=100)],
        description=N_("The whole name of the organisation, or its unified social credit code."),
    )
    kind = SelectField(N_("Matter of the complaint"), [Required()])
    title = StringField(N_("In one line"), [Required(), Length(max=60)])
    happened_on = LocalDateField(N_("When it happened"), [Optional()])
    facts = TextAreaField(
        N_("What happened"),
        [Required(), Length(max=3000)],
        description=N_("Tell it in order: when, where, who, what. Evidence is added on the next page."),
        render_kw={"rows": 8},
    )
    demand = TextAreaField(N_("What you ask for"), [Required(), Length(max=1000)], render_kw={"rows": 3})
    claimed_fen = MoneyField(
        N_("Sum you claim (yuan)"), [Optional()], description=N_("Leave it empty if there is none.")
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.kind.choices = named(CaseKind)

    def wish(self, association_id: int) -> WishCase:
        """Return what the firm complains of."""
        return WishCase(
            association_id=association_id,
            respondent=self.respondent.data or "",
            kind=CaseKind(self.kind.data),
            title=self.title.data or "",
            facts=self.facts.data or "",
            demand=self.demand.data or "",
            claimed_fen=self.claimed_fen.data or None,
            happened_on=self.happened_on.data,
        )


class RowForm(ActionForm):
    """A button that belongs to one row of a case."""

    row = VersionField()


class WhyForm(RowForm):
    """A step that asks for a reason."""

    reason = TextAreaField(N_("Reason"), [Required(), Length(max=500)], render_kw={"rows": 3})


class WordsForm(ActionForm):
    """An answer or a statement."""

    text = TextAreaField(N_("Text"), [Required(), Length(max=3000)], render_kw={"rows": 6})


class EvidenceForm(ActionForm):
    """A file with what it shows."""

    file = ExaminedField(N_("File"), [Required()])
    text = StringField(N_("What it shows"), [Length(max=200)])
    is_secret = BooleanField(
        N_("Keep it from the other side"),
        description=N_("For trade secrets: only the panel and the secretariat see it then."),
    )


class SittingForm(ActionForm):
    """A session of the mediation."""

    starts_at = LocalDateTimeField(N_("When the session begins"), [Required()])
    place = StringField(N_("Place"), [Required(), Length(max=100)])


class RecordForm(RowForm):
    """The record of a session."""

    record = TextAreaField(N_("Record of the session"), [Required(), Length(max=2000)], render_kw={"rows": 5})


class AgreementForm(ActionForm):
    """An agreement with up to four things to be done."""

    terms = TextAreaField(N_("Terms of the agreement"), [Required(), Length(max=3000)], render_kw={"rows": 6})

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for debtor, *_ in self.rows():
            debtor.choices = [(one.value, word(one)) for one in (Party.RESPONDENT, Party.CLAIMANT)]

    def rows(self) -> list[tuple[Any, Any, Any, Any]]:
        """Return the fields of each thing to be done: by whom, what, how much, until when."""
        return [tuple(self[f"{name}_{place}"] for name in ("debtor", "text", "amount", "due_on")) for place in PLACES]  # type: ignore[misc]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what and when of each row in which anything is filled."""
        right = super().validate(extra_validators)
        for _, text, amount, due_on in self.rows():
            begun = bool(
                text.data or (due_on.raw_data and due_on.raw_data[0]) or (amount.raw_data and amount.raw_data[0])
            )
            if begun and not (text.data and due_on.data) and not due_on.errors:
                text.errors = [*text.errors, gettext("Say what is to be done, and until when.")]
                right = False
        return right

    @property
    def duties(self) -> list[WishDuty]:
        """What is to be done."""
        return [
            WishDuty(Party(debtor.data), text.data, due_on.data, amount.data or None)
            for debtor, text, amount, due_on in self.rows()
            if text.data and due_on.data
        ]


PLACES = range(1, MOST_DUTIES + 1)
for _place in PLACES:
    setattr(AgreementForm, f"debtor_{_place}", SelectField(N_("By whom"), default=Party.RESPONDENT.value))
    setattr(AgreementForm, f"text_{_place}", StringField(N_("Duty to be done"), [Length(max=200)]))
    setattr(AgreementForm, f"amount_{_place}", MoneyField(N_("Amount (yuan)"), [Optional()]))
    setattr(AgreementForm, f"due_on_{_place}", LocalDateField(N_("Until when"), [Optional()]))


class DecisionForm(ActionForm):
    """What a member of the panel proposes to decide."""

    finding = RadioField(N_("Decision of the panel"), [Required()])
    suspended_days = WholeNumberField(
        N_("Days of suspension"),
        [Optional()],
        minimum=1,
        maximum=LONGEST_SUSPENSION,
        description=N_("Only for a suspension of members' rights."),
    )
    reason = TextAreaField(N_("Reasons of the decision"), [Required(), Length(max=1000)], render_kw={"rows": 5})

    def __init__(
        self, *args: Any, instance: Instance = Instance.FIRST, against_member: bool = True, **values: Any
    ) -> None:
        super().__init__(*args, **values)
        if instance is Instance.APPEAL:
            offered: list[Any] = [Finding.APPEAL_REJECTED, Finding.APPEAL_UPHELD]
            del self.suspended_days
        else:
            offered = [Finding.DISMISSED, Finding.ADVICE, *(Measure if against_member else ())]
        self.finding.choices = [(one.value, word(one)) for one in offered]

    @property
    def wish(self) -> WishDecision:
        """What is proposed."""
        days = self.suspended_days.data if "suspended_days" in self else None
        chosen, reason = self.finding.data, self.reason.data or ""
        if chosen in set(Measure):
            return WishDecision(Finding.MEASURE, reason, Measure(chosen), days)
        return WishDecision(Finding(chosen), reason, None, days)


class AppointForm(ActionForm):
    """Somebody to be put on the panel."""

    person = SelectField(
        N_("Person"),
        [Required()],
        description=N_("People of the two sides and of their direct competitors are not listed: they step aside."),
    )

    def __init__(self, *args: Any, candidates: list[Candidate], **values: Any) -> None:
        super().__init__(*args, **values)
        self.person.choices = [("", gettext("Please choose"))] + [
            (f"{one.person.id}-{one.organisation.id}", f"{one.organisation.label} · {one.person.name}")
            for one in candidates
        ]

    @property
    def chosen(self) -> tuple[int, int]:
        """The person, and the organisation that the person comes from."""
        person_id, _, organisation_id = (self.person.data or "").partition("-")
        return int(person_id), int(organisation_id)
