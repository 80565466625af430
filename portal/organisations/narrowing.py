"""Reads from an address how the directory is narrowed, and writes the addresses that narrow it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from portal.forms import clean
from portal.i18n import gettext, translate
from services.organisations import directory
from services.organisations.directory import LONGEST_QUERY, Choice, Wish
from services.organisations.models import OrgType
from services.organisations.words import LEVEL_NAMES, TYPE_NAMES

MOST_VALUE = 40


def wish_of(arguments: Mapping[str, str]) -> Wish:
    """Return what the address asks for; what it cannot mean is left out."""
    asked = {name: clean(arguments.get(name, "")[:LONGEST_QUERY]) or "" for name in ("name", "product")}
    org_type, level = arguments.get("type", ""), arguments.get("level", "")
    return Wish(
        cluster=arguments.get("cluster", "")[:MOST_VALUE],
        town=arguments.get("town", "")[:MOST_VALUE],
        org_type=OrgType(org_type) if org_type in set(OrgType) else None,
        level=int(level) if level in {str(one) for one in LEVEL_NAMES} else None,
        **{name: value.replace("\x00", "") for name, value in asked.items()},
    )


def groups_of(session: Session, wish: Wish) -> list[dict[str, Any]]:
    """Return the facets with their counts; four queries however many organisations there are."""
    groups = (
        ("cluster", gettext("Cluster"), wish.cluster, directory.cluster_choices(session, wish)),
        ("town", gettext("Town or zone"), wish.town, directory.town_choices(session, wish)),
        ("type", gettext("Type of body"), wish.org_type or "", directory.type_choices(session, wish, _type_name)),
        ("level", gettext("Verification"), _level_text(wish), directory.level_choices(session, wish, _level_name)),
    )
    return [
        {"name": name, "label": label, "options": [_option(wish, name, chosen, one) for one in choices]}
        for name, label, chosen, choices in groups
        if choices
    ]


def _option(wish: Wish, name: str, chosen: str, choice: Choice) -> dict[str, Any]:
    is_chosen = choice.value == chosen
    parts = {**_parts(wish), name: "" if is_chosen else choice.value}
    return {
        "label": choice.label,
        "value": choice.value,
        "count": choice.count,
        "active": is_chosen,
        "url": url_for("organisations.directory", **{key: value for key, value in parts.items() if value}),
    }


def _parts(wish: Wish) -> dict[str, str]:
    return {
        "cluster": wish.cluster,
        "town": wish.town,
        "type": wish.org_type or "",
        "level": _level_text(wish),
        "name": wish.name,
        "product": wish.product,
    }


def _level_text(wish: Wish) -> str:
    return "" if wish.level is None else str(wish.level)


def _type_name(one: OrgType) -> str:
    return translate(TYPE_NAMES[one])


def _level_name(level: int) -> str:
    return translate(LEVEL_NAMES[level])
