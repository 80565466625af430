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
from services.board.rules.identity import telling_names
from services.board.rules.wishes import WishPost
from services.core.errors import RuleBroken
from services.organisations.models import Organisation, Region
from services.organisations.rules import name_key

MOST_WORDS = 2000
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
        identity=_identity(session, firm) if wish.visibility is Visibility.ANONYMOUS else (),
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


def _identity(session: Session, firm: Organisation) -> list[str]:
    """Return what gives the firm away: its names and what tells in them, its place, its site, and who answers for it."""
    site = firm.website.partition("://")[2] or firm.website
    names = [firm.name, firm.short_name, firm.address, site.partition("/")[0].removeprefix("www."), firm.contact_name]
    code = firm.region_code or ""
    codes = {code[:2].ljust(6, "0"), code[:4].ljust(6, "0"), code[:6], code}
    regions = session.scalars(select(Region.name).where(Region.code.in_(sorted(codes))).order_by(Region.code))
    keys = (name_key(firm.name), name_key(firm.short_name))
    return [*names, *telling_names(keys, [*regions, firm.town])]


def _forbidden(session: Session) -> dict[str, str]:
    statement = select(ForbiddenWord.word, ForbiddenWord.reason).order_by(ForbiddenWord.word).limit(MOST_WORDS)
    return dict(session.execute(statement).all())
