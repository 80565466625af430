"""What clerks of the laboratory fill in: contract reviews, reasons, amounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from portal.desk import DeskForm
from portal.forms.fields import MoneyField, Required
from portal.i18n import translate
from services.core.messages import N_
from services.laboratory.models.commissions import ReviewDecision
from services.laboratory.rules.reviewing import (
    ANSWER_NAMES,
    CHECK_NAMES,
    DECISION_NAMES,
    Answer,
    Check,
    Finding,
    Reply,
)


class ReviewForm(DeskForm):
    """The seven questions of a contract review, each with a note, and what is decided."""

    decision = RadioField(N_("Decision"), default=ReviewDecision.ACCEPT.value, validators=[Required()])
    is_prepaid = BooleanField(N_("The client pays before testing begins"))
    reason = TextAreaField(N_("What the client reads"), validators=[Length(max=300)])
    remark = TextAreaField(N_("Remark on the review, for the laboratory"), validators=[Length(max=1000)])

    def __init__(self, findings: Mapping[Check, Finding], decisions: frozenset[ReviewDecision], **options: Any) -> None:
        found = {check.value: one.found.value for check, one in findings.items() if one.found is not None}
        super().__init__(**found, **options)
        self.decision.choices = [
            (one.value, translate(name)) for one, name in DECISION_NAMES.items() if one in decisions
        ]
        if len(decisions) == 1:
            self.decision.data = min(decisions)
        for check in Check:
            self[check.value].choices = [(one.value, translate(name)) for one, name in ANSWER_NAMES.items()]

    @property
    def replies(self) -> dict[Check, Reply]:
        """What was answered; questions left open are not in it."""
        return {
            check: Reply(Answer(self[check.value].data), self[f"{check.value}_note"].data or "")
            for check in Check
            if self[check.value].raw_data and self[check.value].data in set(Answer)
        }

    @property
    def decided(self) -> ReviewDecision:
        """What was decided."""
        return ReviewDecision(self.decision.data)


for _check in Check:
    setattr(ReviewForm, _check.value, RadioField(CHECK_NAMES[_check], validate_choice=False))
    setattr(ReviewForm, f"{_check.value}_note", StringField(N_("Note"), validators=[Length(max=300)]))


class NoteForm(DeskForm):
    """A note that only the laboratory reads."""

    text = TextAreaField(N_("Note for the laboratory"), validators=[Required(), Length(max=1000)])


class ShownAmountForm(DeskForm):
    """A button that agrees to an amount; ``shown`` is what was read before it."""

    shown = HiddenField()

    @property
    def shown_fen(self) -> int:
        """The amount that was shown; -1, which nothing costs, for anything that is no amount."""
        text = self.shown.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


class TerminationForm(DeskForm):
    """The laboratory asks for the end of testing."""

    amount = MoneyField(N_("Amount for what is done (yuan)"), validators=[Required()])
    reason = StringField(N_("Reason"), validators=[Required(), Length(max=300)])
