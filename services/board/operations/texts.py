"""Examines the texts of a post: contact data, identity, forbidden goods, discrimination, HTML."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.board.errors import TextRefused
from services.board.models.posts import PostType, Visibility
from services.board.models.reviews import ForbiddenWord
from services.board.rules.contents import Told, findings_in
from services.board.rules.wishes import WishPost
from services.core.errors import RuleBroken
from services.organisations.models import Organisation
from services.organisations.rules import name_core

MOST_WORDS = 2000
SHORTEST_CORE = 3
_TEXTS = (
    "title",
    "body",
    "standard_text",
    "unit",
    "price_unit",
    "price_note",
    "place",
    "payment_terms",
    "working_hours",
)


def text_faults(session: Session, firm: Organisation, wish: WishPost) -> list[RuleBroken]:
    """Return one error for each field and kind of fault, with its places."""
    findings = findings_in(
        list(_told(wish)),
        identity=_identity(firm) if wish.visibility is Visibility.ANONYMOUS else (),
        forbidden=_forbidden(session),
        is_recruitment=wish.type is PostType.RECRUITMENT,
    )
    by_place = attrgetter("field", "fault")
    return [TextRefused(list(group)) for _, group in groupby(sorted(findings, key=by_place), key=by_place)]


def _told(wish: WishPost) -> Iterator[Told]:
    for field in _TEXTS:
        yield Told(field, getattr(wish, field))
    for row, keyword in enumerate(wish.keywords):
        yield Told("keywords", keyword, row)
    for row, spec in enumerate(wish.specs):
        for text in (spec.name, spec.value, spec.unit, spec.tolerance):
            yield Told("specs", text, row)


def _identity(firm: Organisation) -> list[str]:
    """Return what gives the firm away: its names, its place, its site, and who answers for it."""
    core = name_core(firm.name_key)
    site = firm.website.partition("://")[2] or firm.website
    names = [firm.name, firm.short_name, firm.address, site.partition("/")[0].removeprefix("www."), firm.contact_name]
    return [*names, core] if len(core) >= SHORTEST_CORE else names


def _forbidden(session: Session) -> dict[str, str]:
    statement = select(ForbiddenWord.word, ForbiddenWord.reason).order_by(ForbiddenWord.word).limit(MOST_WORDS)
    return dict(session.execute(statement).all())
