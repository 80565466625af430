"""What can happen to a question before an order (检测咨询), one function for each word."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from portal.cli.demo.acts import Act, Cast, organisation_key
from portal.cli.demo.commission_acts import Ordered, send
from portal.cli.demo.commission_bench import photograph
from portal.config import Settings
from services.catalogue.models import Market
from services.core.work import Work
from services.laboratory.models.commissions import Consultation, Feasibility
from services.laboratory.operations import consulting


class Asked:
    """One question while it is told."""

    def __init__(self, cast: Cast, story: Act, settings: Settings) -> None:
        self.cast = cast
        self.story = story
        self.settings = settings
        self.client: str = story["client"]
        self.ordered = Ordered(cast, story, settings)
        self.id = 0

    def of_client(self, act: Act) -> Work:
        """Return the work of the client."""
        return self.cast.work(self.client, self.cast.days.moment(act["at"]), organisation_key(self.client))


def _ask(told: Asked, act: Act) -> None:
    story = told.story
    market = Market(story["market"]) if "market" in story else None
    photos = [photograph(seed) for seed in story.get("photos", ())]
    question = consulting.Question(
        told.ordered.provider_id, story["question"], story.get("product_code"), market, photos
    )
    told.id = consulting.ask(told.of_client(act), question, folder=told.settings.uploads).id


def _answer(told: Asked, act: Act) -> None:
    """The clerk answers, perhaps with a ready order."""
    items = [(told.ordered.module_id(code), count) for code, count in act.get("items", ())]
    consulting.answer(
        told.ordered.work(act), told.id, feasibility=Feasibility(act["feasibility"]), text=act["text"], items=items
    )


def _send(told: Asked, act: Act) -> None:
    """The client sends the ready order as it is."""
    statement = select(Consultation.commission_id).where(Consultation.id == told.id)
    told.ordered.commission_id = told.cast.session.scalars(statement).one() or 0
    send(told.ordered, act)


WORDS: dict[str, Callable[[Asked, Act], object]] = {
    "ask": _ask,
    "answer": _answer,
    "send": _send,
    "close": lambda told, act: consulting.close(told.of_client(act), told.id),
}
"""The words of the consultations in data/commissions.json."""
