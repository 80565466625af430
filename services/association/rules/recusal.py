"""Who may not judge a case: the firms of its two sides, and their direct competitors (domain.md F21)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_BETWEEN = re.compile(r"[\s、，,;；/·]+")


class Conflict(StrEnum):
    """Why a firm's people step aside."""

    PARTY = "party"
    COMPETITOR = "competitor"


@dataclass(frozen=True)
class Trade:
    """What a firm does, as its entry in the register says."""

    organisation_id: int
    chain_node: str = ""
    industry_code: str = ""
    products: str = ""
    trades: bool = True
    """An association, a department or an institute competes with nobody."""


def conflict_of(candidate: Trade, parties: list[Trade]) -> Conflict | None:
    """Return why the people of ``candidate`` may not judge between ``parties``; None when they may.

    Direct competitors stand at the same node of the chain, or make one of the same products in the same industry.
    """
    if any(party.organisation_id == candidate.organisation_id for party in parties):
        return Conflict.PARTY
    if any(_compete(candidate, party) for party in parties):
        return Conflict.COMPETITOR
    return None


def _compete(one: Trade, other: Trade) -> bool:
    if not (one.trades and other.trades):
        return False
    if one.chain_node and one.chain_node == other.chain_node:
        return True
    same_industry = one.industry_code != "" and one.industry_code == other.industry_code
    return same_industry and not _words(one.products).isdisjoint(_words(other.products))


def _words(products: str) -> set[str]:
    return {word for word in _BETWEEN.split(products) if word}
