"""What teachers and learners fill in: the roll of a lesson, the code, the scores of an examination."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, StringField
from wtforms.validators import Length, Optional

from portal.components import word
from portal.desk import ActionForm, DeskForm, named
from portal.forms.fields import LocalDateField, Required, WholeNumberField
from services.core.messages import N_
from services.training.models.outcomes import Attendance, Presence, SignMethod
from services.training.operations.attending import Mark
from services.training.queries.results import Result
from services.training.queries.teaching import RollEntry

LONGEST_LESSON = 24 * 60
PARTLY = frozenset({Presence.LATE, Presence.LEFT_EARLY})


class RollForm(DeskForm):
    """The roll of a lesson; a field ``presence_<registration>`` and one for the minutes stand for each person."""

    method = RadioField(N_("Taken from"), default=SignMethod.TEACHER.value, validators=[Required()])
    reason = StringField(N_("Reason for corrections"), validators=[Optional(), Length(max=200)])
    rest = StringField()

    def __init__(self, roll: Sequence[RollEntry], **options: Any) -> None:
        super().__init__(**options)
        self.roll = roll
        for _, presence, _ in self.lines:
            presence.choices = named(Presence)
        self.method.choices = [(one.value, word(one)) for one in (SignMethod.TEACHER, SignMethod.SHEET)]

    @property
    def lines(self) -> list[tuple[RollEntry, Any, Any]]:
        """Each person with the fields of the presence and of the minutes."""
        return [
            (one, *(self[f"{name}_{one.registration.id}"] for name in ("presence", "minutes"))) for one in self.roll
        ]

    @property
    def marks(self) -> dict[int, Mark]:
        """What was said of whom; whoever has no entry gets what the pressed button says of the rest."""
        rest = self.rest.data if self.rest.data in {Presence.PRESENT, Presence.ABSENT} else ""
        said = {entry.registration.id: (presence.data or rest, minutes.data) for entry, presence, minutes in self.lines}
        return {one: Mark(Presence(what), minutes) for one, (what, minutes) in said.items() if what}


def roll_form(roll: Sequence[RollEntry]) -> RollForm:
    """Return the form of a roll, with what is written down so far."""
    fields: dict[str, Any] = {}
    for entry in roll:
        known = entry.attendance
        fields[f"presence_{entry.registration.id}"] = RadioField(
            entry.registration.trainee.name,
            default=known.presence.value if known else None,
            validators=[Optional()],
        )
        fields[f"minutes_{entry.registration.id}"] = WholeNumberField(
            N_("Minutes attended"), maximum=LONGEST_LESSON, default=_shown_minutes(known)
        )
    return type("ThisRollForm", (RollForm,), fields)(roll)


def _shown_minutes(known: Attendance | None) -> int | None:
    return known.minutes if known is not None and known.presence in PARTLY else None


class SignInForm(DeskForm):
    """The code that is shown in the room."""

    code = StringField(
        N_("Code shown in the room"),
        validators=[Required(), Length(max=20)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class ScoresForm(DeskForm):
    """The scores of one attempt at a part; a field ``score_<registration>`` stands for each who may be examined."""

    examined_on = LocalDateField(N_("Day of the examination"), validators=[Required()])

    @property
    def asks_for_scores(self) -> bool:
        """Whether anybody may be examined now."""
        return any(field.name.startswith("score_") for field in self)

    @property
    def scores(self) -> dict[int, int]:
        """What was scored, by registration; empty fields are nobody's score."""
        return {
            int(field.name.removeprefix("score_")): field.data
            for field in self
            if field.name.startswith("score_") and field.data is not None
        }


def scores_form(results: Sequence[Result], **values: Any) -> ScoresForm:
    """Return the form for these people."""
    fields = {f"score_{one.registration.id}": WholeNumberField(N_("Score"), maximum=100) for one in results}
    return type("TheseScoresForm", (ScoresForm,), fields)(**values)


class VoidForm(ActionForm):
    """Why a score does not count."""

    reason = StringField(N_("Reason"), validators=[Required(), Length(max=200)])
