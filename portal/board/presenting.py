"""How posts are shown: prices and quantities as one phrase, and what a post says as terms with their values.

Each function takes a ``Post`` or the ``WishPost`` that a form gives: both name their parts alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import format_decimal

from portal.board import bp
from portal.i18n import gettext, local_date
from services.board.models.posts import Direction, Post, PostType, Visibility
from services.board.rules.wishes import WishPost
from services.core import clock

Said = Post | WishPost
MOST_IN_CARD = 110


@dataclass(frozen=True)
class Named:
    """What the class, the node and the preferred region of a post are called."""

    product: str = ""
    node: str = ""
    region: str = ""


def yuan(amount_fen: int) -> str:
    """Return an amount of fen as yuan, without needless zeros: 6,500 or 0.55."""
    return str(format_decimal(Decimal(amount_fen) / 100, format="#,##0.##"))


@bp.app_template_filter("post_number")
def number(milli: int) -> str:
    """Return thousandths as a number, without needless zeros."""
    return str(format_decimal(Decimal(milli) / 1000, format="#,##0.###"))


@bp.app_template_filter("post_price")
def price_text(post: Said) -> str:
    """Return what one unit costs, or that it is to be agreed."""
    first, last = post.price_from_fen, post.price_to_fen
    if first is None and last is None:
        return post.price_note or gettext("Price by agreement")
    if first is None:
        amount = gettext("up to %(price)s yuan", price=yuan(last or 0))
    elif last is None:
        amount = gettext("from %(price)s yuan", price=yuan(first))
    elif first == last:
        amount = gettext("%(price)s yuan", price=yuan(first))
    else:
        amount = gettext("%(first)s–%(last)s yuan", first=yuan(first), last=yuan(last))
    return f"{amount}/{post.price_unit}" if post.price_unit else amount


@bp.app_template_filter("post_quantity")
def quantity_text(post: Said) -> str:
    """Return how much there is of it; nothing where that is not said."""
    return "" if post.quantity_milli is None else f"{number(post.quantity_milli)} {post.unit}".strip()


@bp.app_template_filter("money_flow")
def money_flow(direction: Direction) -> str:
    """Return who pays, in plain words."""
    return gettext("the poster pays") if direction is Direction.NEED else gettext("the poster is paid")


@bp.app_template_filter("in_short")
def in_short(text: str) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_IN_CARD else f"{line[:MOST_IN_CARD]}…"


@bp.app_template_filter("days_left")
def days_left(post: Post) -> int:
    """Return how many days a post is still open, today not counted."""
    return (post.valid_until - clock.local_day(clock.now())).days if post.valid_until else 0


def facts_of(post: Said, names: Named) -> list[tuple[str, str]]:
    """Return what a post says beside its title and text, as terms with their values."""
    return [(term, value) for term, value in _facts(post, names) if value]


def _facts(post: Said, names: Named) -> Iterator[tuple[str, str]]:
    is_job = post.type is PostType.RECRUITMENT
    yield gettext("Product class"), names.product
    yield gettext("Step of the chain"), names.node
    yield gettext("People") if is_job else gettext("Quantity"), quantity_text(post)
    yield gettext("Pay") if is_job else gettext("Price or budget"), price_text(post)
    yield gettext("Tax"), _tax(post)
    yield gettext("Note on the price"), post.price_note if post.price_from_fen or post.price_to_fen else ""
    yield gettext("Standard or quality"), post.standard_text
    yield gettext("Place of work") if is_job else gettext("Place of delivery"), post.place
    yield gettext("Working hours"), post.working_hours
    yield gettext("Wanted on"), local_date(post.wanted_on)
    yield gettext("Terms of payment"), post.payment_terms
    yield gettext("Samples"), gettext("Samples can be had") if post.has_sample else ""
    yield gettext("Preferred region of the other side"), names.region or gettext("Any")
    yield gettext("Industry code"), "" if post.visibility is Visibility.ANONYMOUS else post.industry_code
    yield gettext("Quantities gathered until"), local_date(post.gathers_until)


def _tax(post: Said) -> str:
    if post.includes_tax is None or (post.price_from_fen is None and post.price_to_fen is None):
        return ""
    return gettext("with tax") if post.includes_tax else gettext("without tax")


def stands_open(visibility: Visibility) -> bool:
    """Tell whether everybody reads such a post, so that other sites may show it."""
    return visibility in {Visibility.PUBLIC, Visibility.ANONYMOUS}
