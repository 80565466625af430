"""Which way the money flows in each kind of post: whoever pays posts a need, whoever is paid posts an offer."""

from __future__ import annotations

from services.board.models.posts import Direction, PostType

_BOTH = frozenset(Direction)
_NEED, _OFFER = frozenset({Direction.NEED}), frozenset({Direction.OFFER})

DIRECTIONS: dict[PostType, frozenset[Direction]] = {
    PostType.PURCHASE: _NEED,
    PostType.SUPPLY: _OFFER,
    PostType.PROCESSING: _NEED,
    PostType.CAPACITY: _OFFER,
    PostType.EQUIPMENT: _BOTH,
    PostType.STOCK: _OFFER,
    PostType.LOGISTICS: _BOTH,
    PostType.RECRUITMENT: _BOTH,
    PostType.TECHNOLOGY: _NEED,
    PostType.COOPERATION: _BOTH,
}
"""The directions a post of each kind can have."""

GATHERING = frozenset({PostType.PURCHASE, PostType.COOPERATION})
"""The kinds that can gather the quantities of several firms."""


def opposite(direction: Direction) -> Direction:
    """Return the direction of the counterpart."""
    return Direction.OFFER if direction is Direction.NEED else Direction.NEED


def gathers(type_: PostType, direction: Direction) -> bool:
    """Tell whether such a post can be a group purchase."""
    return type_ in GATHERING and direction is Direction.NEED
