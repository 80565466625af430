"""What a form asks for: a post as it was typed, in plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.board.models.posts import Direction, PostType, Visibility


@dataclass(frozen=True)
class SpecWish:
    """One row of the specification as it was typed."""

    name: str
    value: str
    unit: str = ""
    tolerance: str = ""


@dataclass(frozen=True)
class WishPost:
    """Everything that a firm says of a post; quantities in thousandths, prices in fen, as in ``Post``."""

    type: PostType
    direction: Direction
    title: str
    body: str = ""
    product_code: str | None = None
    node_id: int | None = None
    industry_code: str = ""
    keywords: tuple[str, ...] = ()
    quantity_milli: int | None = None
    unit: str = ""
    standard_text: str = ""
    price_from_fen: int | None = None
    price_to_fen: int | None = None
    price_unit: str = ""
    price_note: str = ""
    includes_tax: bool | None = None
    is_negotiable: bool = False
    place: str = ""
    wanted_on: date | None = None
    payment_terms: str = ""
    working_hours: str = ""
    has_sample: bool = False
    region_code: str | None = None
    is_urgent: bool = False
    visibility: Visibility = Visibility.PUBLIC
    contact_name: str = ""
    contact_phone: str = ""
    gathers_until: date | None = None
    validity_days: int = 60
    specs: tuple[SpecWish, ...] = ()
    target_nodes: tuple[int, ...] = ()
    target_firms: tuple[int, ...] = ()
