"""What people fill in about reports and objections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from portal.desk import ChecksField, DeskForm, ReasonForm
from portal.forms import PortalForm
from portal.forms.fields import MoneyField, Required
from portal.i18n import translate
from services.core.messages import N_
from services.laboratory.models.reports import ObjectionOutcome, ReportLine
from services.laboratory.operations.objecting import Answer
from services.laboratory.words import OUTCOME_NAMES


class WordsForm(DeskForm):
    """The words of a report that are written by hand; results and verdicts are not."""

    conclusion = TextAreaField(N_("Further words of the conclusion"), validators=[Length(max=1000)])
    remarks = TextAreaField(N_("Remarks"), validators=[Length(max=1000)])


class AmendForm(DeskForm):
    """Why a report is amended, and what changes."""

    reason = StringField(N_("Reason of the amendment"), validators=[Required(), Length(max=300)])
    changed_parts = StringField(N_("What changes"), validators=[Required(), Length(max=300)])


class CollectForm(DeskForm):
    """Who has collected a report on paper."""

    name = StringField(N_("Collected by"), validators=[Required(), Length(max=40)])


class LinesForm(DeskForm):
    """A form in which lines of a report are ticked."""

    line_ids = ChecksField(N_("Which tests"), coerce=int)

    def __init__(self, lines: Sequence[ReportLine], **options: Any) -> None:
        super().__init__(**options)
        self.line_ids.choices = [(one.line_id, stated(one)) for one in lines]


class ObjectionForm(LinesForm):
    """What the client objects to."""

    text = TextAreaField(N_("What you object to, and why"), validators=[Required(), Length(max=1000)])


class RetestForm(LinesForm):
    """What is tested again, and why."""

    reason = ReasonForm.reason


class AnswerForm(DeskForm):
    """What an investigation came to."""

    outcome = RadioField(N_("Outcome"), validators=[Required()])
    answer = TextAreaField(N_("Answer to the client"), validators=[Required(), Length(max=1000)])
    why_stands = StringField(
        N_("Why the report stands although a retest came to something else"), validators=[Length(max=300)]
    )
    lab_at_fault = BooleanField(N_("The laboratory was at fault"))
    refund = MoneyField(N_("Fee given back (yuan)"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.outcome.choices = [(one.value, translate(name)) for one, name in OUTCOME_NAMES.items()]

    @property
    def found(self) -> Answer:
        """What was found."""
        return Answer(
            ObjectionOutcome(self.outcome.data),
            self.answer.data or "",
            lab_at_fault=bool(self.lab_at_fault.data),
            refund_fen=self.refund.data or 0,
            why_stands=self.why_stands.data or "",
        )


class NumberForm(PortalForm):
    """The number and the verification code of a report."""

    number = StringField(N_("Report no."), validators=[Required(), Length(max=40)])
    code = StringField(N_("Verification code"), validators=[Required(), Length(max=60)])

    @property
    def typed(self) -> tuple[str, str]:
        """The number and the code."""
        return self.number.data or "", self.code.data or ""


def stated(line: ReportLine) -> str:
    """Return how a line of a report is named where it is ticked."""
    return f"{line.contents['sample']} {line.contents['item']}"
