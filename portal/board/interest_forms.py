"""What firms fill in when they answer a post, come to a deal, rate each other, or keep a search."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from portal.desk import DeskForm, named
from portal.forms.fields import MoneyField, PhoneField, Required
from services.board.models.interests import AmountBand
from services.board.operations.interests import WishInterest
from services.board.queries.browsing import Facet
from services.core.messages import N_

_ROWS = {"rows": 3, "maxlength": 500}


class InterestForm(DeskForm):
    """Three answers, and whom the other side may call once it has accepted."""

    wish = TextAreaField(
        N_("How would you like to work together?"),
        [Required(), Length(max=500)],
        description=N_("Say what you want: a sample, a quotation, a visit, a yearly agreement."),
        render_kw=_ROWS,
    )
    abilities = TextAreaField(
        N_("What can your firm do here?"),
        [Required(), Length(max=500)],
        description=N_("Capacity, equipment, certificates, similar orders."),
        render_kw=_ROWS,
    )
    questions = TextAreaField(
        N_("What should the other side still explain?"), [Optional(), Length(max=500)], render_kw=_ROWS
    )
    contact_name = StringField(N_("Contact person"), [Required(), Length(max=40)])
    contact_phone = PhoneField(N_("Telephone"), [Required(), Length(max=20)])

    @property
    def said(self) -> WishInterest:
        """What was filled in."""
        return WishInterest(
            wish=self.wish.data or "",
            abilities=self.abilities.data or "",
            questions=self.questions.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
        )


class DeclineForm(DeskForm):
    """A refusal with its reason, which the other side reads."""

    reason = StringField(
        N_("Reason"),
        [Required(), Length(max=300)],
        description=N_("The other side reads it. For example: other sizes."),
    )


class DealForm(DeskForm):
    """A deal: its band, the exact amount where one wants, and whether the post is done with it."""

    band = SelectField(N_("Amount of the deal"), [Required()])
    amount = MoneyField(
        N_("Exact amount, in yuan"),
        [Optional()],
        description=N_("May stay empty. It is kept only when the other side gives the same amount."),
    )
    closes_post = BooleanField(N_("My post is done with this deal; take no more interests"), default=True)

    def __init__(self, *args, **values) -> None:
        super().__init__(*args, **values)
        self.band.choices = [(band.value, label) for band, label in named(AmountBand)]


class AmountForm(DeskForm):
    """One side's exact amount of a deal."""

    amount = MoneyField(N_("Exact amount, in yuan"), [Required()])


class RatingForm(DeskForm):
    """How one side rates the other: one to five stars and a sentence."""

    stars = RadioField(
        N_("Your rating"),
        [Required()],
        choices=[SelectChoice(str(number), f"{number} {'★' * number}") for number in range(5, 0, -1)],
    )
    text = StringField(N_("In a sentence"), [Optional(), Length(max=300)])


class SaveSearchForm(DeskForm):
    """What is looked for on the board: typed words and the chosen facets, all hidden but the name."""

    name = StringField(N_("Name of the search"), [Required(), Length(max=60)])
    words = HiddenField()

    @property
    def choices(self) -> dict[str, str]:
        """The chosen facets."""
        return {facet.value: self[facet.value].data or "" for facet in Facet}


for _facet in Facet:
    setattr(SaveSearchForm, _facet.value, HiddenField())
