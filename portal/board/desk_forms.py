"""Forms of the review desk."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.components import word
from portal.desk import ActionForm, DeskForm, VersionField
from portal.forms.fields import Required, WholeNumberField
from portal.i18n import gettext
from services.board.models.reviews import ReviewOutcome
from services.board.operations.reviewing import Decision
from services.board.rules.reviewing import MOST_POINTS, Checklist, Scores
from services.core.messages import N_


class ReviewForm(DeskForm):
    """The checklist, the scores and the decision about one version of a post."""

    version = VersionField()
    direction_right = BooleanField(N_("The direction is right: who pays, needs"))
    goods_allowed = BooleanField(N_("The goods may be traded"))
    detail_enough = BooleanField(N_("There is enough detail to quote"))
    not_misleading = BooleanField(N_("Nothing is misleading"))
    no_contact = BooleanField(N_("There is no contact data in the text or the pictures"))
    no_brand = BooleanField(N_("Nobody else's brand is used"))
    score_clear = WholeNumberField(N_("Clear"), [Optional()], maximum=MOST_POINTS)
    score_feasible = WholeNumberField(N_("Feasible"), [Optional()], maximum=MOST_POINTS)
    score_useful = WholeNumberField(N_("Useful to others"), [Optional()], maximum=MOST_POINTS)
    score_serious = WholeNumberField(N_("Serious"), [Optional()], maximum=MOST_POINTS)
    outcome = RadioField(N_("Decision"), [Required()])
    reason = TextAreaField(
        N_("Reason"),
        [Length(max=300)],
        description=N_("Needed unless it is published; the firm reads it."),
        render_kw={"rows": 3},
    )

    def __init__(self, *args: object, can_hold: bool = True, **values: object) -> None:
        super().__init__(*args, **values)
        offered = [one for one in ReviewOutcome if can_hold or one is not ReviewOutcome.HELD]
        self.outcome.choices = [(one.value, word(one)) for one in offered]

    @property
    def points(self) -> list[BooleanField]:
        """The six boxes of the checklist."""
        return [field for field in self if isinstance(field, BooleanField)]

    @property
    def scores(self) -> list[WholeNumberField]:
        """The four scores."""
        return [field for field in self if isinstance(field, WholeNumberField)]

    @property
    def decision(self) -> Decision:
        """What the reviewer decided."""
        return Decision(
            version=self.version.data or 0,
            outcome=ReviewOutcome(self.outcome.data),
            checklist=Checklist(*(bool(field.data) for field in self.points)),
            scores=Scores(*(field.data for field in self.scores)),
            reason=self.reason.data or "",
        )


class JudgeForm(ActionForm):
    """Whether a report of abuse is right, and why."""

    upheld = RadioField(N_("Decision"), [Required()])
    reason = StringField(N_("Reason"), [Required(), Length(max=300)])

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.upheld.choices = [("yes", gettext("Uphold: take the post down")), ("no", gettext("Dismiss"))]


class WordForm(DeskForm):
    """A word of goods that may not be traded."""

    word = StringField(N_("Word"), [Required(), Length(min=2, max=30)])
    reason = StringField(N_("Why it may not be traded"), [Required(), Length(max=200)])
