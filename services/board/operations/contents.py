"""Writes what was typed into a post, and reads it back."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy.orm import Session

from services.board.models.posts import Post, PostSpec, PostTarget, Visibility
from services.board.rules.wishes import SpecWish, WishPost

_ROWS = frozenset({"keywords", "specs", "target_nodes", "target_firms"})
PLAIN = tuple(field.name for field in fields(WishPost) if field.name not in _ROWS)


def apply(session: Session, post: Post, wish: WishPost) -> None:
    """Let the post say what the wish says; targets only where the readers are selected."""
    for name in PLAIN:
        value = getattr(wish, name)
        setattr(post, name, value.strip() if isinstance(value, str) and name in _STRIPPED else value)
    if wish.visibility is Visibility.ANONYMOUS:
        post.industry_code = ""  # few firms of a town share one
    post.keywords = list(dict.fromkeys(keyword.strip() for keyword in wish.keywords if keyword.strip()))
    post.specs.clear()
    post.targets.clear()
    if post.id is not None:
        session.flush()  # the old rows make room for the new ones
    post.specs.extend(
        PostSpec(position=place, name=row.name, value=row.value, unit=row.unit, tolerance=row.tolerance)
        for place, row in enumerate(wish.specs, 1)
    )
    if wish.visibility is Visibility.SELECTED:
        post.targets.extend(PostTarget(node_id=node_id) for node_id in dict.fromkeys(wish.target_nodes))
        post.targets.extend(PostTarget(organisation_id=firm_id) for firm_id in dict.fromkeys(wish.target_firms))


_STRIPPED = frozenset({"title", "body", "contact_name", "contact_phone"})


def wish_of(post: Post) -> WishPost:
    """Return what the post says, as a form gives it."""
    return WishPost(
        **{name: getattr(post, name) for name in PLAIN},
        keywords=tuple(post.keywords),
        specs=tuple(SpecWish(row.name, row.value, row.unit, row.tolerance) for row in post.specs),
        target_nodes=tuple(target.node_id for target in post.targets if target.node_id is not None),
        target_firms=tuple(target.organisation_id for target in post.targets if target.organisation_id is not None),
    )
