"""Firms of the register that a post might interest: by their node of the chain, and by what they make."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from services.board.rules.matching import bigrams

MOST_FIRMS = 5
_ENOUGH = 0.3
_NODE = 0.5
_SAID_BY_ALL = frozenset(
    {
        "求购",
        "供应",
        "承接",
        "转让",
        "处理",
        "招聘",
        "求租",
        "长期",
        "公司",
        "外协",
        "加工",
        "产品",
        "生产",
        "玻璃",
        "制品",
    }
)
"""Pairs of characters that say nothing of what a firm makes."""


@dataclass(frozen=True)
class FirmSide:
    """A firm of the register as a suggestion sees it."""

    id: int
    products: str
    chain_node: str


def telling(text: str) -> list[str]:
    """Return the bigrams of ``text`` that say what it is about, each once, in order."""
    found = [term for term in bigrams(text) if len(term) > 1 and term not in _SAID_BY_ALL and not term[0].isdigit()]
    return list(dict.fromkeys(found))


def firm_likeness(title: str, firm: FirmSide, nodes: Collection[str] = ()) -> float:
    """Return how much a firm makes of what ``title`` asks for; standing at one of ``nodes`` counts one half."""
    products = set(telling(firm.products))
    shared = len(products & set(telling(title))) / len(products) if products else 0.0
    return shared + (_NODE if firm.chain_node and firm.chain_node in nodes else 0.0)


def best_firms(title: str, firms: Collection[FirmSide], nodes: Collection[str] = ()) -> list[int]:
    """Return the ids of the firms that are worth suggesting, the best first, five at most."""
    scored = [(firm_likeness(title, firm, nodes), firm.id) for firm in firms]
    ranked = sorted((-score, firm_id) for score, firm_id in scored if score >= _ENOUGH)
    return [firm_id for _, firm_id in ranked[:MOST_FIRMS]]
