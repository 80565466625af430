"""Who sees what of an interest, and when: names before and after acceptance, contacts only while it goes on."""

from __future__ import annotations

from enum import StrEnum

from services.board.models.interests import AmountBand, InterestState
from services.board.models.posts import Visibility
from services.board.rules.states import INTEREST_STEPS

I = InterestState  # noqa: E741 - I is for interest

ACCEPTED = frozenset({I.EXCHANGED, I.NEGOTIATING, I.DEALT, I.FAILED})
"""The poster has accepted: both sides know each other's name."""
CONTACTS_SHOWN = frozenset({I.EXCHANGED, I.NEGOTIATING, I.DEALT})
"""While it stands here, each side may have the other's contact shown."""


class PartyRole(StrEnum):
    """On whose side somebody looks at an interest."""

    POSTER = "poster"
    SENDER = "sender"
    ASSOCIATION = "association"


BY_POSTER = frozenset({"see", "accept", "decline", "negotiate", "deal", "fail"})
BY_SENDER = frozenset({"withdraw", "negotiate", "deal", "fail"})
BY_ASSOCIATION = frozenset({"decline"})
"""The association declines only what it has not passed on."""

_MILLION = 100_000_000  # fen
_TOPS: tuple[tuple[AmountBand, int], ...] = (
    (AmountBand.TO_10K, _MILLION // 100),
    (AmountBand.TO_50K, _MILLION // 20),
    (AmountBand.TO_100K, _MILLION // 10),
    (AmountBand.TO_500K, _MILLION // 2),
    (AmountBand.TO_1M, _MILLION),
)


def sender_is_named(role: PartyRole, state: InterestState, visibility: Visibility) -> bool:
    """Tell whether ``role`` knows who sent it: an anonymous poster only after accepting."""
    return role is not PartyRole.POSTER or visibility is not Visibility.ANONYMOUS or state in ACCEPTED


def poster_is_named(role: PartyRole, state: InterestState, visibility: Visibility) -> bool:
    """Tell whether ``role`` knows who posted: of an anonymous post, the sender only after acceptance."""
    return role is not PartyRole.SENDER or visibility is not Visibility.ANONYMOUS or state in ACCEPTED


def steps_of(role: PartyRole, state: InterestState, *, is_forwarded: bool) -> frozenset[str]:
    """Return the steps that ``role`` may take now."""
    named = {PartyRole.POSTER: BY_POSTER, PartyRole.SENDER: BY_SENDER, PartyRole.ASSOCIATION: BY_ASSOCIATION}[role]
    if role is PartyRole.ASSOCIATION and is_forwarded:
        return frozenset()
    if role is PartyRole.POSTER and not is_forwarded:
        return frozenset()
    return frozenset(name for name in named if state in INTEREST_STEPS[name][0])


def band_of(amount_fen: int) -> AmountBand:
    """Return the band in which an amount lies; its upper end belongs to it."""
    return next((band for band, top in _TOPS if amount_fen <= top), AmountBand.MORE)
