"""Whether the particulars of a post fit the rules of domain.md F07; every fault at once, each beside its field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from services.board.errors import ParticularWrong
from services.board.models.posts import PostType, Visibility
from services.board.rules.directions import DIRECTIONS, gathers
from services.board.rules.wishes import WishPost
from services.core.characters import narrow
from services.core.errors import RuleBroken
from services.core.messages import N_
from services.core.money import MOST_FEN

TITLE_LENGTH = (6, 40)
BODY_LENGTH = (30, 2000)
MOST_KEYWORDS = 8
MOST_SPECS = 30
MOST_TARGETS = 20
VALIDITIES = (30, 60, 90)
MOST_QUANTITY = 10**12
MOST_GATHERING_DAYS = 90
LONGEST = {
    "unit": 20,
    "standard_text": 200,
    "price_unit": 20,
    "price_note": 60,
    "place": 100,
    "payment_terms": 100,
    "working_hours": 60,
    "contact_name": 40,
    "contact_phone": 20,
    "industry_code": 4,
}
LONGEST_KEYWORD = 20
LONGEST_SPEC = {"name": 30, "value": 60, "unit": 20, "tolerance": 30}
_PHONE = re.compile(r"(?:(?:\+86|0086)?1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?)\Z")


def draft_faults(wish: WishPost) -> list[RuleBroken]:
    """Return what cannot even be kept as a draft."""
    return [*_lengths(wish), *_lists(wish), *_amounts(wish), *_choices(wish)]


def faults(wish: WishPost, today: date) -> list[RuleBroken]:
    """Return everything that keeps the post from being sent in."""
    return [*draft_faults(wish), *_texts(wish), *_days(wish, today), *_readers(wish), *_contact(wish), *_pay(wish)]


def _wrong(message: str, field: str, **values: object) -> ParticularWrong:
    return ParticularWrong(message, field=field, **values)


def _lengths(wish: WishPost) -> Iterator[RuleBroken]:
    limits = {"title": TITLE_LENGTH[1], "body": BODY_LENGTH[1], **LONGEST}
    for field, most in limits.items():
        if len(getattr(wish, field)) > most:
            yield _wrong(N_("At most %(most)s characters."), field, most=most)
    if not wish.title.strip():
        yield _wrong(N_("Give the post a title."), "title")


def _lists(wish: WishPost) -> Iterator[RuleBroken]:
    if len(wish.keywords) > MOST_KEYWORDS:
        yield _wrong(N_("At most %(most)s keywords."), "keywords", most=MOST_KEYWORDS)
    if any(len(keyword) > LONGEST_KEYWORD for keyword in wish.keywords):
        yield _wrong(N_("A keyword has at most %(most)s characters."), "keywords", most=LONGEST_KEYWORD)
    if len(wish.specs) > MOST_SPECS:
        yield _wrong(N_("At most %(most)s rows."), "specs", most=MOST_SPECS)
    if any(len(getattr(row, part)) > most for row in wish.specs for part, most in LONGEST_SPEC.items()):
        yield _wrong(N_("A cell of the specification is too long."), "specs")
    if any(not row.name.strip() or not row.value.strip() for row in wish.specs):
        yield _wrong(N_("Each row of the specification has a name and a value."), "specs")
    if len(wish.target_nodes) + len(wish.target_firms) > MOST_TARGETS:
        yield _wrong(N_("At most %(most)s selected readers."), "target_firms", most=MOST_TARGETS)


def _amounts(wish: WishPost) -> Iterator[RuleBroken]:
    if wish.quantity_milli is not None and not 0 < wish.quantity_milli <= MOST_QUANTITY:
        yield _wrong(N_("The quantity must be greater than 0."), "quantity")
    for field, amount in (("price_from", wish.price_from_fen), ("price_to", wish.price_to_fen)):
        if amount is not None and not 0 <= amount <= MOST_FEN:
            yield _wrong(N_("Enter a price of 0 or more with at most two decimals."), field)
    if wish.price_from_fen is not None and wish.price_to_fen is not None and wish.price_from_fen > wish.price_to_fen:
        yield _wrong(N_("The lower price is above the upper one."), "price_to")


def _choices(wish: WishPost) -> Iterator[RuleBroken]:
    if wish.direction not in DIRECTIONS[wish.type]:
        yield _wrong(
            N_("This direction does not fit the kind of post. Whoever pays posts a need, whoever is paid an offer."),
            "direction",
        )
    if wish.validity_days not in VALIDITIES:
        yield _wrong(N_("A post is valid for 30, 60 or 90 days."), "validity_days")
    if wish.gathers_until is not None and not gathers(wish.type, wish.direction):
        yield _wrong(N_("Only a purchase or a cooperation gathers quantities."), "gathers_until")


def _texts(wish: WishPost) -> Iterator[RuleBroken]:
    if 0 < len(wish.title.strip()) < TITLE_LENGTH[0]:
        yield _wrong(N_("The title has 6 to 40 characters."), "title")
    if len(wish.body.strip()) < BODY_LENGTH[0]:
        yield _wrong(N_("The description has 30 to 2000 characters, so that others can make an offer."), "body")


def _days(wish: WishPost, today: date) -> Iterator[RuleBroken]:
    if wish.wanted_on is not None and wish.wanted_on < today:
        yield _wrong(N_("This day has passed."), "wanted_on")
    if wish.gathers_until is not None:
        if wish.gathers_until < today:
            yield _wrong(N_("This day has passed."), "gathers_until")
        elif wish.gathers_until > today + timedelta(days=MOST_GATHERING_DAYS):
            yield _wrong(N_("Quantities are gathered for at most 90 days."), "gathers_until")


def _readers(wish: WishPost) -> Iterator[RuleBroken]:
    has_targets = bool(wish.target_nodes or wish.target_firms)
    if wish.visibility is Visibility.SELECTED and not has_targets:
        yield _wrong(N_("Choose the nodes or firms that may read it."), "target_firms")


def _contact(wish: WishPost) -> Iterator[RuleBroken]:
    if not wish.contact_name.strip():
        yield _wrong(N_("Name somebody to contact; it is passed on only when you accept an interest."), "contact_name")
    if not _PHONE.match(narrow(wish.contact_phone).replace(" ", "")):
        yield _wrong(N_("Enter a mobile number of 11 digits, or a landline such as 0514-88000001."), "contact_phone")


def _pay(wish: WishPost) -> Iterator[RuleBroken]:
    if wish.type is not PostType.RECRUITMENT:
        return
    if not wish.place.strip():
        yield _wrong(N_("Recruitment needs the place of work."), "place")
    if not wish.working_hours.strip():
        yield _wrong(N_("Recruitment needs the working hours."), "working_hours")
    if wish.price_from_fen is None or wish.price_to_fen is None:
        yield _wrong(N_("Recruitment needs the range of the pay."), "price_from")
