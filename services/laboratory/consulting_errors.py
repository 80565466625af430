"""The reasons a consultation is refused."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class QuestionMissing(RuleBroken):
    """A consultation without words."""

    message = N_("Please write your question.")
    field = "question"


class TooManyPhotos(RuleBroken):
    """More photographs than a question may carry."""

    message = N_("At most %(most)s photographs can be sent with a question.")
    field = "photos"


class OnlyPhotos(RuleBroken):
    """Something else than a picture or a PDF came with a question."""

    message = N_("Only photographs (JPG, PNG) can be sent with a question.")
    field = "photos"


class AnswerNeeded(RuleBroken):
    """An answer without words."""

    message = N_("Please write the answer.")
    field = "answer"


class FeasibilityNeeded(RuleBroken):
    """An answer that does not say whether it can be done."""

    message = N_("Please say whether it can be done.")
    field = "feasibility"


class NoOrderForImpossible(RuleBroken):
    """A ready order for what cannot be done."""

    message = N_("What cannot be done needs no order.")
    field = "items"


class NoLaboratory(RuleBroken):
    """The provider asked is no laboratory of the portal."""

    message = N_("Please choose the laboratory.")
    field = "provider"
