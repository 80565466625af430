"""Refuses what may not be kept or sent in: every fault at once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.board.errors import AnonymousNeedsAssociation, DuplicateOf, ReferenceUnknown
from services.board.models.posts import Post, PostState, Visibility
from services.board.operations.texts import text_faults
from services.board.rules.duplicates import DUPLICATE_DAYS, is_duplicate
from services.board.rules.particulars import draft_faults, faults
from services.board.rules.wishes import WishPost
from services.catalogue.models import ProductClass
from services.core.errors import RuleBroken, RulesBroken
from services.core.work import Work
from services.organisations.chain import ChainNode
from services.organisations.models import Organisation, Region

MOST_COMPARED = 200
_ALIVE = (PostState.SUBMITTED, PostState.PUBLISHED, PostState.EXPIRED)
_DAYS = frozenset({"wanted_on", "gathers_until"})


def draft_problems(session: Session, wish: WishPost) -> list[RuleBroken]:
    """Return what keeps the typed post from being kept."""
    return [*draft_faults(wish), *_unknown(session, wish)]


def refuse_unready(work: Work, post: Post, wish: WishPost, *, has_passed: bool = False) -> None:
    """Raise RulesBroken with everything that keeps the post from being sent in.

    ``has_passed`` forgives days that have passed since it was first sent in.
    """
    found = problems(work, post.organisation, wish, post.association_id)
    if has_passed:
        found = [fault for fault in found if fault.field not in _DAYS]
    if found:
        raise RulesBroken(found)


def problems(work: Work, firm: Organisation, wish: WishPost, association_id: int | None) -> list[RuleBroken]:
    """Return everything that keeps what a firm wrote from being sent in."""
    found = [*faults(wish, work.today), *text_faults(work.session, firm, wish)]
    if wish.visibility is Visibility.ANONYMOUS and association_id is None:
        found.append(AnonymousNeedsAssociation())
    return found


def duplicate_of(work: Work, organisation_id: int, wish: WishPost, *, except_id: int = 0) -> DuplicateOf | None:
    """Return the error that names a post of nearly the same title that the firm sent in during the last 30 days."""
    statement = (
        select(Post.id, Post.no, Post.title)
        .where(
            Post.organisation_id == organisation_id,
            Post.type == wish.type,
            Post.product_code == wish.product_code if wish.product_code else Post.product_code.is_(None),
            Post.id != except_id,
            Post.state.in_(_ALIVE),
            Post.submitted_at >= work.now - timedelta(days=DUPLICATE_DAYS),
        )
        .order_by(Post.submitted_at.desc(), Post.id.desc())
        .limit(MOST_COMPARED)
    )
    for other_id, no, title in work.session.execute(statement):
        if is_duplicate(wish.title, title):
            return DuplicateOf(other_id, no or "", title)
    return None


def _unknown(session: Session, wish: WishPost) -> list[RuleBroken]:
    """Return an error for each reference that leads nowhere."""
    looked_up: list[tuple[str, type[ProductClass | ChainNode | Region | Organisation], list[str | int]]] = [
        ("product_code", ProductClass, [wish.product_code] if wish.product_code else []),
        ("node_id", ChainNode, [wish.node_id] if wish.node_id else []),
        ("region_code", Region, [wish.region_code] if wish.region_code else []),
        ("target_nodes", ChainNode, list(wish.target_nodes)),
        ("target_firms", Organisation, list(wish.target_firms)),
    ]
    return [
        ReferenceUnknown(field=field)
        for field, model, keys in looked_up
        if any(session.get(model, key) is None for key in keys)
    ]
