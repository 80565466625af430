"""What the fixed words of the board are called; marked here, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.board.models.interests import AmountBand
from services.board.models.posts import Direction, PostType, Visibility
from services.board.models.reviews import AbuseReason, AbuseState, ReviewOutcome
from services.core.messages import N_

TYPE_NAMES: dict[PostType, str] = {
    PostType.PURCHASE: N_("Purchase"),
    PostType.SUPPLY: N_("Supply of goods"),
    PostType.PROCESSING: N_("Outsourced processing"),
    PostType.CAPACITY: N_("Processing capacity"),
    PostType.EQUIPMENT: N_("Equipment, used"),
    PostType.STOCK: N_("Idle stock"),
    PostType.LOGISTICS: N_("Transport"),
    PostType.RECRUITMENT: N_("Jobs and skills"),
    PostType.TECHNOLOGY: N_("Technical need"),
    PostType.COOPERATION: N_("Cooperation"),
}

DIRECTION_NAMES: dict[Direction, str] = {
    Direction.NEED: N_("Need"),
    Direction.OFFER: N_("Offer"),
}

VISIBILITY_NAMES: dict[Visibility, str] = {
    Visibility.PUBLIC: N_("Public"),
    Visibility.VERIFIED: N_("Verified firms only"),
    Visibility.MEMBERS: N_("Members of the association only"),
    Visibility.SELECTED: N_("Selected readers"),
    Visibility.ANONYMOUS: N_("Anonymous, through the association"),
}

ABUSE_NAMES: dict[AbuseReason, str] = {
    AbuseReason.FALSE: N_("What it says is not true"),
    AbuseReason.FORBIDDEN: N_("Goods that may not be traded"),
    AbuseReason.FRAUD: N_("I suspect fraud"),
    AbuseReason.CONTACT: N_("Contact data in the text"),
    AbuseReason.BRAND: N_("Somebody else's brand"),
    AbuseReason.DISCRIMINATION: N_("Discrimination in recruitment"),
    AbuseReason.OTHER: N_("Something else"),
}

ABUSE_STATE_NAMES: dict[AbuseState, str] = {
    AbuseState.OPEN: N_("To be decided"),
    AbuseState.UPHELD: N_("Upheld"),
    AbuseState.DISMISSED: N_("Dismissed"),
}

BAND_NAMES: dict[AmountBand, str] = {
    AmountBand.TO_10K: N_("Up to 10,000 yuan"),
    AmountBand.TO_50K: N_("10,000 to 50,000 yuan"),
    AmountBand.TO_100K: N_("50,000 to 100,000 yuan"),
    AmountBand.TO_500K: N_("100,000 to 500,000 yuan"),
    AmountBand.TO_1M: N_("500,000 to 1,000,000 yuan"),
    AmountBand.MORE: N_("More than 1,000,000 yuan"),
    AmountBand.UNTOLD: N_("Not told"),
}

OUTCOME_NAMES: dict[ReviewOutcome, str] = {
    ReviewOutcome.PUBLISHED: N_("Publish"),
    ReviewOutcome.HELD: N_("Hold"),
    ReviewOutcome.RETURNED: N_("Return"),
}

EVENT_NAMES: dict[str, tuple[str, str]] = {
    "draft": (N_("Draft written"), "info"),
    "changed": (N_("Text changed"), "info"),
    "submit": (N_("Sent in for review"), "info"),
    "publish_at_once": (N_("Published; the review follows"), "success"),
    "withdraw": (N_("Taken back"), "warning"),
    "publish": (N_("Accepted and published"), "success"),
    "confirm": (N_("Accepted"), "success"),
    "hold": (N_("On hold"), "warning"),
    "return": (N_("Returned"), "warning"),
    "change": (N_("Changed and sent in again"), "info"),
    "change_at_once": (N_("Changed; the review follows"), "info"),
    "renew": (N_("Renewed"), "success"),
    "expire": (N_("Expired"), "warning"),
    "deal": (N_("Deal made"), "success"),
    "close": (N_("Closed"), "info"),
    "discard": (N_("Given up"), "info"),
    "reported": (N_("A report of abuse was upheld"), "danger"),
    "take_down": (N_("Taken down"), "danger"),
}
"""What the lines of a post's history are called, with their tone."""

NAMES: dict[type[StrEnum], Mapping[Any, str]] = {
    PostType: TYPE_NAMES,
    Direction: DIRECTION_NAMES,
    Visibility: VISIBILITY_NAMES,
    AmountBand: BAND_NAMES,
    AbuseReason: ABUSE_NAMES,
    AbuseState: ABUSE_STATE_NAMES,
    ReviewOutcome: OUTCOME_NAMES,
}
