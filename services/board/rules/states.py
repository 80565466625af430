"""The transition tables of the board: what starts where, where it leads (domain.md F07)."""

from __future__ import annotations

from services.board.models.interests import InterestState
from services.board.models.posts import PostState
from services.core.messages import N_

P, I = PostState, InterestState  # noqa: E741 - I is for interest

POST_STEPS: dict[str, tuple[frozenset[PostState], PostState]] = {
    "submit": (frozenset({P.DRAFT, P.RETURNED}), P.SUBMITTED),
    "publish_at_once": (frozenset({P.DRAFT, P.RETURNED}), P.PUBLISHED),
    "withdraw": (frozenset({P.SUBMITTED}), P.DRAFT),
    "publish": (frozenset({P.SUBMITTED}), P.PUBLISHED),
    "confirm": (frozenset({P.PUBLISHED}), P.PUBLISHED),
    "hold": (frozenset({P.SUBMITTED}), P.SUBMITTED),
    "return": (frozenset({P.SUBMITTED, P.PUBLISHED}), P.RETURNED),
    "change": (frozenset({P.PUBLISHED}), P.SUBMITTED),
    "change_at_once": (frozenset({P.PUBLISHED}), P.PUBLISHED),
    "renew": (frozenset({P.PUBLISHED, P.EXPIRED}), P.PUBLISHED),
    "expire": (frozenset({P.PUBLISHED}), P.EXPIRED),
    "deal": (frozenset({P.PUBLISHED, P.EXPIRED}), P.DEALT),
    "close": (frozenset({P.PUBLISHED, P.EXPIRED}), P.CLOSED),
    "discard": (frozenset({P.DRAFT, P.RETURNED}), P.CLOSED),
    "take_down": (frozenset({P.SUBMITTED, P.PUBLISHED, P.EXPIRED}), P.TAKEN_DOWN),
}
"""Every named step of a post: the states it starts from, and where it leads.

``publish_at_once`` and ``change_at_once`` are for pre-approved firms; ``confirm`` is the reviewer's later agreement.
"""

INTEREST_STEPS: dict[str, tuple[frozenset[InterestState], InterestState]] = {
    "see": (frozenset({I.SUBMITTED}), I.SEEN),
    "accept": (frozenset({I.SUBMITTED, I.SEEN}), I.EXCHANGED),
    "decline": (frozenset({I.SUBMITTED, I.SEEN}), I.DECLINED),
    "withdraw": (frozenset({I.SUBMITTED, I.SEEN}), I.WITHDRAWN),
    "lapse": (frozenset({I.SUBMITTED, I.SEEN}), I.UNANSWERED),
    "negotiate": (frozenset({I.EXCHANGED}), I.NEGOTIATING),
    "deal": (frozenset({I.EXCHANGED, I.NEGOTIATING}), I.DEALT),
    "fail": (frozenset({I.EXCHANGED, I.NEGOTIATING}), I.FAILED),
}
"""Every named step of an interest."""

OPEN_INTERESTS = frozenset({I.SUBMITTED, I.SEEN, I.EXCHANGED, I.NEGOTIATING})
UNANSWERED_INTERESTS = frozenset({I.SUBMITTED, I.SEEN})

POST_NAMES = {
    P.DRAFT: N_("Draft"),
    P.SUBMITTED: N_("To be reviewed"),
    P.RETURNED: N_("Returned"),
    P.PUBLISHED: N_("Published"),
    P.DEALT: N_("Deal made"),
    P.CLOSED: N_("Closed"),
    P.EXPIRED: N_("Expired"),
    P.TAKEN_DOWN: N_("Taken down"),
}

INTEREST_NAMES = {
    I.SUBMITTED: N_("Interest submitted"),
    I.SEEN: N_("Seen"),
    I.EXCHANGED: N_("Contacts exchanged"),
    I.DECLINED: N_("Declined"),
    I.NEGOTIATING: N_("In talks"),
    I.DEALT: N_("Deal made"),
    I.FAILED: N_("No deal"),
    I.UNANSWERED: N_("Not answered"),
    I.WITHDRAWN: N_("Withdrawn"),
}
