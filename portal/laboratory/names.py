"""What test items are called in the reader's language: in English where the laboratory has said how, else in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from portal.extensions import db
from portal.i18n import DEFAULT_LOCALE, chosen_locale
from portal.laboratory import bp
from services.catalogue.cards import Card
from services.laboratory.models.capability import TestItem
from services.laboratory.queries import offers


@bp.app_template_filter("item_name")
def item_name(item: TestItem) -> str:
    """Return what an item is called."""
    return item.name_en if item.name_en and _is_foreign() else item.module.name


@bp.app_template_filter("test_name")
def test_name(test: offers.Test) -> str:
    """Return what an item or a package that was chosen is called; packages have their one name."""
    item, _ = test.items[0]
    return item_name(item) if item.id == test.module.id else test.module.name


def named_cards(cards: Sequence[Card]) -> list[Card]:
    """Return the cards with the names that the reader understands."""
    known = offers.english_names(db.session(), [one.id for one in cards]) if _is_foreign() else {}
    return [replace(one, name=known.get(one.id, one.name)) for one in cards]


def _is_foreign() -> bool:
    return chosen_locale() != DEFAULT_LOCALE
