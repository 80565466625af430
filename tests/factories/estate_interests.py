"""What firm A has on the board for the estate: an interest that it sent, one that it received, a saved search."""

from typing import Any

from sqlalchemy.orm import Session

from services.board.models.interests import InterestState
from services.board.models.matches import SavedSearch
from services.board.models.posts import Visibility
from services.core import clock
from services.core.base import Base
from tests.factories.board import Firm, make_firm, make_post
from tests.factories.booking import Market
from tests.factories.canaries import canary
from tests.factories.interests import make_interest
from tests.factories.organisations import actor_of

OF_INTERESTS = (
    "interest",
    *(f"interest_{name}" for name in ("accept", "contact", "decline", "fail", "negotiate", "see", "withdraw")),
    *(f"deal_{name}" for name in ("amount", "rate", "record")),
)


def interested(session: Session, x: Market) -> tuple[dict[str, list[Any]], list[Base]]:
    """Let A answer a post of a third firm, and that firm one of A's; return the places, and what is A's own."""
    a = Firm(x.firm, x.agent, actor_of(session, x.agent, x.firm))
    other = make_firm(session)
    theirs = make_post(session, other)
    own = make_post(session, a, visibility=Visibility.SELECTED, target_firms=(other.organisation.id,))
    said = {"wish": canary("a"), "abilities": canary("a"), "contact_name": canary("a")}
    sent = make_interest(session, theirs, a, state=InterestState.EXCHANGED, **said)
    received = make_interest(session, own, other)
    search = SavedSearch(
        person_id=x.agent.id,
        organisation_id=x.firm.id,
        name=canary("a"),
        words="玻璃棒",
        created_at=clock.now(),
        told_up_to=clock.now(),
    )
    session.add(search)
    session.flush()
    places: dict[str, list[Any]] = {f"board.{name} no": [sent.no, received.no] for name in OF_INTERESTS}
    places |= {
        "board.interest_forward no": [received.no],
        "board.interest_new no": [theirs.no],
        "board.post_matches no": [own.no],
        "board.interests ?": ["box=sent", "box=forward", "box=late"],
        "search_id": [search.id],
        "switch": ["off"],
    }
    return places, [sent, own]
