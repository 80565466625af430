"""What people fill in about consultations: the firm's question, the clerk's answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from portal.components import word
from portal.desk import ChecksField, DeskForm
from portal.forms.fields import Required, WholeNumberField
from portal.i18n import gettext, translate
from portal.photographs import PhotosField
from services.catalogue.models import Market, ProductClass, Provider, ServiceModule
from services.core.messages import N_
from services.laboratory.models.commissions import Feasibility
from services.laboratory.operations.consulting import Question
from services.laboratory.rules.consulting import FEASIBILITY_NAMES


class QuestionForm(DeskForm):
    """A free question with photographs."""

    provider = SelectField(N_("Laboratory"), coerce=int)
    product = SelectField(N_("Product"), default="")
    market = SelectField(N_("For which market"), default="")
    question = TextAreaField(N_("Your question"), validators=[Required(), Length(max=2000)])
    photos = PhotosField(N_("Photographs"))

    def __init__(self, laboratories: Sequence[Provider], products: Sequence[ProductClass], **options: Any) -> None:
        super().__init__(**options)
        self.provider.choices = [(one.id, one.organisation.name) for one in laboratories]
        self.product.choices = [
            ("", gettext("Not in the list, or not sure")),
            *((one.code, one.name) for one in products),
        ]
        self.market.choices = [("", gettext("Not sure")), *((one.value, word(one)) for one in Market)]

    @property
    def asked(self) -> Question:
        """What is asked."""
        return Question(
            provider_id=self.provider.data,
            question=self.question.data or "",
            product_code=self.product.data or None,
            market=Market(self.market.data) if self.market.data else None,
            photos=self.photos.uploads,
        )


class ReplyForm(DeskForm):
    """The answer of the laboratory, perhaps with a ready order."""

    feasibility = RadioField(N_("Can it be done?"), validate_choice=False)
    answer = TextAreaField(N_("Answer"), validators=[Length(max=2000)])
    items = ChecksField(N_("Ready order: items and packages"), coerce=int, default=())
    quantity = WholeNumberField(N_("Quantity of each"), default=1, minimum=1, maximum=5000)

    def __init__(self, modules: Sequence[ServiceModule], **options: Any) -> None:
        super().__init__(**options)
        self.feasibility.choices = [(one.value, translate(name)) for one, name in FEASIBILITY_NAMES.items()]
        self.items.choices = [(one.id, f"{one.code} {one.name}") for one in modules]

    @property
    def judged(self) -> Feasibility | None:
        """Whether it can be done; None when nothing was said."""
        return Feasibility(self.feasibility.data) if self.feasibility.data in set(Feasibility) else None

    @property
    def chosen(self) -> list[tuple[int, int]]:
        """The modules of the ready order with their quantity."""
        return [(module_id, self.quantity.data or 1) for module_id in self.items.data or []]
